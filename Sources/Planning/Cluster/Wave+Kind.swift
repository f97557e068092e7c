import KubernetesModel

extension Wave {
    /// The wave in which objects of a kind are made; kinds that are not named here come with the workloads, after
    /// what they may refer to.
    init(kind: String) {
        self =
            switch kind {
            case "CustomResourceDefinition", "StorageClass", "IngressClass", "PriorityClass", "RuntimeClass":
                .definitions
            case "Namespace": .namespaces
            case "ResourceQuota", "LimitRange", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "Role",
                "RoleBinding", "ClusterRole", "ClusterRoleBinding":
                .policies
            // Services too: a workload that asks another by name is ready only when the name resolves.
            case "ConfigMap", "Secret", "PersistentVolume", "PersistentVolumeClaim", "Service": .configuration
            case "Ingress", "HTTPRoute", "Gateway", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
                .routes
            default: .workloads
            }
    }
}
