package import Formats
import KubernetesModel
import Tenancy

extension PlanInput {
    /// Actions that have not been run to their end for the version that the tenant has.
    func openActions(of tenant: DesiredTenant) -> [DesiredAction] {
        let done = inventory.tenants[tenant.name]?.actions ?? [:]
        return tenant.actions.filter { done[$0.key] != $0.version }
    }
}

extension ClusterComparison {
    /// A Job that is complete is done, whether the lock knows it or not; one that failed is tried again.
    func add(_ action: DesiredAction, of tenant: DesiredTenant, to plan: inout SystemPlan) {
        let job = action.job
        if let namespace = job.id.namespace, foreignNamespaces.contains(namespace) { return }
        let what = "action \(action.name), once for \(action.version)"
        guard let live = find(job.id) else {
            plan.changes.append(run(action, of: tenant, .create, notes: [what], found: .nothing))
            return
        }
        guard isOurs(live, as: job) else {
            plan.changes.append(refusal(of: job, live))
            return
        }
        let precondition = Precondition(uid: live.uid, fields: [])
        if live.isTerminating {
            let notes = [what, "once the one that is being deleted is gone"]
            plan.changes.append(
                run(action, of: tenant, .create, notes: notes, precondition, found: .failed(uid: live.uid)))
        } else if let failure = JobEnd.failure(of: live.object) {
            plan.changes.append(
                run(
                    action, of: tenant, .replace, reason: "failed before: \(failure)", notes: [what], precondition,
                    found: .failed(uid: live.uid)))
        } else if !JobEnd.isComplete(live.object) {
            plan.changes.append(
                run(action, of: tenant, .update, reason: "still running", notes: [what], precondition, found: .running))
        }
    }

    private func run(
        _ action: DesiredAction, of tenant: DesiredTenant, _ kind: Action, reason: String? = nil, notes: [String],
        _ precondition: Precondition? = nil, found: ActionRun.Found
    ) -> Change {
        let needs = Set(action.needs)
        let run = ActionRun(action: action, needs: tenant.objects.filter { needs.contains($0.id) }, found: found)
        return Change(
            address: input.address(of: action.job.id, tenant: tenant.name), action: kind,
            title: action.job.id.description, tenant: tenant.name, source: action.job.source, reason: reason,
            notes: notes, wave: .actions, precondition: precondition, operation: .cluster(.run(run)))
    }
}

/// How a Job ended.
package enum JobEnd {
    package static func isComplete(_ job: JSON) -> Bool { condition("Complete", of: job) != nil }

    package static func failure(of job: JSON) -> String? {
        condition("Failed", of: job).map { condition in
            condition["message"]?.string ?? condition["reason"]?.string ?? "it gave no reason"
        }
    }

    private static func condition(_ type: String, of job: JSON) -> JSON? {
        (job[path: "status", "conditions"]?.array ?? []).first {
            $0["type"]?.string == type && $0["status"]?.string == "True"
        }
    }
}
