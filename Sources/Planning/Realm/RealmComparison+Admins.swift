import Tenancy

extension RealmComparison {
    /// Holds back every change that would leave an active tenant with fewer admins than it must have.
    func keepingAdmins(_ changes: [Change]) -> [Change] {
        var changes = changes
        let blocked = Set(changes.filter { $0.action == .blocked }.map(\.address))
        for tenant in input.desired.tenants where tenant.state == .active {
            let groups = Set(tenant.groups.filter(\.isAdmin).map(\.path))
            guard !groups.isEmpty else { continue }
            let open = groups.filter { blockedGroups[$0] == nil }
            let staying = input.desired.people.count { person in
                !blocked.contains(input.address("users", person.key))
                    && person.memberships.contains { $0.isActive && open.contains($0.group) }
            }
            guard staying < input.environment.limits.minAdmins else { continue }
            let reason =
                "\(tenant.name) would have \(staying) \(staying == 1 ? "admin" : "admins"), and at least "
                + "\(input.environment.limits.minAdmins) must stay"
            changes = changes.flatMap { change in
                // Who changes from one admin's role to another stays one.
                change.joined.isDisjoint(with: groups) ? change.holdingBack(leaves: groups, reason: reason) : [change]
            }
        }
        return changes
    }
}
