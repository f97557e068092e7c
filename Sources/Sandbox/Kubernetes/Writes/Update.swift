import Formats
import HTTPServer
import KubernetesModel

/// Objects that are written whole.
extension APIServer {
    func update(_ request: APIRequest) throws -> ServerResponse {
        let writer = try Writer(request, options: "UpdateOptions")
        if request.subresource?.name == "scale" {
            return try updateScale(request, try RequestBody.parse(request, expecting: "Scale"), writer)
        }
        let body = try RequestBody.object(request, of: request.resource)
        let warnings = try FieldCheck(request.resource, catalog).check(
            body, writer.validation, text: request.jsonBody)
        return ServerResponse.remarking({ warnings }) { try update(request, to: body, writer) }
    }

    private func update(_ request: APIRequest, to body: JSON, _ writer: Writer) throws -> ServerResponse {
        let object = try settle(body, request.resource, in: request.namespace)
        try checkName(of: object, request)
        guard Self.createdByUpdate.contains(request.resource.qualifiedName), request.subresource == nil,
            store.object(request.key(name: request.name ?? "")) == nil
        else {
            let written = try rewrite(request) { live in
                try checkIdentity(of: object, live, request.resource)
                try checkVersion(of: object, live, request.resource, writer)
                return try replace(live, with: object, request.resource, writer)
            }
            return try present(written, request)
        }
        return try present(
            try make(object, request.resource, in: request.namespace, by: writer), request, status: 201)
    }

    /// Kinds that a PUT may make.
    private static let createdByUpdate: Set<String> = [
        "endpoints", "events", "leases.coordination.k8s.io", "limitranges",
        "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
    ]

    /// The body may name another object than the path only by mistake.
    func checkName(of object: JSON, _ request: APIRequest) throws(APIFailure) {
        let name = object["metadata"]?["name"]?.string ?? ""
        guard name != request.name ?? "" else { return }
        let given = request.name ?? ""
        throw name.isEmpty
            ? .badRequest("the name of the object (\(given) based on URL) was undeterminable: name must be provided")
            : .badRequest("the name of the object (\(name)) does not match the name on the URL (\(given))")
    }

    /// The version and the uid that the writer saw have to be those of the live object.
    func checkIdentity(of object: JSON, _ live: StoredObject, _ resource: ResourceType) throws(APIFailure) {
        let name = live.key.name
        if let uid = object["metadata"]?["uid"]?.string, !uid.isEmpty, uid != live.uid {
            let why = "Precondition failed: UID in precondition: \(uid), UID in object meta: \(live.uid)"
            throw .conflict(resource.qualifiedName, name, why)
        }
        let version = object["metadata"]?["resourceVersion"]?.string ?? ""
        guard version.isEmpty || version == String(live.version) else { throw .modified(resource.qualifiedName, name) }
    }

    /// Some kinds' objects are replaced only by who says what version is replaced.
    private func checkVersion(
        of object: JSON, _ live: StoredObject, _ resource: ResourceType, _ writer: Writer
    ) throws {
        guard (object["metadata"]?["resourceVersion"]?.string ?? "").isEmpty,
            resource.isCustom || Self.replacedKnowingly.contains(resource.qualifiedName)
        else { return }
        try rules(resource, writer, for: .update, in: live.key.namespace).checkReadable(object)
        let message = "Invalid value: 0: must be specified for an update"
        throw APIFailure.invalid(
            resource.qualifiedName, live.key.name,
            [.init("FieldValueInvalid", message, at: "metadata.resourceVersion")])
    }

    private static let replacedKnowingly: Set<String> = [
        APICatalog.definitions, "leases.coordination.k8s.io", "poddisruptionbudgets.policy",
        "runtimeclasses.node.k8s.io", "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
    ]

    /// Changes the live object, again as long as others write meanwhile.
    func rewrite(
        _ request: APIRequest, _ change: (StoredObject) throws -> StoredObject
    ) throws -> StoredObject {
        while true {
            let live = try stored(request)
            do {
                return try change(live)
            } catch is ClusterStore.Raced {
                continue
            }
        }
    }

    /// Writes an object as a PUT does.
    func replace(
        _ live: StoredObject, with object: JSON, _ resource: ResourceType, _ writer: Writer
    ) throws -> StoredObject {
        if writer.subresource == "finalize" { return try finalize(live, object, writer) }
        try checkEscalation(object, live, resource, writer)
        return try keep(
            try rules(resource, writer, for: .update, in: live.key.namespace).update(
                resource.shown(live.value), to: object), over: live, resource, writer)
    }

    /// The finalizers of a namespace's specification, which only this endpoint changes.
    func finalize(_ live: StoredObject, _ object: JSON, _ writer: Writer) throws -> StoredObject {
        var value = live.value
        value["spec"]?["finalizers"] = object["spec"]?["finalizers"]
        guard let resource = catalog.resource(qualified: "namespaces") else { return live }
        return try keep(value, over: live, resource, writer)
    }

    /// Puts a finished object in the live one's place; nothing happens where nothing is different.
    func keep(
        _ object: JSON, over live: StoredObject, _ resource: ResourceType, _ writer: Writer
    ) throws -> StoredObject {
        var object = resource.stored(object)
        let isDefinition = resource.qualifiedName == APICatalog.definitions
        if isDefinition { object = Definitions.changed(object) }
        guard object != live.value || writer.rewritesUnchanged else { return live }
        if resource.qualifiedName == "services" {
            object = ServiceAddresses(store).withNodePorts(object, live: live.value)
        }
        guard !writer.isDryRun else { return StoredObject(key: live.key, version: live.version, value: object) }
        guard !isReleased(object, live) else {
            _ = try store.remove(live)
            try finishDefinition(of: resource)
            return StoredObject(key: live.key, version: live.version, value: object)
        }
        let written = try store.put(live.key, replacing: live, object)
        if isDefinition, writer.subresource.isEmpty, !live.isBeingDeleted { try establish(written) }
        return written
    }

    /// Whether the change takes away the last that held an object which is to go.
    private func isReleased(_ object: JSON, _ live: StoredObject) -> Bool {
        guard live.isBeingDeleted, (object["metadata"]?["finalizers"]?.array ?? []).isEmpty,
            live.metadata?["deletionGracePeriodSeconds"]?.int ?? 0 == 0
        else { return false }
        return live.key.resource != "namespaces" || (object["spec"]?["finalizers"]?.array ?? []).isEmpty
    }
}
