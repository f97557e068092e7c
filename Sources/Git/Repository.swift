import CLibGit2

/// A repository on this machine, bare or with a work tree. Nothing is ever checked out, and no program of it is run.
@GitThread
package final class Repository {
    /// The folder with the objects and references, without a final slash.
    package nonisolated let gitFolder: String
    /// The root of the checked-out files, without a final slash; nil where the repository is bare.
    package nonisolated let workTree: String?

    let handle: Handle
    let objects: Handle

    /// Opens what lies at the path: a bare repository, the root of a work tree, or its `.git`.
    ///
    /// - Parameter searchingParents: Take the nearest folder above that holds a repository, too.
    package static func open(_ path: String, searchingParents: Bool = false) throws(GitError) -> Repository {
        try Repository(path, flags: searchingParents ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
    }

    private init(_ path: String, flags: UInt32) throws(GitError) {
        Library.start
        guard !path.utf8.contains(0) else { throw GitError(.invalidName, "a path cannot hold a NUL") }
        do {
            // Without GIT_REPOSITORY_OPEN_FROM_ENV: the variables GIT_DIR and its kin have no say here.
            handle = try Handle("open the repository \(path)", git_repository_free) {
                git_repository_open_ext(&$0, path, flags, nil)
            }
        } catch {
            guard error.cause == .notFound else { throw error }
            throw GitError(.notARepository, "no Git repository at \(path)")
        }
        let repository = handle.pointer
        objects = try Handle("open the objects of \(path)", git_odb_free) { git_repository_odb(&$0, repository) }
        gitFolder = Self.withoutSlash(git_repository_commondir(repository)) ?? path
        workTree = Self.withoutSlash(git_repository_workdir(repository))
    }

    // So that libgit2 frees its handles on the thread that used them.
    isolated deinit {}

    private static func withoutSlash(_ path: UnsafePointer<CChar>?) -> String? {
        guard let path else { return nil }
        let text = String(cString: path)
        return text.utf8.count > 1 && text.utf8.last == UInt8(ascii: "/") ? String(text.dropLast()) : text
    }

    package nonisolated var isBare: Bool { workTree == nil }

    /// Whether older commits were left out when this was cloned.
    package var isShallow: Bool { git_repository_is_shallow(handle.pointer) == 1 }

    /// The branch that is checked out, or the default one of a bare repository; nil where a commit is checked out.
    package var headBranch: BranchName? {
        get throws(GitError) {
            let head = try reference("HEAD", followingSymbolic: false)
            guard let target = head?.symbolicTarget, target.utf8.starts(with: "refs/heads/".utf8) else { return nil }
            return try BranchName(String(target.dropFirst("refs/heads/".count)))
        }
    }

    /// The URL of the remote `origin`, or nil where there is none. A separate push URL wins when pushing.
    package func originURL(toPush: Bool = false) throws(GitError) -> String? {
        let url = try setting("remote.origin.url")
        return toPush ? try setting("remote.origin.pushurl") ?? url : url
    }

    /// The remote `origin` of a work tree, to push to; nil where there is none, or no work tree.
    package func origin(_ access: GitAccess) throws(GitError) -> Remote? {
        // A bare repository is a server's: it is the place, also when it was once cloned from elsewhere.
        guard let workTree, let url = try originURL(toPush: true) else { return nil }
        return Remote(try Location(url, relativeTo: workTree, allowsLogin: true), access)
    }

    /// A value of the repository's own configuration.
    private func setting(_ name: String) throws(GitError) -> String? {
        let repository = handle.pointer
        let config = try Handle("read the configuration of \(gitFolder)", git_config_free) {
            git_repository_config_snapshot(&$0, repository)
        }
        var value: UnsafePointer<CChar>?
        let code = git_config_get_string(&value, config.pointer, name)
        guard code != GIT_ENOTFOUND.rawValue else { return nil }
        try check("read \(name) of \(gitFolder)") { code }
        return value.map { String(cString: $0) }
    }
}

extension Repository {
    struct Reference {
        let target: GitID?
        let symbolicTarget: String?
    }

    /// The reference of exactly that name, or nil where there is none.
    func reference(_ name: String, followingSymbolic: Bool = true) throws(GitError) -> Reference? {
        var found: OpaquePointer?
        let code = git_reference_lookup(&found, handle.pointer, name)
        guard code != GIT_ENOTFOUND.rawValue else { return nil }
        try check("read the reference \(name)") { code }
        defer { git_reference_free(found) }
        if git_reference_type(found) == GIT_REFERENCE_SYMBOLIC {
            let target = git_reference_symbolic_target(found).map { String(cString: $0) }
            guard followingSymbolic, let target else { return Reference(target: nil, symbolicTarget: target) }
            // One step: a reference that points to a chain of others is nothing that Git makes.
            let next = try reference(target, followingSymbolic: false)
            return Reference(target: next?.target, symbolicTarget: target)
        }
        return Reference(target: git_reference_target(found).map { GitID($0.pointee) }, symbolicTarget: nil)
    }

    /// The branch's commit, or nil where the branch does not exist (yet).
    package func tip(of branch: BranchName) throws(GitError) -> Commit? {
        guard let id = try reference(branch.reference)?.target else { return nil }
        return try commit(id)
    }

    /// The commit that a person's text means; `notFound` where nothing bears that name.
    package func resolve(_ text: String) throws(GitError) -> Commit {
        switch try Revision(text) {
        case .head:
            guard let id = try reference("HEAD")?.target else {
                throw GitError(.notFound, "\(gitFolder) has no commit yet")
            }
            return try commit(id)
        case .id(let id): return try commit(id)
        case .reference(let name):
            guard let id = try reference(name)?.target else { throw noSuch(text) }
            return try commit(peeling: id, text)
        case .name(let name): return try resolve(name: name)
        }
    }

    private func resolve(name: String) throws(GitError) -> Commit {
        var found: [(reference: String, id: GitID)] = []
        for folder in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
            if let id = try reference(folder + name)?.target { found.append((folder + name, id)) }
        }
        if let id = try identifier(abbreviated: name) { found.append(("the commit \(id)", id)) }
        guard let first = found.first else { throw noSuch(name) }
        if let other = found.dropFirst().first(where: { $0.id != first.id }) {
            throw GitError(
                .invalidName, "'\(name)' is ambiguous: it means \(first.reference) and \(other.reference)")
        }
        return try commit(peeling: first.id, name)
    }

    private func noSuch(_ text: String) -> GitError {
        GitError(.notFound, "'\(text)' is no branch, tag or commit of \(gitFolder)")
    }

    /// The commit whose id begins so; nil where the text is no such beginning, or belongs to nothing.
    private func identifier(abbreviated text: String) throws(GitError) -> GitID? {
        let digits = Array(text.utf8)
        guard (7..<40).contains(digits.count), digits.allSatisfy({ GitID.value(of: $0) != nil }) else { return nil }
        var short = git_oid()
        try check("read the id \(text)") { git_oid_fromstrn(&short, text, digits.count) }
        var full = git_oid()
        let code = git_odb_exists_prefix(&full, objects.pointer, &short, digits.count)
        guard code != GIT_ENOTFOUND.rawValue else { return nil }
        try check("find the commit \(text)") { code }
        return GitID(full)
    }

    /// The commit of that id.
    package func commit(_ id: GitID) throws(GitError) -> Commit { try commit(peeling: id, "\(id)") }

    /// The commit itself, or the one that a tag points to.
    private func commit(peeling id: GitID, _ name: String) throws(GitError) -> Commit {
        var oid = id.oid
        var object: OpaquePointer?
        let code = git_object_lookup(&object, handle.pointer, &oid, GIT_OBJECT_ANY)
        guard code != GIT_ENOTFOUND.rawValue else { throw GitError(.notFound, "no commit \(id) in \(gitFolder)") }
        try check("read \(name)") { code }
        defer { git_object_free(object) }
        let peeled = try Handle("find the commit of \(name)", git_object_free) {
            git_object_peel(&$0, object, GIT_OBJECT_COMMIT)
        }
        return Commit(peeled)
    }
}

extension Commit {
    /// Copies what a commit's handle holds.
    init(_ handle: borrowing Handle) {
        let commit = handle.pointer
        self.init(
            id: GitID(git_commit_id(commit).pointee), tree: GitID(git_commit_tree_id(commit).pointee),
            parents: (0..<git_commit_parentcount(commit)).map { GitID(git_commit_parent_id(commit, $0).pointee) },
            author: Signature(git_commit_author(commit)), committer: Signature(git_commit_committer(commit)),
            message: git_commit_message(commit).map { String(cString: $0) } ?? "")
    }
}

extension Signature {
    fileprivate init(_ signature: UnsafePointer<git_signature>?) {
        guard let value = signature?.pointee else {
            self.init(name: "", email: "", time: 0)
            return
        }
        self.init(
            name: String(cString: value.name), email: String(cString: value.email), time: value.when.time,
            offset: value.when.offset)
    }
}
