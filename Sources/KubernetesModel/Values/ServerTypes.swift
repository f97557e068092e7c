/// The names that the API server's own types have in its messages about a value of the wrong kind.
enum ServerTypes {
    /// `v1.PodSpec`, `[]v1.Container`, `map[string]string`, `int32`
    static func name(of schema: FieldSchema) -> String {
        switch schema.shape {
        case .integer(let bits): "int\(bits)"
        case .intOrString: "int32"
        case .number: "float64"
        case .boolean: "bool"
        case .object(let type): name(of: type)
        case .list: "[]" + name(of: schema.elementOrAny)
        case .map: isQuantity(schema.elementOrAny) ? "v1.ResourceList" : "map[string]" + name(of: schema.elementOrAny)
        case .any: "interface {}"
        case .bytes: "[]uint8"
        default: "string"
        }
    }

    /// `v1.PodSpec` for `core.v1.PodSpec`.
    static func name(of type: ObjectType) -> String { type.name.split(separator: ".").suffix(2).joined(separator: ".") }

    /// The field's type where it is a string, or a list of strings, of a name of its own.
    static func name(ofField field: String, of owner: String) -> String? { strings["\(owner).\(field)"] }

    /// The part of the type that holds the field, where the server's type is made up of others.
    static func part(of owner: String, holding field: String) -> String? {
        switch (owner, field) {
        case ("IngressRule", "http"): "IngressRuleValue"
        case ("Volume", "name"): nil
        case ("Volume", _): "VolumeSource"
        case ("Probe", "exec"), ("Probe", "grpc"), ("Probe", "httpGet"), ("Probe", "tcpSocket"): "ProbeHandler"
        case ("ConfigMapKeySelector", "name"), ("SecretKeySelector", "name"), ("ConfigMapEnvSource", "name"),
            ("SecretEnvSource", "name"), ("ConfigMapVolumeSource", "name"), ("ConfigMapProjection", "name"),
            ("SecretProjection", "name"):
            "LocalObjectReference"
        default: nil
        }
    }

    private static func isQuantity(_ schema: FieldSchema) -> Bool {
        if case .quantity = schema.shape { true } else { false }
    }

    private static let strings: [String: String] = [
        "Capabilities.add": "v1.Capability", "Capabilities.drop": "v1.Capability",
        "Container.imagePullPolicy": "v1.PullPolicy",
        "Container.terminationMessagePolicy": "v1.TerminationMessagePolicy",
        "ContainerPort.protocol": "v1.Protocol", "CronJobSpec.concurrencyPolicy": "v1.ConcurrencyPolicy",
        "DeploymentStrategy.type": "v1.DeploymentStrategyType", "EmptyDirVolumeSource.medium": "v1.StorageMedium",
        "HTTPGetAction.scheme": "v1.URIScheme", "HTTPIngressPath.pathType": "v1.PathType",
        "HostPathVolumeSource.type": "v1.HostPathType", "JobSpec.completionMode": "v1.CompletionMode",
        "LabelSelectorRequirement.operator": "v1.LabelSelectorOperator", "LimitRangeItem.type": "v1.LimitType",
        "MetricSpec.type": "v2.MetricSourceType", "MetricTarget.type": "v2.MetricTargetType",
        "NamespaceSpec.finalizers": "v1.FinalizerName", "NetworkPolicyPort.protocol": "v1.Protocol",
        "NetworkPolicySpec.policyTypes": "v1.PolicyType", "NodeSelectorRequirement.operator": "v1.NodeSelectorOperator",
        "ObjectMeta.uid": "types.UID", "OwnerReference.uid": "types.UID",
        "PersistentVolumeClaimSpec.accessModes": "v1.PersistentVolumeAccessMode",
        "PersistentVolumeClaimSpec.volumeMode": "v1.PersistentVolumeMode",
        "PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "v1.UnhealthyPodEvictionPolicyType",
        "PodSecurityContext.fsGroupChangePolicy": "v1.PodFSGroupChangePolicy", "PodSpec.dnsPolicy": "v1.DNSPolicy",
        "PodSpec.preemptionPolicy": "v1.PreemptionPolicy", "PodSpec.restartPolicy": "v1.RestartPolicy",
        "ResourceMetricSource.name": "v1.ResourceName", "ResourceQuotaSpec.scopes": "v1.ResourceQuotaScope",
        "SeccompProfile.type": "v1.SeccompProfileType", "Secret.type": "v1.SecretType",
        "ServicePort.protocol": "v1.Protocol",
        "ServiceSpec.externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy",
        "ServiceSpec.internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
        "ServiceSpec.ipFamilies": "v1.IPFamily", "ServiceSpec.ipFamilyPolicy": "v1.IPFamilyPolicy",
        "ServiceSpec.sessionAffinity": "v1.ServiceAffinity", "ServiceSpec.type": "v1.ServiceType",
        "StatefulSetSpec.podManagementPolicy": "v1.PodManagementPolicyType",
        "StatefulSetUpdateStrategy.type": "v1.StatefulSetUpdateStrategyType", "Toleration.effect": "v1.TaintEffect",
        "Toleration.operator": "v1.TolerationOperator",
        "TopologySpreadConstraint.whenUnsatisfiable": "v1.UnsatisfiableConstraintAction",
    ]
}
