import Formats
import KubernetesModel
import Tenancy
import TestSupport
import Testing

@Suite struct LoadingTests {
    /// Entries beside the small fleet, and what is said of them.
    static let entries: [(id: String, entries: [RepositoryTree.Entry], findings: [String])] = [
        (
            "R1-a-link", [.init(path: "tenants/b.yaml", kind: .link)],
            ["tenants/b.yaml:1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]"]
        ),
        (
            "R1-a-link-to-a-folder", [.init(path: "blueprints/app/2.0.0", kind: .link)],
            ["blueprints/app/2.0.0:1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]"]
        ),
        (
            "R4-a-submodule", [.init(path: "tenants/more", kind: .submodule)],
            ["tenants/more:1:1: error: submodules are not supported; commit the files themselves [RCN1004]"]
        ),
        (
            "R2-a-pipe", [.init(path: "users/acme/x.csv", kind: .unfit("neither a file nor a folder"))],
            ["users/acme/x.csv:1:1: error: neither a file nor a folder [RCN1009]"]
        ),
        (
            "R7-case", [.init(path: "tenants/ACME.yaml", kind: .link)],
            [
                "tenants/ACME.yaml:1:1: error: symbolic links are not allowed here; commit the file itself [RCN1003]",
                "tenants/acme.yaml:1:1: error: differs from 'tenants/ACME.yaml' only in case or Unicode form; rename or remove one [RCN1005]",
            ]
        ),
        ("elsewhere-anything-goes", [.init(path: "docs/x", kind: .link), .init(path: "vendor", kind: .submodule)], []),
    ]

    @Test(arguments: entries.indices) func entriesThatAreRefused(_ index: Int) {
        let (id, entries, findings) = Self.entries[index]
        let small = FleetText().tree()
        let tree = RepositoryTree(entries: small.entries + entries, read: small.read)
        #expect(Fleet.validate(FleetFiles.load(tree), on: FleetText.day).diagnostics.map(\.line) == findings, "\(id)")
    }

    @Test func aLinkIsNeverRead() {
        let small = FleetText().tree()
        let tree = RepositoryTree(entries: small.entries + [.init(path: "tenants/b.yaml", kind: .link)]) { path in
            #expect(path != "tenants/b.yaml")
            return try small.read(path)
        }
        #expect(FleetFiles.load(tree).diagnostics.count == 1)
    }

    @Test func unicodeFormsOfOneNameCollide() {
        let small = FleetText().tree()
        let tree = RepositoryTree(
            entries: small.entries + ["tenants/\u{e9}.yaml", "tenants/e\u{301}.yaml"].map { .init(path: $0) }
        ) { path in try path.contains("acme") || !path.hasPrefix("tenants") ? small.read(path) : [] }
        let codes = FleetFiles.load(tree).diagnostics.map(\.code)
        #expect(codes.filter { $0 == "RCN1005" }.count == 1)
        #expect(codes.filter { $0 == "RCN1009" }.count == 2)
    }

    @Test func aFileThatCannotBeReadIsNamed() {
        let small = FleetText().tree()
        let tree = RepositoryTree(entries: small.entries) { path in
            if path == "tiers/basic.yaml" { throw FleetText.Missing() }
            return try small.read(path)
        }
        let lines = FleetFiles.load(tree).diagnostics.map(\.line)
        #expect(lines == ["tiers/basic.yaml:1:1: error: cannot read the file: Missing() [RCN1006]"])
    }

    @Test func notesAndForeignFilesAreLeftAlone() {
        #expect(
            FleetText.with([
                "README.md": "#", "tenants/README.md": "#", "users/.gitkeep": "", ".github/workflows/plan.yaml": "a: [",
                "CODEOWNERS": "*", "blueprints/app/1.0.0/NOTES.md": "#",
            ]).findings() == [])
    }

    @Test("Y12: what is misspelt or stands at the wrong level is refused with the nearest name, never ignored")
    func misspeltFieldsAreNamed() {
        func found(_ path: String, _ old: String, _ new: String) -> [String] {
            FleetText.with([path: FleetText.small[path]?.replacing(old, with: new)]).findings()
        }
        #expect(
            found("tenants/acme.yaml", "displayName", "displayname") == [
                "tenants/acme.yaml:6:3: error: unknown key 'displayname'; did you mean 'displayName'? [RCN1302]"
            ])
        #expect(
            found("reconcile.yaml", "namespacePrefix", "namespaceprefix") == [
                "reconcile.yaml:9:30: error: unknown key 'namespaceprefix'; did you mean 'namespacePrefix'? [RCN1302]"
            ])
        #expect(found("tenants/acme.yaml", "environments: [sandbox]", "environments: sandbox").count == 1)
        #expect(found("tiers/basic.yaml", "{users: 3, storage: 10Gi}", "[users, 3]").count == 1)
    }

    @Test("Y9: escaped control characters make no name, and stand in free text")
    func escapedControlCharacters() {
        func found(_ old: String, _ new: String) -> [String] {
            FleetText.with(["tenants/acme.yaml": FleetText.small["tenants/acme.yaml"]?.replacing(old, with: new)])
                .findings()
        }
        for escape in [#"\0"#, #"\e]52;c;eA==\a"#, #"\u202e"#, #"\x9b"#] {
            #expect(found("Acme Corporation", "\"Acme \(escape)\"") == [])
            #expect(
                found("  name: acme", "  name: \"acme\(escape)\"").first?.hasPrefix("tenants/acme.yaml:4:9: error: ")
                    == true)
            #expect(found("tier: basic", "tier: basic\n  contact: \"a\(escape)@b.example\"").count == 1)
        }
    }

    @Test func environmentsAreDecodedWhole() throws {
        var text = FleetText()
        text.files["reconcile.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Fleet
            metadata: {name: whole}
            spec:
              features: {nft: {type: boolean, default: false}}
              limits: {maxDeletes: 7, minAdmins: 2}
              writeBack: {branch: "state/{environment}"}
              environments:
                - name: sandbox
                  cluster: {sandbox: {}}
                  identity: {sandbox: {}}
                  blueprints: {app: 1.0.0}
                - name: prod
                  cluster: {kubernetes: {context: p}, namespacePrefix: t-}
                  identity:
                    keycloak: {url: "https://sso.example.com/auth/", realm: prod, clientId: reconcile}
                    groupPrefix: eu-
                    onboarding: {mode: federated}
                    manageProfile: true
                    manageRoles: true
                  limits: {maxDeletePercent: 12.5}
                  writeBack: {branch: main}
                - name: inside
                  cluster: {kubernetes: {inCluster: true}}
                  identity: {sandbox: {}, onboarding: {actions: [VERIFY_EMAIL, UPDATE_PASSWORD]}}
            """
        let resolution = Fleet.resolve(FleetFiles.load(text.tree()))
        #expect(resolution.diagnostics == [])
        let fleet = try #require(resolution.fleet)
        #expect(fleet.environments.map(\.name) == ["inside", "prod", "sandbox"])
        let prod = try #require(fleet.environment("prod")).environment
        #expect(prod.cluster == .kubernetes(context: "p"))
        #expect(
            prod.identity
                == .keycloak(.init(url: "https://sso.example.com/auth", realm: "prod", clientId: "reconcile")))
        #expect(prod.namespacePrefix == "t-" && prod.groupPrefix == "eu-")
        #expect(prod.onboarding == .federated && prod.managesProfile && prod.managesRoles)
        #expect(prod.limits == Limits(maxDeletePercent: 12.5, maxDeletes: 7, minAdmins: 2))
        #expect(prod.stateBranch == "main")
        let inside = try #require(fleet.environment("inside")).environment
        #expect(inside.cluster == .inCluster)
        #expect(inside.onboarding == .requiredActions(["VERIFY_EMAIL", "UPDATE_PASSWORD"]))
        #expect(inside.stateBranch == "state/inside")
    }

    @Test func environmentsOnOneClusterOrRealmNeedPrefixes() {
        var text = FleetText()
        text.files["reconcile.yaml"] = """
            apiVersion: reconcile.dev/v1
            kind: Fleet
            metadata: {name: two}
            spec:
              features: {nft: {type: boolean, default: false}}
              environments:
                - {name: sandbox, cluster: {kubernetes: {}}, blueprints: {app: 1.0.0}}
                - name: b
                  cluster: {kubernetes: {}}
                  identity: {keycloak: {url: "https://a.example", realm: r, clientId: c}}
                - name: c
                  identity: {keycloak: {url: "https://a.example/", realm: r, clientId: d}}
            """
        #expect(
            text.findings() == [
                "reconcile.yaml:8:7: error: environments 'b' and 'sandbox' have no namespacePrefix in one cluster; give each one of its own [RCN1024]",
                "reconcile.yaml:11:7: error: environments 'c' and 'b' have no groupPrefix in one realm; give each one of its own [RCN1024]",
            ])
    }

    @Test func approvalsAreRead() throws {
        let head = "apiVersion: reconcile.dev/v1\nkind: Approval\nmetadata: {name: 7f3c}\nspec:\n"
        let text = FleetText.with([
            "approvals/7f3c.yaml": head + "  environment: sandbox\n  digest: 7f3c0000aaaabbbb\n  expires: 2026-02-01\n"
        ])
        let fleet = try #require(Fleet.resolve(FleetFiles.load(text.tree())).fleet)
        #expect(fleet.approvals.map(\.digest) == ["7f3c0000aaaabbbb"])
        #expect(fleet.approvals.map(\.expires.description) == ["2026-02-01"])
        let wrong = FleetText.with([
            "approvals/7f3c.yaml": head + "  environment: sandbx\n  digest: 7f3c0000aaaabbbb\n  expires: 2026-02-30\n"
        ])
        #expect(wrong.findings().count == 2)
    }
}
