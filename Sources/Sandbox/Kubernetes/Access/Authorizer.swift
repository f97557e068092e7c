import Formats

/// Decides by the roles and bindings of the cluster what a user may do.
struct Authorizer: Sendable {
    private static let group = "rbac.authorization.k8s.io"

    let store: ClusterStore

    func allows(_ user: ClusterUser, _ request: AccessRequest) -> Bool {
        if user.groups.contains(ClusterUser.administrators) { return true }
        return rules(for: user, namespace: request.namespace).contains { $0.allows(request) }
    }

    /// The rules that hold for the user in a namespace, those of the cluster among them.
    func rules(for user: ClusterUser, namespace: String?) -> [PolicyRule] {
        let state = store.snapshot()
        var rules: [PolicyRule] = []
        for binding in state.objects("clusterrolebindings.\(Self.group)") where binds(binding, user) {
            rules += self.rules(of: binding, in: state)
        }
        guard let namespace else { return rules }
        for binding in state.objects("rolebindings.\(Self.group)", namespace: namespace) where binds(binding, user) {
            rules += self.rules(of: binding, in: state)
        }
        return rules
    }

    private func rules(of binding: StoredObject, in state: borrowing ClusterState) -> [PolicyRule] {
        guard let reference = binding.value["roleRef"], let name = reference["name"]?.string else { return [] }
        let isLocal = reference["kind"]?.string == "Role"
        let key = ObjectKey(
            resource: "\(isLocal ? "roles" : "clusterroles").\(Self.group)",
            namespace: isLocal ? binding.key.namespace : "", name: name)
        return (state.object(key)?.value["rules"]?.array ?? []).map(PolicyRule.init)
    }

    private func binds(_ binding: StoredObject, _ user: ClusterUser) -> Bool {
        (binding.value["subjects"]?.array ?? []).contains { subject in
            let name = subject["name"]?.string ?? ""
            switch subject["kind"]?.string {
            case "User": return name == user.name
            case "Group": return user.groups.contains(name)
            case "ServiceAccount":
                let namespace = subject["namespace"]?.string ?? binding.key.namespace
                return user.name == "system:serviceaccount:\(namespace):\(name)"
            default: return false
            }
        }
    }
}

/// One rule of a role.
struct PolicyRule: Sendable, Hashable {
    let verbs: [String]
    let groups: [String]
    let resources: [String]
    let names: [String]
    let paths: [String]

    init(_ rule: JSON) {
        func texts(_ key: String) -> [String] { (rule[key]?.array ?? []).compactMap(\.string) }
        verbs = texts("verbs")
        groups = texts("apiGroups")
        resources = texts("resources")
        names = texts("resourceNames")
        paths = texts("nonResourceURLs")
    }

    func allows(_ request: AccessRequest) -> Bool {
        guard verbs.contains("*") || verbs.contains(request.verb) else { return false }
        if let path = request.path {
            return paths.contains { $0 == "*" || $0 == path || ($0.hasSuffix("*") && path.hasPrefix($0.dropLast())) }
        }
        guard groups.contains("*") || groups.contains(request.group) else { return false }
        let wanted = request.resourceAndSubresource
        let anyOfSubresource = request.subresource.map { "*/\($0)" }
        guard resources.contains(where: { $0 == "*" || $0 == wanted || $0 == anyOfSubresource }) else { return false }
        return names.isEmpty || request.name.map(names.contains) ?? false
    }

    /// As `SelfSubjectRulesReview` shows it.
    var json: JSON {
        var rule: JSONObject = ["verbs": Self.list(verbs)]
        if paths.isEmpty {
            rule["apiGroups"] = Self.list(groups)
            rule["resources"] = Self.list(resources)
            if !names.isEmpty { rule["resourceNames"] = Self.list(names) }
        } else {
            rule["nonResourceURLs"] = Self.list(paths)
        }
        return .object(rule)
    }

    private static func list(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
}
