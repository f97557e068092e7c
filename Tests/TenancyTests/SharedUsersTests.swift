import Formats
import Tenancy
import Testing

/// Users files with a column `tenant`.
@Suite struct SharedUsersTests {
    static let header = "email,role,tenant,given_name\n"

    static func fleet(_ rows: String, _ changes: [String: String?] = [:], list: String = "users/partners.csv")
        -> FleetText
    {
        var text = FleetText()
        text.files["reconcile.yaml"]? += "  sharedUserFiles: [\(list)]\n"
        text.files["tenants/globex.yaml"] = FleetText.small["tenants/acme.yaml"]?.replacing(
            "name: acme", with: "name: globex")
        text.files["users/partners.csv"] = header + rows
        for (path, content) in changes { text.files[path] = content }
        return text
    }

    private func applied(_ text: FleetText) -> AppliedTree { AppliedTree(commit: "3f2a91cdeadbeef", tree: text.tree()) }

    @Test func rowsSayTheirTenant() throws {
        let people = try Self.fleet("pat@p.example,viewer,globex,Pat\npat@p.example,operator,acme,Pat\n").desired()
            .people
        #expect(people.map(\.key) == ["ada@acme.example", "pat@p.example"])
        #expect(
            people.last?.memberships.map { "\($0.group) \($0.source.fileAndLine)" } == [
                "/acme/operator users/partners.csv:3", "/globex/viewer users/partners.csv:2",
            ])
    }

    static let mistakes: [(id: String, text: FleetText, findings: [String])] = [
        (
            "a tenant that is not there", fleet("a@p.example,viewer,globx,\nb@p.example,viewer,globx,\n"),
            [
                "users/partners.csv:2:20: error: there is no tenant 'globx'; did you mean 'globex'?; so in 1 more row of the file [RCN1016]"
            ]
        ),
        (
            "no tenant", fleet("a@p.example,viewer,,\n"),
            ["users/partners.csv:2:20: error: a tenant is missing; name one of tenants/ [RCN1044]"]
        ),
        (
            "one person twice in a tenant, in two files", fleet("ada@acme.example,viewer,acme,\n"),
            [
                "users/partners.csv:2:1: error: ada@acme.example is in tenant 'acme' already, at users/acme.csv:2; write all roles in one row, as operator;analyst [RCN1041]"
            ]
        ),
        (
            "no column", fleet("", ["users/partners.csv": "email,role\n"]),
            ["users/partners.csv:1:1: error: missing column 'tenant'; add it, with its value in every row [RCN1204]"]
        ),
        (
            "a column in a file that is not listed",
            fleet("", ["users/acme.csv": "email,role,tenant\nada@acme.example,viewer,globex\n"]),
            [
                "users/acme.csv:1:12: error: column 'tenant' is not allowed here: the file's path decides the tenant; list the file under sharedUserFiles in reconcile.yaml to let a column decide [RCN1204]"
            ]
        ),
        (
            "a listed file that is not there", fleet("", list: "users/partners.csv, users/partner.csv"),
            [
                "reconcile.yaml:12:41: error: the repository has no file 'users/partner.csv'; did you mean 'users/partners.csv'? [RCN1026]"
            ]
        ),
    ]

    @Test(arguments: mistakes.indices) func mistakesAreNamed(_ index: Int) {
        let (id, text, findings) = Self.mistakes[index]
        #expect(text.findings() == findings, "\(id)")
    }

    @Test func patternsNameSeveral() throws {
        let text = Self.fleet(
            "",
            [
                "users/partners.csv": nil, "users/shared/a.csv": Self.header + "a@p.example,viewer,acme,\n",
                "users/shared/b.csv": Self.header + "b@p.example,viewer,globex,\n",
            ], list: "users/shared/*.csv")
        #expect(try text.desired().people.map(\.email) == ["a@p.example", "ada@acme.example", "b@p.example"])
    }

    @Test func theLimitCountsThemToo() {
        let rows = (0..<3).map { "p\($0)@p.example,viewer,acme,\n" }.joined()
        #expect(
            Self.fleet(rows).findings() == [
                "users/partners.csv:4:1: error: tenant 'acme' has 4 people, its limit is 3: remove people, or raise 'users' [RCN1030]"
            ])
    }

    @Test func oneThatVanishesIsAnError() {
        let before = Self.fleet("a@p.example,viewer,acme,\n")
        var now = before
        now.files["users/partners.csv"] = nil
        now.files["reconcile.yaml"] = FleetText.small["reconcile.yaml"]
        #expect(
            now.findings(applied: applied(before)) == [
                "users/partners.csv:1:1: error: the file has vanished since 3f2a91c; bring it back, with its header alone where nobody is left [RCN1008]"
            ])
        #expect(now.findings(applied: applied(Self.fleet(""))) == [], "there was nobody in it")
    }
}
