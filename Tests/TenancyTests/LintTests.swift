import Formats
import Tenancy
import Testing

@Suite struct LintTests {
    private func warnings(_ changes: [String: String?]) throws -> [String] {
        let files = FleetFiles.load(FleetText.with(changes).tree())
        let resolution = Fleet.validate(files, on: FleetText.day)
        guard let fleet = resolution.fleet else {
            throw FleetText.Refused(lines: resolution.diagnostics.map(\.line))
        }
        return Lint.findings(in: fleet, files, on: FleetText.day).map(\.line)
    }

    private static let quiet: [String: String?] = [
        "users/acme.csv": "email,role,given_name,family_name\nada@acme.example,operator;viewer,Ada,Lovelace\n",
        "blueprints/app/1.0.0/blueprint.yaml": FleetText.small["blueprints/app/1.0.0/blueprint.yaml"]?
            .replacing(", color: blue", with: ""),
    ]

    private func warnings(beside changes: [String: String?]) throws -> [String] {
        try warnings(Self.quiet.merging(changes) { _, new in new })
    }

    private static let folder = "blueprints/app/1.0.0/"

    private static func manifest(_ kind: String, _ spec: String) -> String {
        "apiVersion: apps/v1\nkind: \(kind)\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
            + "  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - \(spec)\n"
    }

    @Test func aFleetWithoutBadHabitsIsQuiet() throws {
        #expect(try warnings(beside: [:]) == [])
    }

    @Test func whatNothingUsesIsNamed() throws {
        let found = try warnings(beside: [
            "roles/auditor.yaml": FleetText.small["roles/viewer.yaml"]?.replacing("viewer", with: "auditor"),
            "tiers/gold.yaml": FleetText.small["tiers/basic.yaml"]?.replacing("name: basic", with: "name: gold"),
            "blueprints/app/2.0.0/blueprint.yaml":
                "apiVersion: reconcile.dev/v1\nkind: Blueprint\nmetadata: {name: app}\nspec: {version: 2.0.0, manifests: [{path: a.yaml}]}\n",
            "blueprints/app/2.0.0/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ])
        #expect(
            found == [
                "blueprints/app/2.0.0/blueprint.yaml:1:1: warning: nothing pins version 2.0.0 of blueprint 'app' [RCN1803]",
                "roles/auditor.yaml:1:1: warning: no users file gives the role 'auditor' [RCN1801]",
                "tiers/gold.yaml:1:1: warning: no tenant is of tier 'gold' [RCN1802]",
            ])
    }

    /// Values of the blueprint, texts that read them, and those that are said to be unread.
    static let values: [(values: String, text: String, unused: [String])] = [
        ("{a: 1, b: 2}", "${values.a}", ["b"]), ("{a: {x: 1, y: 2}}", "${values.a.x}", ["a.y"]),
        ("{a: {x: 1, y: 2}}", "${size(values.a)}", []), ("{a: 1}", "${size(values)}", []),
        ("{a: {b: {c: 1}}}", "${tenant.name}", ["a"]), ("{a: 1, b: 1}", "${values['a']}", ["b"]),
        ("{a: abc, b: 1}", "${values.a.startsWith('x')}", ["b"]), ("{values: 1}", "${tenant.name}", ["values"]),
    ]

    @Test(arguments: values.indices) func valuesThatNothingReadsAreNamed(_ index: Int) throws {
        let (values, text, unused) = Self.values[index]
        let found = try warnings(beside: [
            Self.folder + "blueprint.yaml": FleetText.small[Self.folder + "blueprint.yaml"]?
                .replacing("{replicas: 2, color: blue}", with: values).replacing(
                    "  tenantValues: [replicas]\n", with: ""),
            Self.folder + "manifests/settings.yaml":
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  x: \"\(text)\"\n",
            "tenants/acme.yaml": FleetText.small["tenants/acme.yaml"]?
                .replacing("  values: {app: {replicas: 3}}\n", with: ""),
        ])
        #expect(
            found.map { $0.split(separator: "'")[3] } == unused.map { $0[...] }, "\(found)")
        #expect(found.allSatisfy { $0.hasSuffix("[RCN1804]") })
    }

    static let containers: [(kind: String, spec: String, found: [String])] = [
        ("Deployment", "{name: web, image: \"w:1\"}", ["RCN1805", "RCN1806"]),
        ("Deployment", "{name: web, image: \"w:1\", resources: {limits: {memory: 1Gi}}}", ["RCN1806"]),
        ("Deployment", "{name: web, image: \"w:1\", readinessProbe: {tcpSocket: {port: 80}}}", ["RCN1805"]),
        (
            "Deployment",
            "{name: web, image: w, resources: {limits: {memory: 1Gi}}, readinessProbe: {tcpSocket: {port: 80}}}",
            ["RCN1807"]
        ),
        (
            "Deployment",
            "{name: web, image: \"r.example:5000/w:latest\", resources: {limits: {memory: 1Gi}}, readinessProbe: {tcpSocket: {port: 80}}}",
            ["RCN1807"]
        ),
        (
            "Deployment",
            "{name: web, image: \"r.example:5000/w@sha256:\(String(repeating: "a", count: 64))\", resources: {limits: {memory: 1Gi}}, readinessProbe: {tcpSocket: {port: 80}}}",
            []
        ),
    ]

    @Test(arguments: containers.indices) func containersAreLookedAtOnce(_ index: Int) throws {
        let (kind, spec, found) = Self.containers[index]
        let lines = try warnings(beside: [
            Self.folder + "manifests/web.yaml": Self.manifest(kind, spec),
            "tenants/globex.yaml": FleetText.small["tenants/acme.yaml"]?.replacing("acme", with: "globex"),
        ])
        #expect(lines.map { String($0.suffix(8).dropLast()) } == found, "\(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix("blueprints/app/1.0.0/manifests/web.yaml:10:11: warning: ") })
    }

    @Test func aLimitRangeGivesLimits() throws {
        let range = """
            apiVersion: v1
            kind: LimitRange
            metadata: {name: defaults}
            spec: {limits: [{type: Container, default: {memory: 256Mi}}]}
            """
        let lines = try warnings(beside: [
            Self.folder + "manifests/web.yaml": Self.manifest("Deployment", "{name: web, image: \"w:1\"}"),
            Self.folder + "manifests/limits.yaml": range,
        ])
        #expect(lines.map { String($0.suffix(8).dropLast()) } == ["RCN1806"])
    }

    @Test func peopleWithoutANameAreCounted() throws {
        let file = "email,role,given_name,family_name\nada@a.example,operator;viewer,Ada,\n"
        #expect(
            try warnings(beside: ["users/acme.csv": file + "bob@a.example,viewer,Bob,B\n"]) == [
                "users/acme.csv:2:1: warning: ada@a.example cannot sign in to Keycloak without given_name and family_name [RCN1808]"
            ])
        let more = try warnings(beside: ["users/acme.csv": "email,role\na@a.example,operator\nb@a.example,viewer\n"])
        #expect(more.count == 1 && more[0].contains("a@a.example and 1 more in this file"))
        let federated = FleetText.small["reconcile.yaml"]?
            .replacing("identity: {sandbox: {}}", with: "identity: {sandbox: {}, onboarding: {mode: federated}}")
        #expect(try warnings(beside: ["users/acme.csv": file, "reconcile.yaml": federated]) == [])
    }
}
