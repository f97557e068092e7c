import Formats
import Tenancy
import Testing

/// One mistake at a time in the small fleet: what is found, and nothing else.
@Suite struct CrossCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let changes: [String: String?]
        let findings: [String]

        init(_ id: String, _ changes: [String: String?], _ findings: String...) {
            self.id = id
            self.changes = changes
            self.findings = findings
        }

        var testDescription: String { id }
    }

    static func tenant(_ name: String, _ spec: String) -> String {
        "apiVersion: reconcile.dev/v1\nkind: Tenant\nmetadata: {name: \(name)}\nspec:\n  displayName: Some\n  tier: basic\n\(spec)\n"
    }

    static let tenants: [Case] = [
        Case(
            "no-fleet-file", ["reconcile.yaml": nil],
            "error: there is no reconcile.yaml at the repository's root; `reconcile init` writes one [RCN1001]"),
        Case(
            "unknown-tier",
            ["tenants/b.yaml": tenant("b", "  environments: [sandbox]").replacing("basic", with: "basics")],
            "tenants/b.yaml:6:9: error: unknown tier 'basics'; did you mean 'basic'? [RCN1012]"),
        Case(
            "unknown-environment", ["tenants/b.yaml": tenant("b", "  environments: [sandbx]")],
            "tenants/b.yaml:7:18: error: unknown environment 'sandbx'; did you mean 'sandbox'? [RCN1015]"),
        Case(
            "unknown-blueprint", ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  values: {ap: {}}")],
            "tenants/b.yaml:8:12: error: unknown blueprint 'ap'; did you mean 'app'? [RCN1014]"),
        Case(
            "unknown-version", ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  blueprints: {app: 2.0.0}")],
            "tenants/b.yaml:8:21: error: blueprint 'app' has no version 2.0.0; there is 1.0.0 [RCN1014]"),
        Case(
            "reserved-name", ["tenants/kube-system.yaml": tenant("kube-system", "  environments: [sandbox]")],
            "tenants/kube-system.yaml:3:18: error: 'kube-system' is reserved; choose another name [RCN1018]"),
        Case(
            "name-is-not-the-files", ["tenants/b.yaml": tenant("c", "  environments: [sandbox]")],
            "tenants/b.yaml:3:18: error: metadata.name is 'c', the file is named 'b'; both have to be the same [RCN1011]"
        ),
        Case(
            "one-name-in-two-folders", ["tenants/eu/acme.yaml": tenant("acme", "  environments: [sandbox]")],
            "tenants/eu/acme.yaml:1:1: error: there is a tenant 'acme' already; rename or remove one of the files [RCN1017]"
        ),
        Case(
            "one-domain-twice",
            [
                "tenants/b.yaml": tenant("b", "  environments: {sandbox: {domains: [x.example]}}"),
                "tenants/c.yaml": tenant("c", "  environments: {sandbox: {domains: [x.example]}}"),
            ],
            "tenants/c.yaml:7:38: error: 'x.example' is a domain of tenant 'b' already; give it to one of them [RCN1019]"
        ),
        Case(
            "another-kind", ["tenants/b.yaml": tenant("b", "").replacing("kind: Tenant", with: "kind: Tier")],
            "tenants/b.yaml:2:7: error: a Tier in the place of a Tenant; move the file to tiers/b.yaml, or correct its kind [RCN1010]"
        ),
        Case(
            "limit-not-overridable",
            ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  limits: {storage: 1Gi}")],
            "tenants/b.yaml:8:12: error: tenants of tier 'basic' may not set the limit 'storage'; they may set: users; remove it, or add it to 'overridable' in tiers/basic.yaml [RCN1031]"
        ),
        Case(
            "unknown-limit", ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  limits: {user: 1}")],
            "tenants/b.yaml:8:12: error: tier 'basic' has no limit 'user'; did you mean 'users'? [RCN1021]"),
        Case(
            "feature-of-another-type",
            ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  features: {nft: 1}")],
            "tenants/b.yaml:8:19: error: feature 'nft' takes true or false, found 1 [RCN1022]"),
        Case(
            "value-that-is-not-the-tenants",
            ["tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  values: {app: {color: red}}")],
            "tenants/b.yaml:8:18: error: tenants may not set 'color' of blueprint 'app' (layer tenant); they may set: replicas; remove it, or add 'color' to 'tenantValues' in blueprints/app/1.0.0/blueprint.yaml [RCN1050]"
        ),
        Case(
            "zero-bytes", ["tenants/b.yaml": ""],
            "tenants/b.yaml:1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        Case(
            "a-file-where-nothing-reads-it", ["tenants/b.yml": "x"],
            "tenants/b.yml:1:1: error: nothing reads this file: tenants/ holds files <name>.yaml [RCN1002]"),
        Case(
            "a-folder-in-capitals", ["Tenants/b.yaml": "x"],
            "Tenants/b.yaml:1:1: error: nothing reads this file: the folder is named tenants/ [RCN1002]"),
        Case(
            "a-folder-in-the-singular", ["user/acme.csv": "x"],
            "user/acme.csv:1:1: error: nothing reads this file: the folder is named users/ [RCN1002]"),
        Case(
            "hand-edit-of-the-state", ["state/sandbox/STATUS.md": "all is well"],
            "state/sandbox/STATUS.md:1:1: error: status and lock are written by reconcile alone, on a branch of their own; remove the file [RCN1007]"
        ),
        Case(
            "a-namespace-that-is-too-long",
            ["tenants/\(long).yaml": tenant(long, "  environments: [sandbox]")],
            "tenants/\(long).yaml:7:18: error: the namespace 'tenant-\(long)' is longer than 63 characters; choose a shorter name [RCN1011]"
        ),
        Case(
            "values-for-a-blueprint-that-is-not-there",
            [
                "blueprints/extra/1.0.0/blueprint.yaml":
                    "apiVersion: reconcile.dev/v1\nkind: Blueprint\nmetadata: {name: extra}\nspec: {version: 1.0.0, manifests: [{path: a.yaml}]}\n",
                "blueprints/extra/1.0.0/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
                "tenants/b.yaml": tenant("b", "  environments: [sandbox]\n  values: {extra: {}}"),
            ],
            "tenants/b.yaml:8:12: warning: tenant 'b' does not have blueprint 'extra' in any environment; remove the values, or pin it under 'blueprints' [RCN1052]"
        ),
        Case(
            "a-blueprint-of-another-version",
            ["blueprints/app/1.1.0/blueprint.yaml": FleetText.small["blueprints/app/1.0.0/blueprint.yaml"] ?? ""],
            "blueprints/app/1.1.0/blueprint.yaml:5:12: error: the version is '1.0.0', the folder is named '1.1.0'; both have to be the same [RCN1011]",
            "blueprints/app/1.1.0/blueprint.yaml:9:13: error: 'manifests/*.yaml' matches no file of blueprints/app/1.1.0/ [RCN1063]"
        ),
        Case(
            "a-folder-without-a-blueprint", ["blueprints/b/1/x.yaml": "a: 1"],
            "blueprints/b/1/x.yaml:1:1: error: there is no blueprints/b/1/blueprint.yaml, so nothing reads this folder [RCN1002]"
        ),
    ]

    static let long = String(repeating: "a", count: 60)

    static let people: [Case] = [
        Case(
            "a-role-that-is-not-there", ["users/acme.csv": "email,role\na@b.example,operater\n"],
            "users/acme.csv:2:13: error: unknown role 'operater'; did you mean 'operator'? [RCN1013]"),
        Case(
            "a-role-for-others",
            [
                "roles/viewer.yaml":
                    "apiVersion: reconcile.dev/v1\nkind: Role\nmetadata: {name: viewer}\nspec: {tenants: {tier: basic}}\n",
                "tiers/gold.yaml": "apiVersion: reconcile.dev/v1\nkind: Tier\nmetadata: {name: gold}\nspec: {}\n",
                "tenants/b.yaml": tenant("b", "  environments: [sandbox]").replacing("basic", with: "gold"),
                "users/b.csv": "email,role\na@b.example,viewer\n",
                "blueprints/app/1.0.0/manifests/settings.yaml":
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\n",
            ],
            "users/b.csv:2:13: error: role 'viewer' is not for tenant 'b'; roles/viewer.yaml allows it for tenants of tier 'basic' alone [RCN1047]"
        ),
        Case(
            "C8-a-path-of-groups", ["users/acme.csv": "email,role\na@b.example,a/../b\n"],
            "users/acme.csv:2:13: error: 'a/../b' is a group or a role of the identity provider itself; name a role of roles/ [RCN3106]"
        ),
        Case(
            "C8-a-role-of-the-realm", ["users/acme.csv": "email,role\na@b.example,realm-admin\n"],
            "users/acme.csv:2:13: error: 'realm-admin' is a group or a role of the identity provider itself; name a role of roles/ [RCN3106]"
        ),
        Case(
            "C11-identical-rows", ["users/acme.csv": "email,role\na@b.example,viewer\na@b.example,viewer\n"],
            "users/acme.csv:3:1: warning: the same row as at users/acme.csv:2; remove one of them [RCN1042]"),
        Case(
            "C11-another-role", ["users/acme.csv": "email,role\na@b.example,viewer\na@b.example,operator\n"],
            "users/acme.csv:3:1: error: a@b.example is in tenant 'acme' already, at users/acme.csv:2; write all roles in one row, as operator;analyst [RCN1041]"
        ),
        Case(
            "one-person-in-two-files-of-a-tenant",
            [
                "users/acme.csv": nil, "users/acme/a.csv": "email,role\na@b.example,viewer\n",
                "users/acme/b.csv": "email,role\na@b.example,operator\n",
            ],
            "users/acme/b.csv:2:1: error: a@b.example is in tenant 'acme' already, at users/acme/a.csv:2; write all roles in one row, as operator;analyst [RCN1041]"
        ),
        Case(
            "C6-another-spelling", ["users/acme.csv": "email,role\nAdmin@b.example,viewer\nadmin@b.example,viewer\n"],
            "users/acme.csv:3:1: error: admin@b.example is in tenant 'acme' already, at users/acme.csv:2; write all roles in one row, as operator;analyst [RCN1041]"
        ),
        Case(
            "C6-another-spelling-elsewhere",
            [
                "tenants/b.yaml": tenant("b", "  environments: [sandbox]"),
                "users/b.csv": "email,role\nAda@acme.example,viewer\n",
            ],
            "users/b.csv:2:1: error: ada@acme.example has other spelling ('Ada@acme.example', 'ada@acme.example') here than at users/acme.csv:2; let both rows say the same [RCN1043]"
        ),
        Case(
            "a-profile-that-differs",
            [
                "tenants/b.yaml": tenant("b", "  environments: [sandbox]"),
                "users/acme.csv": "email,role,given_name\nada@acme.example,viewer,Ada\n",
                "users/b.csv": "email,role,given_name\nada@acme.example,viewer,Adele\n",
            ],
            "users/b.csv:2:1: error: ada@acme.example has other given_name ('Adele', 'Ada') here than at users/acme.csv:2; let both rows say the same [RCN1043]"
        ),
        Case(
            "two-ids-for-one-address",
            [
                "tenants/b.yaml": tenant("b", "  environments: [sandbox]"),
                "users/acme.csv": "email,role,id\nada@acme.example,viewer,u-1\n",
                "users/b.csv": "email,role,id\nada@acme.example,viewer,u-2\n",
            ],
            "users/b.csv:2:1: error: ada@acme.example has the id 'u-2' here and 'u-1' at users/acme.csv:2; let both rows say the same [RCN1043]"
        ),
        Case(
            "more-people-than-the-limit",
            ["users/acme.csv": "email,role\n" + (1...4).map { "p\($0)@b.example,viewer\n" }.joined()],
            "users/acme.csv:5:1: error: tenant 'acme' has 4 people, its limit is 3: remove people, or raise 'users' [RCN1030]"
        ),
        Case(
            "a-limit-below-zero",
            ["tiers/basic.yaml": FleetText.small["tiers/basic.yaml"]?.replacing("users: 3", with: "users: -1")],
            "tiers/basic.yaml:5:19: error: expected at least 0, found -1 [RCN1306]"),
        Case(
            "people-of-nobody", ["users/acm.csv": "email,role\na@b.example,viewer\n"],
            "users/acm.csv:1:1: error: there is no tenant 'acm'; did you mean 'acme'? its people are in users/acme.csv: move the rows there [RCN1016]"
        ),
        Case(
            "a-file-of-zero-bytes", ["users/acme.csv": ""],
            "users/acme.csv:1:1: error: the file is empty: not even a header; was it cut off? bring its rows back, or write the header alone [RCN1207]"
        ),
        Case(
            "cells-that-cannot-be-read",
            ["users/acme.csv": "email,role,id,active,expires\na@b.example,,x y,yes,tomorrow\n"],
            "users/acme.csv:2:13: error: a role is missing; write the name of a file of roles/, without '.yaml' [RCN1044]",
            "users/acme.csv:2:14: error: an id has at most 128 letters, digits and -_.:@|/+= [RCN1044]",
            "users/acme.csv:2:18: error: 'yes' is neither true nor false; write true or false [RCN1044]",
            "users/acme.csv:2:22: error: 'tomorrow' is no day; write it as 2027-06-30 [RCN1044]"),
    ]

    @Test(arguments: tenants + people) func findsThisAndNothingElse(_ test: Case) {
        #expect(FleetText.with(test.changes).findings() == test.findings)
    }

    @Test func headerOnlyIsAFileWithoutPeople() throws {
        let text = FleetText.with(["users/acme.csv": "email,role\n"])
        #expect(text.findings() == [])
        #expect(try text.desired().people.isEmpty)
    }

    @Test func stateMayLieOnTheBranchThatIsWrittenBackTo() {
        var text = FleetText.with(["state/sandbox/STATUS.md": "x"])
        text.files["reconcile.yaml"]? += "  writeBack: {branch: main}\n"
        let files = FleetFiles.load(text.tree())
        #expect(Fleet.resolve(files, branch: "main").diagnostics.map(\.line) == [])
        #expect(Fleet.resolve(files, branch: "other").diagnostics.map(\.code) == ["RCN1007"])
    }
}
