import Formats
import Tenancy
import Testing

/// What objects may not do, in whatever manifest and by whatever value; each at its place, each by a code of policy.
@Suite struct ObjectPolicyTests {
    private static let path = "blueprints/app/1.0.0/manifests/settings.yaml"

    private static func findings(_ manifest: String, _ changes: [String: String?] = [:]) -> [String] {
        var text = FleetText.with([path: manifest])
        for (path, content) in changes { text.files[path] = content }
        return text.findings().map { $0.replacing("\(path):", with: "") }
    }

    private static func pod(_ spec: String, container: String = "") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: web:1
        \(container.isEmpty ? "" : "          \(container)\n")\(spec.isEmpty ? "" : "      \(spec)\n")
        """
    }

    private static func role(_ rule: String) -> String {
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules:\n  - \(rule)\n"
    }

    private static func binding(_ subject: String, to reference: String = "{kind: ClusterRole, name: view}") -> String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: a}
        roleRef: \(reference)
        subjects:
          - \(subject)

        """
    }

    static let refused: [(id: String, manifest: String, finding: String)] = [
        (
            "P4-every-verb", role("{apiGroups: [apps], resources: [deployments], verbs: [\"*\"]}"),
            "5:59: error: '*' in verbs gives rights that nobody listed; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-every-resource", role("{apiGroups: [\"\"], resources: [\"*\"], verbs: [get]}"),
            "5:35: error: '*' in resources gives rights that nobody listed; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-every-group", role("{apiGroups: [\"*\"], resources: [pods], verbs: [get]}"),
            "5:18: error: '*' in apiGroups gives rights that nobody listed; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-escalate", role("{apiGroups: [\"\"], resources: [roles], verbs: [get, escalate]}"),
            "5:56: error: the verb 'escalate' lets its holder give rights beyond its own; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-bind", role("{apiGroups: [\"\"], resources: [roles], verbs: [bind]}"),
            "5:51: error: the verb 'bind' lets its holder give rights beyond its own; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-impersonate", role("{apiGroups: [\"\"], resources: [users], verbs: [impersonate]}"),
            "5:51: error: the verb 'impersonate' lets its holder act as anybody; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-secrets", role("{apiGroups: [\"\"], resources: [pods, secrets], verbs: [get]}"),
            "5:41: error: rights to secrets are rights to every credential of the namespace; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-tokens", role("{apiGroups: [\"\"], resources: [serviceaccounts/token], verbs: [create]}"),
            "5:35: error: rights to tokens are rights to every account of the namespace; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
        ),
        (
            "P4-cluster-admin", binding("{kind: Group, name: acme}", to: "{kind: ClusterRole, name: cluster-admin}"),
            "4:36: error: the cluster role 'cluster-admin' is the system's own; bind another one, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P4-masters", binding("{kind: Group, name: \"system:masters\"}"),
            "6:25: error: 'system:masters' stands for more than this tenant's people; bind the tenant's own groups, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P4-everybody", binding("{kind: Group, name: \"system:authenticated\"}"),
            "6:25: error: 'system:authenticated' stands for more than this tenant's people; bind the tenant's own groups, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P4-an-account-of-another-namespace",
            binding("{kind: ServiceAccount, name: default, namespace: kube-system}"),
            "6:54: error: the service account 'default' of namespace 'kube-system' is not this tenant's; name one of the tenant's own, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P4-an-account-as-a-user", binding("{kind: User, name: \"system:serviceaccount:kube-system:default\"}"),
            "6:24: error: 'system:serviceaccount:kube-system:default' is a service account; name it by kind ServiceAccount, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P4-a-group-of-another-tenant", binding("{kind: Group, name: /globex/operator}"),
            "6:25: error: the group '/globex/operator' is not this tenant's; name one of the tenant's own, or allow 'wideBindings' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3113]"
        ),
        (
            "P5-host-path", pod("volumes: [{name: a, hostPath: {path: /var/run}}]"),
            "12:37: error: a hostPath volume opens the node's files '/var/run' to the pod; remove it, or allow 'hostPath' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3110]"
        ),
        (
            "P5-host-network", pod("hostNetwork: true"),
            "12:20: error: hostNetwork shares the node's network with the pod; remove it, or allow 'hostNamespaces' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3110]"
        ),
        (
            "P5-host-processes", pod("hostPID: true"),
            "12:16: error: hostPID shares the node's processes with the pod; remove it, or allow 'hostNamespaces' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3110]"
        ),
        (
            "P5-host-port", pod("", container: "ports: [{containerPort: 80, hostPort: 80}]"),
            "12:49: error: hostPort takes a port of the node; remove it, or allow 'hostPorts' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3110]"
        ),
        (
            "P5-privileged", pod("", container: "securityContext: {privileged: true}"),
            "12:41: error: a privileged container owns its node; remove it, or allow 'privileged' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3111]"
        ),
        (
            "P5-an-init-container-that-is-privileged",
            pod("initContainers: [{name: a, image: \"a:1\", securityContext: {privileged: true}}]"),
            "12:78: error: a privileged container owns its node; remove it, or allow 'privileged' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3111]"
        ),
        (
            "P5-capabilities", pod("", container: "securityContext: {capabilities: {add: [NET_ADMIN]}}"),
            "12:50: error: the capability NET_ADMIN is more than a container needs; remove it, or allow 'capabilities' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3111]"
        ),
        (
            "P5-unconfined", pod("securityContext: {seccompProfile: {type: Unconfined}}"),
            "12:48: error: seccompProfile 'Unconfined' lifts a protection of the node; remove it, or allow 'privileged' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3111]"
        ),
        (
            "P5-an-account-that-is-not-the-tenants", pod("serviceAccountName: operator"),
            "12:27: error: nothing in the tenant makes the ServiceAccount 'operator'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'acme') [RCN3114]"
        ),
        (
            "P6-a-finalizer",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  finalizers: [example.com/wait]\n",
            "5:15: error: a finalizer keeps the object from being removed until somebody takes it off; remove it, or allow 'finalizers' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3117]"
        ),
        (
            "P6-a-snippet", ingress("nginx.ingress.kubernetes.io/configuration-snippet: \"return 200;\""),
            "5:17: error: 'nginx.ingress.kubernetes.io/configuration-snippet' changes what the ingress controller does for everybody; remove it, or allow 'ingressAnnotations' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3115]"
        ),
        (
            "P6-authentication-elsewhere", ingress("nginx.ingress.kubernetes.io/auth-url: \"https://evil.example\""),
            "5:17: error: 'nginx.ingress.kubernetes.io/auth-url' changes what the ingress controller does for everybody; remove it, or allow 'ingressAnnotations' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3115]"
        ),
        (
            "P6-what-kubectl-applied-last",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {kubectl.kubernetes.io/last-applied-configuration: \"{}\"}\n",
            "5:17: error: 'kubectl.kubernetes.io/last-applied-configuration' is not written by hand; remove it [RCN3103]"
        ),
        (
            "P3-an-owner-of-the-namespace",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${tenant.namespace}\n  labels: {capsule.clastix.io/tenant: globex}\n",
            "5:12: error: 'capsule.clastix.io/tenant' says who owns the namespace, and is not written by hand; remove it [RCN3103]"
        ),
        (
            "P6-addresses-of-others",
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}], externalIPs: [203.0.113.1]}\n",
            "4:42: error: spec.externalIPs takes addresses from everybody's network; remove it, or allow 'externalIPs' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3116]"
        ),
    ]

    private static func ingress(_ annotation: String) -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: a
          annotations: {\(annotation)}
        spec: {rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: a}
        spec: {ports: [{port: 80}]}

        """
    }

    private static func cases(_ id: String) -> [Int] { refused.indices.filter { refused[$0].id.hasPrefix("\(id)-") } }

    @Test("P3: marks of who owns a namespace", arguments: cases("P3")) func marks(_ index: Int) { check(index) }

    @Test("P4: rights beyond the tenant", arguments: cases("P4")) func rights(_ index: Int) { check(index) }

    @Test("P5: pods that reach their node", arguments: cases("P5")) func pods(_ index: Int) { check(index) }

    @Test("P6: annotations and fields that act on others", arguments: cases("P6")) func others(_ index: Int) {
        check(index)
    }

    @Test func everyRefusalHasItsHazard() {
        #expect(["P3", "P4", "P5", "P6"].reduce(0) { $0 + Self.cases($1).count } == Self.refused.count)
    }

    private func check(_ index: Int) {
        let (id, manifest, finding) = Self.refused[index]
        #expect(Self.findings(manifest) == [finding], "\(id)")
        let mistakes = FleetText.with([Self.path: manifest]).resolve().diagnostics.filter { !$0.isRefusal }
        #expect(mistakes.isEmpty, "\(id)")
    }

    /// A value is held to the same rules as the manifest, and the finding is where the value was written.
    @Test("P5: a value that asks for the host is found where it was written")
    func valuesAreHeldToTheSame() {
        let manifest = Self.pod("hostNetwork: ${values.host}")
        let blueprint = FleetText.small["blueprints/app/1.0.0/blueprint.yaml"]?
            .replacing("color: blue}", with: "host: false}").replacing("[replicas]", with: "[replicas, host]")
        let tenant = FleetText.small["tenants/acme.yaml"]?.replacing("{replicas: 3}", with: "{host: true}")
        let changes = ["blueprints/app/1.0.0/blueprint.yaml": blueprint, "tenants/acme.yaml": tenant]
        #expect(
            Self.findings(manifest, changes) == [
                "tenants/acme.yaml:9:24: error: hostNetwork shares the node's network with the pod; remove it, or allow 'hostNamespaces' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3110]"
            ])
    }

    private static let fleet = FleetText.small["reconcile.yaml"] ?? ""

    private static func allowing(_ words: String) -> [String: String?] {
        ["reconcile.yaml": fleet + "  policy: {allow: {app: [\(words)]}}\n"]
    }

    @Test("P5: what reconcile.yaml lets a blueprint do is let, and nothing else")
    func allowances() {
        let manifest = Self.pod("hostNetwork: true", container: "securityContext: {privileged: true}")
        #expect(Self.findings(manifest).count == 2)
        #expect(Self.findings(manifest, Self.allowing("hostNamespaces")).count == 1)
        #expect(Self.findings(manifest, Self.allowing("hostNamespaces, privileged")).isEmpty)
        let wrong = Self.findings(manifest, Self.allowing("hostNetwork"))
        #expect(wrong.last?.hasPrefix("reconcile.yaml:12:26: error: ") ?? false, "\(wrong)")
    }

    /// Findings in a blueprint of scope environment that makes the manifest.
    private static func once(_ manifest: String, _ allowed: String = "") -> [String] {
        let path = "blueprints/base/1.0.0/manifests/a.yaml"
        let policy = allowed.isEmpty ? "" : "  policy: {allow: {base: [\(allowed)]}}\n"
        return FleetText.with([
            "reconcile.yaml": fleet.replacing("{app: 1.0.0}", with: "{app: 1.0.0, base: 1.0.0}") + policy,
            "blueprints/base/1.0.0/blueprint.yaml": """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: base}
            spec: {version: 1.0.0, scope: environment, manifests: [{path: manifests/*.yaml}]}

            """,
            path: manifest,
        ]).findings().map { $0.replacing("\(path):", with: "") }
    }

    @Test("P2: a blueprint of scope environment stays out of the system's namespaces and the tenants'")
    func environmentsStayOut() {
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: NAME}\n"
        #expect(Self.once(map.replacing("NAME", with: "monitoring")).isEmpty)
        #expect(
            Self.once(map.replacing("NAME", with: "kube-system")) == [
                "3:32: error: 'kube-system' is a namespace of the system [RCN3102]"
            ])
        #expect(Self.once(map.replacing("NAME", with: "kube-system"), "systemNamespaces").isEmpty)
        #expect(
            Self.once(map.replacing("NAME", with: "tenant-acme"), "systemNamespaces") == [
                "3:32: error: 'tenant-acme' is the namespace of a tenant [RCN3102]"
            ])
        #expect(
            Self.once("apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-public}\n") == [
                "3:18: error: 'kube-public' is a namespace of the system [RCN3102]"
            ])
    }

    @Test("P4: rights of a cluster are for blueprints that reconcile.yaml names")
    func environmentsNeedLeave() {
        let role =
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: [\"*\"], resources: [pods], verbs: [get]}]\n"
        #expect(
            Self.once(role) == [
                "4:22: error: '*' in apiGroups gives rights that nobody listed; list what is needed, or allow 'wideRoles' under policy.allow in reconcile.yaml, for every tenant with this blueprint [RCN3112]"
            ])
        #expect(Self.once(role, "wideRoles").isEmpty)
        let binding = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: a}
            roleRef: {kind: ClusterRole, name: view}
            subjects: [{kind: ServiceAccount, name: operator, namespace: operators}]

            """
        #expect(Self.once(binding).isEmpty)
    }

    /// What the pod security standard `restricted` lets through.
    @Test("P5: a container may bind low ports")
    func netBindService() {
        let context = "securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}"
        #expect(Self.findings(Self.pod("", container: context)).isEmpty)
    }
}
