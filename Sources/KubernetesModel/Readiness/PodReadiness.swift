import Formats

/// Readiness of a pod, and what keeps it from being ready.
enum PodReadiness {
    static func of(_ pod: JSON) -> Readiness {
        switch pod[path: "status", "phase"]?.string {
        case "Succeeded": return Readiness(.ready, "complete")
        case "Failed": return Readiness(.failed, failure(of: pod))
        case "Running" where Conditions(pod)["Ready"]?.isTrue == true: return Readiness(.ready)
        default:
            if let (reason, isLasting) = blockage(of: pod) {
                return Readiness(isLasting ? .failed : .inProgress, reason)
            }
            let isRunning = pod[path: "status", "phase"]?.string == "Running"
            return Readiness(.inProgress, isRunning ? "running, not ready yet" : "starting")
        }
    }

    /// `pod web-1: cannot pull image …`, where there is more to say than that the pod starts.
    static func trouble(of pod: JSON) -> String? {
        guard pod[path: "metadata", "deletionTimestamp"] == nil else { return nil }
        let name = pod[path: "metadata", "name"]?.string ?? "?"
        if pod[path: "status", "phase"]?.string == "Failed" { return "pod \(name): \(failure(of: pod))" }
        return blockage(of: pod).map { "pod \(name): \($0.reason)" }
    }

    private static func failure(of pod: JSON) -> String {
        let status = pod["status"]
        let text = status?["message"]?.string ?? status?["reason"]?.string ?? ""
        if !text.isEmpty { return text.asClause }
        for container in containers(pod) {
            if let code = container[path: "state", "terminated", "exitCode"]?.int, code != 0 {
                return "container \(container.text("name")) ended with code \(code)"
            }
        }
        return "failed"
    }

    /// What a pod waits for that may never come.
    private static func blockage(of pod: JSON) -> (reason: String, isLasting: Bool)? {
        if let scheduled = Conditions(pod)["PodScheduled"], scheduled.isFalse {
            return ("cannot be placed on a node: \(scheduled.text)", false)
        }
        for container in containers(pod) {
            guard let waiting = container[path: "state", "waiting"] else { continue }
            if let reason = explanation(of: waiting, container) { return (reason, true) }
        }
        return nil
    }

    /// Nil for waiting that is part of every start.
    private static func explanation(of waiting: JSON, _ container: JSON) -> String? {
        let (name, image) = (container.text("name"), container.text("image"))
        let reason = waiting.text("reason")
        switch reason {
        case "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError":
            return "cannot pull image \(image) (\(reason))"
        case "CrashLoopBackOff":
            let last = container[path: "lastState", "terminated"]
            let code = last?["exitCode"]?.int.map { " with code \($0)" } ?? ""
            return "container \(name) keeps ending\(code) (\(container.number("restartCount") ?? 0) restarts)"
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
            return "container \(name) cannot start: \(waiting.text("message").asClause)"
        default: return nil
        }
    }

    private static func containers(_ pod: JSON) -> [JSON] {
        let status = pod["status"]
        return (status?.list("initContainerStatuses") ?? []) + (status?.list("containerStatuses") ?? [])
    }
}

/// Objects that are being deleted.
enum Termination {
    static func readiness(of object: JSON) -> Readiness {
        if object["kind"] == "Namespace" {
            let remaining = [
                "NamespaceFinalizersRemaining", "NamespaceContentRemaining", "NamespaceDeletionContentFailure",
            ]
            for type in remaining {
                if let condition = Conditions(object)[type], condition.isTrue {
                    return Readiness(.terminating, condition.text)
                }
            }
            return Readiness(.terminating)
        }
        let finalizers = object[path: "metadata", "finalizers"]?.array?.compactMap(\.string) ?? []
        return Readiness(.terminating, finalizers.isEmpty ? "" : "held by \(finalizers.joined(separator: ", "))")
    }
}
