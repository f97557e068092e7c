import CLibGit2
import Glibc

extension Repository {
    /// Runs the body with an empty bare repository that reads this one's objects and holds new ones in memory.
    ///
    /// Commits made there reach this repository by a push alone, so that its hooks and rules have their say.
    ///
    /// - Parameter folder: Where it lies while the body runs. Nothing is left of it afterwards.
    package func withWorkbench<R>(
        in folder: String, _ body: @GitThread (Repository) throws(GitError) -> R
    ) throws(GitError) -> R {
        guard !gitFolder.utf8.contains(0x0a) else {
            throw GitError(.unsupported, "the path \(gitFolder) holds a line break")
        }
        var template = Array("\(folder)/reconcile-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw GitError(.failed, "cannot make a folder in \(folder): \(String(cString: strerror(errno)))")
        }
        let path = template.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        defer { Folder.remove(path) }
        var options = git_repository_init_options()
        git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        options.flags = GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
        _ = try Handle("make a repository in \(path)", git_repository_free) {
            git_repository_init_ext(&$0, path, &options)
        }
        try Folder.write("\(gitFolder)/objects\n", to: "\(path)/objects/info/alternates")
        let bench = try Repository.open(path)
        try bench.holdNewObjectsInMemory()
        return try body(bench)
    }

    /// A first run makes three files for each tenant: written one by one they take seconds, in memory none.
    private func holdNewObjectsInMemory() throws(GitError) {
        var backend: OpaquePointer?
        try check("hold objects in memory") { git_mempack_new(&backend) }
        // Before all others; from here on it belongs to the database.
        try check("hold objects in memory") { git_odb_add_backend(objects.pointer, backend, 999) }
    }
}

/// Folders of our own making.
enum Folder {
    static func write(_ text: String, to path: String) throws(GitError) {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw GitError(.failed, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
        let file = Descriptor(number)
        guard Glibc.write(file.number, text, text.utf8.count) == text.utf8.count else {
            throw GitError(.failed, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// A short text; nil where there is no such file.
    static func text(of path: String) -> String? {
        let file = Descriptor(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC))
        guard file.number >= 0, let bytes = try? file.read(limit: 65_536, path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What lies in a folder; nothing where there is none.
    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes the folder with all that it holds. Links in it are removed, never followed.
    static func remove(_ path: String) {
        guard unlink(path) != 0 else { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Removes the locks that a killed process left in a repository that nobody else writes to, and its half packs.
    static func removeLocks(in repository: String) {
        for name in names(in: repository) where name.utf8.suffix(5).elementsEqual(".lock".utf8) {
            unlink("\(repository)/\(name)")
        }
        for name in names(in: "\(repository)/objects/pack") where name.utf8.starts(with: "pack_git2_".utf8) {
            unlink("\(repository)/objects/pack/\(name)")
        }
        removeReferenceLocks(in: "\(repository)/refs")
    }

    private static func removeReferenceLocks(in folder: String) {
        for name in names(in: folder) {
            let path = "\(folder)/\(name)"
            if name.utf8.suffix(5).elementsEqual(".lock".utf8) { unlink(path) } else { removeReferenceLocks(in: path) }
        }
    }
}
