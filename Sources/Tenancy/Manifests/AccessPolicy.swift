import Formats

/// Rights that a role of a blueprint may not give.
enum RolePolicy {
    static func violations(in role: JSON) -> [ObjectPolicy.Violation] {
        (role["rules"]?.array ?? []).enumerated().flatMap { index, rule in
            violations(in: rule, JSONPointer(["rules"]).appending(index))
        }
    }

    private static func violations(in rule: JSON, _ place: JSONPointer) -> [ObjectPolicy.Violation] {
        var found: [ObjectPolicy.Violation] = []
        for field in ["apiGroups", "resources", "verbs", "nonResourceURLs"] {
            for (index, value) in (rule[field]?.array ?? []).enumerated() {
                guard let text = value.string, let reason = reason(field, text) else { continue }
                found.append(
                    ObjectPolicy.Violation(
                        code: .wideRole, pointer: place.appending(field).appending(index), message: reason,
                        remedy: "list what is needed", allowance: .wideRoles))
            }
        }
        return found
    }

    private static func reason(_ field: String, _ value: String) -> String? {
        switch (field, value) {
        case (_, "*"), ("resources", "*/*"): "'\(value)' in \(field) gives rights that nobody listed"
        case ("verbs", "escalate"), ("verbs", "bind"): "the verb '\(value)' lets its holder give rights beyond its own"
        case ("verbs", "impersonate"): "the verb 'impersonate' lets its holder act as anybody"
        case ("resources", _) where value == "secrets" || value.hasPrefix("secrets/"):
            "rights to secrets are rights to every credential of the namespace"
        case ("resources", "serviceaccounts/token"): "rights to tokens are rights to every account of the namespace"
        case ("resources", _) where value.hasPrefix("*/"): "'\(value)' gives rights that nobody listed"
        default: nil
        }
    }
}

/// Whom a binding of a blueprint may not give rights, and which roles it may not bind.
enum BindingPolicy {
    static func violations(in binding: JSON, _ tenant: ObjectPolicy.Tenant?) -> [ObjectPolicy.Violation] {
        var found: [ObjectPolicy.Violation] = []
        let name = binding[path: "roleRef", "name"]?.string ?? ""
        if binding[path: "roleRef", "kind"] == "ClusterRole", name == "cluster-admin" || name.hasPrefix("system:") {
            found.append(
                ObjectPolicy.Violation(
                    code: .wideBinding, pointer: JSONPointer(["roleRef", "name"]),
                    message: "the cluster role '\(name)' is the system's own", remedy: "bind another one",
                    allowance: .wideBindings))
        }
        for (index, subject) in (binding["subjects"]?.array ?? []).enumerated() {
            found += violation(of: subject, JSONPointer(["subjects"]).appending(index), tenant)
        }
        return found
    }

    private static func violation(
        of subject: JSON, _ place: JSONPointer, _ tenant: ObjectPolicy.Tenant?
    ) -> [ObjectPolicy.Violation] {
        let name = subject["name"]?.string ?? ""
        if subject["kind"] == "ServiceAccount" {
            guard let tenant, let namespace = subject["namespace"]?.string, namespace != tenant.namespace else {
                return []
            }
            return [
                ObjectPolicy.Violation(
                    code: .wideBinding, pointer: place.appending("namespace"),
                    message: "the service account '\(name)' of namespace '\(namespace)' is not this tenant's",
                    remedy: "name one of the tenant's own", allowance: .wideBindings)
            ]
        }
        if let tenant, subject["kind"] == "Group", name.hasPrefix("/"), name != tenant.group,
            !name.hasPrefix(tenant.group + "/")
        {
            return [
                ObjectPolicy.Violation(
                    code: .wideBinding, pointer: place.appending("name"),
                    message: "the group '\(name)' is not this tenant's", remedy: "name one of the tenant's own",
                    allowance: .wideBindings)
            ]
        }
        let own = tenant.map { "system:serviceaccounts:\($0.namespace)" }
        guard name.hasPrefix("system:"), name != own else { return [] }
        let isAccount = name.hasPrefix("system:serviceaccount:")
        return [
            ObjectPolicy.Violation(
                code: .wideBinding, pointer: place.appending("name"),
                message: isAccount
                    ? "'\(name)' is a service account" : "'\(name)' stands for more than this tenant's people",
                remedy: isAccount ? "name it by kind ServiceAccount" : "bind the tenant's own groups",
                allowance: .wideBindings)
        ]
    }
}
