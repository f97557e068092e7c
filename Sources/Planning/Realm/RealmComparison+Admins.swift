import Tenancy

extension RealmComparison {
    /// Holds back every change that would leave an active tenant with fewer admins than it must have, and lets those wait
    /// for new admins that can go only when these have come.
    func keepingAdmins(_ changes: [Change]) -> [Change] {
        let minimum = input.environment.limits.minAdmins
        let admins = admins(changes)
        var reasons: [String: String] = [:]
        var grants: [String: Set<String>] = [:]
        for tenant in input.desired.tenants where tenant.state == .active {
            let (staying, coming) = admins[tenant.name] ?? (0, [])
            guard staying < minimum else { continue }
            let count = staying + coming.count
            let reason =
                "\(tenant.name) would have \(count) \(count == 1 ? "admin" : "admins"), and at least \(minimum) must stay; "
                + "make somebody else an admin first"
            for group in tenant.groups where group.isAdmin {
                if count < minimum { reasons[group.path] = reason } else { grants[group.path] = coming }
            }
        }
        guard !reasons.isEmpty || !grants.isEmpty else { return changes }
        return changes.flatMap { holdingAdmins($0, reasons, grants) }
    }

    /// For each tenant how many of its admins of now stay, and the changes that make others admins.
    private func admins(_ changes: [Change]) -> [String: (staying: Int, coming: Set<String>)] {
        // Who waits for others could be waiting for those who are to wait for them.
        let coming = Set(
            changes.filter { $0.operation != nil && $0.requires.isEmpty && !$0.memberships.isEmpty }.map(\.address))
        var admins: [String: (staying: Int, coming: Set<String>)] = [:]
        for person in input.desired.people {
            let granted = person.memberships.filter { membership in
                membership.isActive && membership.isAdmin && blockedGroups[membership.group] == nil
                    && desiredGroups[membership.group]?.isAdmin == true
            }
            guard !granted.isEmpty else { continue }
            let account = directory.match(person)
            let address = input.address("users", person.key)
            for tenant in Set(granted.map(\.tenant)) {
                if let account, account.isEnabled, isAdmin(account, of: tenant) {
                    admins[tenant, default: (0, [])].staying += 1
                } else if coming.contains(address) {
                    admins[tenant, default: (0, [])].coming.insert(address)
                }
            }
        }
        return admins
    }

    private func isAdmin(_ account: LivePerson, of tenant: String) -> Bool {
        account.groups.contains { path in
            desiredGroups[path].map { $0.isAdmin && $0.tenant == tenant } ?? false
        }
    }

    private func holdingAdmins(
        _ change: Change, _ reasons: [String: String], _ grants: [String: Set<String>]
    ) -> [Change] {
        let left = change.left.filter { reasons[$0] != nil || grants[$0] != nil }
        guard !left.isEmpty else { return [change] }
        // Who changes from one admin's role to another stays one.
        let joined = Set(
            change.joined.filter { desiredGroups[$0]?.isAdmin == true }.compactMap(input.tenant(ofGroup:)))
        let lost = left.filter { path in !joined.contains { $0 == input.tenant(ofGroup: path) } }
        let awaited = lost.compactMap { grants[$0] }.reduce(into: Set<String>()) { $0.formUnion($1) }
        let waiting = awaited.isEmpty ? change : change.after(awaited.subtracting([change.address]))
        let held = lost.filter { reasons[$0] != nil }
        guard let reason = held.first.flatMap({ reasons[$0] }) else { return [waiting] }
        return waiting.holdingBack(leaves: Set(held), reason: reason)
    }
}
