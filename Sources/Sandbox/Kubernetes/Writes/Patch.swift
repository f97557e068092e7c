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
        warnings = try FieldCheck(request.resource, catalog).check(object, writer.validation)
        try checkName(of: object, request)
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
        do {
            return make(try JSON.parse(request.body))
        } catch {
            throw .badRequest("error decoding patch: \(GoJSON.mistake(in: request.body))")
        }
    }

    private func applyPatch(_ request: APIRequest) throws -> ServerResponse {
        guard let manager = request.query["fieldManager"], !manager.isEmpty else {
            let cause = APIFailure.Cause(
                "FieldValueRequired", "Required value: is required for apply patch", at: "fieldManager")
            throw APIFailure.invalid("PatchOptions.meta.k8s.io", "", [cause])
        }
        var writer = try Writer(request, options: "PatchOptions")
        // The real server does not see that a claim applied again is the same.
        writer.rewritesUnchanged = request.resource.qualifiedName == "persistentvolumeclaims"
        var config = try RequestBody.parseYAML(request.body)
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
        let name = config["metadata"]?["name"]?.string ?? ""
        guard name.isEmpty || name == given else {
            throw .badRequest("the name of the object (\(name)) does not match the name on the URL (\(given))")
        }
        config = try settle(config, request.resource, in: request.namespace)
        config["metadata"]?["name"] = .string(given)
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
