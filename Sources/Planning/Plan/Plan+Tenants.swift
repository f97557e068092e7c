import KubernetesModel

extension Plan {
    /// The sections of those tenants alone, with what their changes need of others; everything where none is named.
    package func restricted(toTenants tenants: Set<String>) -> Plan {
        guard !tenants.isEmpty else { return self }
        let own = sections.filter { $0.tenant.map(tenants.contains) ?? false }
        let needs = Needs(of: own.flatMap(\.changes), among: changes)
        let kept = sections.map { section in
            if section.tenant.map(tenants.contains) ?? false { return section }
            return PlanSection(
                tenant: section.tenant, file: section.file, changes: section.changes.filter(needs.hold))
        }
        return Plan(
            environment: environment, source: source, sections: kept.filter { !$0.changes.isEmpty },
            gates: gates.filter { $0.tenant.map(tenants.contains) ?? true }, pending: pending, diagnostics: diagnostics)
    }
}

/// What some tenants' changes cannot be carried out without: groups of other tenants that their people join, realm roles that groups
/// map, definitions of kinds, and the realm's leave to mark people.
private struct Needs {
    private let groups: Set<String>
    private let roles: Set<String>
    private let kinds: Set<String>
    private let hasPeople: Bool

    init(of own: [Change], among all: [Change]) {
        let joined = own.flatMap(\.memberships).filter(\.joins).map { "/\($0.group)" }
        // A subgroup needs its parent.
        let groups = Set(joined.flatMap { [$0, String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.endIndex))] })
        let made = all.filter { change in change.newGroup.map { groups.contains($0.path) } ?? false }
        self.groups = groups
        roles = Set((own + made).flatMap(\.mappedRoles))
        kinds = Set(
            own.compactMap { change in
                if case .cluster(let operation) = change.operation { operation.id.kind } else { nil }
            })
        hasPeople = own.contains(where: \.isOfPerson)
    }

    func hold(_ change: Change) -> Bool {
        switch change.operation {
        case .identity(.createGroup(let group)): groups.contains(group.path)
        case .identity(.createRealmRole(let role)): roles.contains(role)
        case .identity(.allowMarks): hasPeople
        case .cluster(.apply(let object, _, _)) where object.id.kind == "CustomResourceDefinition":
            kinds.contains(object.object[path: "spec", "names", "kind"]?.string ?? "")
        default: false
        }
    }
}

extension Change {
    fileprivate var newGroup: (path: String, roles: [String])? {
        if case .identity(.createGroup(let group)) = operation { (group.path, group.realmRoles) } else { nil }
    }

    /// Realm roles that a group gets by the change.
    fileprivate var mappedRoles: [String] {
        switch operation {
        case .identity(.createGroup(let group)): group.realmRoles
        case .identity(.updateGroup(_, _, let roles, _)): roles
        default: []
        }
    }
}
