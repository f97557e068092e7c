import Formats

/// Binds claims to volumes made for them, and lets go of those that are to go.
struct ClaimController: Controller {
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        switch key.resource {
        case "persistentvolumeclaims":
            guard event.kind == .deleted, let name = event.object.value["spec"]?["volumeName"]?.string else {
                return [key]
            }
            return [ObjectKey(resource: "persistentvolumes", namespace: "", name: name)]
        case "pods" where event.kind == .deleted:
            return Self.claims(of: event.object).map {
                ObjectKey(resource: "persistentvolumeclaims", namespace: key.namespace, name: $0)
            }
        default: return []
        }
    }

    private static func claims(of pod: StoredObject) -> [String] {
        (pod.value["spec"]?["volumes"]?.array ?? []).compactMap { $0["persistentVolumeClaim"]?["claimName"]?.string }
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let object = cluster.store.object(key) else { return nil }
        if key.resource == "persistentvolumes" { return try release(object, cluster) }
        if object.isBeingDeleted {
            let pods = cluster.store.snapshot().objects("pods", namespace: key.namespace)
            let isUsed = pods.contains { Self.claims(of: $0).contains(key.name) }
            if !isUsed, object.finalizers.contains(Finalizer.claimProtection) {
                try cluster.removeFinalizer(Finalizer.claimProtection, of: object)
            }
            return nil
        }
        guard object.value["status"]?["phase"]?.string != "Bound", FailureMode.of(object) != .storage else {
            return nil
        }
        let left = cluster.pace.start - cluster.stopwatch.elapsed("\(object.uid)/claim")
        guard left <= .zero else { return left }
        try bind(object, cluster)
        cluster.stopwatch.forget("\(object.uid)/claim")
        return nil
    }

    /// The volume goes with its claim.
    private func release(_ volume: StoredObject, _ cluster: ControllerContext) throws -> Duration? {
        guard let claim = volume.value["spec"]?["claimRef"],
            cluster.object(
                "persistentvolumeclaims", claim["namespace"]?.string ?? "", claim["name"]?.string ?? "")?.uid
                != claim["uid"]?.string
        else { return nil }
        try cluster.remove(volume)
        return nil
    }

    private func bind(_ claim: StoredObject, _ cluster: ControllerContext) throws {
        let name = "pvc-\(claim.uid)"
        let spec = claim.value["spec"]
        let capacity: JSON = ["storage": spec?["resources"]?["requests"]?["storage"] ?? "0"]
        var volume: JSON = [
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": .string(name)],
            "spec": [
                "accessModes": spec?["accessModes"] ?? [], "capacity": capacity,
                "claimRef": [
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": .string(claim.key.name),
                    "namespace": .string(claim.key.namespace), "uid": .string(claim.uid),
                ],
                "hostPath": ["path": .string("/var/lib/sandbox/\(name)")], "persistentVolumeReclaimPolicy": "Delete",
                "volumeMode": spec?["volumeMode"] ?? "Filesystem",
            ],
        ]
        if let type = spec?["storageClassName"] { volume["spec"]?["storageClassName"] = type }
        try cluster.create("persistentvolumes", in: "", volume)
        if let made = cluster.object("persistentvolumes", "", name), made.value["status"]?["phase"]?.string != "Bound" {
            try cluster.setStatus(made, ["phase": "Bound", "lastPhaseTransitionTime": .string(cluster.time)])
        }
        try cluster.change(claim) { value in
            value["spec"]?["volumeName"] = .string(name)
            var annotations = value["metadata"]?["annotations"] ?? [:]
            annotations["pv.kubernetes.io/bind-completed"] = "yes"
            annotations["pv.kubernetes.io/bound-by-controller"] = "yes"
            value["metadata"]?["annotations"] = annotations
        }
        guard let bound = cluster.store.object(claim.key) else { return }
        try cluster.setStatus(
            bound, ["phase": "Bound", "accessModes": spec?["accessModes"] ?? [], "capacity": capacity])
    }
}
