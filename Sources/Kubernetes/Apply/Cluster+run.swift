import Formats
import KubernetesModel
import Planning
import Tenancy

extension Cluster {
    /// Runs a Job to its end, once what it needs is ready. A Job that fails, or is not complete in time, is a failure: what comes
    /// after it must not begin.
    func run(_ run: ActionRun, _ values: SecretValues, _ pace: Pace) async throws(Failure) -> String? {
        let (action, job) = (run.action, run.action.job)
        let attempt = "run action \(action.name) as \(job.id)"
        let waiting = try await settle(run.needs.map { SettlingTarget($0) }, selector: job.selector, pace: pace)
        if let first = waiting.min(by: { $0.key < $1.key }) {
            throw Failure(
                .rejected, "cannot \(attempt) on \(origin): it needs \(first.key), which is \(first.value)")
        }
        let uid: String? =
            switch run.found {
            case .nothing: try await apply(job, uid: nil, forced: false, pace)
            case .running: try await find(job.id, job.gvk)?.uid
            case .failed(let uid): try await replace(job, uid: uid, values, pace)
            }
        let left = try await settle([SettlingTarget(job)], selector: job.selector, pace: pace)
        guard let readiness = left[job.id] else { return uid }
        let place = job.id.namespace.map { "-n \($0) " } ?? ""
        throw Failure(
            .rejected,
            "action \(action.name) is not complete: \(readiness); see kubectl logs \(place)job/\(job.id.name)")
    }
}

extension DesiredObject {
    /// The labels that all objects of its fleet and environment bear.
    fileprivate var selector: String {
        let labels = object[path: "metadata", "labels"]
        return Marks.selector(
            fleet: labels?[Marks.fleet]?.string ?? "", environment: labels?[Marks.environment]?.string ?? "")
    }
}
