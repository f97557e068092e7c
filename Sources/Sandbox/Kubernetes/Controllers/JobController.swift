import Formats

/// Runs the pods of a job until enough of them have succeeded, or too many have failed.
struct JobController: Controller {
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "jobs.batch" { return [key] }
        guard key.resource == "pods", let owner = event.object.owner, owner.kind == "Job" else { return [] }
        return [ObjectKey(resource: "jobs.batch", namespace: key.namespace, name: owner.name)]
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let job = cluster.store.object(key), !job.isBeingDeleted else { return nil }
        if isFinished(job) { return try removeLater(job, cluster) }
        guard job.value["spec"]?["suspend"]?.bool != true else { return nil }
        let pods = cluster.owned(by: job, "pods")
        let run = JobRun(job, pods, time: cluster.time)
        if let end = run.end {
            try cluster.setStatus(job, end)
            return nil
        }
        if FailureMode.of(job) != .quota {
            for _ in 0..<run.missing {
                let all = cluster.owned(by: job, "pods")
                let name = PodTemplate.freeName(key.name, beside: all)
                try cluster.create("pods", in: key.namespace, PodTemplate.pod(named: name, of: job))
            }
        }
        try cluster.setStatus(job, JobRun(job, cluster.owned(by: job, "pods"), time: cluster.time).status)
        return nil
    }

    private func isFinished(_ job: StoredObject) -> Bool {
        (job.value["status"]?["conditions"]?.array ?? []).contains {
            ["Complete", "Failed"].contains($0["type"]?.string ?? "") && $0["status"]?.string == "True"
        }
    }

    private func removeLater(_ job: StoredObject, _ cluster: ControllerContext) throws -> Duration? {
        guard let keep = job.value["spec"]?["ttlSecondsAfterFinished"]?.int else { return nil }
        let conditions = job.value["status"]?["conditions"]?.array ?? []
        let ended = conditions.compactMap { $0["lastTransitionTime"]?.string.flatMap(RFC3339.seconds) }.max() ?? 0
        let left = ended + keep - cluster.server.now()
        guard left <= 0 else { return .seconds(left) }
        try cluster.remove(job)
        return nil
    }
}

/// Where a job stands.
struct JobRun: Sendable {
    private let job: StoredObject
    private let time: String
    private let succeeded: Int64
    private let failed: Int64
    private let active: Int64
    private let ready: Int64

    init(_ job: StoredObject, _ pods: [StoredObject], time: String) {
        self.job = job
        self.time = time
        func count(_ phase: String) -> Int64 { Int64(pods.count { $0.value["status"]?["phase"]?.string == phase }) }
        succeeded = count("Succeeded")
        failed = count("Failed")
        active = Int64(pods.count) - succeeded - failed
        ready = Int64(pods.count(where: \.isReadyPod))
    }

    private var completions: Int64 { job.value["spec"]?["completions"]?.int ?? 1 }

    /// How many more pods have to run now.
    var missing: Int64 {
        let parallel = job.value["spec"]?["parallelism"]?.int ?? 1
        return max(0, min(parallel, completions - succeeded) - active)
    }

    var status: JSON { .object(counts) }

    private var counts: JSONObject {
        var status: JSONObject = [
            "startTime": job.value["status"]?["startTime"] ?? .string(time), "terminating": 0,
            "uncountedTerminatedPods": [:], "ready": .int(ready),
        ]
        for (key, number) in [("active", active), ("succeeded", succeeded), ("failed", failed)] where number > 0 {
            status[key] = .int(number)
        }
        return status
    }

    /// The last status, when the job is over.
    var end: JSON? {
        if succeeded >= completions {
            var status = counts
            status["completionTime"] = .string(time)
            status["conditions"] = conditions(
                "SuccessCriteriaMet", "Complete", "CompletionsReached", "Reached expected number of succeeded pods")
            return .object(status)
        }
        guard failed > job.value["spec"]?["backoffLimit"]?.int ?? 6 else { return nil }
        var status = counts
        status["conditions"] = conditions(
            "FailureTarget", "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        return .object(status)
    }

    private func conditions(_ first: String, _ second: String, _ reason: String, _ message: String) -> JSON {
        .array(
            [first, second].map { type in
                [
                    "type": .string(type), "status": "True", "lastProbeTime": .string(time),
                    "lastTransitionTime": .string(time), "reason": .string(reason), "message": .string(message),
                ]
            })
    }
}
