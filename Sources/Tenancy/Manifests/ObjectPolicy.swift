import Formats
import KubernetesModel

/// What an object of a blueprint may not be, wherever its values come from.
struct ObjectPolicy: Sendable {
    /// The tenant that an object is of.
    struct Tenant: Sendable {
        let namespace: String
        /// `/acme`: its people's group, with a group for each role below.
        let group: String
    }

    /// One thing that is against the policy.
    struct Violation {
        let code: DiagnosticCode
        let pointer: JSONPointer
        var isAboutKey = false
        let message: String
        /// What to do about it.
        var remedy = "remove it"
        /// What would have to be allowed; nil for what never is.
        let allowance: Allowance?

        /// The message with the ways out.
        var advice: String {
            "\(message); \(remedy)"
                + (allowance.map {
                    ", or allow '\($0.rawValue)' under policy.allow in reconcile.yaml, for every tenant with this blueprint"
                } ?? "")
        }
    }

    let scope: Blueprint.Scope
    let gvk: GroupVersionKind
    /// What reconcile.yaml lets this blueprint do.
    let allowed: Set<Allowance>

    /// Everything in the object that is against the policy. Without a tenant, only what is so for every tenant.
    func findings(in object: JSON, _ tenant: Tenant?, _ locator: FieldLocator) -> [ManifestFinding] {
        violations(in: object, tenant).map { violation in
            let spot = locator.spot(violation.pointer, isAboutKey: violation.isAboutKey)
            return ManifestFinding(violation.code, at: spot, violation.advice)
        }
    }

    func violations(in object: JSON, _ tenant: Tenant?) -> [Violation] {
        var found = MetadataPolicy.violations(in: object, gvk)
        if let path = PodPolicy.specs["\(gvk.group)/\(gvk.kind)"] {
            found += PodPolicy(at: JSONPointer(path)).violations(in: object)
        }
        switch "\(gvk.group)/\(gvk.kind)" {
        case "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole":
            found += RolePolicy.violations(in: object)
        case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
            found += BindingPolicy.violations(in: object, tenant)
        case "/Service" where object[path: "spec", "externalIPs"]?.array?.isEmpty == false:
            found.append(
                Violation(
                    code: .externalAddress, pointer: JSONPointer(["spec", "externalIPs"]),
                    message: "spec.externalIPs takes addresses from everybody's network", allowance: .externalIPs))
        default: break
        }
        return found.filter { violation in violation.allowance.map { !allowed.contains($0) } ?? true }
    }
}

/// Labels, annotations and finalizers.
enum MetadataPolicy {
    static func violations(in object: JSON, _ gvk: GroupVersionKind) -> [ObjectPolicy.Violation] {
        var found: [ObjectPolicy.Violation] = []
        for field in ["labels", "annotations"] {
            for member in object[path: "metadata", field]?.object ?? JSONObject() {
                let pointer = JSONPointer(["metadata", field, member.key])
                found += violation(member.key, member.value, gvk).map { code, message, allowance in
                    ObjectPolicy.Violation(
                        code: code, pointer: pointer, isAboutKey: code != .privilegedNamespace, message: message,
                        allowance: allowance)
                }
            }
        }
        if object[path: "metadata", "finalizers"]?.array?.isEmpty == false {
            found.append(
                ObjectPolicy.Violation(
                    code: .finalizerWritten, pointer: JSONPointer(["metadata", "finalizers"]),
                    message: "a finalizer keeps the object from being removed until somebody takes it off",
                    allowance: .finalizers))
        }
        return found
    }

    private static func violation(
        _ key: String, _ value: JSON, _ gvk: GroupVersionKind
    ) -> [(DiagnosticCode, String, Allowance?)] {
        if gvk.group.isEmpty, gvk.kind == "Namespace" {
            if key.hasPrefix("pod-security.kubernetes.io/"), value == "privileged" {
                return [
                    (
                        .privilegedNamespace, "'\(key): privileged' lifts the protection of the namespace",
                        .privilegedNamespaces
                    )
                ]
            }
            if owners.contains(where: key.hasPrefix) {
                return [(.markWritten, "'\(key)' says who owns the namespace, and is not written by hand", nil)]
            }
        }
        guard gvk.kind == "Ingress", isRisky(key) else { return [] }
        return [
            (
                .riskyAnnotation, "'\(key)' changes what the ingress controller does for everybody",
                .ingressAnnotations
            )
        ]
    }

    /// Labels and annotations by which other systems hand out namespaces.
    private static let owners = [
        "capsule.clastix.io/", "hnc.x-k8s.io/", "field.cattle.io/", "openshift.io/", "kiosk.sh/", "loft.sh/",
        "argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "meta.helm.sh/",
        "kapp.k14s.io/", "config.k8s.io/owning-inventory", "scheduler.alpha.kubernetes.io/",
    ]

    /// Annotations that put text into the controller's configuration, or send everybody's requests to another server first.
    private static func isRisky(_ key: String) -> Bool {
        let parts = key.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return false }
        let name = parts[1]
        return name.contains("snippet") || name.hasPrefix("auth-") || name.hasPrefix("config-")
            || ["mirror-target", "server-alias"].contains(name)
    }
}
