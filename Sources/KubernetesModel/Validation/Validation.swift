package import Formats

/// What a kind itself refuses, beyond what the schema says.
package enum Validation {
    /// Everything that is wrong with the object, in the order of the server; with the live object also what may not change.
    package static func problems(in object: JSON, _ kind: ResourceKind, live: JSON?) -> [FieldProblem] {
        let key = "\(kind.group)/\(kind.kind)"
        // Addresses have to make sense before any are handed out, and that comes before everything else.
        if key == "/Service" {
            var addresses = FieldCheck()
            ServiceAddresses.check(object["spec"] ?? [:], live, &addresses)
            if !addresses.problems.isEmpty { return addresses.problems }
        }
        var check = FieldCheck()
        if let before = beforeMetadata[key], let live { before(object, live, &check) }
        MetadataValidation.check(object, kind, isNew: live == nil, &check)
        byKind[key]?(object, live, &check)
        return check.problems
    }

    typealias Rule = @Sendable (_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) -> Void

    /// What some kinds compare with the live object before anything else.
    private static let beforeMetadata: [String: @Sendable (JSON, JSON, inout FieldCheck) -> Void] = [
        "/Secret": DataValidation.secretChange, "/ConfigMap": DataValidation.configMapChange,
        "/Service": ServiceValidation.change,
    ]

    private static let byKind: [String: Rule] = [
        "/ConfigMap": DataValidation.configMap, "/Secret": DataValidation.secret, "/Service": ServiceValidation.check,
        "/PersistentVolumeClaim": ClaimValidation.check, "/LimitRange": LimitRangeValidation.check,
        "/ResourceQuota": ResourceQuotaValidation.check, "/Pod": PodChange.check,
        "apps/Deployment": WorkloadValidation.deployment, "apps/StatefulSet": WorkloadValidation.statefulSet,
        "apps/DaemonSet": WorkloadValidation.daemonSet, "apps/ReplicaSet": WorkloadValidation.replicaSet,
        "batch/Job": JobValidation.job, "batch/CronJob": JobValidation.cronJob,
        "networking.k8s.io/Ingress": IngressValidation.check,
        "networking.k8s.io/IngressClass": IngressClassValidation.check,
        "networking.k8s.io/NetworkPolicy": NetworkPolicyValidation.check,
        "rbac.authorization.k8s.io/Role": AccessValidation.role,
        "rbac.authorization.k8s.io/ClusterRole": AccessValidation.clusterRole,
        "rbac.authorization.k8s.io/RoleBinding": AccessValidation.binding,
        "rbac.authorization.k8s.io/ClusterRoleBinding": AccessValidation.clusterBinding,
        "autoscaling/HorizontalPodAutoscaler": AutoscalerValidation.check,
        "policy/PodDisruptionBudget": DisruptionBudgetValidation.check,
        "apiextensions.k8s.io/CustomResourceDefinition": DefinitionValidation.check,
        "coordination.k8s.io/Lease": LeaseValidation.check,
    ]
}

/// The metadata that all kinds have.
enum MetadataValidation {
    static func check(_ object: JSON, _ kind: ResourceKind, isNew: Bool, _ check: inout FieldCheck) {
        let metadata = object["metadata"] ?? [:]
        let prefix = metadata.text("generateName")
        if !prefix.isEmpty {
            // What ends in a hyphen goes on.
            let begun = prefix.utf8.count > 1 && prefix.hasSuffix("-") ? prefix.dropLast(2) + "a" : prefix[...]
            check.invalid("metadata.generateName", .string(prefix), nameRule(kind)(String(begun)))
        }
        if isNew {
            let name = metadata.text("name")
            if name.isEmpty {
                check.require("metadata.name", "name or generateName is required")
            } else {
                check.invalid("metadata.name", .string(name), nameRule(kind)(name))
            }
            if kind.kind == "CronJob", name.utf8.count > 52 {
                check.invalid("metadata.name", .string(name), ["must be no more than 52 characters"])
            }
        }
        labels("metadata.labels", metadata["labels"], &check)
        annotations("metadata.annotations", metadata["annotations"], &check)
        for (index, finalizer) in metadata.list("finalizers").enumerated() {
            let name = finalizer.string ?? ""
            check.invalid("metadata.finalizers", .string(name), NameRules.qualified(name))
            if isNew, NameRules.qualified(name).isEmpty, !name.contains("/"),
                !["orphan", "foregroundDeletion"].contains(name)
            {
                check.invalid(
                    "metadata.finalizers[\(index)]", .string(name),
                    ["name is neither a standard finalizer name nor is it fully qualified"])
            }
        }
    }

    static func labels(_ field: String, _ labels: JSON?, _ check: inout FieldCheck) {
        for label in labels?.object ?? JSONObject() {
            check.invalid(field, .string(label.key), NameRules.qualified(label.key), member: label.key)
            let value = label.value.string ?? ""
            check.invalid(field, .string(value), NameRules.labelValue(value), member: label.key)
        }
    }

    static func annotations(_ field: String, _ annotations: JSON?, _ check: inout FieldCheck) {
        var size = 0
        for annotation in annotations?.object ?? JSONObject() {
            check.invalid(
                field, .string(annotation.key), NameRules.qualified(annotation.key.lowercased()), member: annotation.key
            )
            size += annotation.key.utf8.count + (annotation.value.string ?? "").utf8.count
        }
        if size > 262_144 { check.add(.tooLong(field, 262_144)) }
    }

    private static func nameRule(_ kind: ResourceKind) -> (String) -> [String] {
        switch "\(kind.group)/\(kind.kind)" {
        case "/Namespace", "/Service": NameRules.label
        case "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole",
            "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
            NameRules.pathSegment
        default: NameRules.subdomain
        }
    }
}
