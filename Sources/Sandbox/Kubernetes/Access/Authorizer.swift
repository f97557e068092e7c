import Formats
import KubernetesModel

/// Decides by the roles and bindings of the cluster what a user may do.
struct Authorizer: Sendable {
    static let group = "rbac.authorization.k8s.io"

    struct Decision: Sendable, Hashable {
        let isAllowed: Bool
        /// What allowed it, or which roles could not be found; often nothing.
        let reason: String
    }

    /// The rules that hold for somebody, each with the binding that gives it.
    struct Rights: Sendable {
        var rules: [(rule: PolicyRule, source: String)] = []
        /// Roles that are bound and not there.
        var problems: [String] = []
    }

    let store: ClusterStore

    func allows(_ user: ClusterUser, _ request: AccessRequest) -> Bool { decide(user, request).isAllowed }

    func decide(_ user: ClusterUser, _ request: AccessRequest) -> Decision {
        if user.isAdministrator { return Decision(isAllowed: true, reason: "") }
        let rights = rights(of: user, namespace: request.namespace)
        if let found = rights.rules.first(where: { $0.rule.allows(request) }) {
            return Decision(isAllowed: true, reason: "RBAC: allowed by \(found.source)")
        }
        var problems: [String] = []
        for problem in rights.problems where !problems.contains(problem) { problems.append(problem) }
        let text = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
        return Decision(isAllowed: false, reason: problems.isEmpty ? "" : "RBAC: \(text)")
    }

    /// What the user may do in a namespace, that in the whole cluster included.
    func rights(of user: ClusterUser, namespace: String?) -> Rights {
        let state = store.snapshot()
        var rights = Rights()
        for binding in state.objects("clusterrolebindings.\(Self.group)") {
            guard let subject = subject(of: binding, user) else { continue }
            let role = Self.role(of: binding)
            let source = "ClusterRoleBinding \(GoFormat.quoted(binding.key.name)) of \(role.text) to \(subject)"
            add(role, of: binding, source, state, &rights)
        }
        guard let namespace else { return rights }
        for binding in state.objects("rolebindings.\(Self.group)", namespace: namespace) {
            guard let subject = subject(of: binding, user) else { continue }
            let role = Self.role(of: binding)
            let name = GoFormat.quoted("\(binding.key.name)/\(namespace)")
            add(role, of: binding, "RoleBinding \(name) of \(role.text) to \(subject)", state, &rights)
        }
        return rights
    }

    private func add(
        _ role: RoleReference, of binding: StoredObject, _ source: String, _ state: borrowing ClusterState,
        _ rights: inout Rights
    ) {
        guard let object = state.object(role.key(in: binding.key.namespace)) else {
            let kind = role.kind.lowercased()
            rights.problems.append("\(kind).\(Self.group) \(GoFormat.quoted(role.name)) not found")
            return
        }
        rights.rules += object.rules.map { ($0, source) }
    }

    private static func role(of binding: StoredObject) -> RoleReference {
        RoleReference(binding.value["roleRef"] ?? [:])
    }

    /// The first subject of the binding that the user is, as messages name it.
    private func subject(of binding: StoredObject, _ user: ClusterUser) -> String? {
        for subject in binding.value["subjects"]?.array ?? [] {
            let name = subject["name"]?.string ?? ""
            switch subject["kind"]?.string {
            case "User" where name == user.name: return "User \(GoFormat.quoted(name))"
            case "Group" where user.groups.contains(name): return "Group \(GoFormat.quoted(name))"
            case "ServiceAccount":
                let given = subject["namespace"]?.string ?? ""
                let namespace = given.isEmpty ? binding.key.namespace : given
                guard user.name == "system:serviceaccount:\(namespace):\(name)" else { continue }
                return "ServiceAccount \(GoFormat.quoted("\(name)/\(namespace)"))"
            default: continue
            }
        }
        return nil
    }
}

/// The role that a binding gives.
struct RoleReference: Sendable, Hashable {
    let kind: String
    let name: String

    init(_ reference: JSON) {
        kind = reference["kind"]?.string ?? ""
        name = reference["name"]?.string ?? ""
    }

    var isLocal: Bool { kind == "Role" }

    /// `ClusterRole "view"`
    var text: String { "\(kind) \(GoFormat.quoted(name))" }

    var resource: String { "\(isLocal ? "roles" : "clusterroles").\(Authorizer.group)" }

    func key(in namespace: String) -> ObjectKey {
        ObjectKey(resource: resource, namespace: isLocal ? namespace : "", name: name)
    }
}

extension StoredObject {
    /// The rules of a role.
    var rules: [PolicyRule] { (value["rules"]?.array ?? []).map(PolicyRule.init) }
}
