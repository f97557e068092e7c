import Formats
import HTTPServer

/// The paths that are no resources: version, discovery, schemas, health.
extension APIServer {
    func answerEndpoint(
        _ request: ServerRequest, _ path: APIPath, _ user: ClusterUser
    ) throws(APIFailure) -> ServerResponse {
        try authorize(user, AccessRequest(request.method.lowercased(), path: request.path))
        guard request.method == "GET" || request.method == "HEAD" else { throw .methodNotAllowed }
        let parts = path.segments
        switch parts.first {
        case "version" where parts.count == 1: return .json(Discovery.version)
        case "healthz", "livez", "readyz": return .text("ok")
        case "api", "apis": return try discovery(parts, accept: request.header("Accept"))
        case "openapi" where parts.dropFirst().first == "v3": return try openAPI(parts.dropFirst(2))
        default: throw .pageNotFound
        }
    }

    private func discovery(_ parts: [String], accept: String?) throws(APIFailure) -> ServerResponse {
        let discovery = Discovery(resources: catalog.all)
        let isCore = parts[0] == "api"
        if parts.count == 1 {
            guard !Negotiation.wantsAggregatedDiscovery(accept) else {
                let value = discovery.aggregated(core: isCore)
                return .json(bytes: value.encoded(), contentType: Discovery.aggregatedContentType)
            }
            return .json(isCore ? Discovery.versions : discovery.groupList)
        }
        let found =
            isCore
            ? discovery.resourceList(group: "", version: parts[1])
            : parts.count == 2
                ? discovery.group(parts[1]) : discovery.resourceList(group: parts[1], version: parts[2])
        guard let found else { throw .pageNotFound }
        return .json(found)
    }

    private func openAPI(_ rest: ArraySlice<String>) throws(APIFailure) -> ServerResponse {
        let documents = ServedSchemas(resources: catalog.all, definitions: definitions)
        guard !rest.isEmpty else { return .json(documents.index) }
        guard let document = documents.document(rest.joined(separator: "/")) else { throw .pageNotFound }
        return .json(document)
    }

    private var definitions: [JSON] { store.snapshot().objects(APICatalog.definitions).map(\.value) }
}
