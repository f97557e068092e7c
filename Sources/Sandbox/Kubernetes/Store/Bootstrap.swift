import Cryptography
import Formats

/// The objects that a cluster has before anybody uses it.
enum Bootstrap {
    private static let access = "rbac.authorization.k8s.io"

    /// Makes what is missing, so that a store from a journal is left as it was.
    static func prepare(_ store: ClusterStore, now: Int64) throws {
        for (resource, value) in objects {
            let metadata = value["metadata"]
            let key = ObjectKey(
                resource: resource, namespace: metadata?["namespace"]?.string ?? "",
                name: metadata?["name"]?.string ?? "")
            guard store.object(key) == nil else { continue }
            var value = value
            value["metadata"]?["uid"] = .string(Random.uuid())
            value["metadata"]?["creationTimestamp"] = .string(RFC3339.text(now))
            _ = try store.put(key, replacing: nil, value)
        }
    }

    private static var objects: [(resource: String, value: JSON)] {
        let namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"].map(namespace)
        return namespaces + [service] + roles + bindings
    }

    private static func namespace(_ name: String) -> (resource: String, value: JSON) {
        (
            "namespaces",
            [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": .string(name), "labels": ["kubernetes.io/metadata.name": .string(name)]],
                "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
            ]
        )
    }

    private static let service: (resource: String, value: JSON) = (
        "services",
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kubernetes", "namespace": "default",
                "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "internalTrafficPolicy": "Cluster",
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
                "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 443]],
                "sessionAffinity": "None", "type": "ClusterIP",
            ],
            "status": ["loadBalancer": [:]],
        ]
    )

    private static func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

    private static func rule(_ verbs: [String], _ groups: [String], _ resources: [String]) -> JSON {
        ["verbs": texts(verbs), "apiGroups": texts(groups), "resources": texts(resources)]
    }

    private static func paths(_ values: [String]) -> JSON { ["verbs": ["get"], "nonResourceURLs": texts(values)] }

    private static func role(_ name: String, _ rules: [JSON]) -> (resource: String, value: JSON) {
        (
            "clusterroles.\(access)",
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                "metadata": ["name": .string(name), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"]],
                "rules": .array(rules),
            ]
        )
    }

    private static let roles = [
        role("cluster-admin", [rule(["*"], ["*"], ["*"]), ["verbs": ["*"], "nonResourceURLs": ["*"]]]),
        role("admin", [rule(["*"], groups, ["*"]), rule(["*"], [access], ["roles", "rolebindings"])]),
        role("edit", [rule(["*"], groups, ["*"])]),
        role("view", [rule(["get", "list", "watch"], groups.filter { !$0.isEmpty }, ["*"]), readable]),
        role(
            "system:basic-user",
            [
                rule(
                    ["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
                rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]),
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
            "system:service-account-issuer-discovery",
            [
                paths(["/.well-known", "/.well-known/*"]),
                paths([
                    "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
                    "/openid/v1/jwks/",
                ]),
            ]),
    ]

    private static let groups = ["", "apps", "autoscaling", "batch", "networking.k8s.io", "policy"]

    /// What one may look at in the core group without seeing secrets.
    private static let readable = rule(
        ["get", "list", "watch"], [""],
        [
            "configmaps", "endpoints", "events", "limitranges", "namespaces", "persistentvolumeclaims", "pods",
            "pods/log", "resourcequotas", "serviceaccounts", "services",
        ])

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
