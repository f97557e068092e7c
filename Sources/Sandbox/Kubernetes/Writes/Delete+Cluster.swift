import Formats

/// The kinds whose removal takes other objects along.
extension APIServer {
    private static let kept: Set<String> = ["default", "kube-system", "kube-public"]

    /// A namespace is only marked; whoever empties it takes its finalizer away.
    func removeNamespace(_ live: StoredObject, _ options: DeleteOptions) throws -> Removal {
        let name = live.key.name
        guard !Self.kept.contains(name) else {
            throw APIFailure.forbidden("namespaces", name, "this namespace may not be deleted")
        }
        if live.isBeingDeleted {
            let isHeld = !(live.value["spec"]?["finalizers"]?.array ?? []).isEmpty || !live.finalizers.isEmpty
            return isHeld ? .held(live) : .gone(options.isDryRun ? live : try store.remove(live))
        }
        var value = live.value
        value["metadata"]?["deletionTimestamp"] = .string(RFC3339.text(now()))
        var status = value["status"] ?? [:]
        status["phase"] = "Terminating"
        value["status"] = status
        return .held(try save(value, over: live, dryRun: options.isDryRun))
    }

    /// A definition is marked, and goes when none of its objects is left.
    func removeDefinition(_ live: StoredObject, _ options: DeleteOptions) throws -> Removal {
        guard !live.isBeingDeleted else {
            return live.finalizers.isEmpty ? .gone(options.isDryRun ? live : try store.remove(live)) : .held(live)
        }
        var value = live.value
        let time = RFC3339.text(now())
        value["metadata"]?["deletionTimestamp"] = .string(time)
        var finalizers = live.finalizers
        if !finalizers.contains(Finalizer.definitionCleanup) { finalizers.append(Finalizer.definitionCleanup) }
        value["metadata"]?["finalizers"] = .array(finalizers.map { .string($0) })
        var conditions = (value["status"]?["conditions"]?.array ?? []).filter { $0["type"]?.string != "Terminating" }
        conditions.append([
            "type": "Terminating", "status": "True", "lastTransitionTime": .string(time),
            "reason": "InstanceDeletionPending",
            "message": "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        ])
        value["status"]?["conditions"] = .array(conditions)
        let held = try save(value, over: live, dryRun: options.isDryRun)
        if !options.isDryRun { try removeObjects(of: held) }
        return .held(held)
    }
}
