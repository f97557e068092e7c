import Formats
import KubernetesModel
import Tenancy
import Testing

/// Values and paths that try to be more than text.
@Suite struct ValueHazardTests {
    static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"
    static let manifest = "blueprints/app/1.0.0/manifests/settings.yaml"
    static let tenant = "tenants/acme.yaml"

    // MARK: P9

    static let literals = [
        "${HOME}", "$${HOME}", "$(env:HOME)", "$(file:/etc/passwd)", "{{ env \"HOME\" }}", "{{ .Values.x }}",
        "!include /etc/passwd", "%(HOME)s", "`id`", "$HOME", "${tenant.name}", "<%= 1 %>",
    ]

    @Test("P9: what looks like an expression in a value stays the text that it is", arguments: literals)
    func literalsStay(_ text: String) throws {
        let quoted = "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        var fleet = FleetText.with([
            Self.blueprint: FleetText.small[Self.blueprint]?.replacing("[replicas]", with: "[color]"),
            Self.manifest: """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data:
              value: ${values.color}
              within: "<${values.color}>"
              shown: ${tenant.displayName}
              brand: ${tenant.branding.companyName}
              attribute: ${tenant.attributes.note}

            """,
            "users/acme.csv":
                "email,role,given_name\nada@acme.example,operator,\"\(text.replacing("\"", with: "\"\""))\"\n",
        ])
        fleet.files[Self.tenant] = """
            apiVersion: reconcile.dev/v1
            kind: Tenant
            metadata: {name: acme}
            spec:
              displayName: \(quoted)
              tier: basic
              environments: [sandbox]
              branding: {companyName: \(quoted)}
              attributes: {note: \(quoted)}
              values: {app: {color: \(quoted)}}
            """
        let state = try fleet.desired()
        let data = state.tenants.first?.objects.first { $0.id.kind == "ConfigMap" }?.object["data"]
        for key in ["value", "shown", "brand", "attribute"] { #expect(data?[key] == .string(text), "\(key)") }
        #expect(data?["within"] == .string("<\(text)>"))
        #expect(state.people.map(\.givenName) == [text])
    }

    @Test("P9: in a manifest only names of the language resolve, and tags do nothing")
    func manifestsReadNothingElse() {
        func found(_ value: String) -> [String] {
            FleetText.with([
                Self.manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: \(value)\n"
            ]).findings()
        }
        #expect(found("\"${HOME}\"").first?.contains("unknown name 'HOME'") == true)
        #expect(found("\"${env.HOME}\"").first?.contains("unknown name 'env'") == true)
        #expect(found("!include /etc/passwd").first?.contains("tag '!include' is not supported") == true)
        #expect(found("\"$(env:HOME) {{ env }} %(HOME)s\"") == [])
    }

    // MARK: R3

    static let escapes = [
        "../../../tenants/acme.yaml", "/etc/passwd", "file:///etc/passwd", "manifests/../../../reconcile.yaml",
        "..", ".", "%2e%2e/%2e%2e/reconcile.yaml", "./manifests/settings.yaml",
        "../1.0.0/manifests/settings.yaml", "manifests/settings.yaml\\0",
        "\\\\server\\\\share", "~/x.yaml",
    ]

    @Test("R3: a path stays within its folder, whatever is written", arguments: escapes)
    func pathsStayInside(_ path: String) {
        let manifests = FleetText.with([
            Self.blueprint: FleetText.small[Self.blueprint]?.replacing("manifests/*.yaml", with: "\"\(path)\"")
        ]).resolve().diagnostics
        #expect(manifests.map(\.code) == ["RCN1063"], "\(manifests.map(\.line))")
        #expect(manifests.first?.place?.description == "\(Self.blueprint):9:13")
        let schema = FleetText.with([
            Self.blueprint: FleetText.small[Self.blueprint]?.replacing(
                "  version: 1.0.0\n", with: "  version: 1.0.0\n  valuesSchema: \"\(path)\"\n")
        ]).resolve().diagnostics
        #expect(schema.map(\.code) == ["RCN1063"], "\(schema.map(\.line))")
        #expect(schema.first?.place?.description == "\(Self.blueprint):6:17")
        for finding in manifests + schema {
            let printed = DiagnosticReport([finding], source: { _ in nil }).text()
            #expect(!printed.contains("root:") && !printed.contains("Acme") && !printed.contains("\u{0}"), "\(printed)")
        }
    }

    @Test(
        "R3: shared users files lie below users/, and nowhere else",
        arguments: [
            "../users/acme.csv", "/etc/passwd", "file:///etc/passwd.csv", "users/../tenants/acme.yaml",
            "tenants/*.yaml",
            "users/../users/acme.csv", "users/%2e%2e/x.csv", "users/acme.csv\\0", "users/", "users/*/../acme.csv",
        ])
    func sharedFilesStayInside(_ path: String) {
        let fleet = FleetText.with([
            "reconcile.yaml": (FleetText.small["reconcile.yaml"] ?? "") + "  sharedUserFiles: [\"\(path)\"]\n"
        ])
        let found = fleet.resolve().diagnostics
        #expect(found.map { $0.place?.description ?? "" } == ["reconcile.yaml:12:21"], "\(found.map(\.line))")
        #expect(["RCN1026", "RCN1305"].contains(found.first?.code ?? ""))
    }

    // MARK: Y12

    @Test("Y12: what is misspelt, or right at the wrong level, is named with what was meant")
    func misspelt() {
        func found(_ path: String, _ old: String, _ new: String) -> [String] {
            FleetText.with([path: FleetText.small[path]?.replacing(old, with: new)]).findings()
        }
        #expect(
            found(Self.tenant, "environments:", "enviroments:") == [
                "tenants/acme.yaml:8:3: error: unknown key 'enviroments'; did you mean 'environments'? [RCN1302]"
            ])
        #expect(
            found(Self.tenant, "spec:\n", "state: suspended\nspec:\n").first
                == "tenants/acme.yaml:5:1: error: unknown key 'state'; there is apiVersion, kind, metadata, spec [RCN1302]"
                || !found(Self.tenant, "spec:\n", "state: suspended\nspec:\n").isEmpty)
        #expect(found(Self.tenant, "values: {app: {replicas: 3}}", "values: {app: [3]}").count == 1)
        #expect(
            found(Self.tenant, "values: {app: {replicas: 3}}", "values: {app: {replica: 3}}").first?.contains(
                "did you mean 'replicas'?") == true)
        #expect(found("roles/operator.yaml", "realmRoles: [app-operator]", "realmRoles: app-operator").count == 1)
        #expect(found(Self.manifest, "data:", "dta:").isEmpty == false, "of a manifest, too")
    }

    // MARK: Y14

    @Test("Y14: one bad tenant of five hundred is the only one named, with all its mistakes in order")
    func oneOfManyIsBad() throws {
        var fleet = FleetText()
        fleet.files["users/acme.csv"] = nil
        for number in 0..<500 {
            let name = "t\(number)"
            fleet.files["tenants/\(name).yaml"] = FleetText.small[Self.tenant]?.replacing(
                "name: acme", with: "name: \(name)")
        }
        #expect(fleet.findings() == [])
        fleet.files["tenants/t250.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Tenant
            metadata: {name: t250}
            spec:
              displayName: Bad
              tier: basic
              environments: {sandbox: {domains: ["*.*.x"]}}
              contact: nobody
              expires: 2026-02-30
              limits: {users: 1Gx}
              values: {app: {replicas: "${"}}
            """
        let found = fleet.resolve().diagnostics
        #expect(found.allSatisfy { $0.place?.file == "tenants/t250.yaml" })
        #expect(found.compactMap { $0.place?.line } == [7, 8, 9, 10], "\(found.map(\.line))")
        #expect(found == found.sorted())
    }

    // MARK: Layers

    @Test func aFindingAboutAValueSaysWhoGaveIt() {
        func notes(_ fleet: FleetText) -> [String] {
            fleet.resolve().diagnostics.flatMap { finding in
                [finding.line] + finding.notes.map { "  \($0.message), \($0.place?.description ?? "")" }
            }
        }
        #expect(
            notes(ValuesTests.fleet(tier: "{list: [1]}", tenant: "{a: 5}", show: "${values.list[values.a]}")) == [
                "blueprints/app/1.0.0/manifests/settings.yaml:5:23: error: index 5 of a list of 1 element for tenant 'acme'; set it, or guard the expression [RCN1061]",
                "  'values.list' is given here (layer tier), tiers/basic.yaml:5:24",
                "  'values.a' is given here (layer tenant), tenants/acme.yaml:8:21",
            ])
        let named = ValuesTests.fleet(environment: "{a: 'not a name'}", show: "x").files.merging([
            Self.manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${values.a}\n"
        ]) { $1 }
        #expect(
            notes(FleetText(named)) == [
                "reconcile.yaml:9:25: error: 'not a name' cannot be the name of a ConfigMap [RCN1062]",
                "  the value is of layer environment, put in here by ${values.a}, blueprints/app/1.0.0/manifests/settings.yaml:4:9",
            ])
    }

    @Test func theGuardThatIsAdvisedIsSound() throws {
        func found(_ expression: String) -> [Diagnostic] {
            ValuesTests.fleet(show: "\"${\(expression)}\"").resolve().diagnostics
        }
        let message = try #require(found("tenant.domains[0]").first?.message)
        let advised = try #require(message.firstRange(of: ", as in ")).upperBound
        #expect(message.hasPrefix("the list is empty, so [0] does not exist for tenant 'acme'"), "\(message)")
        #expect(found(String(message[advised...])) == [])
    }
}
