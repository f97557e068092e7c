import Formats
package import Tenancy

extension Plan {
    /// What would make the systems match the repository: pure, the same for the same values in any order.
    ///
    /// - Parameters:
    ///   - inventory: what the lock remembers; empty without one.
    ///   - approvals: digests of refused changes that may pass this once.
    ///   - wishes: what is to be adopted and forgotten.
    ///   - today: in UTC; without it no account is deleted.
    ///   - part: what of the environment is planned; `desired` has objects for that alone. Nil for all of it.
    ///   - unsetVariables: those of the environment's secret values that are known to be unset.
    package static func make(
        desired: DesiredState, live: LiveState, inventory: PlanInventory = PlanInventory(), source: PlanSource,
        approvals: Set<String> = [], wishes: OwnershipWishes = OwnershipWishes(), today: CalendarDate? = nil,
        part: FleetPart? = nil, unsetVariables: Set<String> = []
    ) -> Plan {
        let input = PlanInput(
            desired: desired, inventory: inventory, unsetVariables: unsetVariables, wishes: wishes, today: today)
        let seen = PlanInput(
            desired: desired, inventory: part?.restricting(inventory) ?? inventory, unsetVariables: unsetVariables,
            wishes: wishes, today: today)
        let desiredIDs = Set((desired.objects + desired.tenants.flatMap(\.objects)).map(\.id))
        let liveCluster = live.cluster.value.map { part?.restricting($0, desired: desiredIDs) ?? $0 }
        let (cluster, realm) = inParallel {
            liveCluster.map { ClusterComparison(input: seen, live: $0).plan() } ?? SystemPlan()
        } _: {
            live.identity.value.map { RealmComparison(input: input, live: $0).plan() } ?? SystemPlan()
        }
        let kept = cluster.kept.merging(realm.kept, uniquingKeysWith: +)

        var budget = TenantBudget(input: input)
        var gates = RemovalGates(
            input: input,
            population: cluster.population.adding(realm.population)
                .adding(part?.populationElsewhere(inventory) ?? Population()), approvals: approvals)
        let namesakes = input.namesakes(liveCluster)
        let wanted = (cluster.changes + realm.changes).filter { change in
            change.tenant.map { namesakes[$0] == nil } ?? true
        }
        let changes =
            gates.hold(budget.spend(on: wanted)) + input.changes(keeping: kept) + input.changes(refusing: namesakes)
        let plan = Plan(
            environment: desired.environment.name, source: source, sections: input.sections(of: changes),
            gates: gates.gates, pending: budget.pending,
            diagnostics: live.diagnostics)
        return part.map(plan.restricted(to:)) ?? plan
    }
}

extension PlanInput {
    fileprivate func sections(of changes: [Change]) -> [PlanSection] {
        Dictionary(grouping: changes, by: \.tenant).map { tenant, changes in
            PlanSection(tenant: tenant, file: tenant.flatMap { tenants[$0]?.source.file }, ordering: changes)
        }
    }

    /// One blocked change for each tenant of which nothing is removed although the files no longer ask for it.
    fileprivate func changes(keeping kept: [String: Int]) -> [Change] {
        kept.map { name, count in
            let tenant = tenants[name]
            let reason =
                tenant == nil
                ? "no file has it in this environment; put it back, and say state: absent there to remove it"
                : "is protected; lift deletion.protect in an earlier commit than state: absent"
            return Change(
                address: "tenant/\(environment.name)/\(name)", action: .blocked, title: "tenant \(name)", tenant: name,
                source: tenant?.source.wholeFile, reason: reason,
                notes: ["\(count) of its objects, groups and people stay"], wave: .namespaces, operation: nil)
        }
    }
}

extension LiveState {
    /// A system that could not be read is a finding, and nothing of it is planned.
    fileprivate var diagnostics: [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        if case .unknown(let reason) = cluster {
            diagnostics.append(Diagnostic(LiveFinding.clusterUnknown, at: nil, reason))
        }
        if case .unknown(let reason) = identity {
            diagnostics.append(Diagnostic(LiveFinding.identityUnknown, at: nil, reason))
        }
        return diagnostics
    }
}
