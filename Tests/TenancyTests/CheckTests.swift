import Formats
import KubernetesModel
import Tenancy
import Testing

/// Checks as blueprints have them, and where they may go.
@Suite struct CheckTests {
    private static let path = "blueprints/app/1.0.0/blueprint.yaml"

    private static func fleet(_ checks: String, environment: String = "", tenant: String = "") -> FleetText {
        var text = FleetText()
        text.files[path]? += "  checks:\n" + checks.split(separator: "\n").map { "    \($0)\n" }.joined()
        text.files["reconcile.yaml"]? += environment
        text.files["tenants/acme.yaml"]? += tenant
        return text
    }

    private static let mistakes: [(checks: String, finding: String)] = [
        ("- {name: api}", "11:7: error: "),
        (
            "- {name: api, url: \"https://a.example\", cname: b.example}",
            "11:45: error: missing key 'dns', which 'cname' needs [RCN1307]"
        ),
        (
            "- {name: api, url: \"https://a.example\", warn: 5}",
            "11:51: error: expected a duration with its unit, as 500ms, 2s or 1m, found '5' [RCN1305]"
        ),
        ("- {name: api, url: \"https://a.example\", warn: 5h}", "11:51: error: "),
        (
            "- {name: api, url: \"https://a.example\", warn: 2s, critical: 500ms}",
            "11:65: error: an answer is slow ('warn', 2s) before it is too slow ('critical', 500ms); swap or change them "
                + "[RCN1022]"
        ),
        (
            "- {name: api, url: \"https://a.example\"}\n- {name: api, dns: a.example}",
            "12:14: error: there is a check 'api' already; rename or remove one of them [RCN1017]"
        ),
        (
            "- {name: api, url: \"https://${tenant.nme}/\"}",
            "11:41: error: unknown field 'nme'; did you mean 'name'? [RCN1060]"
        ),
        (
            "- {name: api, url: \"https://a.example\", when: tenant.name}",
            "11:51: error: 'when' takes a condition that is true or false (a bool), found string [RCN1060]"
        ),
        (
            "- {name: api, url: \"http://a.example/\"}",
            "11:24: error: a check asks https URLs unless 'checks: {http: true}' of the environment allows others, found "
                + "'http://a.example/' for tenant 'acme' [RCN1022]"
        ),
        (
            "- {name: api, url: \"file:///etc/passwd\"}",
            "11:24: error: a check asks https URLs, found 'file:///etc/passwd' for tenant 'acme' [RCN1022]"
        ),
        (
            "- {name: api, url: \"https://user:word@a.example/\"}",
            "11:24: error: a check sends no user and password, found 'https://user:word@a.example/' for tenant 'acme' "
                + "[RCN1022]"
        ),
        ("- {name: api, url: \"https:///x\"}", "11:24: error: 'https:///x' has no host for tenant 'acme' [RCN1022]"),
        ("- {name: api, url: \"https://a b/\"}", "11:24: error: 'https://a b/' is no URL for tenant 'acme' [RCN1022]"),
        (
            "- {name: dns, dns: \"a..example\"}",
            "11:24: error: 'a..example' is no host name for tenant 'acme' [RCN1022]"
        ),
    ]

    @Test(arguments: mistakes.indices) func whatIsWrongIsSaidAtItsPlace(_ index: Int) {
        let (checks, finding) = Self.mistakes[index]
        let findings = Self.fleet(checks).findings()
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("\(Self.path):\(finding)") == true, "\(findings)")
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", nil), ("10.20.0.0/16", nil), ("169.254.169.254/32", nil), ("127.0.0.0/8", nil),
            ("fd00::/8", nil),
            ("::1/128", nil),
            ("0.0.0.0/0", "'0.0.0.0/0' would open more than one kind of address; name what is meant, as 10.0.0.0/8"),
            ("10.0.0.0/7", "'10.0.0.0/7' would open more than one kind of address; name what is meant, as 10.0.0.0/8"),
            ("8.8.8.0/24", "'8.8.8.0/24' is open to checks already; remove it"),
            ("10.0.0.0/33", "'10.0.0.0/33' is no network; write it as 10.0.0.0/8"),
        ] as [(String, String?)])
    func networksAreOpenedOneByOne(_ network: String, _ message: String?) {
        let findings = Self.fleet(
            "- {name: api, url: \"https://a.example\"}",
            environment: "      checks: {allow: [\"\(network)\"]}\n"
        ).findings()
        #expect(findings == (message.map { ["reconcile.yaml:12:24: error: \($0) [RCN1022]"] } ?? []))
    }

    @Test func areRenderedForActiveTenants() throws {
        let checks = """
            - {name: api, url: "http://${tenant.name}.example/${values.color}", warn: 500ms, critical: 1.5s}
            - {name: dns, dns: "${tenant.name}.example.", cname: "${fleet.name}.app"}
            - {name: nft, url: "http://nft.example", when: tenant.features.nft}
            """
        let fleet = Self.fleet(checks, environment: "      checks: {http: true, allow: [10.0.0.0/8]}\n")
        let state = try fleet.desired()
        let tenant = try #require(state.tenants.first { $0.name == "acme" })
        #expect(
            tenant.checks.map(\.target) == [
                .url("http://acme.example/blue", warn: 0.5, critical: 1.5), .dns("acme.example", cname: "small.app"),
            ])
        #expect(tenant.checks.first?.source.description == "\(Self.path):11:14")
        #expect(state.environment.checks.allowsHTTP)
        let suspended = Self.fleet(
            checks, environment: "      checks: {http: true}\n", tenant: "  state: suspended\n")
        #expect(try suspended.desired().tenants.first { $0.name == "acme" }?.checks == [])
    }

    @Test(
        arguments: [
            ("8.8.8.8", nil), ("2606:4700::1111", nil), ("10.1.2.3", nil), ("::ffff:10.1.2.3", nil),
            ("64:ff9b::808:808", nil),
            ("192.168.0.1", "192.168.0.1 is a private address"),
            ("::ffff:a9fe:a9fe", "169.254.169.254 is a link-local address"),
            ("64:ff9b::7f00:1", "127.0.0.1 is an address of this host"), ("::", ":: is a reserved address"),
            ("::1", "::1 is an address of this host"), ("fd00::1:0:0:1", "fd00::1:0:0:1 is a private address"),
            ("fe80::1", "fe80::1 is a link-local address"), ("ff02::1", "ff02::1 is a multicast address"),
            ("64:ff9b:1::a00:1", "64:ff9b:1::a00:1 is a reserved address"),
            ("2002:7f00:1::", "2002:7f00:1:: is a reserved address"), ("0.1.2.3", "0.1.2.3 is an address of this host"),
            ("100.127.255.255", "100.127.255.255 is a private address of a provider"), ("100.128.0.0", nil),
            ("172.15.255.255", nil), ("172.32.0.0", nil), ("239.1.1.1", "239.1.1.1 is a multicast address"),
        ] as [(String, String?)])
    func policyKnowsEveryAddress(_ text: String, _ reason: String?) throws {
        let policy = CheckPolicy(open: [try #require(IPAddress.Block("10.0.0.0/8"))])
        let address = try #require(IPAddress(text))
        #expect(policy.refusal(of: address) == reason.map { "\($0), where checks do not go" })
    }
}
