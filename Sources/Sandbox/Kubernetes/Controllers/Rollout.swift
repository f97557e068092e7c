import Formats

/// Where a deployment stands: its replica sets, what has to be scaled next, and the status that says so.
struct Rollout: Sendable {
    var deployment: StoredObject
    private let replicaSets: [StoredObject]
    /// The replica set of the template as it is now.
    let current: StoredObject?
    /// The replica set was made in this very moment.
    var isFresh = false

    private let hash: String

    init(_ deployment: StoredObject, _ replicaSets: [StoredObject]) {
        self.deployment = deployment
        self.replicaSets = replicaSets
        let hash = TemplateHash.text(of: deployment.value["spec"]?["template"] ?? [:])
        self.hash = hash
        current = replicaSets.first { $0.label(DeploymentController.hashLabel) == hash }
    }

    private var spec: JSON { deployment.value["spec"] ?? [:] }
    private var replicas: Int64 { spec["replicas"]?.int ?? 1 }
    private var isPaused: Bool { spec["paused"]?.bool ?? false }
    private var old: [StoredObject] { replicaSets.filter { $0.uid != current?.uid } }

    var nextRevision: Int64 {
        1 + (replicaSets.compactMap { $0.annotation(DeploymentController.revision).flatMap { Int64($0) } }.max() ?? 0)
    }

    func newReplicaSet(revision: Int64) -> JSON {
        var template = spec["template"] ?? [:]
        var labels = template["metadata"]?["labels"] ?? [:]
        labels[DeploymentController.hashLabel] = .string(hash)
        var metadata = template["metadata"] ?? [:]
        metadata["labels"] = labels
        template["metadata"] = metadata
        var matching = spec["selector"] ?? [:]
        var matchLabels = matching["matchLabels"] ?? [:]
        matchLabels[DeploymentController.hashLabel] = .string(hash)
        matching["matchLabels"] = matchLabels
        return [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("\(deployment.key.name)-\(hash)"), "labels": labels,
                "annotations": [DeploymentController.revision: .string(String(revision))],
                "ownerReferences": [OwnerReference.controller(deployment)],
            ],
            "spec": ["replicas": .int(firstReplicas), "selector": matching, "template": template],
        ]
    }

    /// How many pods a replica set begins with: all, or as many as may be there beside the old ones.
    private var firstReplicas: Int64 {
        let oldTotal = old.reduce(0) { $0 + Self.wanted($1) }
        guard oldTotal > 0 else { return replicas }
        return isRecreating ? 0 : min(replicas, max(0, replicas + surge - oldTotal))
    }

    private var isRecreating: Bool { spec["strategy"]?["type"]?.string == "Recreate" }

    /// The replica sets that have to change, and to what: the new one grows within the surge, the old ones shrink as
    /// far as enough pods stay available.
    var scaling: [(replicaSet: StoredObject, replicas: Int64)] {
        guard let current, !isPaused else { return [] }
        let oldTotal = old.reduce(0) { $0 + Self.wanted($1) }
        guard oldTotal > 0 else { return Self.wanted(current) == replicas ? [] : [(current, replicas)] }
        var changes: [(replicaSet: StoredObject, replicas: Int64)] = []
        let grown = firstReplicas
        if grown != Self.wanted(current) { changes.append((current, grown)) }
        let available = replicaSets.reduce(0) { $0 + Self.count($1, "availableReplicas") }
        var spare = isRecreating ? oldTotal : max(0, available - (replicas - unavailable))
        // Pods that never came up go first: nobody misses them.
        for replicaSet in old where Self.wanted(replicaSet) > 0 {
            let broken = Self.wanted(replicaSet) - Self.count(replicaSet, "availableReplicas")
            let going = min(Self.wanted(replicaSet), max(0, broken) + spare)
            guard going > 0 else { continue }
            spare -= max(0, going - max(0, broken))
            changes.append((replicaSet, Self.wanted(replicaSet) - going))
        }
        return changes
    }

    private var surge: Int64 { share("maxSurge", roundUp: true) }

    /// Never both nothing: a rollout has to be able to move.
    private var unavailable: Int64 {
        let share = share("maxUnavailable", roundUp: false)
        return share == 0 && surge == 0 ? 1 : share
    }

    private func share(_ key: String, roundUp: Bool) -> Int64 {
        switch spec["strategy"]?["rollingUpdate"]?[key] {
        case .int(let number): return number
        case .string(let text):
            guard text.hasSuffix("%"), let percent = Int64(text.dropLast()) else { return Int64(text) ?? 0 }
            return (replicas * percent + (roundUp ? 99 : 0)) / 100
        default: return 0
        }
    }

    private static func wanted(_ replicaSet: StoredObject) -> Int64 { replicaSet.value["spec"]?["replicas"]?.int ?? 0 }

    private static func count(_ replicaSet: StoredObject, _ key: String) -> Int64 {
        replicaSet.value["status"]?[key]?.int ?? 0
    }
}

/// The status of a rollout, as the real controller words it.
extension Rollout {
    private static let times = ["lastUpdateTime"]

    /// The workload is told to fail, and the pods that it has begun do not come up.
    var isStuck: Bool {
        let hasBegun = current.map { Self.count($0, "replicas") > 0 } ?? false || refusal != nil
        return FailureMode.of(deployment) != nil && hasBegun && !isComplete && replicas > 0 && !isPaused
    }

    /// It has been said already that the newest replica set takes too long.
    var isLate: Bool {
        let progress = (deployment.value["status"]?["conditions"]?.array ?? []).first {
            $0["type"]?.string == "Progressing"
        }
        return progress?["reason"]?.string == "ProgressDeadlineExceeded"
            && progress?["message"]?.string?.contains("\"\(current?.key.name ?? "")\"") == true
    }

    private var isComplete: Bool {
        guard let current else { return false }
        let total = replicaSets.reduce(0) { $0 + Self.count($1, "replicas") }
        let updated = Self.count(current, "replicas")
        return updated == replicas && total == replicas && Self.count(current, "availableReplicas") == replicas
    }

    func status(isLate: Bool, time: String) -> JSON {
        let total = replicaSets.reduce(0) { $0 + Self.count($1, "replicas") }
        let ready = replicaSets.reduce(0) { $0 + Self.count($1, "readyReplicas") }
        let available = replicaSets.reduce(0) { $0 + Self.count($1, "availableReplicas") }
        let wanted = replicaSets.reduce(0) { $0 + Self.wanted($1) }
        var status: JSONObject = [
            "observedGeneration": .int(deployment.generation), "terminatingReplicas": 0,
        ]
        let counts = [
            ("replicas", total), ("updatedReplicas", current.map { Self.count($0, "replicas") } ?? 0),
            ("readyReplicas", ready), ("availableReplicas", available),
            ("unavailableReplicas", max(0, wanted - available)),
        ]
        for (key, number) in counts where number > 0 { status[key] = .int(number) }
        let earlier = deployment.value["status"]?["conditions"]?.array ?? []
        var conditions = [availability(available), progress(isLate: isLate, earlier)]
        if let refusal { conditions.append(refusal) }
        status["conditions"] = .array(conditions.map { $0.json(earlier, time: time, with: Self.times) })
        return .object(status)
    }

    private func availability(_ available: Int64) -> Condition {
        available >= replicas - (replicas > 0 ? unavailable : 0)
            ? Condition(
                type: "Available", status: true, reason: "MinimumReplicasAvailable",
                message: "Deployment has minimum availability.")
            : Condition(
                type: "Available", status: false, reason: "MinimumReplicasUnavailable",
                message: "Deployment does not have minimum availability.")
    }

    private func progress(isLate: Bool, _ earlier: [JSON]) -> Condition {
        let name = current?.key.name ?? ""
        func condition(_ status: Bool, _ reason: String, _ message: String) -> Condition {
            Condition(type: "Progressing", status: status, reason: reason, message: message)
        }
        if isComplete {
            return condition(true, "NewReplicaSetAvailable", "ReplicaSet \"\(name)\" has successfully progressed.")
        }
        if isFresh { return condition(true, "NewReplicaSetCreated", "Created new replica set \"\(name)\"") }
        if isLate {
            return condition(false, "ProgressDeadlineExceeded", "ReplicaSet \"\(name)\" has timed out progressing.")
        }
        let before = earlier.first { $0["type"]?.string == "Progressing" }
        let isNew =
            before?["reason"]?.string == "NewReplicaSetCreated" && before?["message"]?.string?.contains(name) == true
        // Beside old pods a new replica set counts as progress only when its own pods come up.
        let hasMoved = current.map { Self.count($0, old.isEmpty ? "replicas" : "availableReplicas") > 0 } ?? false
        guard !isNew || hasMoved else {
            return condition(true, "NewReplicaSetCreated", "Created new replica set \"\(name)\"")
        }
        return condition(true, "ReplicaSetUpdated", "ReplicaSet \"\(name)\" is progressing.")
    }

    /// What the replica set says when its pods are refused.
    private var refusal: Condition? {
        let conditions = current?.value["status"]?["conditions"]?.array ?? []
        guard let failure = conditions.first(where: { $0["type"]?.string == "ReplicaFailure" }) else { return nil }
        return Condition(
            type: "ReplicaFailure", status: true, reason: failure["reason"]?.string ?? "",
            message: failure["message"]?.string ?? "")
    }
}
