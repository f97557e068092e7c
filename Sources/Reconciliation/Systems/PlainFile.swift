import Glibc

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

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
