import CLibGit2
import Glibc

extension Repository {
    /// Makes an empty repository with a work tree, and the folders above it. Its branch is to be `main`.
    package static func make(at path: String) throws(GitError) -> Repository {
        Library.start
        var options = git_repository_init_options()
        try check("begin a repository at \(path)") {
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        }
        options.flags =
            GIT_REPOSITORY_INIT_NO_REINIT.rawValue | GIT_REPOSITORY_INIT_MKDIR.rawValue
            | GIT_REPOSITORY_INIT_MKPATH.rawValue
        let branch = strdup("main")
        defer { free(branch) }
        options.initial_head = UnsafePointer(branch)
        var made: OpaquePointer?
        try check("begin a repository at \(path)") { git_repository_init_ext(&made, path, &options) }
        git_repository_free(made)
        return try open(path)
    }

    /// The folder itself, or the nearest above it that is there.
    package nonisolated static func nearestFolder(to path: String) -> String {
        var path = path
        var status = stat()
        while stat(path, &status) != 0, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            path = String(path[..<slash])
        }
        return path.isEmpty ? "/" : path
    }

    /// Whether both paths lead to one folder.
    package nonisolated static func isSameFolder(_ one: String, _ other: String) -> Bool {
        var (left, right) = (stat(), stat())
        return stat(one, &left) == 0 && stat(other, &right) == 0 && left.st_ino == right.st_ino
            && left.st_dev == right.st_dev
    }
}
