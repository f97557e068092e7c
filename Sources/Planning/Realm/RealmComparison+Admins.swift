import Tenancy

extension RealmComparison {
    /// Holds back every change that would leave an active tenant with fewer admins than it must have.
    func keepingAdmins(_ changes: [Change]) -> [Change] {
        let minimum = input.environment.limits.minAdmins
        let staying = stayingAdmins(changes)
        var reasons: [String: String] = [:]
        for tenant in input.desired.tenants where tenant.state == .active {
            let count = staying[tenant.name] ?? 0
            guard count < minimum else { continue }
            let reason =
                "\(tenant.name) would have \(count) \(count == 1 ? "admin" : "admins"), and at least \(minimum) must stay"
            for group in tenant.groups where group.isAdmin { reasons[group.path] = reason }
        }
        guard !reasons.isEmpty else { return changes }
        return changes.flatMap { holdingAdmins($0, reasons) }
    }

    /// How many people will be admins of each tenant, by what is not blocked.
    private func stayingAdmins(_ changes: [Change]) -> [String: Int] {
        let blocked = Set(changes.filter { $0.action == .blocked }.map(\.address))
        var count: [String: Int] = [:]
        for person in input.desired.people {
            let tenants = person.memberships.filter { membership in
                membership.isActive && blockedGroups[membership.group] == nil
                    && desiredGroups[membership.group]?.isAdmin == true
            }
            guard !tenants.isEmpty, !blocked.contains(input.address("users", person.key)) else { continue }
            for tenant in Set(tenants.map(\.tenant)) { count[tenant, default: 0] += 1 }
        }
        return count
    }

    private func holdingAdmins(_ change: Change, _ reasons: [String: String]) -> [Change] {
        let left = change.left.filter { reasons[$0] != nil }
        guard let first = left.first, let reason = reasons[first] else { return [change] }
        // Who changes from one admin's role to another stays one.
        let joined = Set(change.joined.filter { reasons[$0] != nil }.compactMap(input.tenant(ofGroup:)))
        let held = left.filter { path in !joined.contains { $0 == input.tenant(ofGroup: path) } }
        return change.holdingBack(leaves: Set(held), reason: reason)
    }
}
