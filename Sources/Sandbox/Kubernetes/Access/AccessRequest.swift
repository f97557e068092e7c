/// What somebody wants to do: with a resource, or with a path that is none.
struct AccessRequest: Sendable, Hashable {
    let verb: String
    /// Nil for a resource.
    let path: String?
    let group: String
    let resource: String
    let subresource: String?
    let namespace: String?
    let name: String?

    init(
        _ verb: String, group: String, resource: String, subresource: String? = nil, namespace: String? = nil,
        name: String? = nil
    ) {
        self.verb = verb
        path = nil
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    init(_ verb: String, path: String) {
        self.verb = verb
        self.path = path
        group = ""
        resource = ""
        subresource = nil
        namespace = nil
        name = nil
    }

    /// `deployments/status`
    var resourceAndSubresource: String { subresource.map { "\(resource)/\($0)" } ?? resource }

    /// - Parameter reason: why the decision could not be another.
    func refusal(for user: ClusterUser, reason: String) -> APIFailure {
        let reason = reason.isEmpty ? "" : ": \(reason)"
        if let path {
            return APIFailure(
                403, "Forbidden", "forbidden: User \"\(user.name)\" cannot \(verb) path \"\(path)\"\(reason)",
                details: [:])
        }
        let place = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        let why =
            "User \"\(user.name)\" cannot \(verb) resource \"\(resourceAndSubresource)\" in API group \"\(group)\" \(place)"
            + reason
        return .forbidden(group.isEmpty ? resource : "\(resource).\(group)", name, why)
    }
}
