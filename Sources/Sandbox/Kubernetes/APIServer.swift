import Formats
import HTTPServer
import KubernetesModel

/// Answers requests to the Kubernetes API from the objects of a store.
struct APIServer: Sendable {
    let store: ClusterStore
    let catalog: APICatalog
    let authenticator: Authenticator
    let authorizer: Authorizer
    let webhooks: Webhooks
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func respond(to request: ServerRequest) async -> ServerResponse {
        do {
            return try await answer(request)
        } catch {
            return .refusal(error)
        }
    }

    private func answer(_ request: ServerRequest) async throws -> ServerResponse {
        guard let path = APIPath(request.path) else { throw APIFailure.pageNotFound }
        guard let sender = authenticator.user(of: request) else { throw APIFailure.unauthorized }
        let user = try actingUser(request, sender)
        guard let target = path.resourcePath else { return try answerEndpoint(request, path, user) }
        let verb = Self.verb(request, target)
        try authorize(
            user,
            AccessRequest(
                verb, group: target.group, resource: target.resource, subresource: target.subresource,
                namespace: Self.scope(of: target), name: target.name ?? Self.onlyName(request, verb)))
        let found = try find(target)
        let api = try APIRequest(
            request, path: target, resource: found.resource, subresource: found.subresource, user: user)
        guard (found.subresource?.verbs ?? found.resource.verbs).contains(verb) else {
            throw APIFailure.methodNotAllowed
        }
        return try await answer(api, verb)
    }

    /// A request for a namespace itself counts as one inside it.
    private static func scope(of path: ResourcePath) -> String? {
        path.group.isEmpty && path.resource == "namespaces" ? path.name : path.namespace
    }

    /// A list of one object by its name counts as one for that object.
    private static func onlyName(_ request: ServerRequest, _ verb: String) -> String? {
        guard verb == "list" || verb == "watch", let selector = request.parameter("fieldSelector") else { return nil }
        let names = selector.split(separator: ",").compactMap { term -> String? in
            let parts = term.split(separator: "=", omittingEmptySubsequences: true)
            return parts.count == 2 && parts[0] == "metadata.name" ? String(parts[1]) : nil
        }
        return names.first
    }

    func authorize(_ user: ClusterUser, _ access: AccessRequest) throws(APIFailure) {
        let decision = authorizer.decide(user, access)
        guard decision.isAllowed else { throw access.refusal(for: user, reason: decision.reason) }
    }

    private static func verb(_ request: ServerRequest, _ path: ResourcePath) -> String {
        let isCollection = path.name == nil
        switch request.method {
        case "GET":
            let isWatch = QueryParameters(request.query).isTrue("watch")
            return isWatch ? "watch" : isCollection ? "list" : "get"
        case "POST": return isCollection || path.subresource != nil ? "create" : "none"
        case "PUT": return isCollection ? "none" : "update"
        case "PATCH": return isCollection ? "none" : "patch"
        case "DELETE": return isCollection ? "deletecollection" : "delete"
        default: return "none"
        }
    }

    private func find(
        _ path: ResourcePath
    ) throws(APIFailure) -> (resource: ResourceType, subresource: ResourceType.Subresource?) {
        guard let resource = catalog.resource(group: path.group, version: path.version, plural: path.resource) else {
            throw catalog.hasGroup(path.group) ? .resourceNotFound : .pageNotFound
        }
        // Inside a namespace lie only resources that have one, and those only there, but for lists over all of them.
        guard resource.isNamespaced == (path.namespace != nil) || (resource.isNamespaced && path.name == nil) else {
            throw .resourceNotFound
        }
        guard let name = path.subresource else { return (resource, nil) }
        guard let subresource = resource.subresource(name) else { throw .resourceNotFound }
        return (resource, subresource)
    }

    private func answer(_ request: APIRequest, _ verb: String) async throws -> ServerResponse {
        try refuseContainers(request)
        switch verb {
        case "list", "watch":
            let options = try ListOptions(request.query, for: request.resource)
            return verb == "watch" ? try watch(request, options) : try await list(request, options)
        case "get": return try await get(request)
        case "create": return try create(request)
        case "update": return try update(request)
        case "patch": return try patch(request)
        case "delete": return try delete(request)
        case "deletecollection": return try await deleteCollection(request)
        default: throw APIFailure.methodNotAllowed
        }
    }
}
