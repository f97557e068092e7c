import Formats
import Foundation
import TestSupport
import Testing

/// `reconcile check` and `apply --check`, as a user runs them.
@Suite struct CheckCommandTests {
    private static func files(_ port: Int) -> [String: String] {
        var files = SmallFleet.files
        files["reconcile.yaml"]? += "\n      checks: {http: true, allow: [127.0.0.0/8]}\n"
        files["blueprints/app/1.0.0/blueprint.yaml"]? += """

              checks:
                - {name: api, url: "http://127.0.0.1:\(port)/${tenant.name}", warn: 50m, critical: 60m}
                - {name: meta, url: "http://169.254.169.254/", when: "tenant.name == 'globex'"}
            """
        return files
    }

    /// Without what differs from run to run.
    private static func settled(_ text: String, _ port: Int) -> String {
        text.replacing(":\(port)", with: ":PORT").replacing(#/  [0-9]+ ms|  [0-9.]+ s/#, with: "  TIME")
    }

    @Test func saysLineByLineWhatWorks() async throws {
        let server = try FaultServer { request in
            request.path == "/acme" ? [.answer(200)] : [.answer(302, headers: ["Location: /\u{1b}[31m::error::x"])]
        }
        let fleet = try await FleetRepository(Self.files(server.port))
        let run = try await fleet.reconcile("check")
        #expect(run.status == 5, "\(run.errors)")
        #expect(
            Self.settled(run.text, server.port) == """
                sandbox at the work tree, checked now

                  acme
                    ok        app/api   http://127.0.0.1:PORT/acme  TIME

                  globex
                    failed    app/api   http://127.0.0.1:PORT/globex  TIME, answered with status 302 and sent on to \
                /\\x1b[31m::error::x, where checks do not follow
                    failed    app/meta  http://169.254.169.254/  cannot go to http://169.254.169.254: 169.254.169.254 is \
                a link-local address, where checks do not go

                3 checks: 1 ok, 0 warn, 0 critical, 2 failed.

                """)
        let one = try await fleet.reconcile("check", "--tenant", "acme", "--output", "json")
        #expect(one.status == 0, "\(one.errors)")
        let report = try JSON.parse(one.output)
        #expect(report["counts"]?["ok"]?.int == 1)
        #expect(report["checks"]?.array?.first?["tenant"]?.string == "acme")
        let schema = try JSON.parse([UInt8](Data(contentsOf: Fixture.root.appending(path: "schemas/check.json"))))
        let whole = try JSON.parse(try await fleet.reconcile("check", "--output", "json").output)
        #expect(try JSONSchema(schema).findings(in: whole).isEmpty)
        let unknown = try await fleet.reconcile("check", "--tenant", "acne")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("environment 'sandbox' has no tenant 'acne'; did you mean 'acme'?"))
    }

    @Test func mistakesInTheFilesEndWith3() async throws {
        let fleet = try await FleetRepository(Self.files(1))
        try fleet.replace("{name: api, ", by: "{name: api, colour: red, ", in: "blueprints/app/1.0.0/blueprint.yaml")
        let run = try await fleet.reconcile("check")
        #expect(run.status == 3)
        #expect(run.text.isEmpty)
    }

    @Test func runAfterAnApplyThatAsksForThem() async throws {
        let server = try FaultServer { _ in [.answer(503)] }
        let fleet = try await FleetRepository(Self.files(server.port), sandbox: try SandboxServer())
        let first = try await fleet.reconcile("apply", "--yes", "--check")
        #expect(first.status == 5, "\(first.errors)")
        #expect(first.text.contains("3 checks: 0 ok, 0 warn, 0 critical, 3 failed."), "\(first.text)")
        #expect(try await fleet.stateCommits() == 1)
        let again = try await fleet.reconcile("apply", "--yes", "--check")
        #expect(again.status == 5)
        #expect(again.text.contains("answered with status 503"))
        let without = try await fleet.reconcile("apply", "--yes")
        #expect(without.status == 0, "\(without.text)\(without.errors)")
        #expect(server.requests.count == 4)
    }
}
