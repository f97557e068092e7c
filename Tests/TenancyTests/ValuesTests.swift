import Formats
import Tenancy
import Testing

/// The five layers of values, and who gave which.
@Suite struct ValuesTests {
    /// A fleet in which every layer can say something; a ConfigMap shows what came out.
    static func fleet(
        blueprint: String = "{}", tier: String = "{}", environment: String = "{}", tenant: String = "{}",
        tenantThere: String = "{}", show: String, schema: String? = nil, tenantValues: String = "[a, b, list, map]"
    ) -> FleetText {
        var files = FleetText.small
        files["reconcile.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Fleet
            metadata: {name: small}
            spec:
              environments:
                - name: sandbox
                  cluster: {sandbox: {}}
                  blueprints: {app: 1.0.0}
                  values: {app: \(environment)}
            """
        files["tiers/basic.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Tier
            metadata: {name: basic}
            spec:
              values: {app: \(tier)}
            """
        files["tenants/acme.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Tenant
            metadata: {name: acme}
            spec:
              displayName: Acme
              tier: basic
              environments: {sandbox: {values: {app: \(tenantThere)}}}
              values: {app: \(tenant)}
            """
        files["blueprints/app/1.0.0/blueprint.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Blueprint
            metadata: {name: app}
            spec:
              version: 1.0.0
              values: \(blueprint)
              tenantValues: \(tenantValues)
              \(schema == nil ? "" : "valuesSchema: schema.json")
              manifests: [{path: manifests/*.yaml}]
            """
        files["blueprints/app/1.0.0/schema.json"] = schema
        files["blueprints/app/1.0.0/manifests/settings.yaml"] =
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: shown}\nspec:\n  shown: \(show)\n"
        files["reconcile.yaml"]? += "\n  policy: {tenantKinds: [example.com/Thing]}\n"
        files["users/acme.csv"] = nil
        return FleetText(files)
    }

    private func shown(_ text: FleetText) throws -> (value: JSON?, origins: [String]) {
        let tenant = try #require(try text.desired().tenants.first)
        let object = try #require(tenant.objects.first { $0.id.kind == "Thing" })
        return (object.object[path: "spec", "shown"], object.origins.map { "\($0.pointer) \($0.layer) \($0.place)" })
    }

    @Test func theLaterLayerWins() throws {
        let layers: [(FleetText, String)] = [
            (Self.fleet(blueprint: "{a: 1}", show: "${values.a}"), "blueprint"),
            (Self.fleet(blueprint: "{a: 0}", tier: "{a: 1}", show: "${values.a}"), "tier"),
            (
                Self.fleet(blueprint: "{a: 0}", tier: "{a: 0}", environment: "{a: 1}", show: "${values.a}"),
                "environment"
            ),
            (Self.fleet(tier: "{a: 0}", environment: "{a: 0}", tenant: "{a: 1}", show: "${values.a}"), "tenant"),
            (
                Self.fleet(environment: "{a: 0}", tenant: "{a: 0}", tenantThere: "{a: 1}", show: "${values.a}"),
                "tenant in environment"
            ),
        ]
        for (text, layer) in layers {
            let (value, origins) = try shown(text)
            #expect(value == 1, "\(layer)")
            #expect(origins.count == 1 && origins.first?.hasPrefix("/spec/shown \(layer) ") == true, "\(origins)")
        }
    }

    @Test func mapsMergeListsReplaceNullRemoves() throws {
        let text = Self.fleet(
            blueprint: "{map: {x: 1, y: {p: 1, q: 2}, z: 3}, list: [1, 2]}", tier: "{map: {y: {q: 4}}}",
            tenant: "{map: {z: null, w: {v: null, u: 5}}, list: [9]}", show: "${values}")
        let (value, origins) = try shown(text)
        #expect(value == ["map": ["x": 1, "y": ["p": 1, "q": 4], "w": ["u": 5]], "list": [9]])
        #expect(
            origins == [
                "/spec/shown/list/0 tenant tenants/acme.yaml:8:61", "/spec/shown/map/w/u tenant tenants/acme.yaml:8:49",
                "/spec/shown/map/x blueprint blueprints/app/1.0.0/blueprint.yaml:6:21",
                "/spec/shown/map/y/p blueprint blueprints/app/1.0.0/blueprint.yaml:6:31",
                "/spec/shown/map/y/q tier tiers/basic.yaml:5:31",
            ])
    }

    @Test func whatTheSchemaCallsAStringKeepsItsText() throws {
        let schema = #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}"#
        #expect(try shown(Self.fleet(tenant: "{a: 1.10}", show: "${values.a}", schema: schema)).value == "1.10")
        #expect(try shown(Self.fleet(tenant: "{a: NO}", show: "${values.a}", schema: schema)).value == "NO")
        #expect(try shown(Self.fleet(tenant: "{b: 7}", show: "${values.b}", schema: schema)).value == 7)
    }

    @Test func theSchemaSpeaksAtThePlaceOfTheLayer() {
        let schema = #"""
            {"type":"object","additionalProperties":false,"required":["b"],
             "properties":{"a":{"type":"integer","maximum":5},"b":{"type":"string"}}}
            """#
        #expect(
            Self.fleet(blueprint: "{b: x}", tier: "{a: 9}", show: "${values.b}", schema: schema).findings() == [
                "tiers/basic.yaml:5:21: error: 'a' of blueprint 'app' (layer tier): expected at most 5, found 9 [RCN1051]"
            ])
        #expect(
            Self.fleet(blueprint: "{b: x}", tenant: "{a: x}", show: "${values.b}", schema: schema).findings() == [
                "tenants/acme.yaml:8:21: error: 'a' of blueprint 'app' (layer tenant): expected an integer, found the string 'x' [RCN1051]"
            ])
        #expect(
            Self.fleet(environment: "{c: x}", show: "${values.b}", schema: schema).findings().count == 2)
    }

    @Test func aSchemaThatCannotBeUsedIsNamed() {
        #expect(
            Self.fleet(show: "x", schema: "{\n  \"type\": }").findings() == [
                "blueprints/app/1.0.0/schema.json:2:11: error: expected a value, found '}' [RCN1066]"
            ])
        #expect(Self.fleet(show: "x", schema: #"{"typo": 1}"#).findings().first?.contains("keyword 'typo'") == true)
    }

    @Test func tenantsSetWhatTheBlueprintLetsThem() {
        func found(_ tenant: String, _ allowed: String) -> [String] {
            Self.fleet(blueprint: "{web: {size: 1, port: 2}, x: 1}", tenant: tenant, show: "x", tenantValues: allowed)
                .findings()
        }
        #expect(found("{web: {size: 3}}", "[web.size]") == [])
        #expect(found("{web: {size: 3}}", "[web]") == [])
        #expect(
            found("{web: {port: 3}}", "[web.size]") == [
                "tenants/acme.yaml:8:24: error: tenants may not set 'web.port' of blueprint 'app' (layer tenant); they may set: web.size; remove it, or add 'web.port' to 'tenantValues' in blueprints/app/1.0.0/blueprint.yaml [RCN1050]"
            ])
        #expect(
            found("{web: 3}", "[web.size]").first?.contains("may not set 'web'") == true,
            "a value in the place of the map would remove the rest")
        #expect(found("{x: 3}", "[]").first?.contains("they may set: none") == true)
    }
}
