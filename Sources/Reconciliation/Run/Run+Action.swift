import Formats
import Kubernetes
package import Planning
import Tenancy

/// An action to be run now.
package struct ActionCall: Sendable {
    package let name: String
    package let tenant: String
    package let inputs: [String: String]

    package init(name: String, tenant: String, inputs: [String: String]) {
        self.name = name
        self.tenant = tenant
        self.inputs = inputs
    }
}

extension Run {
    /// Makes the Job of an action and waits until it ends. It is nothing that the files ask for to be there, so that nothing is
    /// recorded; its Job bears our labels and clears itself away.
    ///
    /// - Parameter agrees: Is shown the Job before anything is written; false ends the run.
    package func runAction(
        _ call: ActionCall, agrees: @Sendable (Plan) async -> Bool
    ) async throws(Problem) -> ApplyStep {
        let beginning = try await begin()
        let (prepared, diagnostics) = (beginning.prepared, beginning.diagnostics)
        guard let fleet = beginning.fleet, let draft = beginning.draft, let desired = beginning.desired else {
            return .invalid(prepared.checkout, diagnostics)
        }
        let action = try action(call, fleet, desired)
        let plan = Plan(action, call, desired, prepared.checkout.source)
        guard await agrees(plan) else { return .refused(plan, prepared.checkout, diagnostics) }
        let systems = connect(desired)
        let planned = Planned(
            plan: plan, desired: desired, live: LiveState(cluster: .notAsked, identity: .notAsked), systems: systems,
            stored: draft.stored, onlyTenants: [call.tenant], asked: draft.asked, today: today, stale: [], left: [],
            others: 0)
        let outcome = try await withLock(planned, prepared.checkout, always: true) { lock throws(Problem) in
            await Schedule(plan: plan, parallelism: 1, stop: stop) { change in
                await perform(change, systems, lock)
            }.run()
        }
        return .applied(
            ApplyResult(
                plan: plan, outcome: outcome, record: nil, said: [], problem: nil, stale: [], left: 0, others: 0),
            prepared.checkout, diagnostics)
    }

    private func action(
        _ call: ActionCall, _ fleet: Fleet, _ desired: DesiredState
    ) throws(Problem) -> DesiredAction {
        let request = ActionRequest(
            name: call.name, tenant: call.tenant, environment: desired.environment.name, inputs: call.inputs,
            suffix: String(surroundings.now))
        do throws(ActionProblem) {
            return try fleet.action(request, on: today)
        } catch {
            switch error {
            case .request(let message): throw Problem(.usage, message)
            case .files(let diagnostics):
                throw Problem(.invalid, diagnostics.first?.line ?? "the fleet's files have errors")
            }
        }
    }
}

extension Plan {
    /// A plan of one Job.
    fileprivate init(_ action: DesiredAction, _ call: ActionCall, _ desired: DesiredState, _ source: PlanSource) {
        let job = action.job
        let given = call.inputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let change = Change(
            address: "k8s/\(desired.environment.name)/\(call.tenant)/batch/Job/\(job.id.path)", action: .create,
            title: job.id.description, tenant: call.tenant, source: job.source,
            notes: ["action \(action.name)"] + given, wave: .actions,
            operation: .cluster(.run(ActionRun(action: action, needs: [], found: .nothing))))
        let file = desired.tenants.first { $0.name == call.tenant }?.source.file
        self.init(
            environment: desired.environment.name, source: source,
            sections: [PlanSection(tenant: call.tenant, file: file, changes: [change])], gates: [], diagnostics: [])
    }
}
