import Formats

/// Who sends a request.
package struct ClusterUser: Sendable, Hashable {
    package let name: String
    package let uid: String
    package let groups: [String]
    package let extra: [String: [String]]

    package init(name: String, uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]) {
        self.name = name
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// May do everything.
    package static let administrators = "system:masters"

    static let anonymous = ClusterUser(name: "system:anonymous", groups: ["system:unauthenticated"])

    /// The user as one who has proved who they are.
    var authenticated: ClusterUser {
        let all = groups.contains("system:authenticated") ? groups : groups + ["system:authenticated"]
        return ClusterUser(name: name, uid: uid, groups: all, extra: extra)
    }

    /// Escalation checks do not hold for them.
    var isAdministrator: Bool { groups.contains(Self.administrators) }

    /// - Parameter pod: the pod that the token is bound to.
    static func serviceAccount(
        _ name: String, in namespace: String, uid: String, token id: String, pod: JSON? = nil
    ) -> ClusterUser {
        var extra = ["authentication.kubernetes.io/credential-id": ["JTI=\(id)"]]
        if let pod {
            extra["authentication.kubernetes.io/pod-name"] = [pod["name"]?.string ?? ""]
            extra["authentication.kubernetes.io/pod-uid"] = [pod["uid"]?.string ?? ""]
        }
        return ClusterUser(
            name: "system:serviceaccount:\(namespace):\(name)", uid: uid,
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"],
            extra: extra)
    }

    /// As `SelfSubjectReview` shows it.
    var json: JSON {
        var value: JSONObject = ["username": .string(name), "groups": .array(groups.map { .string($0) })]
        if !uid.isEmpty { value["uid"] = .string(uid) }
        if !extra.isEmpty {
            value["extra"] = .object(
                JSONObject(extra.map { .init(key: $0.key, value: .array($0.value.map { .string($0) })) }))
        }
        return .object(value)
    }
}
