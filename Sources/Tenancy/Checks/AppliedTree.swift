import Formats

/// The tree that was applied last, to see what has vanished since.
package struct AppliedTree: Sendable {
    /// For messages.
    package let commit: String
    /// Paths of its tenants' files by tenant.
    let tenants: [String: String]
    /// Paths of its users files.
    let users: [String: String]
    private let read: @Sendable (String) throws -> [UInt8]

    package init(commit: String, tree: RepositoryTree) {
        self.commit = commit
        read = tree.read
        var tenants: [String: String] = [:]
        var users: [String: String] = [:]
        for entry in tree.entries where entry.kind == .file {
            switch RepositoryPath(entry.path) {
            case .tenant(let name): tenants[name] = entry.path
            case .users(let tenant): users[entry.path] = tenant
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

    /// True where the file held nobody.
    func isWithoutRows(_ path: String) -> Bool {
        guard let bytes = try? read(path), let tenant = users[path] else { return false }
        let (rows, diagnostics) = UsersReader.read(bytes, file: path, tenant: tenant)
        return rows.isEmpty && diagnostics.isEmpty
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
        let paths = Set(files.users.map(\.path))
        for (path, tenant) in applied.users where !paths.contains(path) && known.tenants.contains(tenant) {
            let isAbsent = tenants.contains { $0.name == tenant && $0.state.value == .absent }
            if isAbsent || applied.isWithoutRows(path) { continue }
            report(
                .vanishedFile, at: .whole(path),
                "the file has vanished since \(short); bring it back, with its header alone where nobody is left")
        }
        checkProtection(since: applied)
    }

    /// A tenant leaves, or leaves an environment, when its protection was lifted in what is applied already.
    private mutating func checkProtection(since applied: AppliedTree) {
        let earlier = parallelMap(tenants) { applied.tenant($0.name) }
        for (tenant, before) in zip(tenants, earlier) {
            guard let before, before.state.value != .absent, before.isProtected else { continue }
            let advice = "set 'deletion: {protect: false}' in an earlier commit"
            if tenant.state.value == .absent {
                // What is protected to this day has been refused already.
                guard !tenant.isProtected else { continue }
                report(.removalProtected, at: tenant.state.place, "tenant '\(tenant.name)' is protected; \(advice)")
                continue
            }
            let left = before.environments.map(\.environment.value).filter { name in
                tenant.presence(in: name) == nil && environments.contains { $0.name == name }
            }
            guard !left.isEmpty else { continue }
            let names = left.joined(separator: ", ")
            report(
                .removalProtected, at: tenant.source,
                "tenant '\(tenant.name)' leaves \(names) and is protected; \(advice)")
        }
    }
}
