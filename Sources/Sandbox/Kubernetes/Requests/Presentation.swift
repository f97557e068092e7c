import Formats
import HTTPServer

/// How stored objects are shown under a resource's version and in the form that the client wants.
extension APIServer {
    /// One object in the answer's form.
    func present(
        _ object: StoredObject, _ request: APIRequest, status: Int = 200
    ) throws(APIFailure) -> ServerResponse {
        let form = try Negotiation.choose(request.accept, isList: false).form
        return .json(bytes: bytes(of: object, as: form, request), status: status)
    }

    func bytes(of object: StoredObject, as form: Negotiation.Form, _ request: APIRequest) -> [UInt8] {
        let object = request.resource.shown(object)
        switch form {
        case .plain: return object.encoded()
        case .partial: return Self.partial(object).encoded()
        case .table(let version):
            let table = TableBuilder(request.resource, now: now(), include: request.query["includeObject"])
            var metadata: JSONObject = [:]
            metadata["resourceVersion"] = object.metadata?["resourceVersion"]
            return table.table([object], metadata: metadata, version: version).encoded()
        }
    }

    static func partial(_ object: StoredObject) -> JSON {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": object.metadata ?? [:],
        ]
    }

    func get(_ request: APIRequest) async throws -> ServerResponse {
        if let version = try request.query.version({ APIFailure(500, "", $0) }) { try await wait(for: version) }
        let object = try stored(request)
        if request.subresource?.name == "scale" { return .json(Scale(of: object, request.resource).json) }
        return try present(object, request)
    }

    /// The object that the path names.
    func stored(_ request: APIRequest) throws(APIFailure) -> StoredObject {
        let name = request.name ?? ""
        guard let object = store.object(request.key(name: name)) else {
            throw .notFound(request.resource.qualifiedName, name)
        }
        return object
    }
}
