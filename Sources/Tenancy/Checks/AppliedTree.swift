import Formats

/// The tree that was applied last, to see what has vanished since.
package struct AppliedTree: Sendable {
    /// For messages.
    package let commit: String
    /// Paths of its tenants' files by tenant.
    let tenants: [String: String]
    /// Its users files by path, with the tenant that the path names.
    let users: [String: String?]
    /// Tenants that were to be absent, and of whom something is left.
    let leaving: Set<String>
    private let read: @Sendable (String) throws -> [UInt8]

    package init(commit: String, tree: RepositoryTree, leaving: Set<String> = []) {
        self.commit = commit
        self.leaving = leaving
        read = tree.read
        var tenants: [String: String] = [:]
        var users: [String: String?] = [:]
        let shared = SharedUserFiles(of: tree)
        for entry in tree.entries where entry.kind == .file {
            switch RepositoryPath(entry.path, shared: shared) {
            case .tenant(let name): tenants[name] = entry.path
            case .users(let tenant): users[entry.path] = .some(tenant)
            default: break
            }
        }
        self.tenants = tenants
        self.users = users
    }

    /// What the tenant's file said; nil where there was none that can be read.
    func tenant(_ name: String) -> Tenant? {
        guard let path = tenants[name], let bytes = try? read(path), let node = YAML.parse(bytes, file: path).document
        else { return nil }
        return Tenant(Fields(node: node, file: path), name: name)
    }

    /// The tenants that the file held people of, or nil where it cannot be read.
    func tenants(ofUsers path: String) -> Set<String>? {
        guard let bytes = try? read(path), let tenant = users[path] else { return nil }
        let (table, diagnostics) = UsersReader.read(bytes, file: path, tenant: tenant)
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        return table.entries.isEmpty ? [] : Set(table.tenants)
    }

    /// True where these bytes are the file's beginning and end within one of its rows.
    func isCut(_ path: String, _ bytes: [UInt8]) -> Bool {
        guard bytes.last != 0x0a, users[path] != nil, let whole = try? read(path), bytes.count < whole.count,
            whole.starts(with: bytes)
        else { return false }
        return whole[bytes.count] != 0x0a && whole[bytes.count] != 0x0d
    }
}

// What leaves, and how.
extension Resolver {
    mutating func checkRemovals(since applied: AppliedTree) {
        let short = applied.commit.prefix(7)
        for (name, path) in applied.tenants where !known.tenants.contains(name) {
            // A tenant that was absent already has nothing left that its file would have to remember.
            if applied.tenant(name)?.state.value == .absent { continue }
            report(
                .vanishedFile, at: .whole(path),
                "the file has vanished since \(short); bring it back, and let the tenant leave by 'state: absent'")
        }
        checkUsersFiles(since: applied, short)
        checkProtection(since: applied)
        checkSuccessors(of: applied)
    }

    /// A tenant is its file, not its name: another of the same name would come by what the one before has left. Whoever
    /// changes the same file back calls the removal off.
    private mutating func checkSuccessors(of applied: AppliedTree) {
        for tenant in tenants where tenant.state.value != .absent && applied.leaving.contains(tenant.name) {
            if applied.tenants[tenant.name] == tenant.source.file { continue }
            report(
                .removalProtected, at: tenant.source,
                "an earlier tenant '\(tenant.name)' is not gone yet, and this one would come by what is left of it; bring "
                    + "back \(applied.tenants[tenant.name] ?? "its file") with 'state: absent', and apply until nothing is left"
            )
        }
    }

    private mutating func checkUsersFiles(since applied: AppliedTree, _ short: Substring) {
        let paths = Set(files.users.map(\.path))
        let absent = Set(tenants.filter { $0.state.value == .absent }.map(\.name))
        for (path, tenant) in applied.users.sorted(by: { $0.key < $1.key }) where !paths.contains(path) {
            let then = applied.tenants(ofUsers: path)
            if then?.isEmpty == true { continue }
            // Of a shared file that could not be read even then nobody knows whom it held.
            let left = (tenant.map { [$0] } ?? then)?.filter { known.tenants.contains($0) && !absent.contains($0) }
            if left?.isEmpty == true { continue }
            report(
                .vanishedFile, at: .whole(path),
                "the file has vanished since \(short); bring it back, with its header alone where nobody is left")
        }
        for table in files.users where applied.isCut(table.path, table.bytes) {
            let row = table.bytes.reversed().prefix { $0 != 0x0a }
            let place = Place(
                file: table.path,
                mark: Mark(line: table.bytes.count { $0 == 0x0a } + 1, column: row.count { $0 & 0xc0 != 0x80 }))
            let isReported = files.diagnostics.contains {
                $0.severity == .error && $0.place?.file == place.file && $0.place?.line == place.line
            }
            if isReported { continue }
            report(
                .cutFile, at: place,
                "the file ends inside this row, which was longer at \(short): restore it, or, if the shorter row is meant, "
                    + "end it with a line break"
            )
        }
    }

    /// A tenant leaves, or leaves an environment, when its protection was lifted in what is applied already.
    private mutating func checkProtection(since applied: AppliedTree) {
        let earlier = parallelMap(tenants) { applied.tenant($0.name) }
        for (tenant, before) in zip(tenants, earlier) {
            guard let before, before.state.value != .absent, before.isProtected else { continue }
            if tenant.state.value == .absent {
                // What is protected to this day has been refused already.
                guard !tenant.isProtected else { continue }
                report(
                    .removalProtected, at: tenant.state.place,
                    "tenant '\(tenant.name)' is protected in what was applied last: \(Self.waysOut)")
                continue
            }
            let left = before.environments.map(\.environment.value).filter { name in
                tenant.presence(in: name) == nil && environments.contains { $0.name == name }
            }
            guard !left.isEmpty else { continue }
            let names = left.joined(separator: ", ")
            report(
                .removalProtected, at: tenant.source,
                "tenant '\(tenant.name)' leaves \(names) and is protected: stay there, put 'deletion: {protect: false}' under "
                    + "'spec' and let that be applied, then leave in a later commit")
        }
    }
}
