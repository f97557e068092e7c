import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// One person's way through a fleet's files, with the built program, on every identity provider at hand, the real one included.
@Suite struct PersonLifeTests {
    @Test(arguments: IdentityServer.all) func arrivesByCSVLogsInLeavesAndIsRefused(_ server: IdentityServer)
        async throws
    {
        let realm = "p-" + UUID().uuidString.lowercased().prefix(13)
        let secret = try await server.setUp(realm: realm, roles: ["operator", "owner"])
        let files = SmallFleet.files.merging(["reconcile.yaml": Self.fleet(server.url, realm)]) { _, new in new }
        let fleet = try await FleetRepository(
            files, environment: ["KEYCLOAK_URL": server.url, "KEYCLOAK_CLIENT_SECRET": secret])
        try await fleet.succeed("apply", "--yes")
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))

        let admin = try RealmAdministrator(server, realm)
        let ada = try #require(try await admin.subject("ada@acme.example"))
        try await admin.prepareLogIn(of: ada, password: "correct horse")
        #expect(try await admin.logIn("ada@acme.example", "correct horse").status == 200)

        try fleet.replace("ada@acme.example,operator,Ada,Lovelace\n", by: "", in: "users/acme.csv")
        try await fleet.commit("Ada leaves")
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains("x user ada@acme.example   disable, sessions end"))
        try await fleet.succeed("apply", "--yes")
        let refused = try await admin.logIn("ada@acme.example", "correct horse")
        #expect(refused.status == 400)
        #expect(try JSON.parse(refused.body)["error_description"] == "Account disabled")

        try fleet.write(
            "email,role,given_name,family_name\nowner@acme.example,owner,Alan,Turing\n"
                + "ada@acme.example,owner,Ada,King\n", to: "users/acme.csv")
        try await fleet.commit("Ada comes back")
        try await fleet.succeed("apply", "--yes")
        let back = try await admin.get("/users/\(ada)")
        #expect(back["enabled"] == true && back["lastName"] == "King")
        #expect(try await admin.logIn("ada@acme.example", "correct horse").status == 200)
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    /// `reconcile.yaml` of a fleet that has people and no cluster.
    static func fleet(_ url: String, _ realm: String) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          environments:
            - name: sandbox
              identity: {keycloak: {url: "\(url)", realm: \(realm), clientId: reconcile}}
              blueprints: {app: 1.0.0}
        """
    }
}
