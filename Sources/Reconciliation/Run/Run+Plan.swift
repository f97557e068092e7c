package import Formats
import Git
import Identity
import Kubernetes
package import Planning
import Tenancy

/// A plan, and what it was made from.
package struct Planned: Sendable {
    package private(set) var plan: Plan
    let desired: DesiredState
    let live: LiveState
    let systems: Systems
    /// What the state branch held; nil without a record.
    let stored: StateTree?
    /// The tenants that the run is for; empty for all.
    let onlyTenants: Set<String>
    /// What the files say about removals, in force or not yet.
    let asked: RemovalRules
    /// In UTC.
    let today: CalendarDate
    /// Changes of a saved plan that are not the same any more.
    package let stale: [StaleChange]
    /// Changes that are needed, and were left alone since the saved plan does not hold them so.
    let left: [Change]
    /// How many of them the saved plan does not know at all.
    let others: Int

    /// Which servers the plan is for.
    package var targets: [String: String] {
        var targets: [String: String] = [:]
        if case .success(let cluster) = systems.cluster { targets["cluster"] = cluster.origin }
        if case .success(let realm) = systems.realm { targets["identity"] = realm.name }
        return targets
    }

    /// The same, with what its files would change about the policy that it goes by.
    func under(_ base: PlanBase?) -> Planned {
        var planned = self
        planned.plan.base = base
        return planned
    }

    /// The plan to be written to a file.
    package var saved: SavedPlan { SavedPlan(plan, fleet: desired.fleet, targets: targets) }
}

extension Prepared {
    /// The findings, with what the files would change about the policy that they are held to.
    var allFindings: [Diagnostic] { (diagnostics + (base?.plan(of: files).findings ?? [])).sorted() }
}

/// The plans of a run, or what is wrong with the files.
package struct PlanResult: Sendable {
    package let checkout: Checkout
    /// One for each chosen environment; empty where a finding is an error.
    package let planned: [Planned]
    package let diagnostics: [Diagnostic]

    package var isSound: Bool { !diagnostics.contains { $0.severity == .error } }
}

extension Run {
    /// read → load → validate → resolve → render → observe → plan → gates. Writes nothing anywhere.
    package func plan() async throws(Problem) -> PlanResult {
        let prepared = try await prepare(prefersWorkTree: true)
        guard let fleet = prepared.fleet else {
            return PlanResult(checkout: prepared.checkout, planned: [], diagnostics: prepared.allFindings)
        }
        var base = prepared.base?.plan(of: prepared.files)
        base?.isOffline = request.isOffline
        var planned: [Planned] = []
        var diagnostics = Set(prepared.diagnostics)
        for environment in try chosen(fleet) {
            base?.part = request.isForAffectedAlone ? prepared.affected(in: environment.name, on: today) : nil
            let draft = try await draft(environment, prepared, of: base?.part)
            diagnostics.formUnion(draft.diagnostics)
            guard let desired = draft.desired else { continue }
            let made =
                request.isOffline
                ? try planOffline(desired, draft, prepared, of: base?.part)
                : await plan(desired, draft, prepared.checkout, of: base?.part)
            planned.append(made.under(base))
        }
        let result = PlanResult(checkout: prepared.checkout, planned: planned, diagnostics: diagnostics.sorted())
        return result.isSound
            ? result
            : PlanResult(
                checkout: prepared.checkout, planned: [],
                diagnostics: (result.diagnostics + (base?.findings ?? [])).sorted())
    }

    /// One environment, rendered and checked against what was applied last.
    struct Draft {
        let desired: DesiredState?
        let stored: StateTree?
        let asked: RemovalRules
        let diagnostics: [Diagnostic]
    }

    func draft(
        _ environment: FleetEnvironment, _ prepared: Prepared, of part: FleetPart? = nil
    ) async throws(Problem) -> Draft {
        let rules = RemovalRules(environment, prepared.fleet?.approvals ?? [])
        guard let fleet = prepared.fleet else {
            return Draft(desired: nil, stored: nil, asked: rules, diagnostics: [])
        }
        let stored =
            request.isOffline ? nil : try await stored(fleet.name, environment.environment, prepared.checkout)
        let gone = (prepared.base?.fleet.tenants.map(\.name) ?? []) + Array(stored?.tenants.keys ?? [:].keys)
        try requireTenants(among: fleet.tenants.map(\.name) + gone, in: environment.name)
        var diagnostics: Set<Diagnostic> = []
        let applied = request.isOffline ? prepared.base?.applied : try await applied(stored, prepared.checkout)
        if let applied {
            let resolution = Fleet.resolve(
                prepared.files, applied: applied, branch: prepared.checkout.ref,
                governedBy: prepared.base?.fleet)
            diagnostics.formUnion(resolution.diagnostics)
        }
        let (desired, found) = fleet.desiredState(environment: environment.name, on: today, of: part)
        diagnostics.formUnion(found)
        diagnostics.formUnion(rules.findings(stored, on: today))
        return Draft(
            desired: desired?.limited(to: rules.limitsInForce(stored)), stored: stored, asked: rules,
            diagnostics: diagnostics.sorted())
    }

    /// observe → plan → gates.
    func plan(
        _ desired: DesiredState, _ draft: Draft, _ checkout: Checkout, of part: FleetPart? = nil
    ) async -> Planned {
        let stored = draft.stored
        // Where nothing is affected, there is nobody to ask.
        let systems = part?.isEmpty == true ? Systems(cluster: nil, realm: nil) : connect(desired)
        let inventory = stored?.inventory ?? PlanInventory()
        async let cluster = observe(systems.cluster, ObservationScope(desired, inventory, part: part))
        async let identity = observe(systems.realm)
        let live = LiveState(cluster: await cluster, identity: await identity)
        let variables = desired.secretVariables.filter { surroundings[$0] == nil }
        let plan = Plan.make(
            desired: desired, live: live, inventory: inventory, source: checkout.source,
            approvals: request.approvals.union(draft.asked.approvalsInForce(stored, on: today)),
            wishes: request.wishes, today: today, part: part, unsetVariables: variables)
        let whole = plan.restricted(toTenants: request.tenants)
        let (narrowed, stale) = narrow(whole)
        let kept = Set(narrowed.changes.map(\.address))
        let isNarrow = request.saved != nil || request.isForWishesAlone
        let left = isNarrow ? whole.changes.filter { !kept.contains($0.address) } : []
        return Planned(
            plan: narrowed, desired: desired, live: live, systems: systems, stored: stored,
            onlyTenants: request.tenants, asked: draft.asked, today: today, stale: stale,
            left: left, others: left.count { request.saved?.holds($0) == false })
    }

    /// What of the plan was asked for, where that is not everything.
    private func narrow(_ whole: Plan) -> (Plan, [StaleChange]) {
        if request.isForWishesAlone { return (whole.restricted(toAddresses: request.wishes.addresses), []) }
        return request.saved?.narrow(whole) ?? (whole, [])
    }

    private func observe(_ cluster: Result<Cluster, Problem>?, _ scope: ObservationScope) async -> Observed<LiveCluster>
    {
        switch cluster {
        case .none: .notAsked
        case .failure(let problem): .unknown(reason: problem.message)
        case .success(let cluster): await cluster.observe(scope)
        }
    }

    private func observe(_ realm: Result<Realm, Problem>?) async -> Observed<LiveIdentity> {
        switch realm {
        case .none: .notAsked
        case .failure(let problem): .unknown(reason: problem.message)
        case .success(let realm): await realm.observe()
        }
    }
}

extension DesiredState {
    /// Names of the environment variables that secret values come from.
    fileprivate var secretVariables: Set<String> {
        let keys = (objects + tenants.flatMap(\.objects)).compactMap(\.secret).joined()
        return Set(
            keys.compactMap { key in
                if case .environment(let variable) = key.source { variable } else { nil }
            })
    }
}

extension Plan {
    /// The changes at those addresses alone. No gate holds what is no removal.
    fileprivate func restricted(toAddresses addresses: Set<String>) -> Plan {
        Plan(
            environment: environment, source: source,
            sections: sections.map { section in
                PlanSection(
                    tenant: section.tenant, file: section.file,
                    changes: section.changes.filter { addresses.contains($0.address) })
            }, gates: [], pending: [], diagnostics: diagnostics)
    }
}
