import Formats

/// Plays the node: pods are placed, start after a while, and run, end or fail.
struct PodController: Controller {
    private static let node = "kubelet"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        guard key.resource == "pods" else { return [] }
        guard event.kind == .deleted else { return [key] }
        for stage in PodStage.allCases { cluster.stopwatch.forget(Self.watch(event.object, stage)) }
        return []
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let pod = cluster.store.object(key), !pod.isBeingDeleted, let stage = PodStage(of: pod) else {
            return nil
        }
        if stage != .created {
            let left = cluster.pace.start - cluster.stopwatch.elapsed(Self.watch(pod, stage))
            guard left <= .zero else { return left }
        }
        guard let next = PodStatus(pod, time: cluster.time).after(stage) else { return nil }
        try cluster.setStatus(pod, next, by: Self.node)
        return cluster.pace.start
    }

    private static func watch(_ pod: StoredObject, _ stage: PodStage) -> String { "\(pod.uid)/\(stage.rawValue)" }
}

/// Where a pod is on its way; a pod that is over, or waits for ever, is nowhere.
enum PodStage: String, CaseIterable, Sendable {
    case created, placed, running

    init?(of pod: StoredObject) {
        let status = pod.value["status"]
        switch status?["phase"]?.string {
        case "Running": self = .running
        case "Pending", nil, "":
            let containers = status?["containerStatuses"]?.array ?? []
            guard containers.allSatisfy({ $0["state"]?["waiting"]?["reason"]?.string == "ContainerCreating" }) else {
                return nil
            }
            self = containers.isEmpty ? .created : .placed
        default: return nil
        }
    }
}

/// The status of a pod at each stage.
struct PodStatus: Sendable {
    private let pod: StoredObject
    private let time: String
    private let failure: FailureMode?

    init(_ pod: StoredObject, time: String) {
        self.pod = pod
        self.time = time
        failure = FailureMode.of(template: pod.value)
    }

    /// What follows on the stage; nil where nothing does.
    func after(_ stage: PodStage) -> JSON? {
        switch (stage, failure) {
        case (.created, .scheduling): unschedulable
        case (.created, _): status("Pending", ["waiting": ["reason": "ContainerCreating"]])
        case (.placed, .image):
            status("Pending", ["waiting": ["reason": "ImagePullBackOff", "message": "Back-off pulling image"]])
        case (.placed, _): status("Running", ["running": ["startedAt": .string(time)]], isReady: failure != .exit)
        case (.running, .exit): failed
        case (.running, _): pod.owner?.kind == "Job" ? status("Succeeded", terminated("Completed", 0)) : nil
        }
    }

    private var failed: JSON? {
        guard pod.value["spec"]?["restartPolicy"]?.string == "Never" else {
            return status("Running", ["waiting": ["reason": "CrashLoopBackOff"]], restarts: 1)
        }
        return status("Failed", terminated("Error", 1))
    }

    private func terminated(_ reason: String, _ code: Int64) -> JSON {
        [
            "terminated": [
                "exitCode": .int(code), "reason": .string(reason), "startedAt": .string(time),
                "finishedAt": .string(time),
            ]
        ]
    }

    private func condition(_ type: String, _ status: Bool) -> JSON {
        [
            "type": .string(type), "status": status ? "True" : "False", "lastProbeTime": .null,
            "lastTransitionTime": .string(time),
        ]
    }

    private var unschedulable: JSON? {
        let known = pod.value["status"]?["conditions"]?.array ?? []
        guard known.isEmpty else { return nil }
        var scheduled = condition("PodScheduled", false)
        scheduled["reason"] = "Unschedulable"
        scheduled["message"] = "0/1 nodes are available: 1 Insufficient cpu."
        return [
            "phase": "Pending", "conditions": [scheduled], "qosClass": pod.value["status"]?["qosClass"] ?? "BestEffort",
        ]
    }

    private func status(_ phase: String, _ state: JSON, isReady: Bool = false, restarts: Int64 = 0) -> JSON {
        let containers = (pod.value["spec"]?["containers"]?.array ?? []).map { container -> JSON in
            [
                "name": container["name"] ?? "", "image": container["image"] ?? "",
                "imageID": isReady ? container["image"] ?? "" : "", "state": state, "lastState": [:],
                "ready": .bool(isReady), "restartCount": .int(restarts), "started": .bool(isReady),
            ]
        }
        let address = JSON.string(address)
        return [
            "phase": .string(phase),
            "conditions": [
                condition("PodScheduled", true), condition("Initialized", true),
                condition("ContainersReady", isReady), condition("Ready", isReady),
            ],
            "podIP": address, "podIPs": [["ip": address]],
            "startTime": pod.value["status"]?["startTime"] ?? .string(time),
            "containerStatuses": .array(containers), "qosClass": pod.value["status"]?["qosClass"] ?? "BestEffort",
        ]
    }

    /// An address that follows from the pod's name.
    private var address: String {
        let sum = pod.path.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return "10.9.\(sum >> 8 & 255).\(sum & 255)"
    }
}
