import Formats

/// Removes what belonged to something that is gone, and lets go of owners whose dependents are.
struct GarbageCollector: Controller {
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let object = event.object
        guard event.kind == .deleted else {
            let isWaiting = object.finalizers.contains { $0 == Finalizer.foreground || $0 == Finalizer.orphan }
            return object.isBeingDeleted && isWaiting || !object.owners.isEmpty ? [object.key] : []
        }
        let owners = object.owners.compactMap { key(of: $0, beside: object, cluster) }
        return owners + dependents(of: object, cluster).map(\.key)
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let object = cluster.store.object(key) else { return nil }
        if object.isBeingDeleted, object.finalizers.contains(Finalizer.orphan) {
            for dependent in dependents(of: object, cluster) { try release(dependent, from: object, cluster) }
            try cluster.removeFinalizer(Finalizer.orphan, of: object)
        } else if object.isBeingDeleted, object.finalizers.contains(Finalizer.foreground) {
            let left = dependents(of: object, cluster)
            for dependent in left where !dependent.isBeingDeleted { try removeForeground(dependent, cluster) }
            let blocking = dependents(of: object, cluster).filter { dependent in
                dependent.owners.contains { $0.uid == object.uid && $0.blocksDeletion }
            }
            if blocking.isEmpty { try cluster.removeFinalizer(Finalizer.foreground, of: object) }
        } else if !object.isBeingDeleted, !object.owners.isEmpty, !hasLivingOwner(object, cluster) {
            try cluster.remove(object)
        }
        return nil
    }

    private func hasLivingOwner(_ object: StoredObject, _ cluster: ControllerContext) -> Bool {
        object.owners.contains { owner in
            guard let key = key(of: owner, beside: object, cluster) else { return true }
            return cluster.store.object(key)?.uid == owner.uid
        }
    }

    /// Where the owner lies; nil for kinds that nobody knows, which keep what belongs to them.
    private func key(
        of owner: OwnerReference, beside object: StoredObject, _ cluster: ControllerContext
    ) -> ObjectKey? {
        let parts = owner.apiVersion.split(separator: "/")
        let group = parts.count == 2 ? String(parts[0]) : ""
        guard let type = cluster.server.catalog.resource(group: group, kind: owner.kind) else { return nil }
        return ObjectKey(
            resource: type.qualifiedName, namespace: type.isNamespaced ? object.key.namespace : "", name: owner.name)
    }

    /// What names the object as an owner: in its namespace, or anywhere for an object of the cluster.
    private func dependents(of object: StoredObject, _ cluster: ControllerContext) -> [StoredObject] {
        let state = cluster.store.snapshot()
        let namespace = object.key.namespace.isEmpty ? nil : object.key.namespace
        return state.resources.flatMap { state.objects($0, namespace: namespace) }.filter { dependent in
            dependent.owners.contains { $0.uid == object.uid }
        }
    }

    private func removeForeground(_ dependent: StoredObject, _ cluster: ControllerContext) throws {
        guard let type = cluster.server.catalog.resource(qualified: dependent.key.resource) else { return }
        let hasOwn = !dependents(of: dependent, cluster).isEmpty
        let options = DeleteOptions(propagation: hasOwn ? .foreground : .background)
        _ = try cluster.server.remove(dependent, options, type)
    }

    private func release(
        _ dependent: StoredObject, from owner: StoredObject, _ cluster: ControllerContext
    ) throws {
        let left = (dependent.metadata?["ownerReferences"]?.array ?? []).filter { $0["uid"]?.string != owner.uid }
        try cluster.change(dependent) { $0["metadata"]?["ownerReferences"] = left.isEmpty ? nil : .array(left) }
    }
}
