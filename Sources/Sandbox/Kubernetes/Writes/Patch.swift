import Formats
import HTTPServer
import KubernetesModel

/// Objects that are changed in part, in each of the four ways.
extension APIServer {
    private static let apply = "application/apply-patch+yaml"

    func patch(_ request: APIRequest) throws -> ServerResponse {
        guard request.contentType != Self.apply else { return try applyPatch(request) }
        let patch = try objectPatch(request)
        let writer = try Writer(request, options: "PatchOptions")
        if request.subresource?.name == "scale" { return try patchScale(request, patch, writer) }
        var warnings: [String] = []
        return ServerResponse.remarking({ warnings }) {
            let written = try rewrite(request) { live in
                try patched(live, by: patch, request, writer, &warnings)
            }
            return try present(written, request)
        }
    }

    private func patched(
        _ live: StoredObject, by patch: ObjectPatch, _ request: APIRequest, _ writer: Writer, _ warnings: inout [String]
    ) throws -> StoredObject {
        let rules = try rules(request.resource, writer, for: .update, in: request.namespace)
        let shown = request.resource.shown(live.value)
        let object = try patch.applied(to: shown, rules.schema)
        warnings = try FieldCheck(request.resource, catalog).check(
            object, writer.validation, text: request.contentType == "application/json-patch+json" ? [] : request.body)
        try checkName(of: try settle(object, request.resource, in: request.namespace), request)
        try checkIdentity(of: object, live, request.resource)
        try checkEscalation(object, live, request.resource, writer)
        return try keep(try rules.update(shown, to: object, by: patch), over: live, request.resource, writer)
    }

    private func objectPatch(_ request: APIRequest) throws(APIFailure) -> ObjectPatch {
        let make: (JSON) -> ObjectPatch
        switch request.contentType {
        case "application/json-patch+json": make = ObjectPatch.json
        case "application/merge-patch+json": make = ObjectPatch.merge
        case "application/strategic-merge-patch+json" where !request.resource.isCustom: make = ObjectPatch.strategic
        default: throw .unsupportedMediaType
        }
        let isStrategic = request.contentType.hasPrefix("application/strategic")
        let problem = isStrategic ? "" : "error decoding patch: "
        let value: JSON
        do { value = try JSON.parse(request.body) } catch {
            throw .badRequest(problem + GoJSON.mistake(in: request.body))
        }
        let isList = request.contentType == "application/json-patch+json"
        guard isList ? value.array != nil : value.object != nil else {
            let type = isList ? "[]handlers.jsonPatchOp" : "map[string]interface {}"
            throw .badRequest("\(problem)json: cannot unmarshal \(value.goType) into Go value of type \(type)")
        }
        return make(value)
    }

    private func applyPatch(_ request: APIRequest) throws -> ServerResponse {
        var writer = try Writer(request, options: "PatchOptions", isApply: true)
        // The real server does not see that a claim applied again is the same.
        writer.rewritesUnchanged = request.resource.qualifiedName == "persistentvolumeclaims"
        var config = try RequestBody.parseYAML(request.body)
        try checkType(of: config, request.resource)
        try complete(&config, request)
        let isForced = request.query.isTrue("force")
        while true {
            do {
                let live = store.object(request.key(name: request.name ?? ""))
                let rules = try rules(
                    request.resource, writer, for: live == nil ? .create : .update, in: request.namespace)
                guard let live else {
                    return try present(try applyNew(config, request, rules, writer), request, status: 201)
                }
                try checkIdentity(ofApplied: config, live, request.resource)
                let unused = Allocations(uid: live.uid)
                let applied = try rules.apply(config, to: request.resource.shown(live.value), force: isForced, unused)
                try checkEscalation(applied, live, request.resource, writer)
                return try present(try keep(applied, over: live, request.resource, writer), request)
            } catch is ClusterStore.Raced {
                continue
            }
        }
    }

    /// The configuration has to be about the object of the path; it need not say so.
    private func complete(_ config: inout JSON, _ request: APIRequest) throws(APIFailure) {
        let given = request.name ?? ""
        config = try settle(config, request.resource, in: request.namespace)
        if config["metadata"]?["name"] != nil { try checkName(of: config, request) }
        config["metadata"]?["name"] = .string(given)
    }

    /// An applied object says of what kind it is.
    private func checkType(of config: JSON, _ resource: ResourceType) throws(APIFailure) {
        let (version, kind) = (config["apiVersion"]?.string ?? "", config["kind"]?.string ?? "")
        guard version != resource.apiVersion || kind != resource.kind else { return }
        let shown = version.contains("/") ? version : "/\(version)"
        throw .badRequest("invalid object type: \(shown), Kind=\(kind)")
    }

    private func checkIdentity(
        ofApplied config: JSON, _ live: StoredObject, _ resource: ResourceType
    ) throws(APIFailure) {
        let version = config["metadata"]?["resourceVersion"]?.string ?? ""
        guard version.isEmpty || version == String(live.version) else {
            throw .modified(resource.qualifiedName, live.key.name)
        }
        if let uid = config["metadata"]?["uid"]?.string, !uid.isEmpty, uid != live.uid {
            let message = "Invalid value: \"\(uid)\": field is immutable"
            throw .invalid(
                resource.qualifiedKind, live.key.name, [.init("FieldValueInvalid", message, at: "metadata.uid")])
        }
    }

    private func applyNew(
        _ config: JSON, _ request: APIRequest, _ rules: ObjectWriter, _ writer: Writer
    ) throws -> StoredObject {
        let name = request.name ?? ""
        guard request.subresource == nil else { throw APIFailure.notFound(request.resource.qualifiedName, name) }
        if let uid = config["metadata"]?["uid"]?.string, !uid.isEmpty {
            throw APIFailure.conflict(
                request.resource.qualifiedName, name,
                "uid mismatch: the provided object specified uid \(uid), and no existing object was found")
        }
        let made = try rules.apply(config, to: nil, force: false, allocations(request.resource))
        try checkNamespace(of: made, request.resource)
        try checkDefinition(of: request.resource)
        try checkEscalation(made, nil, request.resource, writer)
        return try insert(made, request.resource, writer)
    }
}
