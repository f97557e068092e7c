import Formats
import KubernetesModel
import Tenancy
import Testing

/// Blueprints of scope user: their manifests are there once for each person whose role names them.
@Suite struct UserScopeTests {
    static let blueprint = "blueprints/workspace/1.0.0/blueprint.yaml"
    static let manifest = "blueprints/workspace/1.0.0/manifests/workspace.yaml"

    static func fleet(_ changes: [String: String?] = [:]) -> FleetText {
        var text = FleetText()
        text.files["reconcile.yaml"] = text.files["reconcile.yaml"]?.replacing(
            "{app: 1.0.0}", with: "{app: 1.0.0, workspace: 1.0.0}")
        text.files["roles/operator.yaml"]? += "  blueprint: workspace\n"
        text.files[blueprint] = """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: workspace}
            spec:
              version: 1.0.0
              scope: user
              values: {size: 1}
              tenantValues: [size]
              secrets: {login: {token: {generate: {length: 20}}}}
              manifests: [{path: manifests/*.yaml}]
              outputs: {url: "https://${tenant.name}.example/${user.label}"}

            """
        text.files[manifest] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "workspace-${user.label}"}
            spec:
              replicas: ${values.size}
              selector: {matchLabels: {app: "workspace-${user.label}"}}
              template:
                metadata: {labels: {app: "workspace-${user.label}"}}
                spec:
                  containers:
                    - name: editor
                      image: registry.example/editor:1.0.0
                      env:
                        - {name: OWNER, value: "${user.email}"}
                        - {name: NAME, value: "${has(user.givenName) ? user.givenName : user.key}"}
                        - {name: ROLES, value: "${string(size(user.roles))}"}
                      envFrom: [{secretRef: {name: "${secrets.login.name}"}}]

            """
        text.files["users/acme.csv"] =
            "email,role,id,given_name\nada@acme.example,operator;viewer,u-1,Ada\nbob@acme.example,viewer,,\ncyd@acme.example,operator,,\n"
        for (path, content) in changes { text.files[path] = content }
        return text
    }

    private func personal(_ text: FleetText, on day: CalendarDate = FleetText.day) throws -> [DesiredObject] {
        try text.desired(on: day).tenants.flatMap(\.objects).filter {
            $0.object[path: "metadata", "labels", Marks.user] != nil
        }
    }

    @Test func everyPersonWhoseRoleNamesItHasTheObjects() throws {
        let objects = try personal(Self.fleet())
        #expect(
            objects.map { "\($0.id.kind) \($0.id.namespace ?? "") \($0.id.name)" } == [
                "Deployment tenant-acme workspace-cyd-acme-example-\(digest("cyd@acme.example"))",
                "Deployment tenant-acme workspace-u-1",
                "Secret tenant-acme login-cyd-acme-example-\(digest("cyd@acme.example"))",
                "Secret tenant-acme login-u-1",
            ])
        let workspace = try #require(objects.last { $0.id.kind == "Deployment" })
        let container = workspace.object[path: "spec", "template", "spec"]?["containers"]?.array?.first
        #expect(
            container?["env"]?.array?.map { $0["value"] } == [
                .string("ada@acme.example"), .string("Ada"), .string("2"),
            ])
        #expect(container?["envFrom"]?.array?.first?[path: "secretRef", "name"] == .string("login-u-1"))
        #expect(
            workspace.origins.first { $0.pointer.hasSuffix("/env/0/value") }.map {
                "\($0.layer) \($0.place.fileAndLine)"
            }
                == "user users/acme.csv:2")
    }

    /// The hash that makes a label of a text unique.
    private func digest(_ text: String) -> String {
        var state = FleetText()
        state.files["blueprints/app/1.0.0/manifests/settings.yaml"] =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {label: \"${dnsLabel('\(text)')}\"}\n"
        let objects = (try? state.desired().tenants.first?.objects) ?? []
        let label = objects.first { $0.id.name == "x" }?.object[path: "data", "label"]?.string ?? ""
        return String(label.suffix(8))
    }

    @Test func outputsAreThoseOfThePerson() throws {
        let tenant = try #require(try Self.fleet().desired().tenants.first)
        #expect(tenant.outputs.isEmpty)
        #expect(
            tenant.personOutputs.map { "\($0.person) \($0.name) \($0.value)" }.last
                == "u-1 url https://acme.example/u-1")
        #expect(tenant.personOutputs.map(\.person) == ["cyd@acme.example", "u-1"])
    }

    @Test func valuesComeInTheirLayers() throws {
        let tenant = FleetText.small["tenants/acme.yaml"]?.replacing(
            "{app: {replicas: 3}}", with: "{workspace: {size: 4}}")
        let objects = try personal(Self.fleet(["tenants/acme.yaml": tenant]))
        #expect(objects.compactMap { $0.object[path: "spec", "replicas"]?.int } == [4, 4])
        let workspace = objects.last { $0.id.kind == "Deployment" }
        let origin = try #require(workspace?.origins.first { $0.pointer == "/spec/replicas" })
        #expect(origin.layer == "tenant" && origin.place.description == "tenants/acme.yaml:9:30")
    }

    @Test func whoIsSwitchedOffKeepsDataAndNoWorkloads() throws {
        let csv =
            "email,role,active,expires\nada@acme.example,operator,false,\nbob@acme.example,operator,true,2026-03-01\n"
        func replicas(_ day: String) throws -> [Int64?] {
            try personal(Self.fleet(["users/acme.csv": csv]), on: try #require(CalendarDate(day))).filter {
                $0.id.kind == "Deployment"
            }.map { $0.object[path: "spec", "replicas"]?.int }
        }
        #expect(try replicas("2026-02-28") == [0, 1])
        #expect(try replicas("2026-03-01") == [0, 0])
        #expect(try personal(Self.fleet(["users/acme.csv": csv])).filter { $0.id.kind == "Secret" }.count == 2)
        let suspended = try personal(Self.fleet(["users/acme.csv": csv])).first { $0.id.kind == "Deployment" }
        #expect(
            suspended?.origins.filter { $0.pointer == "/spec/replicas" }.map { "\($0.layer) \($0.place.fileAndLine)" }
                == ["user users/acme.csv:2"])
    }

    @Test func aSuspendedTenantHasNoneAtWork() throws {
        let tenant = FleetText.small["tenants/acme.yaml"].map { $0 + "  state: suspended\n" }
        let objects = try personal(Self.fleet(["tenants/acme.yaml": tenant]))
        #expect(objects.compactMap { $0.object[path: "spec", "replicas"]?.int } == [0, 0])
    }

    @Test func whoIsInTwoTenantsHasThemInBoth() throws {
        let other = FleetText.small["tenants/acme.yaml"]?.replacing("name: acme", with: "name: globex")
        let objects = try personal(
            Self.fleet([
                "tenants/globex.yaml": other, "users/globex.csv": "email,role\nada@acme.example,operator\n",
                "users/acme.csv": "email,role,id\nada@acme.example,operator,u-1\n",
            ]))
        #expect(
            objects.filter { $0.id.kind == "Deployment" }.map { "\($0.id.namespace ?? "")/\($0.id.name)" } == [
                "tenant-acme/workspace-u-1", "tenant-globex/workspace-u-1",
            ])
    }

    @Test func twoRolesThatNameItGiveItOnce() throws {
        let viewer = FleetText.small["roles/viewer.yaml"]?.replacing("spec: {}", with: "spec: {blueprint: workspace}")
        #expect(try personal(Self.fleet(["roles/viewer.yaml": viewer])).filter { $0.id.kind == "Secret" }.count == 3)
    }

    static let mistakes: [(id: String, changes: [String: String?], findings: [String])] = [
        (
            "a name that all would share",
            [manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\n"],
            [
                "blueprints/workspace/1.0.0/manifests/workspace.yaml:3:18: error: every person would have the same object; put ${user.label} into its name [RCN1062]"
            ]
        ),
        (
            "user in a blueprint of another scope",
            [
                "blueprints/app/1.0.0/manifests/settings.yaml":
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"x-${user.label}\"}\n"
            ],
            [
                "blueprints/app/1.0.0/manifests/settings.yaml:3:23: error: unknown name 'user'; names here: blueprint, environment, fleet, limits, secrets, tenant, tier, values [RCN1060]"
            ]
        ),
        (
            "a role that names a blueprint of scope tenant",
            [
                "roles/viewer.yaml":
                    "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: viewer}\nspec: {blueprint: app}\n"
            ],
            [
                "roles/viewer.yaml:4:19: error: a role names a blueprint of scope user, 'app' 1.0.0 has scope tenant; name another one, or none [RCN1027]"
            ]
        ),
        (
            "a role that names no blueprint",
            [
                "roles/viewer.yaml":
                    "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: viewer}\nspec: {blueprint: workspce}\n"
            ],
            ["roles/viewer.yaml:4:19: error: unknown blueprint 'workspce'; did you mean 'workspace'? [RCN1014]"]
        ),
        (
            "nobody pins its version", ["reconcile.yaml": FleetText.small["reconcile.yaml"]],
            [
                "roles/operator.yaml:8:14: error: nothing pins a version of blueprint 'workspace' in environment 'sandbox' for tenant 'acme' [RCN1014]"
            ]
        ),
        (
            "a namespace", [manifest: "apiVersion: v1\nkind: Namespace\nmetadata: {name: \"a-${user.label}\"}\n"],
            [
                "blueprints/workspace/1.0.0/manifests/workspace.yaml:2:7: error: Namespace belongs to the cluster and cannot be made by a blueprint of scope user; move it to one of scope environment [RCN3101]"
            ]
        ),
        (
            "a field that a person may lack",
            [
                manifest:
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a-${user.label}\"}\ndata: {id: \"${user.id}\"}\n"
            ],
            [
                "blueprints/workspace/1.0.0/manifests/workspace.yaml:4:20: error: 'id' is not set for tenant 'acme'; set it, or guard the expression [RCN1061]"
            ]
        ),
    ]

    @Test(arguments: mistakes.indices) func mistakesAreNamed(_ index: Int) {
        let (id, changes, findings) = Self.mistakes[index]
        #expect(Self.fleet(changes).findings() == findings, "\(id)")
    }

    @Test func aPersonsFieldIsNotedAtItsRow() {
        let text = Self.fleet([
            Self.manifest:
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a-${user.label}\"}\ndata: {x: \"${user.givenName}\"}\n"
        ])
        let found = text.resolve().diagnostics
        #expect(found.map(\.message) == ["'givenName' is not set for tenant 'acme'; set it, or guard the expression"])
        #expect(
            found.first?.notes.map { "\($0.message) \($0.place?.fileAndLine ?? "")" } == [
                "'user' is given here (layer user) users/acme.csv:4"
            ])
    }
}
