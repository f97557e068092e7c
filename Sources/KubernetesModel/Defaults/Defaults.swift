package import Formats

/// What the server fills in when it reads an object: by kind, on the canonical object, in place.
package enum Defaults {
    package static func fill(_ object: inout JSON, _ gvk: GroupVersionKind) {
        byKind["\(gvk.apiVersion) \(gvk.kind)"]?(&object)
    }

    private typealias Rule = @Sendable (inout JSON) -> Void

    private static let byKind: [String: Rule] = [
        "v1 Namespace": namespace, "v1 Secret": secret, "v1 Service": ServiceDefaults.fill,
        "v1 LimitRange": LimitRangeDefaults.fill,
        "v1 ResourceQuota": { $0.edit("spec") { roundResources(&$0, "hard") } },
        "v1 PersistentVolumeClaim": claim, "v1 PersistentVolume": volume, "v1 Pod": PodDefaults.fillPod,
        "v1 PodTemplate": { $0.edit("template", PodDefaults.fillTemplate) },
        "v1 ReplicationController": replicationController, "v1 Endpoints": endpoints,
        "apps/v1 Deployment": WorkloadDefaults.deployment, "apps/v1 StatefulSet": WorkloadDefaults.statefulSet,
        "apps/v1 DaemonSet": WorkloadDefaults.daemonSet, "apps/v1 ReplicaSet": WorkloadDefaults.replicaSet,
        "batch/v1 Job": WorkloadDefaults.job, "batch/v1 CronJob": WorkloadDefaults.cronJob,
        "autoscaling/v2 HorizontalPodAutoscaler": AutoscalerDefaults.fill,
        "networking.k8s.io/v1 NetworkPolicy": networkPolicy, "networking.k8s.io/v1 IngressClass": ingressClass,
        "apiextensions.k8s.io/v1 CustomResourceDefinition": definition,
        "rbac.authorization.k8s.io/v1 RoleBinding": binding,
        "rbac.authorization.k8s.io/v1 ClusterRoleBinding": binding,
    ]

    @Sendable private static func namespace(_ object: inout JSON) {
        let name = object[path: "metadata", "name"]?.string ?? ""
        if !name.isEmpty {
            object.edit("metadata") { metadata in
                metadata.fillMissing("labels", [:])
                metadata["labels"]?["kubernetes.io/metadata.name"] = .string(name)
            }
        }
        object.fillMissing("status", [:])
        object.edit("status") { $0.fill("phase", "Active") }
    }

    @Sendable private static func secret(_ object: inout JSON) { object.fill("type", "Opaque") }

    @Sendable static func claim(_ object: inout JSON) {
        object.edit("spec", claimSpec)
        object.fillMissing("status", [:])
        object.edit("status") { status in
            status.fill("phase", "Pending")
            roundResources(&status, "capacity")
            roundResources(&status, "allocatedResources")
        }
    }

    @Sendable static func claimSpec(_ spec: inout JSON) {
        spec.fillMissing("volumeMode", "Filesystem")
        spec.edit("resources") { resources in
            roundResources(&resources, "limits")
            roundResources(&resources, "requests")
        }
    }

    @Sendable private static func volume(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fill("persistentVolumeReclaimPolicy", "Retain")
            spec.fillMissing("volumeMode", "Filesystem")
            roundResources(&spec, "capacity")
            VolumeDefaults.fillSource(&spec)
        }
        object.fillMissing("status", [:])
        object.edit("status") { $0.fill("phase", "Pending") }
    }

    @Sendable private static func replicationController(_ object: inout JSON) {
        let labels = object[path: "spec", "template", "metadata", "labels"]
        if let labels, labels.object?.isEmpty == false {
            object.edit("spec") { if !$0.hasMembers("selector") { $0["selector"] = labels } }
            object.edit("metadata") { if !$0.hasMembers("labels") { $0["labels"] = labels } }
        }
        object.edit("spec") { spec in
            spec.fillMissing("replicas", 1)
            spec.edit("template", PodDefaults.fillTemplate)
        }
    }

    @Sendable private static func endpoints(_ object: inout JSON) {
        object.editEach("subsets") { $0.editEach("ports") { $0.fill("protocol", "TCP") } }
    }

    @Sendable private static func networkPolicy(_ object: inout JSON) {
        object.edit("spec") { spec in
            for direction in ["ingress", "egress"] {
                spec.editEach(direction) { $0.editEach("ports") { $0.fillMissing("protocol", "TCP") } }
            }
            if !spec.hasMembers("policyTypes") {
                spec["policyTypes"] = spec.hasMembers("egress") ? ["Ingress", "Egress"] : ["Ingress"]
            }
        }
    }

    @Sendable private static func ingressClass(_ object: inout JSON) {
        object.edit(path: ["spec", "parameters"]) { $0.fillMissing("scope", "Cluster") }
    }

    @Sendable private static func definition(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fillMissing("conversion", ["strategy": "None"])
            spec.edit("names") { names in
                let kind = names.text("kind")
                guard !kind.isEmpty else { return }
                names.fill("singular", .string(kind.lowercased()))
                names.fill("listKind", .string(kind + "List"))
            }
        }
    }

    @Sendable private static func binding(_ object: inout JSON) {
        let group: JSON = "rbac.authorization.k8s.io"
        object.edit("roleRef") { $0.fill("apiGroup", group) }
        object.editEach("subjects") { subject in
            if ["User", "Group"].contains(subject.text("kind")) { subject.fill("apiGroup", group) }
        }
    }

    /// Amounts are kept to thousandths.
    static func roundResources(_ holder: inout JSON, _ key: String) {
        holder.edit(key) { resources in
            for member in resources.object ?? JSONObject() {
                guard let quantity = try? Quantity(member.value) else { continue }
                resources[member.key] = .string(quantity.roundedToThousandths.text)
            }
        }
    }
}
