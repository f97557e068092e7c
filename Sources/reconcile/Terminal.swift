import Formats
import Glibc
import Synchronization

/// Standard output for results, standard error for everything else.
struct Terminal {
    /// Whether results may be coloured.
    let hasColor: Bool
    /// Whether diagnostics may be coloured.
    let hasErrorColor: Bool
    /// Whether somebody is there to answer.
    let isInteractive: Bool

    private final class Loss: Sendable {
        private let held = Mutex<String?>(nil)

        var reason: String? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = $0 ?? newValue } }
        }
    }

    private let loss = Loss()

    init(variables: [String: String]) {
        let isPlain = variables["NO_COLOR"]?.isEmpty == false || variables["TERM"] == "dumb"
        hasColor = !isPlain && isatty(1) == 1
        hasErrorColor = !isPlain && isatty(2) == 1
        isInteractive = isatty(0) == 1 && isatty(2) == 1 && variables["CI"] == nil
    }

    func result(_ text: String) { write(text, to: 1) }

    /// `error: …`, every line of it made safe for terminals.
    func error(_ message: String) { note("error: \(message)") }

    func note(_ text: String) { write(TerminalText.escapedLines(text) + "\n", to: 2) }

    /// Text that is safe already.
    func raw(_ text: String) { write(text, to: 2) }

    /// Whether the person at the terminal typed `yes`.
    func confirms(_ question: String) -> Bool {
        write("\(question) Only 'yes' is taken for yes: ", to: 2)
        return readLine() == "yes"
    }

    /// Why something was written in part or not at all; nil where everything was.
    var lossReason: String? { loss.reason }

    private func wait(for descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&polled, 1, -1) > 0 || errno == EINTR
    }

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Another program may have told a shared pipe not to wait for its reader.
            if count < 0, errno == EAGAIN, wait(for: descriptor) { continue }
            guard count > 0 else {
                // A reader that went away is no failure of ours; whoever pipes into head gets the head.
                if errno != EPIPE { loss.reason = String(cString: strerror(errno)) }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
