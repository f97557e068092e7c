import Formats
import KubernetesModel
import Tenancy
import Testing

/// What manifests of scope tenant may not be; each at its place, with a code of policy.
@Suite struct PolicyTests {
    private func findings(_ manifest: String) -> [String] {
        FleetText.with(["blueprints/app/1.0.0/manifests/settings.yaml": manifest]).findings().map {
            $0.replacing("blueprints/app/1.0.0/manifests/settings.yaml:", with: "")
        }
    }

    private static let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"

    static let refused: [(id: String, manifest: String, findings: [String])] = [
        (
            "P2-the-namespace-of-the-system", map + "  namespace: kube-system\n",
            ["5:14: error: 'kube-system' is not the tenant's namespace; remove the line, it is filled in [RCN3102]"]
        ),
        (
            "P2-the-namespace-of-another-tenant", map + "  namespace: ${'tenant-' + 'globex'}\n",
            ["5:14: error: 'tenant-globex' is not the tenant's namespace 'tenant-acme' (tenant 'acme') [RCN3102]"]
        ),
        (
            "P2-an-empty-namespace", map + "  namespace: \"\"\n",
            ["5:14: error: '' is not the tenant's namespace; remove the line, it is filled in [RCN3102]"]
        ),
        (
            "P2-a-list",
            "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Namespace\n    metadata: {name: kube-system}\n",
            ["4:3: error: a List holds several objects; write each as a document [RCN3104]"]
        ),
        (
            "P2-a-list-of-one-kind", "apiVersion: v1\nkind: ConfigMapList\nitems: []\n",
            ["3:8: error: a ConfigMapList holds several objects; write each as a document [RCN3104]"]
        ),
        (
            "P2-a-list-without-items", "apiVersion: v1\nkind: List\n",
            ["2:7: error: a List holds several objects; write each as a document [RCN3104]"]
        ),
        (
            "P2-objects-within-an-object",
            map + "items:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}\n",
            ["6:3: error: a ConfigMap holds several objects; write each as a document [RCN3104]"]
        ),
        (
            "P2-a-generated-name", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: a-\n",
            ["4:17: error: generateName makes a new object each time; use name [RCN3105]"]
        ),
        (
            "a-kind-of-the-cluster",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n",
            [
                "2:7: error: ClusterRole belongs to the cluster and cannot be made by a blueprint of scope tenant; move it to one of scope environment [RCN3101]"
            ]
        ),
        (
            "a-pod", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
            [
                "2:7: error: kind Pod of 'v1' is not allowed in a tenant; policy.tenantKinds in reconcile.yaml can allow '/Pod' [RCN3101]"
            ]
        ),
        (
            "a-kind-that-nobody-knows", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n",
            [
                "2:7: error: kind Thing of 'example.com/v1' is not allowed in a tenant; policy.tenantKinds in reconcile.yaml can allow 'example.com/Thing' [RCN3101]"
            ]
        ),
        (
            "a-cluster-kind-under-a-namespaced-group", "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\n",
            [
                "2:7: error: kind DaemonSet of 'apps/v1' is not allowed in a tenant; policy.tenantKinds in reconcile.yaml can allow 'apps/DaemonSet' [RCN3101]"
            ]
        ),
        (
            "P3-our-marks",
            map + "  labels: {reconcile.dev/tenant: globex}\n  annotations: {app.kubernetes.io/managed-by: helm}\n",
            [
                "5:12: error: 'reconcile.dev/tenant' is not written by hand; remove it [RCN3103]",
                "6:17: error: 'app.kubernetes.io/managed-by' is not written by hand; remove it [RCN3103]",
            ]
        ),
        (
            "P3-our-marks-from-a-value", map + "  labels: \"${{'reconcile.dev/tenant': 'globex'}}\"\n",
            [
                "5:11: error: 'reconcile.dev/tenant' is not written by hand, and comes from a value (tenant 'acme') [RCN3103]"
            ]
        ),
        (
            "P3-the-namespaces-own-name",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${tenant.namespace}\n  labels: {kubernetes.io/metadata.name: x}\n",
            ["5:12: error: 'kubernetes.io/metadata.name' is not written by hand; remove it [RCN3103]"]
        ),
        (
            "P3-a-privileged-namespace",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${tenant.namespace}\n  labels: {pod-security.kubernetes.io/enforce: privileged}\n",
            [
                "5:48: error: 'pod-security.kubernetes.io/enforce: privileged' lifts the protection of the namespace; remove it, or allow 'privilegedNamespaces' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3107]"
            ]
        ),
        (
            "P3-a-privileged-namespace-by-a-value",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${tenant.namespace}\n  labels: {pod-security.kubernetes.io/enforce: \"${'privileged'}\"}\n",
            [
                "5:48: error: 'pod-security.kubernetes.io/enforce: privileged' lifts the protection of the namespace; remove it, or allow 'privilegedNamespaces' under policy.allow in reconcile.yaml, for every tenant with this blueprint (tenant 'acme') [RCN3107]"
            ]
        ),
        (
            "P3-another-namespace", "apiVersion: v1\nkind: Namespace\nmetadata: {name: \"${tenant.name}\"}\n",
            ["3:18: error: 'acme' is not the tenant's namespace 'tenant-acme' (tenant 'acme') [RCN3102]"]
        ),
        (
            "P6-an-owner", map + "  ownerReferences: []\n",
            ["5:20: error: metadata.ownerReferences is not written by hand; remove it [RCN3103]"]
        ),
        (
            "one-object-twice", map + "---\n" + map,
            ["6:1: error: ConfigMap 'a' is made already, at 1; rename or remove one of them [RCN1064]"]
        ),
        (
            "no-name", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
            ["1:1: error: the manifest has no metadata.name; add it [RCN1062]"]
        ),
        (
            "no-kind", "apiVersion: v1\nmetadata: {name: a}\n",
            ["1:1: error: the manifest has no 'kind'; add it [RCN1062]"]
        ),
        (
            "a-kind-by-an-expression", "apiVersion: v1\nkind: ${tenant.name}\nmetadata: {name: a}\n",
            ["2:7: error: apiVersion and kind cannot hold expressions [RCN1062]"]
        ),
        (
            "a-name-that-no-object-can-have", map.replacing("name: a", with: "name: ${tenant.displayName}"),
            ["tenants/acme.yaml:6:16: error: 'Acme Corporation' cannot be the name of a ConfigMap [RCN1062]"]
        ),
        (
            "a-key-with-an-expression", map + "data: {\"${tenant.name}\": x}\n",
            ["5:8: error: a key cannot hold an expression [RCN1060]"]
        ),
        ("no-manifest-at-all", "# nothing\n", ["1:1: error: the file holds no manifest [RCN1062]"]),
    ]

    private static func cases(_ id: String) -> [Int] { refused.indices.filter { refused[$0].0.hasPrefix("\(id)-") } }

    @Test("P2: namespaces of others, hidden objects and generated names", arguments: cases("P2"))
    func namespaces(_ index: Int) { check(index) }

    @Test("P3: our marks and what protects a namespace", arguments: cases("P3")) func marks(_ index: Int) {
        check(index)
    }

    @Test(arguments: refused.indices.filter { !cases("P2").contains($0) && !cases("P3").contains($0) })
    func manifestsThatAreRefused(_ index: Int) { check(index) }

    private func check(_ index: Int) {
        let (id, manifest, wanted) = Self.refused[index]
        #expect(findings(manifest) == wanted, "\(id)")
    }

    /// P1: whatever an API server knows, a tenant gets what is listed and nothing else.
    @Test func kindsAreDeniedByDefault() {
        var allowed: [String] = []
        for kind in BuiltinKinds.all where kind.isStored {
            let manifest =
                "apiVersion: \(kind.apiVersion)\nkind: \(kind.kind)\nmetadata: {name: \"${tenant.namespace}\"}\n"
            if !findings(manifest).contains(where: { $0.contains("[RCN31") }) { allowed.append(kind.qualifiedKind) }
        }
        #expect(
            Set(allowed) == [
                "ConfigMap", "LimitRange", "Namespace", "PersistentVolumeClaim", "ResourceQuota", "Secret", "Service",
                "ServiceAccount", "Deployment.apps", "StatefulSet.apps", "HorizontalPodAutoscaler.autoscaling",
                "CronJob.batch",
                "Job.batch", "Ingress.networking.k8s.io", "NetworkPolicy.networking.k8s.io",
                "PodDisruptionBudget.policy",
                "Role.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io",
            ])
    }

    @Test func codesOfPolicyAreCodesOfSafety() {
        for (_, _, findings) in Self.refused.prefix(5) {
            #expect(findings.allSatisfy { $0.contains("[RCN31") })
        }
    }
}
