import Cryptography
import Formats

/// The objects that a cluster has before anybody uses it.
enum Bootstrap {
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
        return namespaces + [service] + BootstrapRoles.objects
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
}
