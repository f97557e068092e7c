import KubernetesModel
import Tenancy

/// One verb on one kind that a run needs.
struct AccessNeed: Sendable, Hashable {
    let verb: String
    let group: String
    /// Plural.
    let resource: String
    /// Nil for all of them.
    var name: String?
    /// Where alone it is needed; nil for everywhere.
    var namespace: String?
    /// Where a right in each of them does as well as one everywhere. Sorted.
    var namespaces: [String] = []

    /// `list secrets, create and patch deployments.apps`
    static func summary(_ needs: [AccessNeed]) -> String {
        var verbs: [(resource: String, verbs: [String])] = []
        for need in needs {
            let kind = need.group.isEmpty ? need.resource : "\(need.resource).\(need.group)"
            let name = need.name.map { " \($0)" } ?? ""
            let title = kind + name + (need.namespace.map { " in \($0)" } ?? "")
            if let index = verbs.firstIndex(where: { $0.resource == title }) {
                verbs[index].verbs.append(need.verb)
            } else {
                verbs.append((title, [need.verb]))
            }
        }
        return verbs.map { "\($0.verbs.joined(separator: ", ")) \($0.resource)" }.joined(separator: "; ")
    }
}

/// What an environment's objects ask for, kind by kind.
struct AccessNeeds {
    private struct Kind {
        let kind: ResourceKind
        var namespaces: Set<String> = []
    }

    private let kinds: [Kind]
    private let boundRoles: [String]

    init(_ desired: DesiredState) {
        let actions = desired.tenants.flatMap(\.actions).map(\.job)
        let objects = desired.objects + desired.tenants.flatMap(\.objects) + actions
        var kinds: [GroupVersionKind: Kind] = [:]
        var roles: Set<String> = []
        for object in objects {
            let gvk = GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind)
            // Of others the plan says whether the server knows them.
            guard let kind = BuiltinKinds.kind(gvk) else { continue }
            kinds[gvk, default: Kind(kind: kind)].namespaces.formUnion(object.id.namespace.map { [$0] } ?? [])
            if object.id.kind == "RoleBinding", let role = object.object[path: "roleRef", "name"]?.string,
                object.object[path: "roleRef", "kind"]?.string == "ClusterRole"
            {
                roles.insert(role)
            }
        }
        self.kinds = kinds.values.sorted { ($0.kind.group, $0.kind.plural) < ($1.kind.group, $1.kind.plural) }
        boundRoles = roles.sorted()
    }

    /// Lists are asked across all namespaces.
    var toPlan: [AccessNeed] {
        let own = kinds.flatMap { kind in
            ["list", "get"].map { AccessNeed(verb: $0, group: kind.kind.group, resource: kind.kind.plural) }
        }
        guard !kinds.contains(where: { $0.kind.isNamespace }) else { return own }
        return [AccessNeed(verb: "list", group: "", resource: "namespaces")] + own
    }

    func toApply(lease namespace: String) -> [AccessNeed] {
        let own = kinds.flatMap { kind in
            ["create", "patch", "delete"].map { verb in
                AccessNeed(
                    verb: verb, group: kind.kind.group, resource: kind.kind.plural,
                    namespaces: kind.namespaces.sorted())
            }
        }
        return own
            + ["get", "create", "update"].map {
                AccessNeed(verb: $0, group: "coordination.k8s.io", resource: "leases", namespace: namespace)
            }
    }

    var toBind: [AccessNeed] {
        boundRoles.map {
            AccessNeed(verb: "bind", group: "rbac.authorization.k8s.io", resource: "clusterroles", name: $0)
        }
    }
}
