import Glibc
import Reconciliation

/// A file that is there whole or not at all, for its owner alone.
enum NewFile {
    /// Replaces what is there.
    static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(Problem) {
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        guard close(descriptor) == 0, isWritten, rename(draft, path) == 0 else {
            let cause = isWritten ? errno : reason
            unlink(draft)
            throw failure(path, cause)
        }
    }

    /// Puts the text behind what is there, as the file wants it that a CI system collects a step's summary in.
    static func append(_ text: String, to path: String) throws(Problem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = writeAll(Array(text.utf8), to: descriptor)
        let reason = errno
        guard close(descriptor) == 0, isWritten else { throw failure(path, isWritten ? errno : reason) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> Problem {
        Problem(.unreachable, "cannot write \(path): \(String(cString: strerror(code)))")
    }
}
