import Formats

/// The roles that a cluster has before anybody makes one, and who is bound to them.
enum BootstrapRoles {
    private static let access = "rbac.authorization.k8s.io"

    static let objects: [(resource: String, value: JSON)] = roles + bindings

    private static let readVerbs = ["get", "list", "watch"]
    private static let writeVerbs = ["create", "delete", "deletecollection", "patch", "update"]

    private static func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

    private static func rule(_ verbs: [String], _ group: String, _ resources: [String]) -> JSON {
        ["verbs": texts(verbs), "apiGroups": texts([group]), "resources": texts(resources)]
    }

    private static func paths(_ values: [String]) -> JSON { ["verbs": ["get"], "nonResourceURLs": texts(values)] }

    private static func role(
        _ name: String, _ rules: [JSON]?, labels: [String] = [], aggregating: String? = nil
    ) -> (resource: String, value: JSON) {
        var value: JSON = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": ["name": .string(name), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"]],
            "rules": rules.map { .array($0) } ?? .null,
        ]
        for label in labels { value["metadata"]?["labels"]?[Self.label(label)] = "true" }
        if let aggregating {
            value["aggregationRule"] = [
                "clusterRoleSelectors": [["matchLabels": .object([label(aggregating): "true"])]]
            ]
        }
        return ("clusterroles.\(access)", value)
    }

    /// `rbac.authorization.k8s.io/aggregate-to-view`
    private static func label(_ name: String) -> String { "\(access)/aggregate-to-\(name)" }

    private static let roles =
        [
            role("cluster-admin", [rule(["*"], "*", ["*"]), ["verbs": ["*"], "nonResourceURLs": ["*"]]]),
            role("admin", nil, aggregating: "admin"),
            role("edit", nil, labels: ["admin"], aggregating: "edit"),
            role("view", nil, labels: ["edit"], aggregating: "view"),
            role(
                "system:aggregate-to-admin",
                [
                    rule(["create"], "authorization.k8s.io", ["localsubjectaccessreviews"]),
                    rule(readVerbs + writeVerbs, access, ["roles", "rolebindings"]),
                ], labels: ["admin"]),
            role("system:aggregate-to-edit", editing, labels: ["edit"]),
            role("system:aggregate-to-view", viewing, labels: ["view"]),
        ] + everybody

    private static let editing = [
        rule(
            readVerbs, "",
            ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"]),
        rule(["impersonate"], "", ["serviceaccounts"]),
        rule(writeVerbs, "", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"]),
        rule(["create"], "", ["pods/eviction"]),
        rule(
            writeVerbs, "",
            [
                "configmaps", "events", "persistentvolumeclaims", "replicationcontrollers",
                "replicationcontrollers/scale", "secrets", "serviceaccounts", "services", "services/proxy",
            ]),
        rule(["create"], "", ["serviceaccounts/token"]),
        rule(writeVerbs, "apps", workloads.filter { !$0.hasSuffix("/status") } + ["deployments/rollback"]),
        rule(writeVerbs, "autoscaling", ["horizontalpodautoscalers"]),
        rule(writeVerbs, "batch", ["cronjobs", "jobs"]), rule(writeVerbs, "policy", ["poddisruptionbudgets"]),
        rule(writeVerbs, "networking.k8s.io", ["ingresses", "networkpolicies"]),
        rule(readVerbs + writeVerbs, "coordination.k8s.io", ["leases"]),
    ]

    private static let viewing = [
        rule(
            readVerbs, "",
            [
                "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
                "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services",
                "services/status",
            ]),
        rule(
            readVerbs, "",
            [
                "bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status",
                "replicationcontrollers/status", "resourcequotas", "resourcequotas/status",
            ]),
        rule(readVerbs, "", ["namespaces"]), rule(readVerbs, "discovery.k8s.io", ["endpointslices"]),
        rule(readVerbs, "apps", ["controllerrevisions"] + workloads),
        rule(readVerbs, "autoscaling", withStatus(["horizontalpodautoscalers"])),
        rule(readVerbs, "batch", withStatus(["cronjobs", "jobs"])),
        rule(readVerbs, "policy", withStatus(["poddisruptionbudgets"])),
        rule(readVerbs, "networking.k8s.io", withStatus(["ingresses"]) + ["networkpolicies"]),
    ]

    private static let workloads =
        withStatus(["daemonsets", "deployments", "replicasets", "statefulsets"])
        + ["deployments/scale", "replicasets/scale", "statefulsets/scale"]

    private static func withStatus(_ resources: [String]) -> [String] { resources.flatMap { [$0, "\($0)/status"] } }

    /// What those may do who have proved who they are, and those who have not.
    private static let everybody = [
        role(
            "system:basic-user",
            [
                rule(["create"], "authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
                rule(["create"], "authentication.k8s.io", ["selfsubjectreviews"]),
            ]),
        role(
            "system:discovery",
            [
                paths([
                    "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
                    "/version", "/version/",
                ])
            ]),
        role(
            "system:public-info-viewer", [paths(["/healthz", "/livez", "/readyz", "/version", "/version/"])]),
        role(
            "system:auth-delegator",
            [
                rule(["create"], "authentication.k8s.io", ["tokenreviews"]),
                rule(["create"], "authorization.k8s.io", ["subjectaccessreviews"]),
            ]),
        role(
            "system:service-account-issuer-discovery",
            [
                paths(["/.well-known", "/.well-known/*"]),
                paths([
                    "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
                    "/openid/v1/jwks/",
                ]),
            ]),
    ]

    private static func binding(_ role: String, _ groups: [String]) -> (resource: String, value: JSON) {
        (
            "clusterrolebindings.\(access)",
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                "metadata": ["name": .string(role), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"]],
                "roleRef": ["apiGroup": .string(access), "kind": "ClusterRole", "name": .string(role)],
                "subjects": .array(
                    groups.map { ["apiGroup": .string(access), "kind": "Group", "name": .string($0)] }),
            ]
        )
    }

    private static let bindings = [
        binding("cluster-admin", [ClusterUser.administrators]),
        binding("system:basic-user", ["system:authenticated"]),
        binding("system:discovery", ["system:authenticated"]),
        binding("system:public-info-viewer", ["system:authenticated", "system:unauthenticated"]),
        binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
    ]
}
