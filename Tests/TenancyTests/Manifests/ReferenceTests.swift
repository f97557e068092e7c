import Formats
import Tenancy
import Testing

/// Names of other objects: what nothing makes is an error where no pod could ever start, and else a warning.
@Suite struct ReferenceTests {
    private static let path = "blueprints/app/1.0.0/manifests/settings.yaml"

    private static func findings(_ manifests: String, blueprint change: (String, String) = ("", "")) -> [String] {
        let blueprint = "blueprints/app/1.0.0/blueprint.yaml"
        var text = FleetText.with([path: manifests])
        if !change.0.isEmpty { text.files[blueprint] = text.files[blueprint]?.replacing(change.0, with: change.1) }
        return text.findings().map { $0.replacing("\(path):", with: "") }
    }

    private static func workload(_ spec: String = "", container: String = "") -> String {
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
                  ports: [{name: http, containerPort: 80}]
        \(container.isEmpty ? "" : "          \(container)\n")\(spec.isEmpty ? "" : "      \(spec)\n")---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: branding}
        data: {color: blue}

        """
    }

    static let cases: [(id: String, manifest: String, findings: [String])] = [
        ("a-map-that-is-there", workload(container: "envFrom: [{configMapRef: {name: branding}}]"), []),
        (
            "a-map-that-is-not", workload(container: "envFrom: [{configMapRef: {name: brandng}}]"),
            [
                "13:43: error: nothing in the tenant makes the ConfigMap 'brandng'; did you mean 'branding'? (tenant 'acme') [RCN1075]"
            ]
        ),
        (
            "an-optional-one", workload(container: "envFrom: [{configMapRef: {name: other, optional: true}}]"), []
        ),
        (
            "a-key-that-is-not",
            workload(
                container: "env: [{name: A, valueFrom: {configMapKeyRef: {name: branding, key: colour}}}]"),
            [
                "13:78: error: the ConfigMap 'branding' has no key 'colour'; did you mean 'color'? (tenant 'acme') [RCN1075]"
            ]
        ),
        (
            "a-secret-in-a-volume", workload("volumes: [{name: a, secret: {secretName: token}}]"),
            [
                "13:48: error: nothing in the tenant makes the Secret 'token'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'acme') [RCN1075]"
            ]
        ),
        (
            "a-claim", workload("volumes: [{name: a, persistentVolumeClaim: {claimName: data}}]"),
            [
                "13:62: error: nothing in the tenant makes the PersistentVolumeClaim 'data'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'acme') [RCN1075]"
            ]
        ),
        (
            "a-pull-secret", workload("imagePullSecrets: [{name: registry}]"),
            [
                "13:33: warning: nothing in the tenant makes the Secret 'registry'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'acme') [RCN1075]"
            ]
        ),
        ("the-namespaces-own-account", workload("serviceAccountName: default"), []),
        (
            "the-certificates-of-the-cluster",
            workload("volumes: [{name: a, configMap: {name: kube-root-ca.crt}}]"), []
        ),
        (
            "a-service-that-finds-nothing",
            workload()
                + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: wbe}, ports: [{port: 80}]}\n",
            [
                "22:18: warning: no workload of the tenant has pods with {app: wbe}; there are pods with {app: web} (tenant 'acme') [RCN1076]"
            ]
        ),
        (
            "a-port-that-no-pod-has",
            workload()
                + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: htp}]}\n",
            [
                "22:61: warning: none of the pods has a port named 'htp'; did you mean 'http'? (tenant 'acme') [RCN1076]"
            ]
        ),
        (
            "a-route-to-nowhere",
            workload()
                + "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n",
            [
                "22:41: warning: nothing in the tenant makes the Service 'web'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'acme') [RCN1075]"
            ]
        ),
        (
            "an-autoscaler-of-nothing",
            workload()
                + "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}}\n",
            [
                "22:86: warning: nothing in the tenant makes the Deployment 'wbe'; did you mean 'web'? (tenant 'acme') [RCN1075]"
            ]
        ),
    ]

    @Test(arguments: cases.indices) func names(_ index: Int) {
        let (id, manifest, findings) = Self.cases[index]
        #expect(Self.findings(manifest) == findings, "\(id)")
    }

    private static let pulling = workload("imagePullSecrets: [{name: registry}]")

    @Test func whatOthersMakeIsListed() {
        let change = ("  manifests:", "  external: [Secret/reg*]\n  manifests:")
        #expect(Self.findings(Self.pulling, blueprint: change) == [])
    }

    @Test func generatedSecretsAreMade() {
        let manifest = Self.workload(
            container: "env: [{name: A, valueFrom: {secretKeyRef: {name: credentials, key: tokn}}}]")
        let change = ("  manifests:", "  secrets: {credentials: {token: {generate: {length: 20}}}}\n  manifests:")
        #expect(
            Self.findings(manifest, blueprint: change) == [
                "13:78: error: the Secret 'credentials' has no key 'tokn'; did you mean 'token'? (tenant 'acme') [RCN1075]"
            ])
    }

    /// What one feature brings and another needs: the finding names the tenants that lack it.
    @Test func itMayBeMissingInSomeTenants() {
        let manifest = Self.workload(container: "envFrom: [{configMapRef: {name: extra}}]")
        let blueprint = FleetText.small["blueprints/app/1.0.0/blueprint.yaml"]?.replacing(
            "- path: manifests/*.yaml",
            with: "- path: manifests/settings.yaml\n    - {path: manifests/extra.yaml, when: tenant.features.nft}")
        let acme = FleetText.small["tenants/acme.yaml"] ?? ""
        let text = FleetText.with([
            Self.path: manifest, "blueprints/app/1.0.0/blueprint.yaml": blueprint,
            "blueprints/app/1.0.0/manifests/extra.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n",
            "tenants/acme.yaml": acme + "  features: {nft: true}\n",
            "tenants/globex.yaml": acme.replacing("acme", with: "globex").replacing("Acme", with: "Globex"),
        ])
        #expect(
            text.findings() == [
                "\(Self.path):13:43: error: nothing in the tenant makes the ConfigMap 'extra'; add a manifest for it, or name it under 'external' of the blueprint (tenant 'globex') [RCN1075]"
            ])
    }
}
