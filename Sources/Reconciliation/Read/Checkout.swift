import Formats
package import Git
package import Planning
package import Tenancy

/// What a run reads: the files of one commit, from the object database, or the plain files of a work tree.
package struct Checkout: Sendable {
    /// The folder with the objects and references.
    package let gitFolder: String
    /// As the user named it.
    package let name: String
    /// The branch, where one was named or is checked out.
    package let ref: String?
    /// Nil for a work tree.
    package let commit: Commit?
    package let tree: RepositoryTree
    /// Over everything but `state/`: equal digests, equal inputs.
    package let inputs: String

    package var source: PlanSource {
        PlanSource(repository: name, ref: ref, commit: commit?.id.description, inputs: inputs)
    }

    /// The folders and files that mean something to a fleet.
    static let roots = [
        "reconcile.yaml", "reconcile.yml", "tiers", "roles", "blueprints", "tenants", "users", "approvals", "state",
    ]
    /// Bytes of one file.
    static let fileLimit = 64 << 20

    /// Which files are wanted.
    package enum Selection: Sendable, Hashable {
        /// The work tree as it lies there.
        case workTree
        /// What `HEAD` points to; managed files that are changed but not committed are refused.
        case head
        /// A branch, a tag or a commit.
        case named(String)
    }

    /// - Parameters:
    ///   - location: a path or a `file://` URL; nil for the repository around the working directory.
    ///   - prefersWorkTree: whether a path without a ref means the plain files that lie there.
    package static func read(
        location: String?, ref: String?, prefersWorkTree: Bool, workingDirectory: String
    ) async throws(Problem) -> Checkout {
        do throws(GitError) {
            return try await GitThread.run { () throws(GitError) in
                let repository =
                    if let location {
                        try Repository.open(
                            try Location(location, relativeTo: workingDirectory).path,
                            searchingParents: !Location.isURL(location))
                    } else {
                        try Repository.open(workingDirectory, searchingParents: true)
                    }
                let name = location ?? repository.workTree ?? repository.gitFolder
                if let ref {
                    return try commit(of: repository, repository.resolve(ref), ref: ref, name: name)
                }
                if prefersWorkTree, let root = repository.workTree, location.map(Location.isURL) != true {
                    return try workTree(root, of: repository, name: name)
                }
                try refuseUncommitted(in: repository)
                return try commit(
                    of: repository, repository.resolve("HEAD"), ref: repository.headBranch?.description, name: name)
            }
        } catch {
            throw Problem(error)
        }
    }

    @GitThread
    private static func commit(
        of repository: Repository, _ commit: Commit, ref: String?, name: String
    ) throws(GitError) -> Checkout {
        let listing = try repository.files(of: commit, under: roots)
        let digest = InputsDigest.of(listing.files.compactMap { file in file.blob.map { (file.path, $0) } })
        return Checkout(
            gitFolder: repository.gitFolder, name: name, ref: ref, commit: commit,
            tree: try tree(of: repository, listing), inputs: digest)
    }

    @GitThread
    private static func workTree(_ root: String, of repository: Repository, name: String) throws(GitError) -> Checkout {
        let workTree = WorkTree(root: root)
        let listing = try workTree.files(under: roots)
        var contents: [String: [UInt8]] = [:]
        var ids: [(path: String, content: GitID)] = []
        for file in listing.files {
            let bytes = try workTree.read(file.path, limit: fileLimit)
            contents[file.path] = bytes
            ids.append((file.path, GitID(ofFile: bytes)))
        }
        return Checkout(
            gitFolder: repository.gitFolder, name: name, ref: nil, commit: nil, tree: tree(listing, contents),
            inputs: InputsDigest.of(ids))
    }

    /// The files of another commit, to compare with.
    @GitThread
    static func tree(of repository: Repository, _ commit: Commit) throws(GitError) -> RepositoryTree {
        try tree(of: repository, repository.files(of: commit, under: roots))
    }

    @GitThread
    private static func tree(of repository: Repository, _ listing: Listing) throws(GitError) -> RepositoryTree {
        var contents: [String: [UInt8]] = [:]
        for file in listing.files {
            if let blob = file.blob { contents[file.path] = try repository.read(blob, limit: fileLimit) }
        }
        return tree(listing, contents)
    }

    private static func tree(_ listing: Listing, _ contents: [String: [UInt8]]) -> RepositoryTree {
        RepositoryTree(entries: entries(of: listing)) { path in
            guard let bytes = contents[path] else { throw Problem(.invalid, "there is no file \(path)") }
            return bytes
        }
    }

    @GitThread
    private static func refuseUncommitted(in repository: Repository) throws(GitError) {
        let changes = try repository.uncommittedChanges(under: roots)
        guard let first = changes.first else { return }
        let others = changes.count > 1 ? " and \(changes.count - 1) more" : ""
        throw GitError(
            .unsupported,
            "\(first.path)\(others) differ from the commit that is checked out: commit them, or name a --ref")
    }

    private static func entries(of listing: Listing) -> [RepositoryTree.Entry] {
        listing.files.map { RepositoryTree.Entry(path: $0.path) }
            + listing.problems.map { problem in
                switch problem.kind {
                case .symlink: RepositoryTree.Entry(path: problem.path, kind: .link)
                case .submodule: RepositoryTree.Entry(path: problem.path, kind: .submodule)
                case .collision: RepositoryTree.Entry(path: problem.path)
                default: RepositoryTree.Entry(path: problem.path, kind: .other)
                }
            }
    }
}

extension Problem {
    init(_ error: GitError) {
        switch error.cause {
        case .notARepository, .notFound, .invalidName, .unsupported, .tooLarge: self.init(.invalid, error.message)
        case .nonFastForward: self.init(.conflict, error.message)
        case .refused: self.init(.notRecorded, error.message)
        case .unreachable, .timeout: self.init(.unreachable, error.message)
        case .failed: self.init(.unreachable, error.message)
        }
    }
}
