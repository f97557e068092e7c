import Formats
import HTTPServer

/// Removal: at once, or marked and held by finalizers.
extension APIServer {
    func delete(_ request: APIRequest) throws -> ServerResponse {
        let options = try DeleteOptions(request)
        while true {
            let live = try stored(request)
            try admitRemoval(of: live, request.resource)
            do {
                let removal = try remove(live, options, request.resource)
                return try answer(removal, request).warning(warnings(for: request, options))
            } catch is ClusterStore.Raced {
                continue
            }
        }
    }

    /// What became of an object that was to be removed.
    enum Removal {
        /// It is still there, marked.
        case held(StoredObject)
        case gone(StoredObject)
    }

    private func answer(_ removal: Removal, _ request: APIRequest) throws -> ServerResponse {
        switch removal {
        case .held(let object): return try present(object, request)
        case .gone(let object) where Self.showsRemoved.contains(request.resource.qualifiedName):
            return try present(object, request)
        case .gone(let object):
            let resource = request.resource
            var details: JSONObject = [
                "name": .string(object.key.name), "kind": .string(resource.plural), "uid": .string(object.uid),
            ]
            if !resource.group.isEmpty { details["group"] = .string(resource.group) }
            return .json([
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": .object(details),
            ])
        }
    }

    /// Of these kinds the removed object itself is the answer.
    private static let showsRemoved: Set<String> = [
        "persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates", "resourcequotas", "serviceaccounts",
        "services",
    ]

    func deleteCollection(_ request: APIRequest) async throws -> ServerResponse {
        let options = try DeleteOptions(request)
        let page = try await page(request, try ListOptions(request.query, for: request.resource))
        for object in page.objects {
            try admitRemoval(of: object, request.resource)
            var current: StoredObject? = object
            while let live = current {
                do {
                    _ = try remove(live, options, request.resource)
                    break
                } catch is ClusterStore.Raced {
                    current = store.object(object.key).flatMap { $0.uid == object.uid ? $0 : nil }
                }
            }
        }
        let form = try Negotiation.choose(request.accept, isList: true).form
        return .json(bytes: bytes(of: page, as: form, request))
    }

    /// Removes the object, or marks it where something holds it.
    func remove(_ live: StoredObject, _ options: DeleteOptions, _ resource: ResourceType) throws -> Removal {
        try checkPreconditions(options, live, resource)
        if live.key.resource == "namespaces" { return try removeNamespace(live, options) }
        if live.key.resource == APICatalog.definitions { return try removeDefinition(live, options) }
        let finalizers = finalizers(of: live, options)
        let grace = graceSeconds(of: live, options)
        guard !finalizers.isEmpty || grace > 0 else {
            guard !options.isDryRun else { return .gone(live) }
            let removed = try store.remove(live)
            try finishDefinition(of: resource)
            return .gone(removed)
        }
        guard !live.isBeingDeleted || finalizers != live.finalizers else { return .held(live) }
        var value = live.value
        value["metadata"]?["finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) })
        if !live.isBeingDeleted {
            value["metadata"]?["deletionTimestamp"] = .string(RFC3339.text(now() + grace))
            value["metadata"]?["deletionGracePeriodSeconds"] = .int(grace)
            if let generation = live.metadata?["generation"]?.int {
                value["metadata"]?["generation"] = .int(generation + 1)
            }
        }
        return .held(try save(value, over: live, dryRun: options.isDryRun))
    }

    /// Writes the value, or only says what it would be.
    func save(_ value: JSON, over live: StoredObject, dryRun: Bool) throws -> StoredObject {
        guard !dryRun else { return StoredObject(key: live.key, version: live.version, value: value) }
        return try store.put(live.key, replacing: live, value)
    }

    private func checkPreconditions(
        _ options: DeleteOptions, _ live: StoredObject, _ resource: ResourceType
    ) throws(APIFailure) {
        if let uid = options.uid, uid != live.uid {
            let why = "the UID in the precondition (\(uid)) does not match the UID in record (\(live.uid)). "
            throw .conflict(
                resource.qualifiedKind, live.key.name, why + "The object might have been deleted and then recreated")
        }
        let version = String(live.version)
        if let wanted = options.resourceVersion, wanted != version {
            let why = "the ResourceVersion in the precondition (\(wanted)) does not match the ResourceVersion in record"
            throw .conflict(
                resource.qualifiedKind, live.key.name, "\(why) (\(version)). The object might have been modified")
        }
    }

    /// The finalizers that the way of propagation leaves.
    private func finalizers(of live: StoredObject, _ options: DeleteOptions) -> [String] {
        let own = live.finalizers.filter { $0 != Finalizer.foreground && $0 != Finalizer.orphan }
        switch options.propagation {
        case .foreground: return own + [Finalizer.foreground]
        case .orphan: return own + [Finalizer.orphan]
        case .background: return own
        case nil:
            // Jobs are older than garbage collection: unless told otherwise they leave their pods behind.
            guard live.key.resource == "jobs.batch", !live.finalizers.contains(Finalizer.foreground) else {
                return live.finalizers
            }
            return own + [Finalizer.orphan]
        }
    }

    /// Only pods that run somewhere get time to stop.
    private func graceSeconds(of live: StoredObject, _ options: DeleteOptions) -> Int64 {
        guard live.key.resource == "pods", !(live.value["spec"]?["nodeName"]?.string ?? "").isEmpty,
            !["Succeeded", "Failed"].contains(live.value["status"]?["phase"]?.string ?? "")
        else { return 0 }
        return options.graceSeconds ?? live.value["spec"]?["terminationGracePeriodSeconds"]?.int ?? 30
    }

    private func warnings(for request: APIRequest, _ options: DeleteOptions) -> [String] {
        guard request.resource.qualifiedName == "jobs.batch", options.propagation == nil else { return [] }
        return [
            "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
                + "or set propagationPolicy=Orphan to suppress this warning"
        ]
    }
}

/// Finalizers with a meaning of their own.
enum Finalizer {
    static let foreground = "foregroundDeletion"
    static let orphan = "orphan"
    static let claimProtection = "kubernetes.io/pvc-protection"
    static let definitionCleanup = "customresourcecleanup.apiextensions.k8s.io"
}
