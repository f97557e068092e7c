import Tenancy

/// How many tenants one run removes, and how many it changes: the rest waits, in the order of names.
struct TenantBudget {
    let input: PlanInput
    private(set) var pending: [PendingTenant] = []

    init(input: PlanInput) { self.input = input }

    /// The changes without those of tenants that wait.
    mutating func spend(on changes: [Change]) -> [Change] {
        let limits = input.environment.limits
        let input = input
        let removed = Self.waiting(changes, beyond: limits.maxTenantRemovals) { change, tenant in
            change.isTenantRemoval && input.tenants[tenant]?.state == .absent
        }
        // A tenant that is made in this run can lose nothing by it: only what runs already is held back.
        let changed = Self.waiting(changes, beyond: limits.maxChangedTenants) { change, tenant in
            change.isOfCluster && input.tenants[tenant]?.state != .absent
                && (input.inventory.tenants[tenant] != nil || change.precondition != nil)
        }
        pending += removed.map {
            PendingTenant(name: $0, reason: "maxTenantRemovals is \(limits.maxTenantRemovals)")
        }
        pending += changed.map {
            PendingTenant(name: $0, reason: "maxChangedTenants is \(limits.maxChangedTenants)")
        }
        return changes.filter { change in
            guard let tenant = change.tenant else { return true }
            if removed.contains(tenant) { return !change.isTenantRemoval }
            return !(changed.contains(tenant) && change.isOfCluster)
        }
    }

    private static func waiting(
        _ changes: [Change], beyond limit: Int, _ counts: (Change, String) -> Bool
    ) -> Set<String> {
        let names = Set(changes.compactMap { change in change.tenant.flatMap { counts(change, $0) ? $0 : nil } })
        return Set(names.sorted().dropFirst(max(0, limit)))
    }
}

extension Change {
    fileprivate var isOfCluster: Bool { if case .cluster = operation { true } else { false } }

    /// Objects and groups; people are locked out at once, whenever the rest goes.
    fileprivate var isTenantRemoval: Bool {
        switch operation {
        case .cluster(.delete), .identity(.deleteGroup): true
        default: false
        }
    }
}
