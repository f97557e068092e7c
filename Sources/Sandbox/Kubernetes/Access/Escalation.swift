import Formats
import KubernetesModel

/// Nobody may give rights that they do not have themselves: looked at before anything else about a role or a binding.
extension APIServer {
    /// Throws where the writer would give away more than they have.
    func checkEscalation(_ object: JSON, _ live: StoredObject?, _ resource: ResourceType, _ writer: Writer) throws {
        guard resource.group == Authorizer.group, let user = writer.user, !user.isAdministrator else { return }
        if let live, Self.isUnchangedButForCollection(object, live.value) { return }
        switch resource.plural {
        case "roles", "clusterroles": try checkRules(of: object, resource, user)
        case "rolebindings", "clusterrolebindings": try checkBinding(object, resource, user)
        default: break
        }
    }

    private func checkRules(of role: JSON, _ resource: ResourceType, _ user: ClusterUser) throws {
        let (name, namespace) = Self.place(of: role)
        let request = AccessRequest(
            "escalate", group: resource.group, resource: resource.plural, namespace: namespace, name: name)
        guard !authorizer.allows(user, request) else { return }
        try confirm((role["rules"]?.array ?? []).map(PolicyRule.init), for: role, resource, user)
        guard role["aggregationRule"]?.object != nil,
            !RuleCover.missing(from: owned(by: user, in: nil), in: PolicyRule.everything).isEmpty
        else { return }
        throw APIFailure.forbidden(
            resource.qualifiedName, name, "must have cluster-admin privileges to use the aggregationRule")
    }

    private func checkBinding(_ binding: JSON, _ resource: ResourceType, _ user: ClusterUser) throws {
        let role = RoleReference(binding["roleRef"] ?? [:])
        let (_, namespace) = Self.place(of: binding)
        let request = AccessRequest(
            "bind", group: resource.group, resource: role.isLocal ? "roles" : "clusterroles", namespace: namespace,
            name: role.name)
        guard !authorizer.allows(user, request) else { return }
        guard let object = store.object(role.key(in: namespace ?? "")) else {
            throw APIFailure.notFound(role.resource, role.name)
        }
        try confirm(object.rules, for: binding, resource, user)
    }

    private func confirm(
        _ rules: [PolicyRule], for object: JSON, _ resource: ResourceType, _ user: ClusterUser
    ) throws(APIFailure) {
        let (name, namespace) = Self.place(of: object)
        let rights = authorizer.rights(of: user, namespace: namespace)
        let missing = RuleCover.missing(from: rights.rules.map(\.rule), in: rules)
        guard !missing.isEmpty else { return }
        var why =
            "user \(GoFormat.quoted(user.name)) (groups=\(PolicyRule.quoted(user.groups))) is attempting to grant RBAC "
            + "permissions not currently held:\n" + missing.joined(separator: "\n")
        if !rights.problems.isEmpty {
            let all = rights.problems.joined(separator: ", ")
            why += "; resolution errors: [\(rights.problems.count == 1 ? all : "[\(all)]")]"
        }
        throw .forbidden(resource.qualifiedName, name, why)
    }

    private func owned(by user: ClusterUser, in namespace: String?) -> [PolicyRule] {
        authorizer.rights(of: user, namespace: namespace).rules.map(\.rule)
    }

    private static func place(of object: JSON) -> (name: String, namespace: String?) {
        (object["metadata"]?["name"]?.string ?? "", object["metadata"]?["namespace"]?.string)
    }

    /// Whether only what the garbage collector needs is different: the owners and the finalizers.
    private static func isUnchangedButForCollection(_ object: JSON, _ live: JSON) -> Bool {
        func rest(_ value: JSON) -> JSON {
            var value = value
            for key in ["ownerReferences", "finalizers", "managedFields", "resourceVersion"] {
                value["metadata"]?[key] = nil
            }
            return value
        }
        return rest(object) == rest(live)
    }
}
