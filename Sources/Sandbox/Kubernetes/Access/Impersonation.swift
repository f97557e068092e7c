import HTTPServer
import KubernetesModel

/// Acting as somebody else, for those who may.
extension APIServer {
    /// Who the request is to be carried out as: the sender, or whom its headers name.
    func actingUser(_ request: ServerRequest, _ sender: ClusterUser) throws -> ClusterUser {
        func values(_ name: String) -> [String] {
            request.headers.filter { $0.name.lowercased() == name }.map(\.value)
        }
        let name = values("impersonate-user").first ?? ""
        let (uid, groups) = (values("impersonate-uid").first ?? "", values("impersonate-group"))
        let extra = Self.extra(request)
        guard !name.isEmpty else {
            guard uid.isEmpty, groups.isEmpty, extra.isEmpty else {
                throw APIFailure(
                    500, "InternalError", "Internal error occurred: requested without impersonating a user")
            }
            return sender
        }
        let account = Self.serviceAccount(name)
        try mayImpersonate(
            sender,
            account.map { ("", "serviceaccounts", nil, $0.namespace, $0.name) } ?? ("", "users", nil, nil, name))
        for group in groups { try mayImpersonate(sender, ("", "groups", nil, nil, group)) }
        let review = "authentication.k8s.io"
        if !uid.isEmpty { try mayImpersonate(sender, (review, "uids", nil, nil, uid)) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            for value in values { try mayImpersonate(sender, (review, "userextras", key, nil, value)) }
        }
        let own = account.map { ["system:serviceaccounts", "system:serviceaccounts:\($0.namespace)"] } ?? []
        return ClusterUser(
            name: name, uid: uid, groups: Self.completed(groups.isEmpty ? own : groups, name), extra: extra)
    }

    private typealias Target = (group: String, resource: String, subresource: String?, namespace: String?, name: String)

    private func mayImpersonate(_ sender: ClusterUser, _ target: Target) throws(APIFailure) {
        try authorize(
            sender,
            AccessRequest(
                "impersonate", group: target.group, resource: target.resource, subresource: target.subresource,
                namespace: target.namespace, name: target.name))
    }

    /// With the group of all who have proved who they are, but for those who have not.
    private static func completed(_ groups: [String], _ name: String) -> [String] {
        let marks = ["system:authenticated", "system:unauthenticated"]
        guard !groups.contains(where: marks.contains) else { return groups }
        return groups + [name == ClusterUser.anonymous.name ? marks[1] : marks[0]]
    }

    private static func serviceAccount(_ name: String) -> (namespace: String, name: String)? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return nil }
        return (parts[2], parts[3])
    }

    private static func extra(_ request: ServerRequest) -> [String: [String]] {
        let prefix = "impersonate-extra-"
        var extra: [String: [String]] = [:]
        for header in request.headers where header.name.lowercased().hasPrefix(prefix) {
            let key = String(header.name.lowercased().dropFirst(prefix.count))
            extra[PercentEncoding.decode(key[...]), default: []].append(header.value)
        }
        return extra
    }
}
