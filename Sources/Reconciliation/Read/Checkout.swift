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
    /// Where the objects and references came from; nil for a repository of this machine.
    package var remote: Remote?
    /// The folder of the work tree that was read; nil where a commit was.
    package let workTree: String?
    /// The branch, where one was named or is checked out.
    package let ref: String?
    /// Nil for a work tree.
    package let commit: Commit?
    package let tree: RepositoryTree
    private let digest: PendingDigest

    /// Over everything but `state/`: equal digests, equal inputs.
    package var inputs: String { digest.text }

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
    ///   - location: a path or a URL; nil for the repository around the working directory.
    ///   - prefersWorkTree: whether a path without a ref means the plain files that lie there.
    ///   - settings: for a repository on a server.
    ///   - limit: bytes of one file; of a larger one only its size is looked at.
    package static func read(
        location: String?, ref: String?, prefersWorkTree: Bool, workingDirectory: String, settings: GitSettings,
        limit: Int = fileLimit
    ) async throws(Problem) -> Checkout {
        let found: Found
        do throws(GitError) {
            found = try await GitThread.run { () throws(GitError) in
                let place = try location.map { text throws(GitError) in
                    try Location(text, relativeTo: workingDirectory)
                }
                if let place, place.folder == nil {
                    return .commit(try served(place, ref: ref, settings, limit))
                }
                let repository = try Repository.open(
                    place?.folder ?? workingDirectory, searchingParents: location.map(Location.isURL) != true)
                let name = location ?? repository.workTree ?? repository.gitFolder
                if let ref {
                    return .commit(try commit(of: repository, repository.resolve(ref), ref: ref, name: name, limit))
                }
                if prefersWorkTree, let root = repository.workTree, location.map(Location.isURL) != true {
                    let listing = try listing(WorkTree(root: root), of: repository)
                    return .workTree(WorkTree(root: root), listing, gitFolder: repository.gitFolder, name: name)
                }
                try refuseUncommitted(in: repository)
                return .commit(
                    try commit(
                        of: repository, repository.resolve("HEAD"), ref: repository.headBranch?.description, name: name,
                        limit))
            }
        } catch {
            throw Problem(error)
        }
        switch found {
        case .commit(let checkout): return checkout
        case .workTree(let tree, let listing, let gitFolder, let name):
            return workTree(tree, listing, gitFolder: gitFolder, name: name, limit)
        }
    }

    /// What a server holds, by way of a copy on this machine.
    @GitThread
    private static func served(
        _ location: Location, ref: String?, _ settings: GitSettings, _ limit: Int
    ) throws(GitError) -> Checkout {
        let remote = Remote(location, settings.access)
        let wanted = ref.flatMap { $0.hasPrefix("refs/") ? $0 : nil }
        let copy = try CachedCopy(of: remote, in: settings.cacheFolder).update(wanting: wanted)
        let branch = try copy.headBranch?.description
        do throws(GitError) {
            var checkout = try commit(
                of: copy, copy.resolve(ref ?? "HEAD"), ref: ref ?? branch, name: location.description, limit)
            checkout.remote = remote
            return checkout
        } catch {
            guard error.cause == .notFound else { throw error }
            throw GitError(
                .notFound, "\(location) has no \(ref.map { "branch, tag or commit '\($0)'" } ?? "commit yet")")
        }
    }

    /// What was found on libgit2's thread. The files of a work tree are read elsewhere, by as many threads as there are processors.
    private enum Found: Sendable {
        case commit(Checkout)
        case workTree(WorkTree, Listing, gitFolder: String, name: String)
    }

    @GitThread
    private static func commit(
        of repository: Repository, _ commit: Commit, ref: String?, name: String, _ limit: Int
    ) throws(GitError) -> Checkout {
        let listing = try repository.files(of: commit, under: roots)
        let blobs = listing.files.compactMap { file in file.blob.map { (file.path, $0) } }
        return Checkout(
            gitFolder: repository.gitFolder, name: name, workTree: nil,
            ref: ref.flatMap { commit.id.description.hasPrefix($0) ? nil : $0 }, commit: commit,
            tree: tree(of: repository, listing, limit), digest: PendingDigest { InputsDigest.of(blobs) })
    }

    /// The work tree's files, and as problems also the submodules of the index, whose folders may be empty.
    @GitThread
    private static func listing(_ workTree: WorkTree, of repository: Repository) throws(GitError) -> Listing {
        let listing = try workTree.files(under: roots)
        let submodules = try repository.submodules(under: roots).filter { path in
            // What is refused, or lies in a folder that is, is named already.
            !listing.problems.contains { path == $0.path || isBelow(path, $0.path) }
                && !listing.files.contains { path == $0.path }
        }
        guard !submodules.isEmpty else { return listing }
        return Listing(
            files: listing.files.filter { file in !submodules.contains { isBelow(file.path, $0) } },
            problems: listing.problems + submodules.map { PathProblem($0, .submodule) })
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path.utf8.starts(with: "\(folder)/".utf8)
    }

    private static func workTree(
        _ workTree: WorkTree, _ listing: Listing, gitFolder: String, name: String, _ limit: Int
    ) -> Checkout {
        let parts = stride(from: 0, to: listing.files.count, by: 16).map { listing.files[$0...].prefix(16) }
        let read = parallelMap(parts) { files in
            var reader = workTree.reader()
            return files.map { file in
                FileContent(limit) { () throws(GitError) in try reader.read(file.path, limit: limit) }
            }
        }.flatMap { $0 }
        let contents = Dictionary(zip(listing.files.map(\.path), read)) { first, _ in first }
        let digest = PendingDigest {
            InputsDigest.of(parallelMap(Array(zip(listing.files, read))) { ($0.path, $1.id) })
        }
        return Checkout(
            gitFolder: gitFolder, name: name, workTree: workTree.root, ref: nil, commit: nil,
            tree: tree(listing, contents), digest: digest)
    }

    /// The files of another commit, to compare with.
    @GitThread
    static func tree(of repository: Repository, _ commit: Commit) throws(GitError) -> RepositoryTree {
        try tree(of: repository, repository.files(of: commit, under: roots), fileLimit)
    }

    @GitThread
    private static func tree(of repository: Repository, _ listing: Listing, _ limit: Int) -> RepositoryTree {
        var contents: [String: FileContent] = [:]
        for file in listing.files {
            guard let blob = file.blob else { continue }
            contents[file.path] = FileContent(limit) { () throws(GitError) in try repository.read(blob, limit: limit) }
        }
        return tree(listing, contents)
    }

    private static func tree(_ listing: Listing, _ contents: [String: FileContent]) -> RepositoryTree {
        RepositoryTree(entries: entries(of: listing)) { path in
            switch contents[path] {
            case .bytes(let bytes): return bytes
            case .unreadable(let problem): throw problem
            case nil: throw Problem(.invalid, "there is no file \(path)")
            }
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
                let kind: RepositoryTree.Kind =
                    switch problem.kind {
                    case .symlink: .link
                    case .submodule: .submodule
                    case .collision(let other):
                        .collision(
                            with: problem.path.utf8.lastIndex(of: UInt8(ascii: "/")).map {
                                problem.path[...$0] + other
                            } ?? other)
                    default: .unfit(problem.message)
                    }
                return RepositoryTree.Entry(path: problem.path, kind: kind)
            }
    }
}

/// A file's bytes, or why there are none. One that cannot be read is a finding about that file, and hides nothing about the others.
private enum FileContent: Sendable {
    case bytes([UInt8])
    case unreadable(Problem)

    init(_ limit: Int, _ read: () throws(GitError) -> [UInt8]) {
        do throws(GitError) { self = .bytes(try read()) } catch {
            // The same words whether the file lies in a work tree or in a commit.
            self = .unreadable(
                error.cause == .tooLarge
                    ? Problem(.invalid, "it has more than \(limit) bytes") : Problem(error))
        }
    }

    var id: GitID {
        switch self {
        case .bytes(let bytes): GitID(ofFile: bytes)
        case .unreadable: GitID(ofFile: [])
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
