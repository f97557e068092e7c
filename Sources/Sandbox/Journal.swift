package import Formats
import Glibc
import Synchronization

/// Why a data folder cannot be used: what was attempted, on what, why.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Cause: Sendable, Hashable {
        /// Another process serves the folder.
        case inUse
        /// The file system refused.
        case system
        /// A line before the last is no record.
        case damaged
    }

    package let cause: Cause
    package let description: String
}

/// Everything that the sandbox has to remember, as one append-only file of JSON lines in a folder of its own.
///
/// A record is in the file before the request that caused it is answered, by a single `write`: a process that is
/// killed at any point has remembered what it answered, and at most one more. A last line that is not whole is
/// dropped. While a journal is open no other process can open the same folder.
///
///     {"part":"identity","record":{…}}
package final class Journal: Sendable {
    private struct State {
        /// Read when the journal was opened, until their part asks for them.
        var records: [String: [JSON]]
        /// After a record was lost nothing more is taken: the file would have a hole.
        var failure: JournalError?
    }

    /// Where the file and its lock lie.
    package let folder: String
    private let lock: Descriptor
    private let file: Descriptor
    private let state: Mutex<State>

    /// Opens the folder's journal, making both where they are missing: 0700, files 0600.
    package init(folder: String) throws(JournalError) {
        self.folder = folder
        guard Self.make(folder: folder) else { throw .system("make the folder \(folder)") }
        let lock = try Descriptor(path: "\(folder)/lock", flags: O_RDWR | O_CREAT)
        guard flock(lock.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system("lock \(folder)") }
            throw JournalError(cause: .inUse, description: "\(folder) is served by another process")
        }
        let path = "\(folder)/journal.jsonl"
        let file = try Descriptor(path: path, flags: O_RDWR | O_CREAT | O_APPEND)
        let records = try Self.replay(file, path: path)
        self.lock = lock
        self.file = file
        state = Mutex(State(records: records, failure: nil))
    }

    /// Reads what is in the folder at this moment, beside whoever serves it. Nothing can be appended.
    package init(snapshotOf folder: String) throws(JournalError) {
        self.folder = folder
        let path = "\(folder)/journal.jsonl"
        lock = try Descriptor(path: path, flags: O_RDONLY)
        file = try Descriptor(path: path, flags: O_RDONLY)
        let records = try Self.records(file.readToEnd(path), path: path).records
        let failure = JournalError(cause: .system, description: "a snapshot of \(folder) cannot be written to")
        state = Mutex(State(records: records, failure: failure))
    }

    /// The records of one part in the order written. They are handed out once.
    package func records(of part: String) -> [JSON] {
        state.withLock { $0.records.removeValue(forKey: part) ?? [] }
    }

    /// Writes a record. When this throws the record is not in the file, and no later one will be.
    package func append(_ part: String, _ record: JSON) throws(JournalError) {
        let line = JSON.object(["part": .string(part), "record": record]).encoded() + [0x0A]
        let failure: JournalError? = state.withLock { state in
            if let failure = state.failure { return failure }
            let written = line.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
            if written == line.count { return nil }
            let failure = JournalError.system("write to the journal in \(folder)")
            // Part of a line would swallow the next one.
            if written > 0 { _ = ftruncate(file.number, lseek(file.number, 0, SEEK_END) - written) }
            state.failure = failure
            return failure
        }
        if let failure { throw failure }
    }

    /// Lets another process serve the folder: nothing more is taken.
    package func close() {
        state.withLock { state in
            state.failure =
                state.failure ?? JournalError(cause: .system, description: "\(folder) is not served any more")
            flock(lock.number, LOCK_UN)
        }
    }

    private static func make(folder: String) -> Bool {
        if mkdir(folder, 0o700) == 0 { return true }
        if errno == EEXIST { return chmod(folder, 0o700) == 0 }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return false }
        return make(parents: String(folder[..<slash])) && mkdir(folder, 0o700) == 0
    }

    private static func make(parents folder: String) -> Bool {
        if mkdir(folder, 0o755) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return false }
        return make(parents: String(folder[..<slash])) && mkdir(folder, 0o755) == 0
    }

    /// The records by part; what follows the last line's end is cut off.
    private static func replay(_ file: borrowing Descriptor, path: String) throws(JournalError) -> [String: [JSON]] {
        let bytes = try file.readToEnd(path)
        let (records, end) = try records(bytes, path: path)
        if end < bytes.count, ftruncate(file.number, off_t(end)) != 0 { throw .system("repair \(path)") }
        return records
    }

    /// The records of all whole lines by part, and where those lines end.
    private static func records(
        _ bytes: [UInt8], path: String
    ) throws(JournalError) -> (records: [String: [JSON]], end: Int) {
        let end = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        var records: [String: [JSON]] = [:]
        for (number, line) in bytes[..<end].split(separator: 0x0A).enumerated() {
            guard let value = try? JSON.parse(Array(line)), let part = value["part"]?.string,
                let record = value["record"]
            else {
                throw JournalError(cause: .damaged, description: "\(path):\(number + 1): this is no record")
            }
            records[part, default: []].append(record)
        }
        return (records, end)
    }
}

/// An open file that closes itself.
private struct Descriptor: ~Copyable {
    let number: Int32

    init(path: String, flags: Int32) throws(JournalError) {
        number = open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .system("open \(path)") }
    }

    deinit { if number >= 0 { Glibc.close(number) } }

    borrowing func readToEnd(_ path: String) throws(JournalError) -> [UInt8] {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system("read \(path)") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
            guard got >= 0 else { throw .system("read \(path)") }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }
}

extension JournalError {
    /// `cannot open /x/journal.jsonl: Permission denied`
    static func system(_ attempt: String) -> JournalError {
        JournalError(cause: .system, description: "cannot \(attempt): \(String(cString: strerror(errno)))")
    }
}
