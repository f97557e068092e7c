package import Formats

/// What is sound and yet most likely not what somebody wants: habits that come back as trouble.
package struct Lint {
    let fleet: Fleet
    let files: FleetFiles
    let states: [DesiredState]
    private(set) var findings: Set<Diagnostic> = []

    /// The warnings, sorted by place; of a fleet that `validate` found sound.
    package static func findings(in fleet: Fleet, _ files: FleetFiles, on day: CalendarDate) -> [Diagnostic] {
        let states = fleet.environments.compactMap { fleet.desiredState(environment: $0.name, on: day).state }
        var lint = Lint(fleet: fleet, files: files, states: states)
        lint.lookForUnused()
        lint.lookAtValues()
        lint.lookAtWorkloads()
        lint.lookAtPeople()
        return lint.findings.sorted()
    }

    private init(fleet: Fleet, files: FleetFiles, states: [DesiredState]) {
        self.fleet = fleet
        self.files = files
        self.states = states
    }

    mutating func warn(_ code: DiagnosticCode, at place: Place, _ message: String) {
        findings.insert(code.at(place, message, .warning))
    }

    private mutating func lookForUnused() {
        let given = Set(files.users.flatMap(\.roleCells).joined())
        for role in fleet.roles.values where !given.contains(role.name) {
            warn(.unusedRole, at: role.source.wholeFile, "no users file gives the role '\(role.name)'")
        }
        let tiers = Set(fleet.tenants.map(\.tier.value))
        for tier in fleet.tiers.values where !tiers.contains(tier.name) {
            warn(.unusedTier, at: tier.source.wholeFile, "no tenant is of tier '\(tier.name)'")
        }
        let pinned = pinned
        for (id, blueprint) in fleet.blueprints where !pinned.contains(id) {
            let message = "nothing pins version \(id.version) of blueprint '\(id.name)'"
            warn(.unusedBlueprint, at: blueprint.source.wholeFile, message)
        }
    }

    private var pinned: Set<BlueprintID> {
        let pins =
            fleet.environments.map(\.pins) + fleet.tiers.values.map(\.pins) + fleet.tenants.map(\.pins)
            + fleet.tenants.flatMap(\.environments).map(\.pins)
        return Set(pins.flatMap { $0.map { BlueprintID(name: $0.key, version: $0.value.value) } })
    }

    /// One finding for each file: the column is missing, or some rows have nothing in it.
    private mutating func lookAtPeople() {
        let managed = states.filter { $0.environment.identity != nil && $0.environment.onboarding != .federated }
        let tenants = Set(managed.flatMap(\.tenants).filter { $0.state == .active }.map(\.name))
        for table in files.users where table.tenants.contains(where: tenants.contains) {
            let nameless = table.entries.indices.filter { index in
                let entry = table.entries[index]
                return entry.isActive && tenants.contains(table.tenants[Int(entry.tenant)])
                    && table.row(index).isNameless
            }
            guard let first = nameless.first.map(table.row) else { continue }
            let others = nameless.count == 1 ? "" : " and \(nameless.count - 1) more in this file"
            warn(
                .namelessPerson, at: first.source,
                "\(first.email)\(others) cannot sign in to Keycloak without given_name and family_name")
        }
    }
}
