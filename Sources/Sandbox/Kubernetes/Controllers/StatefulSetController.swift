import Formats

/// Keeps the numbered pods of a stateful set, each with its claims, one after the other.
struct StatefulSetController: Controller {
    static let revisionLabel = "controller-revision-hash"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "statefulsets.apps" { return [key] }
        guard key.resource == "pods", let owner = event.object.owner, owner.kind == "StatefulSet" else { return [] }
        return [ObjectKey(resource: "statefulsets.apps", namespace: key.namespace, name: owner.name)]
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let set = cluster.store.object(key), !set.isBeingDeleted else { return nil }
        let revision = "\(key.name)-\(TemplateHash.text(of: set.value["spec"]?["template"] ?? [:]))"
        if FailureMode.of(set) != .quota { try step(set, revision, cluster) }
        let pods = cluster.owned(by: set, "pods").filter { !$0.isBeingDeleted }
        try cluster.setStatus(set, status(set, pods, revision))
        return nil
    }

    /// One step: the first missing pod is made, the last superfluous or outdated one goes.
    private func step(_ set: StoredObject, _ revision: String, _ cluster: ControllerContext) throws {
        let wanted = Int(set.value["spec"]?["replicas"]?.int ?? 1)
        let pods = cluster.owned(by: set, "pods")
        let isParallel = set.value["spec"]?["podManagementPolicy"]?.string == "Parallel"
        for number in 0..<max(0, wanted) {
            let name = "\(set.key.name)-\(number)"
            if let pod = pods.first(where: { $0.key.name == name }) {
                guard isParallel || pod.isReadyPod else { break }
                continue
            }
            try makeClaims(of: set, number, cluster)
            try cluster.create("pods", in: set.key.namespace, pod(of: set, number, revision))
            guard isParallel else { return }
        }
        func number(_ pod: StoredObject) -> Int { Int(pod.key.name.split(separator: "-").last ?? "") ?? 0 }
        let living = pods.filter { !$0.isBeingDeleted }.sorted { number($0) > number($1) }
        if let superfluous = living.first(where: { number($0) >= wanted }) { return try cluster.remove(superfluous) }
        guard set.value["spec"]?["updateStrategy"]?["type"]?.string != "OnDelete" else { return }
        let partition = Int(set.value["spec"]?["updateStrategy"]?["rollingUpdate"]?["partition"]?.int ?? 0)
        for pod in living where number(pod) >= partition {
            guard pod.label(Self.revisionLabel) == revision else { return try cluster.remove(pod) }
            // The one before it is replaced when this one runs.
            guard pod.isReadyPod else { return }
        }
    }

    private func pod(of set: StoredObject, _ number: Int, _ revision: String) -> JSON {
        let name = "\(set.key.name)-\(number)"
        var pod = PodTemplate.pod(
            named: name, of: set,
            labels: [
                Self.revisionLabel: revision, "statefulset.kubernetes.io/pod-name": name,
                "apps.kubernetes.io/pod-index": String(number),
            ])
        var volumes = pod["spec"]?["volumes"]?.array ?? []
        for template in set.value["spec"]?["volumeClaimTemplates"]?.array ?? [] {
            let volume = template["metadata"]?["name"]?.string ?? ""
            volumes.append([
                "name": .string(volume), "persistentVolumeClaim": ["claimName": .string("\(volume)-\(name)")],
            ])
        }
        if !volumes.isEmpty { pod["spec"]?["volumes"] = .array(volumes) }
        pod["spec"]?["hostname"] = .string(name)
        if let service = set.value["spec"]?["serviceName"], service != "" { pod["spec"]?["subdomain"] = service }
        return pod
    }

    private func makeClaims(of set: StoredObject, _ number: Int, _ cluster: ControllerContext) throws {
        for template in set.value["spec"]?["volumeClaimTemplates"]?.array ?? [] {
            let volume = template["metadata"]?["name"]?.string ?? ""
            let name = "\(volume)-\(set.key.name)-\(number)"
            guard cluster.object("persistentvolumeclaims", set.key.namespace, name) == nil else { continue }
            var metadata: JSONObject = ["name": .string(name)]
            metadata["labels"] = set.value["spec"]?["selector"]?["matchLabels"]
            let claim: JSON = [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": .object(metadata),
                "spec": template["spec"] ?? [:],
            ]
            try cluster.create("persistentvolumeclaims", in: set.key.namespace, claim)
        }
    }

    private func status(_ set: StoredObject, _ pods: [StoredObject], _ revision: String) -> JSON {
        let before = set.value["status"]?["currentRevision"]?.string ?? ""
        let updated = pods.filter { $0.label(Self.revisionLabel) == revision }
        let wanted = set.value["spec"]?["replicas"]?.int ?? 1
        let ready = Int64(pods.count(where: \.isReadyPod))
        let isRolled = updated.count == pods.count && Int64(pods.count) == wanted && ready == wanted
        let current = before.isEmpty || isRolled ? revision : before
        var status: JSONObject = [
            "observedGeneration": .int(set.generation), "replicas": .int(Int64(pods.count)),
            "availableReplicas": .int(ready), "currentRevision": .string(current), "updateRevision": .string(revision),
            "collisionCount": 0,
        ]
        let counts = [
            ("readyReplicas", ready), ("updatedReplicas", Int64(updated.count)),
            ("currentReplicas", Int64(pods.count { $0.label(Self.revisionLabel) == current })),
        ]
        for (key, number) in counts where number > 0 { status[key] = .int(number) }
        return .object(status)
    }
}
