import Formats
import Git
import Glibc
import Identity
import Kubernetes
import Planning
import Tenancy

/// What an export is asked for.
package struct ExportRequest: Sendable {
    /// The folder that the files go to.
    package let target: String
    /// Namespaces; empty for all of the environment's prefix.
    package let namespaces: [String]
    /// Names or paths of top-level groups; empty for those that are called as tenants' groups are.
    package let groups: [String]

    package init(target: String, namespaces: [String], groups: [String]) {
        self.target = target
        self.namespaces = namespaces
        self.groups = groups
    }
}

/// Files that an export wrote.
package struct Exported: Sendable {
    package let written: Written
    package let tenants: Int
    package let people: Int
    /// What was left out, and why; sorted.
    package let notes: [String]
}

extension Run {
    /// Reads an environment's live systems and writes a fleet that asks for what there is. Changes nothing in the systems.
    package func export(_ request: ExportRequest) async throws(Problem) -> Exported {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            throw Problem(.invalid, "the fleet's files have errors, correct them first: run `reconcile validate`")
        }
        let environment = try theOne(fleet).environment
        let target = surroundings.absolute(request.target)
        try Self.requireFree(target)
        let source = try await exportSource(request, environment, fleet)
        guard !source.tenants.isEmpty else {
            let prefix = environment.namespacePrefix
            let which = prefix.isEmpty ? "no namespace" : "no namespace that begins with '\(prefix)'"
            throw Problem(
                .invalid, "there is nothing to export: \(which) but those that are looked after already, and no group")
        }
        var files = try Self.files(
            of: source, fleet.name, environment, prepared.checkout, isClusterAlone: self.request.only == .cluster)
        try Self.settle(&files, on: today)
        let made = try await Self.repository(at: target)
        let paths = try Self.write(files.all, to: made.root)
        return Exported(
            written: Written(root: made.root, paths: paths, madeRepository: made.isNew),
            tenants: files.source.tenants.count, people: files.source.tenants.values.reduce(0) { $0 + $1.people.count },
            notes: files.source.notes.sorted())
    }

    // MARK: The live systems

    private func exportSource(
        _ request: ExportRequest, _ environment: Environment, _ fleet: Fleet
    ) async throws(Problem) -> ExportSource {
        var source = ExportSource()
        if self.request.only != .identity, let cluster = try cluster(of: environment) {
            source.add(try await contents(of: cluster, request, environment), prefix: environment.namespacePrefix)
        }
        guard self.request.only != .cluster, let identity = environment.identity else { return source }
        var tops: [String: String] = [:]
        for name in request.groups {
            let bare = name.hasPrefix("/") ? String(name.dropFirst()) : name
            tops["/\(bare)"] = String(
                bare.dropFirst(bare.hasPrefix(environment.groupPrefix) ? environment.groupPrefix.count : 0))
        }
        if request.groups.isEmpty {
            for name in source.tenants.keys { tops["/\(environment.groupPrefix)\(name)"] = name }
        }
        let scope = RealmScope(
            owner: "\(fleet.name)/\(environment.name)", tops: Set(tops.keys), roles: [], environment: environment)
        guard case .known(let live) = try await realm(identity, scope).get().observe() else {
            throw Problem(.unreachable, "the realm cannot be read whole: run `reconcile doctor`")
        }
        for path in tops.keys.sorted() where live.groups[path] == nil {
            guard request.groups.isEmpty else { throw Problem(.usage, "the realm has no group '\(path)'") }
            source.note("group \(path)", "the realm has none; an apply will make it")
        }
        source.add(live, tops: tops)
        return source
    }

    private func contents(
        of cluster: Cluster, _ request: ExportRequest, _ environment: Environment
    ) async throws(Problem) -> ClusterContents {
        let prefix = environment.namespacePrefix
        if let other = request.namespaces.first(where: { !$0.hasPrefix(prefix) }) {
            throw Problem(
                .usage,
                "namespace '\(other)' does not begin with '\(prefix)', the namespacePrefix of '\(environment.name)'")
        }
        let contents: ClusterContents
        do throws(Failure) {
            contents = try await cluster.contents(of: request.namespaces.isEmpty ? nil : request.namespaces)
        } catch {
            throw Problem(.unreachable, error.message)
        }
        let found = Set(contents.namespaces.map(\.id.name))
        if let missing = request.namespaces.first(where: { !found.contains($0) }) {
            throw Problem(.usage, "the cluster has no namespace '\(missing)'")
        }
        return request.namespaces.isEmpty ? contents.ofTenants(prefix) : contents
    }

    // MARK: The files

    private static func files(
        of source: ExportSource, _ fleet: String, _ environment: Environment, _ checkout: Checkout,
        isClusterAlone: Bool
    ) throws(Problem) -> ExportFiles {
        let path = "reconcile.yaml"
        guard let bytes = try? checkout.tree.read(path),
            let spec = YAML.parse(bytes, file: path, stream: .many).documents.first?["spec"]?.json,
            var own = spec["environments"]?.array?.first(where: { $0["name"]?.string == environment.name })
        else { throw Problem(.invalid, "cannot read \(path)") }
        for field in ["blueprints", "values"] { own[field] = nil }
        var source = source
        if isClusterAlone {
            own["identity"] = nil
        } else if own["identity"] != nil, source.tenants.values.allSatisfy(\.roles.isEmpty) {
            own["identity"] = nil
            source.note(
                "the identity provider", "no group of a tenant was found in it, so the fleet has a cluster alone")
        }
        return ExportFiles(source, fleet: fleet, spec: spec, environment: own)
    }

    /// Leaves out what `validate` would not take, until it takes the rest.
    private static func settle(_ files: inout ExportFiles, on day: CalendarDate) throws(Problem) {
        for _ in 0..<20 {
            let texts = files.all
            let tree = RepositoryTree(entries: texts.keys.map { RepositoryTree.Entry(path: $0) }) { path in
                Array((texts[path] ?? "").utf8)
            }
            let errors = Fleet.validate(FleetFiles.load(tree), on: day).diagnostics.filter { $0.severity == .error }
            guard let first = errors.first else { return }
            guard files.leaveOut(errors) else {
                throw Problem(.invalid, "what is there makes no fleet: \(first.line)")
            }
        }
        throw Problem(.unexpected, "the exported files do not come to be valid")
    }

    private static func requireFree(_ target: String) throws(Problem) {
        guard Glibc.access(target, F_OK) == 0 else { return }
        do throws(GitError) {
            let there = try WorkTree(root: target).files()
            guard let first = (there.files.map(\.path) + there.problems.map(\.path)).min() else { return }
            throw GitError(.unsupported, "\(target) is not empty: there is \(first)")
        } catch {
            throw Problem(error)
        }
    }

    /// Writes all of the files, or takes those away again that were written.
    private static func write(_ files: [String: String], to root: String) throws(Problem) -> [String] {
        let workTree = WorkTree(root: root)
        var written: [String] = []
        do throws(GitError) {
            for (path, text) in files.sorted(by: { $0.key < $1.key }) {
                try workTree.put(Array(text.utf8), at: path)
                written.append(path)
            }
        } catch {
            for path in written { unlink("\(root)/\(path)") }
            throw Problem(error)
        }
        return written
    }
}

extension ClusterContents {
    /// Without the namespaces of the system, and those that a fleet looks after already.
    fileprivate func ofTenants(_ prefix: String) -> ClusterContents {
        let kept = namespaces.filter { namespace in
            let name = namespace.id.name
            return name.hasPrefix(prefix) && name != prefix && !name.hasPrefix("kube-") && name != "default"
                && name != "reconcile-system" && namespace.labels["app.kubernetes.io/managed-by"]?.string != "reconcile"
        }
        return restricted(to: kept)
    }
}
