import Formats

/// What a sandbox holds, without what is made anew in every run: ids, versions, times, and what controllers make.
enum FinalState {
    /// - Parameter enabledOnly: leave out accounts that are disabled; whether one was made before it had to go is chance.
    static func read(_ world: World, enabledOnly: Bool) async throws -> String {
        let dump = try JSON.parse(Array(try await world.dump().utf8))
        var users = JSONObject()
        for user in dump[path: "identity", "sandbox", "users"]?.object ?? JSONObject() {
            if !enabledOnly || user.value["enabled"] == true { users[user.key] = user.value }
        }
        var cluster = JSONObject()
        for resource in dump["kubernetes"]?.object ?? JSONObject() where !madeByControllers.contains(resource.key) {
            cluster[resource.key] = .array(
                (resource.value.array ?? []).filter { $0["metadata"]?["name"] != "kube-root-ca.crt" }.map(stripped))
        }
        let state: JSON = [
            "users": .object(users), "groups": dump[path: "identity", "sandbox", "groups"] ?? .null,
            "roles": dump[path: "identity", "sandbox", "roles"] ?? .null, "cluster": .object(cluster),
        ]
        return state.prettyText
    }

    /// The first lines that differ, or nil where the states are equal.
    static func difference(_ left: String, _ right: String) -> String? {
        guard left != right else { return nil }
        let (one, other) = (left.split(separator: "\n"), right.split(separator: "\n"))
        let index =
            zip(one, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(one.count, other.count)
        func lines(_ all: [Substring]) -> String {
            all[max(0, index - 4)..<min(all.count, index + 4)].joined(separator: "\n")
        }
        return "line \(index):\n\(lines(one))\ninstead of\n\(lines(other))"
    }

    private static let madeByControllers: Set<String> = [
        "pods", "replicasets.apps", "replicasets", "events", "endpoints", "endpointslices.discovery.k8s.io",
        "endpointslices", "controllerrevisions.apps", "controllerrevisions", "leases.coordination.k8s.io", "leases",
        "clusterroles.rbac.authorization.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io",
    ]

    private static func stripped(_ object: JSON) -> JSON {
        var object = object
        object["status"] = nil
        for member in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"] {
            object["metadata"]?[member] = nil
        }
        for member in ["clusterIP", "clusterIPs"] where object["kind"] == "Service" { object["spec"]?[member] = nil }
        object["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"] = nil
        return object
    }
}
