package import Formats

/// How far an object has come, as kstatus tells it, with a reason that a person understands.
package struct Readiness: Sendable, Hashable, CustomStringConvertible {
    package enum State: String, Sendable, Hashable {
        case ready
        case inProgress = "in progress"
        /// It will not become ready by waiting, as far as the cluster can tell.
        case failed
        /// It is being deleted.
        case terminating
    }

    package let state: State
    /// Lower case, no full stop; empty for an object that is simply there.
    package let reason: String

    package init(_ state: State, _ reason: String = "") {
        self.state = state
        self.reason = reason
    }

    package var isReady: Bool { state == .ready }

    /// `in progress: 1 of 2 pods ready`
    package var description: String { reason.isEmpty ? state.rawValue : "\(state.rawValue): \(reason)" }

    /// The readiness of an object as it was read from the cluster. The pods and claims that belong to it, where they are at
    /// hand, say why it is not ready.
    package static func of(_ object: JSON, pods: [JSON] = [], claims: [JSON] = []) -> Readiness {
        if object[path: "metadata", "deletionTimestamp"] != nil { return Termination.readiness(of: object) }
        let kind = object["kind"]?.string ?? ""
        let group = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: kind).group
        let readiness =
            switch "\(group)/\(kind)" {
            case "apps/Deployment": WorkloadReadiness.deployment(object)
            case "apps/StatefulSet": WorkloadReadiness.statefulSet(object)
            case "apps/DaemonSet": WorkloadReadiness.daemonSet(object)
            case "apps/ReplicaSet": WorkloadReadiness.replicaSet(object)
            case "batch/Job": job(object)
            case "batch/CronJob", "autoscaling/HorizontalPodAutoscaler": Readiness(.ready)
            case "policy/PodDisruptionBudget": disruptionBudget(object)
            case "/Pod": PodReadiness.of(object)
            case "/PersistentVolumeClaim": claim(object)
            case "apiextensions.k8s.io/CustomResourceDefinition": definition(object)
            default: generic(object)
            }
        guard readiness.state == .inProgress || readiness.state == .failed else { return readiness }
        let causes = pods.compactMap(PodReadiness.trouble) + claims.compactMap(trouble)
        guard let cause = causes.first else { return readiness }
        return Readiness(readiness.state, "\(readiness.reason); \(cause)")
    }

    /// In progress where the status says that it tells of an earlier generation of the object.
    package static func behind(_ object: JSON) -> Readiness? {
        object[path: "status", "observedGeneration"] == nil ? nil : Conditions.behind(object)
    }

    private static func trouble(ofClaim claim: JSON) -> String? {
        let readiness = self.claim(claim)
        guard !readiness.isReady else { return nil }
        return "claim \(claim[path: "metadata", "name"]?.string ?? "?"): \(readiness.reason)"
    }

    private static func job(_ object: JSON) -> Readiness {
        let conditions = Conditions(object)
        if let failed = conditions["Failed"], failed.isTrue { return Readiness(.failed, failed.text) }
        if let complete = conditions["Complete"], complete.isTrue { return Readiness(.ready, "complete") }
        if object[path: "spec", "suspend"]?.bool == true { return Readiness(.ready, "suspended") }
        if let target = conditions["FailureTarget"], target.isTrue {
            return Readiness(.inProgress, "failing: \(target.text)")
        }
        let status = object["status"]
        guard status?["startTime"] != nil else { return Readiness(.inProgress, "not started yet") }
        let wanted = object[path: "spec", "completions"]?.int ?? 1
        let failures = status?["failed"]?.int ?? 0
        let suffix = failures > 0 ? ", \(failures) failed" : ""
        return Readiness(.inProgress, "\(status?["succeeded"]?.int ?? 0) of \(wanted) pods complete\(suffix)")
    }

    private static func claim(_ object: JSON) -> Readiness {
        switch object[path: "status", "phase"]?.string {
        case "Bound": return Readiness(.ready)
        case "Lost": return Readiness(.failed, "its volume is lost")
        default:
            let storageClass = object[path: "spec", "storageClassName"]?.string ?? ""
            return Readiness(
                .inProgress,
                "waiting for a volume\(storageClass.isEmpty ? "" : " of class \(storageClass)")")
        }
    }

    private static func disruptionBudget(_ object: JSON) -> Readiness {
        if let behind = Conditions.behind(object) { return behind }
        let (healthy, wanted) = (
            object[path: "status", "currentHealthy"]?.int ?? 0, object[path: "status", "desiredHealthy"]?.int ?? 0
        )
        return healthy >= wanted ? Readiness(.ready) : Readiness(.inProgress, "\(healthy) of \(wanted) pods healthy")
    }

    private static func definition(_ object: JSON) -> Readiness {
        let conditions = Conditions(object)
        if let accepted = conditions["NamesAccepted"], accepted.isFalse { return Readiness(.failed, accepted.text) }
        if conditions["Established"]?.isTrue == true { return Readiness(.ready) }
        return Readiness(.inProgress, "not established yet")
    }

    /// Kinds about which nothing is known but the usual conditions.
    private static func generic(_ object: JSON) -> Readiness {
        if object[path: "status", "observedGeneration"] != nil, let behind = Conditions.behind(object) { return behind }
        let conditions = Conditions(object)
        if let stalled = conditions["Stalled"], stalled.isTrue { return Readiness(.failed, stalled.text) }
        if let reconciling = conditions["Reconciling"], reconciling.isTrue {
            return Readiness(.inProgress, reconciling.text)
        }
        if let ready = conditions["Ready"], !ready.isTrue { return Readiness(.inProgress, ready.text) }
        return Readiness(.ready)
    }
}
