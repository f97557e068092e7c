import Formats
import Foundation
import TestSupport
import Testing

/// python-keycloak, the administrators' library, on every identity provider at hand. In CI it has to be there; elsewhere
/// `pip install python-keycloak` into `.venv` brings it.
@Suite struct PythonKeycloakTests {
    private static let python: String? = {
        let own = Fixture.root.appending(path: ".venv")
        let lib = own.appending(path: "lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: lib.path)) ?? []
        let isThere = versions.contains { version in
            FileManager.default.fileExists(atPath: lib.appending(path: "\(version)/site-packages/keycloak").path)
        }
        return isThere ? own.appending(path: "bin/python").path : nil
    }()

    @Test func isThereInCI() {
        let isCI = ProcessInfo.processInfo.environment["RECONCILE_CI"] != nil
        #expect(!isCI || Self.python != nil)
        if Self.python == nil { print("No python-keycloak in .venv: its tests look at nothing.") }
    }

    @Test(arguments: IdentityServer.all) func readsAndWritesWhatAFleetMade(_ server: IdentityServer) async throws {
        guard let python = Self.python else { return }
        let realm = "k-" + UUID().uuidString.lowercased().prefix(13)
        let secret = try await server.setUp(realm: realm, roles: ["operator", "owner"])
        let files = SmallFleet.files.merging(["reconcile.yaml": PersonLifeTests.fleet(server.url, realm)]) { $1 }
        let fleet = try await FleetRepository(
            files, environment: ["KEYCLOAK_URL": server.url, "KEYCLOAK_CLIENT_SECRET": secret])
        try await fleet.succeed("apply", "--yes")

        let script = Fixture.root.appending(path: "Tests/EndToEndTests/keycloak_client.py").path
        let run = try await Command.run(
            python, [script, server.url, server.administrator, server.password, realm],
            environment: ["HOME": fleet.folder.url.path])
        #expect(run.status == 0, "\(run.errors)")
        let expected: JSON = [
            "people": ["ada@acme.example", "owner@acme.example", "owner@globex.example"], "count": 3,
            "groups": ["/acme", "/globex"], "id": true, "same": true, "twice": 409, "member": ["/acme/operator"],
            "profile": ["Samuel", "Script", "script@x.example"], "roles": ["operator"],
            "operators": ["ada@acme.example", "script@x.example"], "left": [], "sessions": [], "gone": 404,
            "mapped": ["script-role"], "path": "/script/below", "children": ["below"], "groupGone": 404,
            "missing": 404,
        ]
        let found = try JSON.parse(run.output)
        for member in expected.object ?? JSONObject() {
            #expect(found[member.key] == member.value, "\(member.key)")
        }

        // What the script did to a person of the fleet is drift, and is taken back.
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains("~ user ada@acme.example   -acme/owner (drift)"), "\(plan)")
        #expect(plan.contains("enabled: drift, false → true") && plan.contains("Drift: 1."), "\(plan)")
        try await fleet.succeed("apply", "--yes")
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }
}
