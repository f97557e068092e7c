import Formats
import Tenancy
import TestSupport
import Testing

@Suite("R10: what a pull request would change about the policy it is held to") struct PolicyChangeTests {
    static let fleet = """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          features: {nft: {type: boolean, default: false}}
          environments:
            - name: prod
              cluster: {kubernetes: {context: prod}, namespacePrefix: t-}
              identity: {keycloak: {url: https://sso.example, realm: prod, clientId: reconcile}}
              blueprints: {app: 1.0.0}
              values: {app: {replicas: 1}}
            - name: test
              cluster: {sandbox: {}, namespacePrefix: t-}
          limits: {maxDeletes: 50}
        """
    static let role = """
        apiVersion: reconcile.dev/v1
        kind: Role
        metadata: {name: analyst}
        spec: {tenants: all, clusterRole: view}
        """
    static let approval = """
        apiVersion: reconcile.dev/v1
        kind: Approval
        metadata: {name: 7f3c}
        spec: {environment: prod, digest: 7f3c0000aaaabbbb, expires: 2026-02-01}
        """

    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        var old = PolicyChangeTests.fleet
        var new = PolicyChangeTests.fleet
        var oldRole: String? = PolicyChangeTests.role
        var newRole: String? = PolicyChangeTests.role
        var newApproval: String?
        let changes: [String]

        var testDescription: String { id }

        init(_ id: String, _ changes: [String]) {
            self.id = id
            self.changes = changes
        }

        init(_ id: String, _ text: String, to other: String, _ changes: [String]) {
            self.id = id
            self.changes = changes
            new = new.replacing(text, with: other)
        }
    }

    static let cases: [Case] = [
        Case("nothing", []),
        Case("a limit", "maxDeletes: 50", to: "maxDeletes: 500", ["reconcile.yaml:14 limits.maxDeletes: 50 → 500"]),
        Case(
            "a limit that is new", "{maxDeletes: 50}", to: "{maxDeletes: 50, minAdmins: 0}",
            ["reconcile.yaml:14 limits.minAdmins: nil → 0"]),
        Case(
            "an endpoint", "https://sso.example", to: "https://evil.example",
            [
                "reconcile.yaml:9 environments.prod.identity.keycloak.url: \"https://sso.example\" → \"https://evil.example\""
            ]),
        Case(
            "another kind of cluster", "kubernetes: {context: prod}", to: "inCluster: true",
            [
                "reconcile.yaml:0 environments.prod.cluster.kubernetes: {\"context\":\"prod\"} → nil",
                "reconcile.yaml:8 environments.prod.cluster.inCluster: nil → true",
            ]),
        Case("a tenants' value", "replicas: 1", to: "replicas: 3", []),
        Case("a version", "app: 1.0.0", to: "app: 1.1.0", []),
        Case("a feature", "default: false", to: "default: true", []),
        Case("a comment and other quotes", "context: prod", to: "context: \"prod\"", []),
        Case(
            "an environment that goes", "    - name: test\n      cluster: {sandbox: {}, namespacePrefix: t-}\n", to: "",
            [
                "reconcile.yaml:0 environments.test: {\"cluster\":{\"namespacePrefix\":\"t-\",\"sandbox\":{}},\"name\":\"test\"} → nil"
            ]),
        Case(
            "policy that is new", "  limits:", to: "  policy: {allow: {app: [wideRoles]}}\n  limits:",
            ["reconcile.yaml:14 policy: nil → {\"allow\":{\"app\":[\"wideRoles\"]}}"]),
        Case(
            "the branch of the state", "  limits:", to: "  writeBack: {branch: main}\n  limits:",
            ["reconcile.yaml:14 writeBack: nil → {\"branch\":\"main\"}"]),
        Case(
            "the fleet's name", "name: small", to: "name: other",
            ["reconcile.yaml:3 metadata.name: \"small\" → \"other\""]),
        {
            var one = Case("a role's reach", ["roles/analyst.yaml:4 roles.analyst.clusterRole: \"view\" → \"admin\""])
            one.newRole = PolicyChangeTests.role.replacing("view", with: "admin")
            return one
        }(),
        {
            var one = Case(
                "a role that is new",
                ["roles/analyst.yaml:1 roles.analyst: nil → {\"clusterRole\":\"view\",\"tenants\":\"all\"}"])
            one.oldRole = nil
            return one
        }(),
        {
            var one = Case(
                "a role that goes",
                ["roles/analyst.yaml:0 roles.analyst: {\"clusterRole\":\"view\",\"tenants\":\"all\"} → nil"])
            one.newRole = nil
            return one
        }(),
        {
            var one = Case(
                "an approval",
                [
                    "approvals/7f3c.yaml:1 approvals.7f3c: nil → {\"digest\":\"7f3c0000aaaabbbb\",\"environment\":\"prod\",\"expires\":\"2026-02-01\"}"
                ])
            one.newApproval = PolicyChangeTests.approval
            return one
        }(),
    ]

    private static func files(_ fleet: String, _ role: String?, _ approval: String?) -> FleetFiles {
        var files = ["reconcile.yaml": fleet]
        files["roles/analyst.yaml"] = role
        files["approvals/7f3c.yaml"] = approval
        return FleetFiles.load(FleetText(files).tree())
    }

    @Test(arguments: cases) func isFound(_ one: Case) {
        let changes = Self.files(one.new, one.newRole, one.newApproval)
            .policyChanges(since: Self.files(one.old, one.oldRole, nil))
        let shown = changes.map { change in
            "\(change.place.file):\(change.place.mark.line) \(change.name): \(change.before?.text ?? "nil") → "
                + (change.after?.text ?? "nil")
        }
        #expect(shown == one.changes)
    }

    @Test func theBaseGoverns() throws {
        let base = try #require(FleetText().resolve().fleet)
        let limits = "\n  limits: {maxDeletes: 5000, minAdmins: 0}\n"
        let text = FleetText.with([
            "reconcile.yaml": (FleetText.small["reconcile.yaml"] ?? "") + limits,
            "roles/fresh.yaml":
                "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: fresh}\nspec: {tenants: all}\n",
        ])
        let own = try #require(text.resolve().fleet)
        #expect(own.environments.first?.environment.limits.maxDeletes == 5000)
        let governed = try #require(Fleet.resolve(FleetFiles.load(text.tree()), governedBy: base).fleet)
        #expect(governed.environments.map(\.environment) == base.environments.map(\.environment))
        #expect(governed.roles["fresh"] != nil)
    }
}
