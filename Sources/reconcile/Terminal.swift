import Formats
import Glibc

/// Standard output for results, standard error for everything else.
struct Terminal {
    /// Whether results may be coloured.
    let hasColor: Bool
    /// Whether diagnostics may be coloured.
    let hasErrorColor: Bool
    /// Whether somebody is there to answer.
    let isInteractive: Bool

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

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A reader that went away is no failure of ours; whoever pipes into head gets the head.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
