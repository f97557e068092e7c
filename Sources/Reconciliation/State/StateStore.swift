import Formats
package import Git

/// The state branch of one environment: read from its tip, and written by a push that no hook or rule is spared.
package struct StateStore: Sendable {
    /// The repository whose branch counts, or our copy of it.
    let home: Repository
    /// The server that `home` is a copy of; nil where it lies on this machine itself.
    let server: CachedCopy?
    /// A work tree's own repository, which gets a copy of what its origin holds; nil where it is the home.
    let copy: Repository?
    let branch: BranchName
    /// Where temporary folders may lie.
    let temporaryFolder: String

    /// The branch lies in the origin of a work tree that has one, else in the repository itself.
    ///
    /// A bare repository is a server's: it is the place, also when it was once cloned from elsewhere.
    ///
    /// - Parameter remote: Where the repository is a copy from.
    @GitThread
    package init(
        _ repository: Repository, of remote: Remote? = nil, branch: BranchName, settings: GitSettings
    ) throws(GitError) {
        self.branch = branch
        temporaryFolder = settings.temporaryFolder
        let origin = if let remote { remote } else { try repository.origin(settings.access) }
        copy = remote == nil && origin != nil ? repository : nil
        if let origin, origin.location.folder == nil {
            let server = CachedCopy(of: origin, in: settings.cacheFolder)
            home = try server.update()
            self.server = server
        } else {
            home = try origin?.location.folder.map { path throws(GitError) in try Repository.open(path) } ?? repository
            server = nil
        }
    }

    /// Where a record is pushed to.
    @GitThread
    var target: Remote {
        get throws(GitError) { if let server { server.remote } else { Remote(try Location(home.gitFolder)) } }
    }

    /// What the branch's tip holds of the environment.
    ///
    /// - Throws: `GitError`; `UnreadableState` where the record is of a newer version, torn or changed by hand.
    @GitThread
    package func read(fleet: String, environment: String) throws -> StoredState {
        try read(home.tip(of: branch), fleet: fleet, environment: environment)
    }

    /// What a commit of the branch holds of the environment.
    @GitThread
    package func read(_ tip: Commit?, fleet: String, environment: String) throws -> StoredState {
        let files = try tip.map { try self.files(of: $0, environment: environment, in: home) } ?? [:]
        var decoder = StateDecoder(fleet: fleet, environment: environment)
        let tree = decoder.decode(files)
        guard decoder.diagnostics.isEmpty else {
            throw UnreadableState(branch: branch.name, diagnostics: decoder.diagnostics)
        }
        return StoredState(tip: tip, tree: tree, files: files)
    }

    /// Shows the branch's commits, the newest first, along first parents, until false comes back.
    @GitThread
    package func walk(_ visit: (Commit) throws -> Bool) throws {
        var next = try home.tip(of: branch)
        while let commit = next, try visit(commit) {
            next = try commit.parents.first.map { id throws(GitError) in try home.commit(id) }
        }
    }

    /// The tenants whose record the commit changed, by name.
    @GitThread
    package func tenants(changedBy commit: Commit, environment: String) throws(GitError) -> [String] {
        let parent = try commit.parents.first.map { id throws(GitError) in try home.commit(id) }
        let paths = StatePaths(environment: environment)
        let names = try home.changes(from: parent, to: commit).compactMap { change -> String? in
            switch paths.file(at: change.path) {
            case .status(let tenant), .lock(let tenant), .people(let tenant, _): tenant
            case .page, .environmentLock, nil: nil
            }
        }
        return Set(names).sorted()
    }

    @GitThread
    private func files(of tip: Commit, environment: String, in repository: Repository) throws -> [String: [UInt8]] {
        let listing = try repository.files(of: tip, under: [StatePaths(environment: environment).folder])
        guard listing.problems.isEmpty else {
            throw UnreadableState(
                branch: branch.name,
                diagnostics: listing.problems.map {
                    Diagnostic(StateCode.content, at: Place(file: $0.path), $0.message)
                })
        }
        let contents = try repository.read(listing.files.compactMap(\.blob), limit: YAML.Limits().bytes)
        return Dictionary(uniqueKeysWithValues: zip(listing.files.map(\.path), contents))
    }
}

/// What the branch held when it was read.
package struct StoredState: Sendable {
    /// Nil where there is no branch yet.
    package let tip: Commit?
    /// Nil where the environment has no record yet.
    package let tree: StateTree?
    /// Every file of the environment's folder by its path.
    let files: [String: [UInt8]]

    /// What turns the files into those of the tree. Files that are not ours stay.
    func changes(to tree: StateTree) -> [FileChange] {
        let paths = StatePaths(environment: tree.environment)
        let wanted = StateFiles.encode(tree)
        let written = wanted.filter { files[$0.key] != $0.value }.map { FileChange(path: $0.key, content: $0.value) }
        let removed = files.keys.filter { wanted[$0] == nil && paths.file(at: $0) != nil }
            .map { FileChange(path: $0, content: nil) }
        return (written + removed).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
