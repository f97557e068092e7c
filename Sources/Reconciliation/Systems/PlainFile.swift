import Glibc
package import Planning

/// Small files outside the repository: credentials, the sandbox's own description.
enum PlainFile {
    /// The whole content, or nil where the file cannot be read; at most 16 MiB.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while content.count < 16 << 20 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return content }
            content.append(contentsOf: buffer[..<count])
        }
        return nil
    }

    /// The nearest folder, from the path upwards, that holds a repository or a fleet.
    static func repository(around path: String) -> String? {
        var folder = path
        while true {
            if exists("\(folder)/.git") || exists("\(folder)/reconcile.yaml") { return folder }
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { return nil }
            folder = String(folder[..<slash])
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes a file that is not there yet, with its folder; one that is there stays as it is.
    static func create(_ path: String, in root: String, _ text: String) throws(Problem) {
        if let slash = path.lastIndex(of: "/") {
            let folder = "\(root)/\(path[..<slash])"
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw failed("make the folder \(folder)") }
        }
        let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failed("write \(path)") }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                unlink("\(root)/\(path)")
                throw failed("write \(path)")
            }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func failed(_ what: String) -> Problem {
        Problem(errno == EEXIST ? .usage : .unexpected, "cannot \(what): \(String(cString: strerror(errno)))")
    }
}

extension SavedPlan {
    /// Reads a file that `plan --out` wrote.
    package static func read(_ path: String) throws(Problem) -> SavedPlan {
        guard let bytes = PlainFile.read(path) else {
            throw Problem(.usage, "cannot read the plan \(path): \(String(cString: strerror(errno)))")
        }
        do throws(Failure) {
            return try SavedPlan(parsing: bytes)
        } catch {
            throw Problem(.conflict, "cannot use the plan \(path): \(error.message)")
        }
    }
}
