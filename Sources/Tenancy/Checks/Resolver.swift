package import Formats
import KubernetesModel

extension Fleet {
    /// What a fleet's files come to.
    package struct Resolution: Sendable {
        /// Nil where a finding is an error.
        package let fleet: Fleet?
        /// All findings about the files, those of the load included, sorted by place.
        package let diagnostics: [Diagnostic]
        /// What could be read in spite of errors, to look for further ones; nil without a fleet file.
        let readable: Fleet?
    }

    /// Makes the typed fleet of the files and checks them against each other.
    ///
    /// `applied` is the tree that was applied last: tenants and people do not leave by a file that is gone. `branch` is the branch that the
    /// files come from, where it is known: an environment that writes back to this very branch has its state there. `base` is the fleet of
    /// the commit whose endpoints, limits, roles and policy hold instead of the files' own.
    package static func resolve(
        _ files: FleetFiles, applied: AppliedTree? = nil, branch: String? = nil, governedBy base: Fleet? = nil
    ) -> Resolution {
        var resolver = Resolver(files)
        resolver.base = base
        let fleet = resolver.resolve(applied: applied, branch: branch)
        let diagnostics = (files.diagnostics + resolver.diagnostics).withoutRepetitions
        let isSound = !diagnostics.contains { $0.severity == .error }
        return Resolution(fleet: isSound ? fleet : nil, diagnostics: diagnostics, readable: fleet)
    }

    /// Everything that can be said about the files: as `resolve`, and what rendering each environment finds.
    package static func validate(
        _ files: FleetFiles, applied: AppliedTree? = nil, branch: String? = nil, on day: CalendarDate
    ) -> Resolution {
        let resolution = resolve(files, applied: applied, branch: branch)
        guard let fleet = resolution.readable else { return resolution }
        let found = Set(resolution.diagnostics).union(fleet.renderFindings(on: day))
        let diagnostics = Array(found).withoutRepetitions
        let isSound = !diagnostics.contains { $0.severity == .error }
        return Resolution(fleet: isSound ? fleet : nil, diagnostics: diagnostics, readable: fleet)
    }
}

extension [Diagnostic] {
    /// Sorted, and without what a schema says of a place that a check with more knowledge speaks of as well.
    fileprivate var withoutRepetitions: [Diagnostic] {
        let known = Set(compactMap { $0.isOfSchema || $0.severity != .error ? nil : $0.place })
        return filter { !$0.isOfSchema || $0.place.map { !known.contains($0) } ?? true }.sorted()
    }
}

extension Diagnostic {
    fileprivate var isOfSchema: Bool { code.hasPrefix(SchemaCheck.codes) }
}

/// Makes domain values of the files and collects what is wrong between them.
struct Resolver {
    let files: FleetFiles
    var diagnostics: [Diagnostic] = []
    var environments: [FleetEnvironment] = []
    var features: [String: Feature] = [:]
    var tiers: [String: Tier] = [:]
    var roles: [String: Role] = [:]
    var blueprints: [BlueprintID: Blueprint] = [:]
    var valuesSchemas: [BlueprintID: ValuesSchema] = [:]
    var tenants: [Tenant] = []
    var knowsFeatures = true
    /// Whose policy holds; nil for the files' own.
    var base: Fleet?
    /// Names of files that are there, also of those that cannot be read.
    let known: KnownNames

    init(_ files: FleetFiles) {
        self.files = files
        known = KnownNames(files)
    }

    mutating func report(
        _ code: DiagnosticCode, at place: Place?, _ message: String, _ severity: Diagnostic.Severity = .error,
        notes: [Diagnostic.Note] = []
    ) {
        diagnostics.append(code.at(place, message, severity, notes: notes))
    }

    mutating func resolve(applied: AppliedTree?, branch: String?) -> Fleet? {
        guard let document = files.documents(.fleet).first else {
            report(
                .noFleetFile, at: nil,
                "there is no reconcile.yaml at the repository's root; `reconcile init` writes one")
            return nil
        }
        resolveFleet(document)
        resolveTiers()
        resolveBlueprints()
        resolveRoles()
        // A role that is new is the files' own; what it may do stands in the plan, and that it is new does, too.
        if let base { roles.merge(base.roles) { _, known in known } }
        resolveTenants()
        checkUnusedValues()
        checkTenantValues()
        checkDomains()
        checkLookalikes()
        let approvals = resolveApprovals()
        let people = resolvePeople()
        checkState(branch: branch)
        if let applied { checkRemovals(since: applied) }
        guard document.node != nil else { return nil }
        let spec = document.fields["spec"]
        let sound = Set(files.documents(.tenant).filter(\.isSound).map(\.path))
        var fleet = Fleet(
            name: document.fields["metadata"]["name"].text ?? "fleet",
            environments: environments.sorted { $0.name < $1.name }, features: features, tiers: tiers, roles: roles,
            blueprints: blueprints,
            tenants: tenants.filter { sound.contains($0.source.file) }.sorted { $0.name < $1.name }, people: people,
            approvals: approvals,
            tenantKinds: Set(spec["policy"]["tenantKinds"].markedElements.compactMap { KindName($0.value) }),
            allowances: allowances(spec["policy"]["allow"]), valuesSchemas: valuesSchemas)
        if let base { fleet = fleet.governed(by: base) }
        let types = ScopeTypes(
            fleet, knowsFeatures: knowsFeatures, knowsLimits: fleet.tiers.count == known.tiers.count)
        fleet.compiled = compile(fleet, types)
        // Without its prefixes, pins or values an environment would seem to lack much more.
        fleet.isComplete = document.isSound
        return fleet
    }

    private mutating func resolveApprovals() -> [Approval] {
        files.documents(.approval).compactMap { document in
            let spec = document.fields["spec"]
            if let environment = spec["environment"].marked { checkEnvironment(environment) }
            return document.node == nil ? nil : Approval(document.fields, name: document.name)
        }.sorted { $0.name < $1.name }
    }

    mutating func checkEnvironment(_ name: Marked<String>) {
        let names = environments.map(\.name)
        guard !names.isEmpty, !names.contains(name.value) else { return }
        report(
            .unknownEnvironment, at: name.place,
            "unknown environment '\(name.value)'" + Names.phraseOrList(for: name.value, among: names))
    }

    /// Status and lock under `state/` belong to a branch of their own, unless an environment writes to this one.
    private mutating func checkState(branch: String?) {
        let allowed = environments.filter { branch != nil && $0.environment.stateBranch == branch }.map(\.name)
        let edited = files.statePaths.filter { path in !allowed.contains { path.hasPrefix("state/\($0)/") } }
        guard let first = edited.first else { return }
        let others = edited.count == 1 ? "" : ", and \(edited.count - 1) more files"
        report(
            .stateEdited, at: .whole(first),
            "status and lock are written by reconcile alone, on a branch of their own; remove the file\(others)")
    }
}

/// Names of tiers, roles, tenants and blueprints that have a file, readable or not.
struct KnownNames {
    let tiers: Set<String>
    let roles: Set<String>
    let tenants: Set<String>
    /// Versions by name.
    let blueprints: [String: Set<String>]

    init(_ files: FleetFiles) {
        func names(_ kind: FleetKind) -> Set<String> { Set(files.documents(kind).map(\.name)) }
        tiers = names(.tier)
        roles = names(.role)
        tenants = names(.tenant)
        blueprints = Dictionary(grouping: files.documents(.blueprint), by: \.name).mapValues { Set($0.map(\.version)) }
    }
}

extension KindName {
    /// `postgresql.cnpg.io/Cluster`
    init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(group: String(text[..<slash]), kind: String(text[text.index(after: slash)...]))
    }
}
