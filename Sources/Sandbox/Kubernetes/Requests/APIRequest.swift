import Formats
import HTTPServer

/// A request for a resource: who wants what of which object, and how it is to be answered.
struct APIRequest: Sendable {
    let user: ClusterUser
    let resource: ResourceType
    let subresource: ResourceType.Subresource?
    /// Nil for resources of the cluster, and for lists over all namespaces.
    let namespace: String?
    /// Nil for the collection.
    let name: String?
    let query: QueryParameters
    let accept: String?
    /// Without parameters; empty where the header is absent.
    let contentType: String
    let body: [UInt8]
    /// The product in the User-Agent, which names the writer who does not name itself.
    let product: String

    /// The longest body that is read: the limit of the real server.
    static let bodyLimit = 3_145_728

    init(
        _ request: ServerRequest, path: ResourcePath, resource: ResourceType, subresource: ResourceType.Subresource?,
        user: ClusterUser
    ) throws(APIFailure) {
        guard request.body.count <= Self.bodyLimit else {
            throw APIFailure(413, "RequestEntityTooLarge", "Request entity too large: limit is \(Self.bodyLimit)")
        }
        self.user = user
        self.resource = resource
        self.subresource = subresource
        namespace = path.namespace
        name = path.name
        query = QueryParameters(request.query)
        accept = request.header("Accept")
        let type = request.header("Content-Type") ?? ""
        contentType = (type.split(separator: ";").first ?? "").trimmingSpaces().lowercased()
        body = request.body
        let agent = (request.header("User-Agent") ?? "").prefix { $0 != "/" }.trimmingSpaces()
        product = agent.isEmpty ? "unknown" : agent
    }

    /// The body where it is JSON, else nothing.
    var jsonBody: [UInt8] { RequestBody.json.contains(contentType) ? body : [] }

    /// The object's key, as far as the path names it.
    func key(name: String) -> ObjectKey {
        ObjectKey(resource: resource.qualifiedName, namespace: namespace ?? "", name: name)
    }

}
