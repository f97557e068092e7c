package import Planning

/// Carries out a plan in its order: the environment's own changes, then the tenants' side by side, each wave by wave, then the
/// people of all, then removals, the last wave first.
///
/// A failure ends the later waves of that tenant in that system, and what requires the change that failed; nothing else.
/// Grants come before revocations, and nothing of a tenant is removed when something of it could not be made.
package struct Schedule: Sendable {
    package typealias Perform = @Sendable (Change) async -> Result<String?, Failure>

    private let plan: Plan
    private let stop: StopSignal
    private let permits: Permits
    private let perform: Perform

    /// - Parameters:
    ///   - parallelism: how many changes are under way at once, at most.
    ///   - perform: carries out one change; called at most once for each.
    package init(plan: Plan, parallelism: Int, stop: StopSignal, perform: @escaping Perform) {
        self.plan = plan
        self.stop = stop
        self.permits = Permits(parallelism)
        self.perform = perform
    }

    package func run() async -> Outcome {
        var results: [String: ChangeResult] = [:]
        let changes = plan.changes.filter { $0.operation != nil }
        let additions = changes.filter { !$0.isRemoval }
        let removals = changes.filter(\.isRemoval)
        let lanes = Dictionary(grouping: additions.filter { $0.wave != .people }, by: \.lane)

        await merge(carryOut(lanes.filter { $0.key.tenant == nil }, descending: false), into: &results)
        await merge(carryOut(lanes.filter { $0.key.tenant != nil }, descending: false), into: &results)
        await inOrder(additions.filter { $0.wave == .people }, &results)
        await inOrder(removals.filter { $0.wave == .people }, &results)

        let broken = Set(additions.filter { results[$0.address]?.isDone == false }.map(\.lane))
        let rest = removals.filter { $0.wave != .people }
        for change in rest where broken.contains(change.lane) {
            results[change.address] = .skipped(
                reason: "nothing of \(change.tenant ?? "the environment") is removed while another change of it fails")
        }
        let allowed = Dictionary(grouping: rest.filter { !broken.contains($0.lane) }, by: \.lane)
        await merge(carryOut(allowed.filter { $0.key.tenant != nil }, descending: true), into: &results)
        await merge(carryOut(allowed.filter { $0.key.tenant == nil }, descending: true), into: &results)
        return Outcome(plan: plan, results: results)
    }

    private func merge(_ new: [String: ChangeResult], into results: inout [String: ChangeResult]) {
        results.merge(new) { _, later in later }
    }

    /// All lanes side by side.
    private func carryOut(_ lanes: [Lane: [Change]], descending: Bool) async -> [String: ChangeResult] {
        await withTaskGroup(of: [String: ChangeResult].self) { group in
            for (_, changes) in lanes {
                group.addTask { await waveByWave(changes, descending: descending) }
            }
            return await group.reduce(into: [:]) { merge($1, into: &$0) }
        }
    }

    private func waveByWave(_ changes: [Change], descending: Bool) async -> [String: ChangeResult] {
        var results: [String: ChangeResult] = [:]
        var failed: String?
        let waves = Dictionary(grouping: changes, by: \.wave)
        for wave in waves.keys.sorted(by: { descending ? $0 > $1 : $0 < $1 }) {
            let changes = waves[wave] ?? []
            if let failed {
                for change in changes { results[change.address] = .skipped(reason: "after \(failed) failed") }
                continue
            }
            merge(await atOnce(changes), into: &results)
            failed = changes.first { results[$0.address]?.isDone == false }?.title
        }
        return results
    }

    /// Each after those that it requires; it is skipped where one of them is not done.
    private func inOrder(_ changes: [Change], _ results: inout [String: ChangeResult]) async {
        let addresses = Set(changes.lazy.filter { !$0.requires.isEmpty }.flatMap(\.requires))
            .intersection(changes.map(\.address))
        var awaited: [String: Int] = [:]
        var followers: [String: [Change]] = [:]
        for change in changes where !change.requires.isEmpty {
            let own = change.requires.intersection(addresses)
            if !own.isEmpty { awaited[change.address] = own.count }
            for address in own { followers[address, default: []].append(change) }
        }
        var next = changes.filter { awaited[$0.address] == nil }
        while !next.isEmpty {
            for change in next where change.requires.contains(where: { results[$0]?.isDone != true }) {
                results[change.address] = .skipped(reason: "what has to come before it is not done")
            }
            await merge(atOnce(next.filter { results[$0.address] == nil }), into: &results)
            var later: [Change] = []
            for follower in next.flatMap({ followers[$0.address] ?? [] }) {
                awaited[follower.address, default: 0] -= 1
                if awaited[follower.address] == 0 { later.append(follower) }
            }
            next = later
        }
        for change in changes where results[change.address] == nil {
            results[change.address] = .skipped(reason: "it waits for what waits for it")
        }
    }

    private func atOnce(_ changes: [Change]) async -> [String: ChangeResult] {
        await withTaskGroup(of: (String, ChangeResult).self) { group in
            for change in changes {
                group.addTask { await (change.address, permits.within { await one(change) }) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func one(_ change: Change) async -> ChangeResult {
        if stop.isSet { return .skipped(reason: "the run was told to stop") }
        switch await perform(change) {
        case .success(let uid): return .done(uid: uid)
        case .failure(let failure): return .failed(failure)
        }
    }
}

/// Changes that wait for one another: those of one tenant in one system.
private struct Lane: Hashable {
    let tenant: String?
    let isCluster: Bool
}

extension Change {
    fileprivate var lane: Lane {
        if case .cluster = operation { return Lane(tenant: tenant, isCluster: true) }
        return Lane(tenant: tenant, isCluster: false)
    }

    /// Takes something away: comes after everything that gives.
    fileprivate var isRemoval: Bool {
        switch operation {
        case .cluster(.delete), .cluster(.awaitRemoval), .identity(.deleteGroup), .identity(.disablePerson),
            .identity(.releasePerson), .identity(.deletePerson):
            true
        case .identity(.updatePerson(let update)):
            !update.writesProfile && update.join.isEmpty && !update.leave.isEmpty
        default: false
        }
    }
}

extension ChangeResult {
    var isDone: Bool { if case .done = self { true } else { false } }
}
