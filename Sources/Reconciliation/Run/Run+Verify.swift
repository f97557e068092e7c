import Kubernetes
import KubernetesModel
import Planning

extension Run {
    /// verify: waits until what was applied is ready and what was removed is gone; what is not in time is said with its reason.
    func verify(_ outcome: Outcome, _ planned: Planned) async -> Outcome {
        guard case .success(let cluster) = planned.systems.cluster, !stop.isSet else { return outcome }
        let touched = outcome.plan.changes.compactMap { change -> (Change, SettlingTarget)? in
            guard case .done(let uid) = outcome.results[change.address],
                case .cluster(let operation) = change.operation
            else { return nil }
            return operation.settling(uid).map { (change, $0) }
        }
        guard !touched.isEmpty else { return outcome }
        var results = outcome.results
        do throws(Failure) {
            let unready = try await cluster.settle(
                touched.map(\.1), fleet: planned.desired.fleet, environment: planned.desired.environment.name,
                pace: pace)
            for (change, target) in touched {
                guard let readiness = unready[target.id] else { continue }
                results[change.address] = .notReady(reason: readiness.description)
            }
        } catch {
            for (change, _) in touched { results[change.address] = .notReady(reason: error.message) }
        }
        return Outcome(plan: outcome.plan, results: results)
    }

    /// As long as the user wants to wait, and no longer than until a signal comes.
    var pace: Pace { Pace(timeout: request.waitTimeout, interval: 0.1, world: world) }
}

extension ClusterOperation {
    /// What the operation leaves to be waited for.
    fileprivate func settling(_ uid: String?) -> SettlingTarget? {
        switch self {
        case .apply(let object, _, _), .replace(let object, _): SettlingTarget(object)
        case .delete(let id, let apiVersion, let gone), .awaitRemoval(let id, let apiVersion, let gone):
            SettlingTarget(id, apiVersion: apiVersion, goingUID: gone)
        case .createSecret, .updateSecret, .release, .run: nil
        }
    }
}
