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
                try WorkTree(root: root).put(content, at: change.path, replacing: true)
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
