import Formats

/// Keeps as many pods as a replica set wants.
struct ReplicaSetController: Controller {
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "replicasets.apps" { return [key] }
        guard key.resource == "pods", let owner = event.object.owner, owner.kind == "ReplicaSet" else { return [] }
        return [ObjectKey(resource: "replicasets.apps", namespace: key.namespace, name: owner.name)]
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let replicaSet = cluster.store.object(key), !replicaSet.isBeingDeleted else { return nil }
        let wanted = replicaSet.value["spec"]?["replicas"]?.int ?? 1
        var pods = cluster.owned(by: replicaSet, "pods").filter { !$0.isBeingDeleted }
        var refusal: String?
        while Int64(pods.count) < wanted, refusal == nil {
            refusal = try make(replicaSet, beside: pods, cluster)
            pods = cluster.owned(by: replicaSet, "pods").filter { !$0.isBeingDeleted }
        }
        // Those that are not ready go first, then the last ones.
        let superfluous = pods.sorted { ($0.isReadyPod ? 1 : 0, $1.key.name) < ($1.isReadyPod ? 1 : 0, $0.key.name) }
            .prefix(max(0, pods.count - Int(wanted)))
        for pod in superfluous { try cluster.remove(pod) }
        let left = cluster.owned(by: replicaSet, "pods").filter { !$0.isBeingDeleted }
        try cluster.setStatus(replicaSet, status(replicaSet, left, refusal, cluster))
        return nil
    }

    /// Makes one pod; returns why it was refused.
    private func make(
        _ replicaSet: StoredObject, beside pods: [StoredObject], _ cluster: ControllerContext
    ) throws -> String? {
        let name = PodTemplate.freeName(replicaSet.key.name, beside: pods)
        if FailureMode.of(replicaSet) == .quota {
            return
                "pods \"\(name)\" is forbidden: exceeded quota: sandbox, requested: pods=1, used: pods=0, limited: pods=0"
        }
        do {
            try cluster.create("pods", in: replicaSet.key.namespace, PodTemplate.pod(named: name, of: replicaSet))
            return nil
        } catch let failure as APIFailure {
            return failure.message
        }
    }

    private func status(
        _ replicaSet: StoredObject, _ pods: [StoredObject], _ refusal: String?, _ cluster: ControllerContext
    ) -> JSON {
        var status: JSONObject = [
            "observedGeneration": .int(replicaSet.generation), "replicas": .int(Int64(pods.count)),
            "terminatingReplicas": 0,
        ]
        let ready = Int64(pods.count(where: \.isReadyPod))
        let counts = [
            ("fullyLabeledReplicas", Int64(pods.count)), ("readyReplicas", ready), ("availableReplicas", ready),
        ]
        for (key, number) in counts where number > 0 { status[key] = .int(number) }
        guard let refusal else { return .object(status) }
        let condition = Condition(type: "ReplicaFailure", status: true, reason: "FailedCreate", message: refusal)
        let earlier = replicaSet.value["status"]?["conditions"]?.array ?? []
        status["conditions"] = [condition.json(earlier, time: cluster.time, with: [])]
        return .object(status)
    }
}

extension StoredObject {
    /// Whether a pod says that it is ready.
    var isReadyPod: Bool {
        (value["status"]?["conditions"]?.array ?? []).contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
    }
}

/// Makes pods from the templates of their owners.
enum PodTemplate {
    /// A name that none of the pods has, the same in every run.
    static func freeName(_ owner: String, beside pods: [StoredObject]) -> String {
        let taken = Set(pods.map(\.key.name))
        var number = 0
        while true {
            let name = "\(owner)-\(TemplateHash.text(of: [.string(owner), .int(Int64(number))], length: 5))"
            if !taken.contains(name) { return name }
            number += 1
        }
    }

    /// A pod whose name was made from its owner's.
    static func pod(named name: String, of owner: StoredObject, labels: [String: String] = [:]) -> JSON {
        let template = owner.value["spec"]?["template"] ?? [:]
        var metadata: JSONObject = [
            "name": .string(name), "generateName": .string("\(owner.key.name)-"),
            "ownerReferences": [OwnerReference.controller(owner)],
        ]
        var allLabels = template["metadata"]?["labels"]?.object ?? [:]
        for (key, value) in labels { allLabels[key] = .string(value) }
        if !allLabels.isEmpty { metadata["labels"] = .object(allLabels) }
        var annotations = template["metadata"]?["annotations"]?.object ?? [:]
        // A pod fails as its workload is told to.
        if let mode = FailureMode.of(owner) { annotations[FailureMode.annotation] = .string(mode.rawValue) }
        if !annotations.isEmpty { metadata["annotations"] = .object(annotations) }
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": .object(metadata), "spec": template["spec"] ?? [:],
        ]
    }
}
