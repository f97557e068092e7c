import Glibc

/// A program that speaks Git's protocol over a socket: Git's own server on this machine, or ssh to one elsewhere.
final class ServerProcess: GitStream {
    private let program: Program
    private let deadline: ContinuousClock.Instant
    private let process: pid_t
    private let socket: Descriptor
    private let errors: Descriptor
    private var errorText: [UInt8] = []
    private var hasErrors = true
    private var hasEnded = false

    init(_ program: Program, deadline: ContinuousClock.Instant) throws(GitError) {
        self.program = program
        self.deadline = deadline
        let (ours, theirs) = try Self.socketPair()
        socket = Descriptor(ours)
        let child = Descriptor(theirs)
        let (readEnd, writeEnd) = try Self.socketPair()
        errors = Descriptor(readEnd)
        let childErrors = Descriptor(writeEnd)
        process = try program.start(input: child.number, errors: childErrors.number)
    }

    private static func socketPair() throws(GitError) -> (Int32, Int32) {
        var numbers: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &numbers) == 0 else {
            throw GitError(.failed, "cannot start git: \(String(cString: strerror(errno)))")
        }
        return (numbers[0], numbers[1])
    }

    /// What the program sent: at least one byte, or none where it has ended.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        while true {
            try wait(for: Int16(POLLIN))
            let got = recv(socket.number, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if got >= 0 { return got }
            guard errno == EAGAIN || errno == EINTR else { return 0 }
        }
    }

    /// Hands all bytes to the program.
    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: Int16(POLLOUT))
            // Without MSG_NOSIGNAL the end of the program would be the end of ours.
            let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
            let count = send(socket.number, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
            if count > 0 { sent += count }
            if count < 0 && errno != EAGAIN && errno != EINTR {
                throw GitError(.unreachable, "\(program.name) ended before it had read everything")
            }
        }
    }

    /// Waits until the socket is ready, and keeps what the program says on its standard error meanwhile.
    private func wait(for events: Int16) throws(GitError) {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw GitError(.timeout, "no answer in time") }
            var polled = [
                pollfd(fd: socket.number, events: events, revents: 0),
                pollfd(fd: hasErrors ? errors.number : -1, events: Int16(POLLIN), revents: 0),
            ]
            // A whole second at most, for a clock that poll does not know.
            let milliseconds = min(left / .milliseconds(1), 1000)
            guard poll(&polled, 2, Int32(milliseconds.rounded(.up))) > 0 else { continue }
            if polled[1].revents != 0 { drainErrors() }
            if polled[0].revents != 0 { return }
        }
    }

    private func drainErrors() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = recv(errors.number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard got > 0 else {
                if got == 0 { hasErrors = false }
                return
            }
            errorText.append(contentsOf: buffer.prefix(min(got, max(0, 16_384 - errorText.count))))
        }
    }

    /// What the program wrote on its standard error, as it came.
    var complaint: String {
        drainErrors()
        return String(decoding: errorText, as: UTF8.self)
    }

    /// Lets the program end: it does once its input has ended. Kills it where it does not.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        shutdown(socket.number, Int32(SHUT_WR))
        let patience = min(deadline, .now + .seconds(5))
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now >= patience {
                kill(-process, SIGKILL)
                _ = waitpid(process, &status, 0)
                return
            }
            usleep(1000)
        }
    }

    deinit { end() }
}
