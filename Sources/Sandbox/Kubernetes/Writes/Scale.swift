import Formats
import HTTPServer
import KubernetesModel

/// How many pods a workload has and wants: a view that every workload offers in the same form.
struct Scale: Sendable {
    private let object: StoredObject

    init(of object: StoredObject) {
        self.object = object
    }

    var json: JSON {
        let value = object.value
        var metadata: JSONObject = [
            "name": .string(object.key.name), "uid": .string(object.uid),
            "resourceVersion": .string(String(object.version)),
        ]
        if !object.key.namespace.isEmpty { metadata["namespace"] = .string(object.key.namespace) }
        metadata["creationTimestamp"] = object.metadata?["creationTimestamp"]
        var spec: JSONObject = [:]
        if let wanted = value["spec"]?["replicas"]?.int, wanted != 0 { spec["replicas"] = .int(wanted) }
        var status: JSONObject = ["replicas": .int(value["status"]?["replicas"]?.int ?? 0)]
        let selector = TableColumns.selector(value["spec"]?["selector"])
        if selector != "<none>" { status["selector"] = .string(selector) }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata), "spec": .object(spec),
            "status": .object(status),
        ]
    }
}

extension APIServer {
    func updateScale(_ request: APIRequest, _ body: JSON, _ writer: Writer) throws -> ServerResponse {
        let written = try rewrite(request) { live in try rescale(live, body, request, writer) }
        return .json(Scale(of: written).json)
    }

    func patchScale(_ request: APIRequest, _ patch: ObjectPatch, _ writer: Writer) throws -> ServerResponse {
        let written = try rewrite(request) { live in
            guard let schema = ObjectSchema.of(GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"))
            else { throw APIFailure.resourceNotFound }
            return try rescale(live, try patch.applied(to: Scale(of: live).json, schema), request, writer)
        }
        return .json(Scale(of: written).json)
    }

    private func rescale(
        _ live: StoredObject, _ scale: JSON, _ request: APIRequest, _ writer: Writer
    ) throws -> StoredObject {
        try checkIdentity(of: scale, live, request.resource)
        let wanted = scale["spec"]?["replicas"]?.int ?? 0
        guard wanted >= 0 else {
            let message = "Invalid value: \(wanted): must be greater than or equal to 0"
            throw APIFailure.invalid(
                "Scale.autoscaling", live.key.name, [.init("FieldValueInvalid", message, at: "spec.replicas")])
        }
        var object = live.value
        object["spec"]?["replicas"] = .int(wanted)
        return try replace(live, with: object, request.resource, writer)
    }
}
