import Glibc
import Planning
import Subprocess

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
        let process: pid_t
        do throws(Subprocess.Failure) {
            defer {
                close(output[1])
                close(errors[1])
            }
            var program = Subprocess(command, arguments, environment: environment)
            (program.output, program.errors) = (.descriptor(output[1]), .descriptor(errors[1]))
            process = try program.start()
        } catch {
            throw refusal(error.reason)
        }
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
