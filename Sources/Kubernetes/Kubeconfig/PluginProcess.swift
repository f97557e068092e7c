import Glibc
import Planning

/// A program that is run to its end, with its input closed: it can ask nobody.
enum PluginProcess {
    struct Result {
        let status: Int32
        let output: [UInt8]
        let errors: String
    }

    /// Seconds until it is ended.
    private static let patience = 60

    /// - Parameter refusal: The error for a reason why it cannot be run.
    static func run(
        _ command: String, _ arguments: [String], _ environment: [String: String],
        refusal: (String) -> Failure
    ) throws(Failure) -> Result {
        var (output, errors): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard connect(&output) == 0 else { throw refusal(String(cString: strerror(errno))) }
        defer { close(output[0]) }
        guard connect(&errors) == 0 else {
            close(output[1])
            throw refusal(String(cString: strerror(errno)))
        }
        defer { close(errors[0]) }
        var process = pid_t()
        let code = spawn(&process, command, arguments, environment, output: output[1], errors: errors[1])
        close(output[1])
        close(errors[1])
        guard code == 0 else { throw refusal(String(cString: strerror(code))) }
        let (printed, complaint, isLate) = drain(output[0], errors[0])
        if isLate { kill(-process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        if isLate { throw refusal("it did not end within \(patience) seconds") }
        let signal = status & 0x7f
        return Result(
            status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: printed,
            errors: String(decoding: complaint, as: UTF8.self))
    }

    /// Two ends that no other program that is started meanwhile inherits.
    private static func connect(_ ends: inout [Int32]) -> Int32 {
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends)
    }

    private static func spawn(
        _ process: inout pid_t, _ command: String, _ arguments: [String], _ environment: [String: String],
        output: Int32, errors: Int32
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var words = ([command] + arguments).map { strdup($0) } + [nil]
        var variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        // Found on our own path, as kubectl does.
        return posix_spawnp(&process, command, &actions, &attributes, &words, &variables)
    }

    /// What was written to both until both were closed, or patience ran out.
    private static func drain(_ output: Int32, _ errors: Int32) -> ([UInt8], [UInt8], isLate: Bool) {
        let deadline = ContinuousClock.now + .seconds(patience)
        var texts: [[UInt8]] = [[], []]
        var descriptors = [output, errors]
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while descriptors != [-1, -1] {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return (texts[0], texts[1], true) }
            var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, 2, Int32(min(left / .milliseconds(1), 1000).rounded(.up))) > 0 else { continue }
            for index in 0..<2 where polled[index].revents != 0 {
                let count = read(descriptors[index], &buffer, buffer.count)
                if count > 0 {
                    texts[index].append(contentsOf: buffer.prefix(min(count, max(0, (1 << 20) - texts[index].count))))
                } else if count == 0 || errno != EINTR {
                    descriptors[index] = -1
                }
            }
        }
        return (texts[0], texts[1], false)
    }
}
