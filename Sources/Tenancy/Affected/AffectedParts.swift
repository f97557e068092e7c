import Formats

extension Fleet {
    /// What of an environment can come out otherwise than it did for an earlier commit: all that the differences between the
    /// files reach, however far. Nothing is rendered for it.
    ///
    /// - Parameters:
    ///   - files: of this fleet.
    ///   - base: the earlier commit's fleet and files; this one is governed by it.
    package func affected(
        _ files: FleetFiles, since base: (fleet: Fleet, files: FleetFiles), in environment: String,
        on day: CalendarDate
    ) -> FleetPart {
        guard let own = self.environment(environment), let other = base.fleet.environment(environment) else {
            return FleetPart(tenants: Set(tenants.map(\.name)), hasShared: true)
        }
        var affected = AffectedParts(
            new: FleetSide(self, files, own, day), old: FleetSide(base.fleet, base.files, other, day))
        affected.addTenants()
        affected.addPeople()
        return FleetPart(tenants: affected.tenants, hasShared: affected.hasShared)
    }
}

/// One commit's fleet in one environment, as differences are looked for.
private struct FleetSide {
    let fleet: Fleet
    let environment: FleetEnvironment
    let tenants: [String: Tenant]
    let documents: [FleetKind: [String: JSON]]
    let blueprints: [BlueprintID: JSON]
    let files: FleetFiles
    let contexts: [String: TenantContext]

    init(_ fleet: Fleet, _ files: FleetFiles, _ environment: FleetEnvironment, _ day: CalendarDate) {
        (self.fleet, self.files, self.environment) = (fleet, files, environment)
        tenants = Dictionary(fleet.tenants.map { ($0.name, $0) }) { first, _ in first }
        let shared = TenantContext.Shared(fleet, environment)
        contexts = fleet.tenants.reduce(into: [:]) { contexts, tenant in
            contexts[tenant.name] = TenantContext(tenant, environment, on: day, shared: shared)
        }
        var documents: [FleetKind: [String: JSON]] = [:]
        var blueprints: [BlueprintID: JSON] = [:]
        for document in files.documents {
            let json = document.node?.json ?? .null
            if document.kind == .blueprint {
                blueprints[BlueprintID(name: document.name, version: document.version)] = json
            } else {
                documents[document.kind, default: [:]][document.name] = json
            }
        }
        (self.documents, self.blueprints) = (documents, blueprints)
    }

    /// What tenants can have, as reconcile.yaml says it.
    var features: JSON? { documents[.fleet]?.values.first?["spec"]?["features"] }

    func values(_ blueprint: String) -> JSON? { environment.values?[blueprint]?.json }

    /// Every version that the tenant has here; nothing where it is not here.
    func pins(_ tenant: String) -> [String: String] { contexts[tenant]?.pins.mapValues(\.version.value) ?? [:] }
}

private struct AffectedParts {
    let new: FleetSide
    let old: FleetSide
    private(set) var tenants: Set<String> = []
    /// Blueprints whose files differ.
    private let blueprints: Set<BlueprintID>
    /// Names of blueprints whose version or values differ in the environment.
    private let settings: Set<String>
    private let tiers: Set<String>
    private let roles: [Role]

    init(new: FleetSide, old: FleetSide) {
        (self.new, self.old) = (new, old)
        let ids = Set(new.blueprints.keys).union(old.blueprints.keys)
        blueprints = ids.filter { id in
            new.blueprints[id] != old.blueprints[id]
                || !Self.haveSameFiles(new.files.blueprintFiles[id] ?? [], old.files.blueprintFiles[id] ?? [])
        }
        let names = Set(ids.map(\.name))
        settings = names.filter { name in
            new.environment.pins[name]?.value != old.environment.pins[name]?.value
                || new.values(name) != old.values(name)
        }
        let (ownTiers, otherTiers) = (new.documents[.tier] ?? [:], old.documents[.tier] ?? [:])
        tiers = Set(Set(ownTiers.keys).union(otherTiers.keys).filter { ownTiers[$0] != otherTiers[$0] })
        // Those of the base hold on both sides: what differs is new.
        roles = new.fleet.roles.values.filter { old.fleet.roles[$0.name] == nil }
    }

    private static func haveSameFiles(_ one: [FleetFiles.BlueprintFile], _ other: [FleetFiles.BlueprintFile]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0.path == $1.path && $0.bytes == $1.bytes }
    }

    /// What is there once is made of blueprints that the environment itself pins.
    var hasShared: Bool {
        let pins = [new, old].flatMap { side in
            side.environment.pins.compactMap { name, version -> BlueprintID? in
                let id = BlueprintID(name: name, version: version.value)
                return side.fleet.blueprints[id]?.scope == .environment ? id : nil
            }
        }
        return pins.contains { blueprints.contains($0) || settings.contains($0.name) }
    }

    mutating func addTenants() {
        guard new.features == old.features else {
            tenants = Set(new.tenants.keys).union(old.tenants.keys)
            return
        }
        for name in Set(new.tenants.keys).union(old.tenants.keys) where isAffected(name) { tenants.insert(name) }
    }

    private func isAffected(_ name: String) -> Bool {
        guard new.documents[.tenant]?[name] == old.documents[.tenant]?[name], let tenant = new.tenants[name],
            old.tenants[name] != nil, !tiers.contains(tenant.tier.value)
        else { return true }
        let (pins, before) = (new.pins(name), old.pins(name))
        guard pins == before else { return true }
        if pins.contains(where: { name, version in
            settings.contains(name) || blueprints.contains(BlueprintID(name: name, version: version))
        }) {
            return true
        }
        return roles.contains { $0.allows(tenant: name, tier: tenant.tier.value) }
    }

    /// Whoever says something else of a person changes the account, which all of the person's tenants share.
    mutating func addPeople() {
        let (ours, theirs) = (Self.people(new.fleet.people), Self.people(old.fleet.people))
        for key in Set(ours.keys).union(theirs.keys) where ours[key]?.rows != theirs[key]?.rows {
            tenants.formUnion(ours[key]?.tenants ?? [])
            tenants.formUnion(theirs[key]?.tenants ?? [])
        }
    }

    private static func people(_ people: People) -> [String: (rows: [[String?]], tenants: [String])] {
        var found: [String: (rows: [[String?]], tenants: [String])] = [:]
        for person in 0..<people.count {
            let rows = people.rows(of: person)
            found[People.key(of: rows)] = (rows.map(\.content), rows.map(\.tenant))
        }
        return found
    }
}

extension UserRow {
    /// All that the row says, wherever it stands.
    fileprivate var content: [String?] {
        [tenant, email, spelling, id, givenName, familyName, isActive ? "active" : nil, expires?.description]
            + roles.sorted()
    }
}
