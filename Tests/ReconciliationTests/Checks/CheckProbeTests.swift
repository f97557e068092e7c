import DNS
import Formats
import HTTP
import KubernetesModel
import Reconciliation
import Tenancy
import TestSupport
import Testing

/// Single checks, against servers on loopback, which the policy has to open.
@Suite struct CheckProbeTests {
    private static let loopback = CheckPolicy(
        open: ["127.0.0.0/8", "::1/128"].compactMap { IPAddress.Block($0) }, allowsHTTP: true)

    private static func check(_ target: DesiredCheck.Target) -> DesiredCheck {
        DesiredCheck(name: "api", blueprint: "app", target: target, source: .whole("blueprint.yaml"))
    }

    private static func judge(
        _ target: DesiredCheck.Target, _ policy: CheckPolicy = loopback, timeout: Double = 600,
        nameServers: NameServers = .system
    ) async throws -> CheckResult {
        let probe = try CheckProbe(policy, http: HTTPConfiguration(), nameServers: nameServers, timeout: timeout)
        return await probe.result(of: check(target), tenant: "acme")
    }

    // MARK: URLs

    @Test(
        arguments: [
            (200, "ok", nil), (204, "ok", nil), (299, "ok", nil), (300, "failed", "answered with status 300"),
            (404, "failed", "answered with status 404"), (503, "failed", "answered with status 503"),
        ] as [(Int, String, String?)])
    func judgesByTheStatus(_ status: Int, _ state: String, _ reason: String?) async throws {
        let server = try FaultServer { _ in [.answer(status)] }
        let result = try await Self.judge(.url(server.url, warn: nil, critical: nil))
        #expect(result.state.rawValue == state)
        #expect(result.reason == reason)
        #expect(result.seconds != nil)
    }

    @Test(
        arguments: [
            (nil, nil, "ok", nil), (3600, nil, "ok", nil), (0.1, nil, "warn", "slower than 100 ms"),
            (0.05, 0.1, "critical", "slower than 100 ms"), (nil, 3600, "ok", nil),
        ] as [(Double?, Double?, String, String?)])
    func judgesByTheTime(_ warn: Double?, _ critical: Double?, _ state: String, _ reason: String?) async throws {
        let server = try FaultServer { _ in [.wait(seconds: 0.2), .answer(200)] }
        let result = try await Self.judge(.url(server.url, warn: warn, critical: critical))
        #expect(result.state.rawValue == state)
        #expect(result.reason == reason)
    }

    @Test func followsNoRedirect() async throws {
        let target = try FaultServer { _ in [.answer(200)] }
        let server = try FaultServer { _ in [.answer(302, headers: ["Location: \(target.url)/inside"])] }
        let result = try await Self.judge(.url(server.url, warn: nil, critical: nil))
        #expect(result.state == .failed)
        let reason = "answered with status 302 and sent on to \(target.url)/inside, where checks do not follow"
        #expect(result.reason == reason)
        #expect(target.connections == 0)
    }

    @Test func endsWithTheTimeout() async throws {
        let server = try FaultServer { _ in [.silence] }
        let result = try await Self.judge(.url(server.url, warn: 0.1, critical: 0.2), timeout: 1)
        #expect(result.state == .failed)
        #expect(result.reason?.hasSuffix(" within 1 s") == true, "\(result.reason ?? "")")
        #expect(result.seconds == nil)
    }

    @Test func carriesNothingOfTheRunsOwn() async throws {
        let server = try FaultServer { _ in [.answer(200)] }
        let proxy = try FaultServer { _ in [.answer(200)] }
        var http = HTTPConfiguration()
        http.proxy = HTTPConfiguration.Proxy(url: proxy.url)
        http.credential = try Credential(origin: Origin(of: server.url), authorization: "Bearer secret")
        let probe = try CheckProbe(Self.loopback, http: http, timeout: 600)
        #expect(
            await probe.result(of: Self.check(.url(server.url, warn: nil, critical: nil)), tenant: nil).state == .ok)
        #expect(proxy.connections == 0)
        #expect(server.requests.first?.header("authorization") == nil)
    }

    // MARK: Hazards

    @Test(
        "N4: no URL of a repository leads a check to an address that is closed to it",
        arguments: [
            "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://[::ffff:a9fe:a9fe]/", "http://[64:ff9b::a9fe:a9fe]/", "http://127.0.0.1:@/", "http://127.1:@/",
            "http://[::1]:@/", "http://[::ffff:127.0.0.1]:@/", "http://0.0.0.0:@/", "http://0:@/", "http://[::]:@/",
            "http://localhost:@/", "http://10.0.0.1/", "http://172.31.255.255/", "http://192.168.0.1/",
            "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[fd00::1]/",
            "http://[fe80::1]/", "http://[ff02::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/",
            "file:///etc/passwd", "gopher://127.0.0.1:@/_x", "dict://127.0.0.1:@/", "ftp://127.0.0.1:@/",
        ])
    func hazardN4(_ template: String) async throws {
        let canary = try FaultServer { _ in [.answer(200, body: "secret")] }
        let url = template.replacing("@", with: String(canary.port))
        // Allowed by its scheme, so that it is the address that stops it.
        let result = try await Self.judge(
            .url(url, warn: nil, critical: nil), CheckPolicy(allowsHTTP: true))
        #expect(result.state == .failed, "\(url)")
        let reason = result.reason ?? ""
        let isRefused = reason.contains("where checks do not go") || reason.contains("does not begin with https")
        #expect(isRefused, "\(url): \(reason)")
        #expect(canary.connections == 0, "\(url)")
    }

    @Test("N4: to open one network opens no other one")
    func hazardN4Open() async throws {
        let server = try FaultServer { _ in [.answer(200)] }
        let policy = CheckPolicy(open: ["10.0.0.0/8"].compactMap { IPAddress.Block($0) }, allowsHTTP: true)
        #expect(try await Self.judge(.url(server.url, warn: nil, critical: nil), policy).state == .failed)
        #expect(server.connections == 0)
    }

    // MARK: Names

    private static let table: [String: [NameServer.Record]?] = [
        "acme.example": [.alias("knowton.app"), .alias("edge.host.example"), .four([192, 0, 2, 7])],
        "own.example": [.four([192, 0, 2, 8]), .four([192, 0, 2, 7])],
        "elsewhere.example": [.alias("other.host.example"), .four([192, 0, 2, 9])],
        "dangling.example": [.alias("knowton.app")], "mail.example": [], "silent.example": nil,
    ]

    @Test(
        arguments: [
            ("acme.example", "knowton.app", "ok", nil), ("acme.example", "Edge.Host.Example", "ok", nil),
            ("ACME.example", nil, "failed", "there is no name ACME.example"), ("own.example", nil, "ok", nil),
            (
                "own.example", "knowton.app", "failed",
                "own.example is no alias of knowton.app: it has addresses of its own, 192.0.2.7, 192.0.2.8"
            ),
            (
                "elsewhere.example", "knowton.app", "failed",
                "elsewhere.example is an alias of other.host.example, not of knowton.app"
            ),
            (
                "dangling.example", "knowton.app", "failed",
                "no address for dangling.example, an alias of knowton.app"
            ),
            ("mail.example", nil, "failed", "no address for mail.example"),
            ("mail.example", "knowton.app", "failed", "mail.example is no alias of knowton.app: it has nothing"),
            ("nowhere.example", "knowton.app", "failed", "there is no name nowhere.example"),
        ] as [(String, String?, String, String?)])
    func judgesNames(_ host: String, _ cname: String?, _ state: String, _ reason: String?) async throws {
        let server = try NameServer(Self.table)
        let result = try await Self.judge(
            .dns(host, cname: cname), nameServers: NameServers(port: server.port))
        #expect(result.state.rawValue == state)
        #expect(result.reason == reason)
    }

    @Test func aNameServerThatIsSilentEndsWithTheTimeout() async throws {
        let server = try NameServer(Self.table)
        let result = try await Self.judge(
            .dns("silent.example", cname: nil), timeout: 1, nameServers: NameServers(port: server.port))
        #expect(result.state == .failed)
        #expect(result.reason == "no name server had an answer for silent.example in time")
    }
}
