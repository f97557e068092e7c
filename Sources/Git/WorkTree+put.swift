import Glibc

extension WorkTree {
    /// Writes a file whole, with the folders above it. Nothing is followed where it is a link, and what is there is replaced only
    /// where `replacing` says so.
    package func put(_ bytes: [UInt8], at path: String, replacing: Bool = false) throws(GitError) {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, !parts.contains(where: { $0 == "." || $0 == ".." }), !path.hasPrefix("/") else {
            throw GitError(.invalidName, "'\(path)' cannot be the path of a file")
        }
        var folder = Descriptor(openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard folder.number >= 0 else { throw failure(path) }
        for part in parts.dropLast() {
            guard mkdirat(folder.number, part, 0o777) == 0 || errno == EEXIST else { throw failure(path) }
            folder = Descriptor(openat(folder.number, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
            guard folder.number >= 0 else { throw failure(path) }
        }
        var status = stat()
        let isThere = fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
        guard !isThere || replacing && status.st_mode & S_IFMT == S_IFREG else {
            throw GitError(.failed, "cannot write \(path): it is there already")
        }
        try replace(name, in: folder.number, bytes, mode: isThere ? status.st_mode & 0o777 : nil, path)
    }

    /// A draft beside the file takes its place, so that nobody ever reads half of it.
    private func replace(
        _ name: String, in folder: Int32, _ bytes: [UInt8], mode: mode_t?, _ path: String
    ) throws(GitError) {
        let draft = ".\(name).\(getpid()).new"
        let number = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw failure(path) }
        let isWritten = Self.write(bytes, to: number) && mode.map { fchmod(number, $0) == 0 } ?? true
        let reason = errno
        guard close(number) == 0, isWritten, renameat(folder, draft, folder, name) == 0 else {
            let cause = isWritten ? errno : reason
            unlinkat(folder, draft, 0)
            throw failure(path, cause)
        }
    }

    private static func write(_ bytes: [UInt8], to number: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func failure(_ path: String, _ code: Int32 = errno) -> GitError {
        let reason = code == ELOOP ? "a part of the path is a symbolic link" : String(cString: strerror(code))
        return GitError(.failed, "cannot write \(root)/\(path): \(reason)")
    }
}
