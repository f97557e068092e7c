import Formats
import KubernetesModel
import Tenancy
import Testing

@Suite struct RenderingTests {
    private static let manifest = "blueprints/app/1.0.0/manifests/settings.yaml"
    private static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"

    private func objects(_ changes: [String: String?]) throws -> [DesiredObject] {
        try #require(try FleetText.with(changes).desired().tenants.first).objects
    }

    private func rendered(_ text: String) throws -> JSON {
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shown}\n"
        return try #require(try objects([Self.manifest: head + text]).first { $0.id.kind == "ConfigMap" }).object
    }

    static let typed: [(id: String, manifest: String, path: [String], value: JSON)] = [
        ("a-number-where-the-kind-says-string", "data: {a: \"${1 + 1}\"}", ["data", "a"], "2"),
        ("a-boolean-where-the-kind-says-string", "data: {a: \"${true}\"}", ["data", "a"], "true"),
        (
            "a-map-of-numbers-where-the-kind-says-string", "data: \"${{'a': 1, 'b': true}}\"", ["data"],
            ["a": "1", "b": "true"]
        ),
        (
            "Y5-plain-texts-stay-as-written", "data: {a: NO, b: 1.10, c: 012, d: 12:30:45, e: 0x10}", ["data"],
            ["a": "NO", "b": "1.10", "c": "012", "d": "12:30:45", "e": "0x10"]
        ),
        ("a-null-is-not-there", "data: {a: null, b: \"${null}\", c: x}", ["data"], ["c": "x"]),
        (
            "P9-what-is-no-expression-is-text", "data: {a: \"$(env:X) {{ env }} !include $HOME\"}", ["data", "a"],
            "$(env:X) {{ env }} !include $HOME"
        ),
        ("an-escaped-expression", "data: {a: \"$${tenant.name}\"}", ["data", "a"], "${tenant.name}"),
        ("an-expression-within-a-text", "data: {a: \"<${tenant.name}>\"}", ["data", "a"], "<acme>"),
        ("a-value-is-not-read-again", "data: {a: \"${'${' + 'tenant.name}'}\"}", ["data", "a"], "${tenant.name}"),
        ("a-value-adds-no-key", "data: {a: '${\"x\\nb: y\"}'}", ["data"], ["a": "x\nb: y"]),
        (
            "a-block-of-text", "data:\n  a: |\n    name=${tenant.name}\n    users=${limits.users}\n", ["data", "a"],
            "name=acme\nusers=3\n"
        ),
    ]

    @Test(arguments: typed.indices) func scalarsKeepOrTakeTheirType(_ index: Int) throws {
        let (id, manifest, path, value) = Self.typed[index]
        #expect(try rendered(manifest)[path: path] == value, "\(id)")
    }

    /// Applied as `stringData`, a key that the manifest drops would stay, and a value set by hand would not be seen.
    @Test func textsOfASecretAreWrittenAsTheServerKeepsThem() throws {
        let text = """
            apiVersion: v1
            kind: Secret
            metadata: {name: plain}
            data: {both: eA==, kept: eQ==}
            stringData: {both: "${tenant.name}", name: "${tenant.name}"}

            """
        let made = try objects(["blueprints/app/1.0.0/manifests/plain.yaml": text]).first { $0.id.name == "plain" }
        let secret = try #require(made).object
        #expect(secret["stringData"] == nil)
        #expect(secret["data"] == ["both": "YWNtZQ==", "kept": "eQ==", "name": "YWNtZQ=="])
    }

    @Test func elsewhereAValueKeepsItsType() throws {
        let text = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "web-${tenant.name}", labels: {replicas: "${values.replicas}"}}
            spec:
              replicas: ${values.replicas}
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - {name: a, image: x, env: [{name: N, value: "${values.replicas}"}], ports: [{containerPort: "${8000 + 80}"}]}
            """
        let object = try #require(try objects([Self.manifest: text]).first { $0.id.kind == "Deployment" })
        #expect(object.id.path == "tenant-acme/web-acme")
        #expect(object.object[path: "spec", "replicas"] == 3)
        #expect(object.object[path: "metadata", "labels", "replicas"] == "3")
        let container = object.object[path: "spec", "template", "spec", "containers"]?.array?.first
        #expect(container?["env"]?.array?.first?["value"] == "3")
        #expect(container?["ports"]?.array?.first?["containerPort"] == 8080)
    }

    private func selection(
        _ manifests: String, _ file: String = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"${item}\"}\n"
    )
        -> FleetText
    {
        var text = FleetText()
        text.files[Self.blueprint] = FleetText.small[Self.blueprint]?.replacing(
            "- path: manifests/*.yaml", with: manifests)
        text.files["blueprints/app/1.0.0/item.yaml"] = file
        text.files[Self.manifest] = nil
        return text
    }

    private func names(_ text: FleetText) throws -> [String] {
        try #require(try text.desired().tenants.first).objects.filter { $0.id.kind == "ConfigMap" }.map(\.id.name)
    }

    @Test func whenAndForEach() throws {
        let each = "{path: item.yaml, forEach: \"['b', 'a']\", as: item}"
        #expect(try names(selection("- \(each)")) == ["a", "b"])
        #expect(try names(selection("- \(each.dropLast()), when: tenant.features.nft}")) == [])
        #expect(try names(selection("- \(each.dropLast()), when: '!tenant.features.nft'}")) == ["a", "b"])
        #expect(try names(selection("- {path: item.yaml, forEach: tenant.domains, as: item}")) == [])
    }

    @Test func rawLeavesExpressions() throws {
        let text = selection(
            "- {path: item.yaml, raw: true}",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \"${HOME} $${y}\"}\n")
        let object = try #require(try text.desired().tenants.first?.objects.first { $0.id.kind == "ConfigMap" })
        #expect(object.object[path: "data", "x"] == "${HOME} $${y}")
    }

    static let refused: [(id: String, manifests: String, finding: String)] = [
        (
            "when-is-no-bool", "- {path: item.yaml, when: tenant.name, forEach: \"['a']\", as: item}",
            "9:31: error: 'when' takes a condition that is true or false (a bool), found string [RCN1060]"
        ),
        (
            "forEach-is-no-list", "- {path: item.yaml, forEach: tenant.name, as: item}",
            "9:34: error: 'forEach' takes a list, found string [RCN1060]"
        ),
        (
            "as-hides-a-name", "- {path: item.yaml, forEach: tenant.domains, as: tenant}",
            "9:34: error: 'tenant' is a name of every expression; choose another after 'as' [RCN1017]"
        ),
        (
            "forEach-without-as", "- {path: item.yaml, forEach: tenant.domains}",
            "9:7: error: missing key 'as'; add it [RCN1303]"
        ),
        (
            "a-path-out-of-the-folder", "- {path: ../1.0.0/item.yaml}",
            "9:14: error: '../1.0.0/item.yaml' matches no file of blueprints/app/1.0.0/ [RCN1063]"
        ),
        (
            "scope-user", "- path: none.yaml\n  scope: user",
            "9:13: error: 'none.yaml' matches no file of blueprints/app/1.0.0/ [RCN1063]"
        ),
    ]

    @Test(arguments: refused.indices) func selectionsThatAreRefused(_ index: Int) {
        let (id, manifests, finding) = Self.refused[index]
        let found = selection(manifests, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n").findings()
        #expect(found.contains("blueprints/app/1.0.0/blueprint.yaml:" + finding), "\(id): \(found)")
    }

    @Test func anExpressionWithoutAValueIsOneFindingForAllTenants() {
        var changes: [String: String?] = [
            Self.manifest:
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  to: \"mail ${tenant.contact}\"\n"
        ]
        for name in ["b", "c", "d", "e"] {
            changes["tenants/\(name).yaml"] = FleetText.small["tenants/acme.yaml"]?.replacing(
                "name: acme", with: "name: \(name)")
        }
        #expect(
            FleetText.with(changes).findings() == [
                "blueprints/app/1.0.0/manifests/settings.yaml:5:22: error: 'contact' is not set for tenants 'acme', 'b' and 3 more; set it, or guard the expression [RCN1061]"
            ])
    }

    @Test func scopeEnvironmentIsThereOnce() throws {
        let shared = FleetText.small[Self.blueprint]?.replacing("name: app", with: "name: shared")
            .replacing("version: 1.0.0\n", with: "version: 1.0.0\n  scope: environment\n")
        var text = FleetText()
        text.files["blueprints/shared/1.0.0/blueprint.yaml"] = shared
        text.files["blueprints/shared/1.0.0/manifests/a.yaml"] = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: "${environment.name}-reader"}
            rules: []
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shared, namespace: ops}
            data: {color: "${values.color}"}
            """
        text.files["reconcile.yaml"] = FleetText.small["reconcile.yaml"]?.replacing(
            "{app: 1.0.0}", with: "{app: 1.0.0, shared: 1.0.0}")
        let state = try text.desired()
        #expect(state.objects.map(\.id.description) == ["ClusterRole sandbox-reader", "ConfigMap ops/shared"])
        #expect(
            state.objects.allSatisfy {
                $0.tenant == nil && $0.object[path: "metadata", "labels", "reconcile.dev/tenant"]?.string == nil
            })
        #expect(state.tenants.first?.objects.contains { $0.id.name == "shared" } == false)
    }

    @Test func secretsAreListedAndNeverRendered() throws {
        let text = FleetText.small[Self.blueprint]?.replacing(
            "  manifests:",
            with: """
                  secrets:
                    credentials:
                      password: {generate: {length: 32}, rotation: 2}
                      token: {env: "RECONCILE_SECRET_TOKEN_${tenant.name + '-x'}"}
                  manifests:
                """)
        let secret = try #require(try objects([Self.blueprint: text]).first { $0.id.kind == "Secret" })
        #expect(
            secret.secret == [
                SecretKey(name: "password", source: .generate(length: 32), rotation: 2),
                SecretKey(name: "token", source: .environment(variable: "RECONCILE_SECRET_TOKEN_acme_x")),
            ])
        #expect(Set(secret.object.object?.keys ?? []) == ["apiVersion", "kind", "metadata", "type"])
        let revised =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {r: \"${secrets.credentials.revision}\"}\n"
        let map = try #require(
            try objects([Self.blueprint: text, Self.manifest: revised]).first { $0.id.kind == "ConfigMap" })
        #expect(map.object[path: "data", "r"] == "2")
    }

    @Test func aNamespaceOfTheBlueprintTakesTheImplicitOnesPlace() throws {
        let text =
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: \"${tenant.namespace}\", labels: {tier: \"${tenant.tier}\"}}\n"
        let namespaces = try objects([Self.manifest: text]).filter { $0.id.kind == "Namespace" }
        #expect(namespaces.count == 1)
        #expect(namespaces.first?.object[path: "metadata", "labels", "tier"] == "basic")
        #expect(namespaces.first?.object[path: "metadata", "labels", "reconcile.dev/tenant"] == "acme")
        #expect(namespaces.first?.object[path: "metadata", "namespace"]?.string == nil)
    }

    @Test func rolesAreBoundToGroupsAndNeverToPeople() throws {
        let binding = try #require(try objects([:]).first { $0.id.kind == "RoleBinding" })
        #expect(binding.id.name == "reconcile.dev-operator")
        #expect(
            binding.object["subjects"] == [
                ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "/acme/operator"]
            ])
        #expect(binding.object[path: "roleRef", "name"] == "edit")
    }

    @Test func theOrderOfFilesDoesNotMatter() throws {
        let text = try ExampleTests.fleet("saas")
        func state(_ order: ([String]) -> [String]) throws -> String {
            let fleet = try #require(Fleet.resolve(FleetFiles.load(text.tree(order: order))).fleet)
            return "\(try #require(fleet.desiredState(environment: "sandbox", on: FleetText.day).state))"
        }
        let straight = try state { $0 }
        #expect(try state { $0.reversed() } == straight)
        #expect(try state { $0.shuffled() } == straight)
    }
}
