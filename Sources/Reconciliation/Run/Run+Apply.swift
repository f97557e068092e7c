package import Formats
import Git
import Kubernetes
package import Planning
import Tenancy

/// What came of an apply.
package struct ApplyResult: Sendable {
    package let plan: Plan
    /// Nil where nothing was carried out: there was nothing to do, or it was refused.
    package let outcome: Outcome?
    /// The commit on the state branch, where one was made.
    package let record: String?
    /// What the state branch's server said while it took the commit.
    package let said: [String]
    /// Why the record was not written although the changes were carried out.
    package internal(set) var problem: Problem?
    /// Changes of a saved plan that are not the same any more, and were left alone.
    package let stale: [StaleChange]
    /// How many changes are needed and were left alone for that.
    package let left: Int
    /// How many of them the saved plan does not know at all.
    package let others: Int
    /// What came of the checks, where they were asked for.
    package internal(set) var checks: CheckReport?
}

extension Run {
    package enum ApplyStep: Sendable {
        /// The files have errors; nothing was looked at.
        case invalid(Checkout, [Diagnostic])
        /// A fleet gate refuses, or whoever was asked said no.
        case refused(Plan, Checkout, [Diagnostic])
        case applied(ApplyResult, Checkout, [Diagnostic])
    }

    /// The whole main job in one environment: … → plan → gates → apply → verify → record → push.
    ///
    /// - Parameter agrees: Is shown the plan before anything is written; false ends the run.
    package func apply(agrees: @Sendable (Plan) async -> Bool) async throws(Problem) -> ApplyStep {
        let beginning = try await begin()
        let (prepared, diagnostics) = (beginning.prepared, beginning.diagnostics)
        guard let draft = beginning.draft, let desired = beginning.desired else {
            return .invalid(prepared.checkout, diagnostics)
        }
        let first = await plan(desired, draft, prepared.checkout)
        try requireTarget(first)
        try requireWishes(in: first.plan, others: first.left)
        if first.plan.isRefused {
            try await recordRules(first, prepared.checkout)
            return .refused(first.plan, prepared.checkout, diagnostics)
        }
        guard first.plan.hasWork else {
            let result = try await record(first, nil, prepared.checkout)
            return .applied(await checked(result, desired, prepared.checkout), prepared.checkout, diagnostics)
        }
        guard await agrees(first.plan) else { return .refused(first.plan, prepared.checkout, diagnostics) }
        let result = try await withLock(first, prepared.checkout) { lock throws(Problem) in
            try await carryOut(first, desired, draft, prepared.checkout, lock)
        }
        return .applied(await checked(result, desired, prepared.checkout), prepared.checkout, diagnostics)
    }

    /// What everything that writes begins with: a commit's files, and what they ask of the one environment.
    struct Beginning {
        let prepared: Prepared
        let fleet: Fleet?
        let draft: Draft?
        /// Nil where a finding is an error.
        let desired: DesiredState?
        let diagnostics: [Diagnostic]
    }

    func begin() async throws(Problem) -> Beginning {
        let prepared = try await prepare(prefersWorkTree: false)
        guard let fleet = prepared.fleet else {
            return Beginning(
                prepared: prepared, fleet: nil, draft: nil, desired: nil, diagnostics: prepared.diagnostics)
        }
        let draft = try await draft(try theOne(fleet), prepared)
        let diagnostics = Set(prepared.diagnostics + draft.diagnostics).sorted()
        let isSound = !diagnostics.contains { $0.severity == .error }
        return Beginning(
            prepared: prepared, fleet: fleet, draft: draft, desired: isSound ? draft.desired : nil,
            diagnostics: diagnostics)
    }

    /// That a saved plan was made for this fleet and these servers.
    private func requireTarget(_ planned: Planned) throws(Problem) {
        guard let saved = request.saved else { return }
        let (fleet, environment) = (planned.desired.fleet, planned.desired.environment.name)
        guard saved.fleet == fleet, saved.environment == environment else {
            throw Problem(
                .conflict,
                "the plan is for \(saved.environment) of fleet \(saved.fleet), and this is \(environment) of \(fleet)")
        }
        for (system, server) in saved.targets.sorted(by: { $0.key < $1.key }) {
            guard let now = planned.targets[system], now != server else { continue }
            throw Problem(.conflict, "the plan was made for the \(system) at \(server), and this is \(now)")
        }
    }

    /// Looks again now that the lock keeps others from writing, and carries out what is still as it was agreed to.
    private func carryOut(
        _ agreed: Planned, _ desired: DesiredState, _ draft: Draft, _ checkout: Checkout,
        _ lock: WriteLock
    ) async throws(Problem) -> ApplyResult {
        let planned = await plan(desired, draft, checkout)
        guard planned.plan.digest == agreed.plan.digest else {
            if let reason = planned.live.loss(since: agreed.live) { throw Problem(.unreachable, reason) }
            throw Problem(.conflict, "something changed between the plan and the apply; plan again")
        }
        let schedule = Schedule(plan: planned.plan, parallelism: request.parallelism, stop: stop) { change in
            await perform(change, planned.systems, lock)
        }
        let carriedOut = await schedule.run()
        let outcome = await verify(carriedOut, planned)
        return try await record(planned, outcome, carriedOut: carriedOut, checkout)
    }

    /// One change, in the system that it is about; never without the lock.
    func perform(_ change: Change, _ systems: Systems, _ lock: WriteLock) async -> Result<
        String?, Failure
    > {
        do throws(Failure) {
            try await lock.check()
            switch (change.operation, systems.cluster, systems.realm) {
            case (.cluster(let operation), .success(let cluster), _):
                return .success(try await cluster.perform(operation, values: secretValues, pace: pace))
            case (.identity(let operation), _, .success(let realm)):
                return .success(try await realm.perform(operation))
            default: return .failure(Failure(.unreachable, "the system of \(change.title) was not reached"))
            }
        } catch {
            return .failure(error)
        }
    }

    private var secretValues: SecretValues { SecretValues(variable: { surroundings[$0] }) }
}

extension LiveState {
    /// Why a system that could be read before cannot be read any more.
    fileprivate func loss(since before: LiveState) -> String? {
        if before.cluster.value != nil, case .unknown(let reason) = cluster { return reason }
        if before.identity.value != nil, case .unknown(let reason) = identity { return reason }
        return nil
    }
}

extension Plan {
    /// Something is to be carried out.
    package var hasWork: Bool { changes.contains { $0.operation != nil } }
}
