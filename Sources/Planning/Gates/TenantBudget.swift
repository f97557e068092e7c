import Tenancy

/// How many tenants one run removes, and how many it changes: the rest waits, in the order of names.
struct TenantBudget {
    let input: PlanInput
    private(set) var pending: [PendingTenant] = []

    init(input: PlanInput) { self.input = input }

    /// The changes without those of tenants that wait.
    mutating func spend(on changes: [Change]) -> [Change] {
        let limits = input.environment.limits
        let removed = waiting(changes, beyond: limits.maxTenantRemovals, "maxTenantRemovals is \(limits.maxTenantRemovals)") {
            $0.isTenantRemoval && input.tenants[$1]?.state == .absent
        }
        // A tenant that is made in this run can lose nothing by it: only what runs already is held back.
        let changed = waiting(changes, beyond: limits.maxChangedTenants, "maxChangedTenants is \(limits.maxChangedTenants)") {
            $0.isOfCluster && input.tenants[$1]?.state != .absent && isKnown($1, by: $0)
        }
        return changes.filter { change in
            guard let tenant = change.tenant else { return true }
            if removed.contains(tenant) { return !change.isTenantRemoval }
            return !(changed.contains(tenant) && change.isOfCluster)
        }
    }

    private mutating func waiting(
        _ changes: [Change], beyond limit: Int, _ reason: String, _ counts: (Change, String) -> Bool
    ) -> Set<String> {
        let names = Set(changes.compactMap { change in change.tenant.flatMap { counts(change, $0) ? $0 : nil } })
        let waiting = names.sorted().dropFirst(max(0, limit))
        pending += waiting.map { PendingTenant(name: $0, reason: reason) }
        return Set(waiting)
    }

    private func isKnown(_ tenant: String, by change: Change) -> Bool {
        input.inventory.tenants[tenant] != nil || change.precondition != nil
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
