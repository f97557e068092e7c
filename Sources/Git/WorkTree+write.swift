import CLibGit2
import Glibc

extension Repository {
    /// Brings files of the work tree and of the index to what a commit says of them; everything else stays as it is.
    ///
    /// Each file is replaced as a whole.
    package func bring(_ changes: [FileChange]) throws(GitError) {
        guard let root = workTree else { throw GitError(.unsupported, "\(gitFolder) has no work tree") }
        let index = try Handle("open the index of \(gitFolder)", git_index_free) {
            git_repository_index(&$0, handle.pointer)
        }
        for change in changes {
            if let content = change.content {
                try WorkTree(root: root).replace(change.path, with: content)
                try check("add \(change.path) to the index") { git_index_add_bypath(index.pointer, change.path) }
            } else {
                try WorkTree(root: root).remove(change.path)
                try check("take \(change.path) from the index") { git_index_remove_bypath(index.pointer, change.path) }
            }
        }
        try check("write the index of \(gitFolder)") { git_index_write(index.pointer) }
    }
}

extension WorkTree {
    fileprivate func replace(_ path: String, with content: [UInt8]) throws(GitError) {
        var folder = root
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw failed("make the folder \(folder)") }
        }
        let draft = "\(root)/\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw failed("write \(path)") }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        guard close(descriptor) == 0, rest.isEmpty, rename(draft, "\(root)/\(path)") == 0 else {
            let failure = failed("write \(path)")
            unlink(draft)
            throw failure
        }
    }

    fileprivate func remove(_ path: String) throws(GitError) {
        guard unlink("\(root)/\(path)") == 0 || errno == ENOENT else { throw failed("remove \(path)") }
        // Folders that are empty now go, as Git itself has none.
        var folder = path
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            guard rmdir("\(root)/\(folder)") == 0 else { return }
        }
    }

    private func failed(_ what: String) -> GitError {
        GitError(.failed, "cannot \(what): \(String(cString: strerror(errno)))")
    }
}
