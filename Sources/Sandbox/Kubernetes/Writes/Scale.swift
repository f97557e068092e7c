import Formats
import HTTPServer
import KubernetesModel

/// How many pods a workload has and wants: a view that every workload offers in the same form.
struct Scale: Sendable {
    private let object: StoredObject
    private let paths: ScalePaths

    init(of object: StoredObject, _ resource: ResourceType) {
        self.object = object
        paths = resource.custom?.scale ?? .workload
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
        if let wanted = value[path: paths.wanted]?.int, wanted != 0 { spec["replicas"] = .int(wanted) }
        var status: JSONObject = ["replicas": .int(value[path: paths.present]?.int ?? 0)]
        if let path = paths.selector {
            if let selector = value[path: path]?.string, !selector.isEmpty { status["selector"] = .string(selector) }
        } else {
            let selector = TableColumns.selector(value["spec"]?["selector"])
            if selector != "<none>" { status["selector"] = .string(selector) }
        }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata), "spec": .object(spec),
            "status": .object(status),
        ]
    }
}

extension APIServer {
    func updateScale(_ request: APIRequest, _ body: JSON, _ writer: Writer) throws -> ServerResponse {
        let written = try rewrite(request) { live in try rescale(live, body, request, writer) }
        return .json(Scale(of: written, request.resource).json)
    }

    func patchScale(_ request: APIRequest, _ patch: ObjectPatch, _ writer: Writer) throws -> ServerResponse {
        let written = try rewrite(request) { live in
            guard let schema = ObjectSchema.of(GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"))
            else { throw APIFailure.resourceNotFound }
            return try rescale(
                live, try patch.applied(to: Scale(of: live, request.resource).json, schema), request, writer)
        }
        return .json(Scale(of: written, request.resource).json)
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
        object.set((request.resource.custom?.scale ?? .workload).wanted[...], .int(wanted))
        return try replace(live, with: object, request.resource, writer)
    }
}

extension JSON {
    /// Puts a value at the path, and objects on the way to it where none are.
    fileprivate mutating func set(_ path: ArraySlice<String>, _ value: JSON) {
        guard let first = path.first else {
            self = value
            return
        }
        var below = self[first] ?? [:]
        below.set(path.dropFirst(), value)
        self[first] = below
    }
}
