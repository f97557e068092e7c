import Formats

/// Readiness of the kinds that run pods.
enum WorkloadReadiness {
    static func deployment(_ object: JSON) -> Readiness {
        if let behind = Conditions.behind(object) { return behind }
        let conditions = Conditions(object)
        let progress = progressOfDeployment(object)
        let refusal = conditions["ReplicaFailure"].flatMap { $0.isTrue ? "pods cannot be made: \($0.text)" : nil }
        if let progressing = conditions["Progressing"], progressing.reason == "ProgressDeadlineExceeded" {
            let seconds = object[path: "spec", "progressDeadlineSeconds"]?.int ?? 600
            return Readiness(.failed, "no progress within \(seconds) s: \(refusal ?? progress ?? "not available")")
        }
        if let refusal { return Readiness(.inProgress, refusal) }
        if let progress { return Readiness(.inProgress, progress) }
        if let available = conditions["Available"], !available.isTrue { return Readiness(.inProgress, available.text) }
        return Readiness(.ready)
    }

    /// What is still missing; nil where all pods are new and ready.
    private static func progressOfDeployment(_ object: JSON) -> String? {
        let wanted = object[path: "spec", "replicas"]?.int ?? 1
        let counts = Counts(object)
        if counts.updated < wanted { return "\(counts.updated) of \(wanted) pods updated" }
        if counts.replicas > counts.updated { return "\(pods(counts.replicas &- counts.updated, "old")) still running" }
        if counts.replicas > wanted { return "\(pods(counts.replicas &- wanted, "surplus")) still running" }
        let ready = min(counts.ready, counts.available)
        return ready < wanted ? "\(ready) of \(wanted) pods ready" : nil
    }

    static func statefulSet(_ object: JSON) -> Readiness {
        if let behind = Conditions.behind(object) { return behind }
        let wanted = object[path: "spec", "replicas"]?.int ?? 1
        let counts = Counts(object)
        if counts.replicas < wanted { return Readiness(.inProgress, "\(counts.replicas) of \(wanted) pods made") }
        if counts.ready < wanted { return Readiness(.inProgress, "\(counts.ready) of \(wanted) pods ready") }
        if counts.replicas > wanted {
            return Readiness(.inProgress, "\(pods(counts.replicas &- wanted, "surplus")) still running")
        }
        let strategy = object[path: "spec", "updateStrategy"]
        if strategy?["type"] == "OnDelete" { return Readiness(.ready) }
        let partition = strategy?[path: "rollingUpdate", "partition"]?.int ?? 0
        if counts.updated < wanted &- partition {
            return Readiness(.inProgress, "\(counts.updated) of \(wanted &- partition) pods updated")
        }
        let status = object["status"]
        if partition == 0, status?["currentRevision"] != status?["updateRevision"] {
            return Readiness(.inProgress, "the update is not complete yet")
        }
        if counts.available < wanted, status?["availableReplicas"] != nil {
            return Readiness(.inProgress, "\(counts.available) of \(wanted) pods available")
        }
        return Readiness(.ready)
    }

    static func daemonSet(_ object: JSON) -> Readiness {
        if let behind = Conditions.behind(object) { return behind }
        func count(_ key: String) -> Int64 { object[path: "status", key]?.int ?? 0 }
        let wanted = count("desiredNumberScheduled")
        for (key, word) in [
            ("currentNumberScheduled", "scheduled"), ("updatedNumberScheduled", "updated"), ("numberReady", "ready"),
            ("numberAvailable", "available"),
        ] where count(key) < wanted {
            return Readiness(.inProgress, "\(count(key)) of \(wanted) pods \(word)")
        }
        return Readiness(.ready)
    }

    static func replicaSet(_ object: JSON) -> Readiness {
        if let behind = Conditions.behind(object) { return behind }
        if let failure = Conditions(object)["ReplicaFailure"], failure.isTrue {
            return Readiness(.inProgress, "pods cannot be made: \(failure.text)")
        }
        let wanted = object[path: "spec", "replicas"]?.int ?? 1
        let counts = Counts(object)
        if counts.replicas > wanted {
            return Readiness(.inProgress, "\(pods(counts.replicas &- wanted, "surplus")) still running")
        }
        let ready = min(counts.ready, counts.available)
        return ready < wanted ? Readiness(.inProgress, "\(ready) of \(wanted) pods ready") : Readiness(.ready)
    }

    /// A status leaves counts out when they are zero.
    private struct Counts {
        let replicas, updated, ready, available: Int64

        init(_ object: JSON) {
            func count(_ key: String) -> Int64 { object[path: "status", key]?.int ?? 0 }
            replicas = count("replicas")
            updated = count("updatedReplicas")
            ready = count("readyReplicas")
            available = count("availableReplicas")
        }
    }

    private static func pods(_ count: Int64, _ what: String) -> String {
        "\(count) \(what) \(count == 1 ? "pod" : "pods")"
    }
}
