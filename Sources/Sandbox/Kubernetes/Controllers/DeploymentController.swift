import Formats

/// Rolls the pods of a deployment over by replica sets, one for each pod template.
struct DeploymentController: Controller {
    static let revision = "deployment.kubernetes.io/revision"
    static let hashLabel = "pod-template-hash"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "deployments.apps" { return [key] }
        guard key.resource == "replicasets.apps", let owner = event.object.owner, owner.kind == "Deployment" else {
            return []
        }
        return [ObjectKey(resource: "deployments.apps", namespace: key.namespace, name: owner.name)]
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let deployment = cluster.store.object(key) else { return nil }
        var rollout = Rollout(deployment, cluster.owned(by: deployment, "replicasets.apps"))
        guard !deployment.isBeingDeleted else { return try report(rollout, cluster) }
        guard rollout.current != nil else {
            let revision = rollout.nextRevision
            try cluster.create("replicasets.apps", in: key.namespace, rollout.newReplicaSet(revision: revision))
            rollout = Rollout(deployment, cluster.owned(by: deployment, "replicasets.apps"))
            rollout.isFresh = true
            try setRevision(deployment, revision, cluster)
            guard let marked = cluster.store.object(key) else { return nil }
            rollout.deployment = marked
            return try report(rollout, cluster)
        }
        for (replicaSet, replicas) in rollout.scaling {
            try cluster.change(replicaSet) { $0["spec"]?["replicas"] = .int(replicas) }
        }
        return try report(Rollout(deployment, cluster.owned(by: deployment, "replicasets.apps")), cluster)
    }

    private func setRevision(_ deployment: StoredObject, _ revision: Int64, _ cluster: ControllerContext) throws {
        // By way of the status, so that the generation stays.
        try cluster.change(deployment, subresource: "status") { value in
            var annotations = value["metadata"]?["annotations"] ?? [:]
            annotations[Self.revision] = .string(String(revision))
            value["metadata"]?["annotations"] = annotations
        }
    }

    private func report(_ rollout: Rollout, _ cluster: ControllerContext) throws -> Duration? {
        let status = rollout.deployment.value["status"]
        let calm = rollout.status(isLate: false, time: cluster.time)
        guard rollout.isStuck else {
            try cluster.setStatus(rollout.deployment, calm)
            return nil
        }
        let watch = "\(rollout.current?.uid ?? "")/rollout"
        if status != calm, !rollout.isLate {
            // The wait begins when everybody could see that the pods do not come up.
            cluster.stopwatch.forget(watch)
            try cluster.setStatus(rollout.deployment, calm)
        }
        let left = cluster.pace.patience - cluster.stopwatch.elapsed(watch)
        guard left <= .zero else { return left }
        try cluster.setStatus(rollout.deployment, rollout.status(isLate: true, time: cluster.time))
        return nil
    }
}
