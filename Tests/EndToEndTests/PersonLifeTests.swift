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

        let admin = try Administrator(server, realm)
        let ada = try await admin.prepareLogIn(of: "ada@acme.example", password: "correct horse")
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

/// The administrator of a realm, and the realm as people see it.
struct Administrator {
    let server: IdentityServer
    let realm: String
    private let client: HTTPClient

    init(_ server: IdentityServer, _ realm: String) throws {
        self.server = server
        self.realm = realm
        client = try HTTPClient()
    }

    /// A new one for each request: it lasts for a minute, which a slow machine's test outlives.
    private func token() async throws -> String {
        let form =
            "grant_type=password&client_id=admin-cli&username=\(server.administrator)&password=\(server.password)"
        let answer = try await client.send(Self.tokenRequest(server, "master", form))
        return try JSON.parse(answer.body)["access_token"]?.string ?? ""
    }

    /// Sets a password, takes the required actions away, and makes a client that people log in by.
    /// - Returns: the subject.
    func prepareLogIn(of username: String, password: String) async throws -> String {
        let found = try await get("/users?username=\(username)&exact=true")
        let id = try #require(found.array?.first?["id"]?.string)
        try await send(
            .post, "/clients",
            [
                "clientId": "login", "publicClient": true, "directAccessGrantsEnabled": true,
                "standardFlowEnabled": false,
            ])
        try await send(
            .put, "/users/\(id)/reset-password",
            ["type": "password", "value": .string(password), "temporary": false])
        try await send(.put, "/users/\(id)", ["requiredActions": []])
        return id
    }

    func logIn(_ username: String, _ password: String) async throws -> HTTPResponse {
        let password = password.replacingOccurrences(of: " ", with: "%20")
        let form = "grant_type=password&client_id=login&username=\(username)&password=\(password)"
        return try await client.send(Self.tokenRequest(server, realm, form))
    }

    func get(_ path: String) async throws -> JSON { try JSON.parse(await send(.get, path).body) }

    @discardableResult
    func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> HTTPResponse {
        let answer = try await client.send(
            HTTPRequest(
                method, "\(server.url)/admin/realms/\(realm)\(path)", headers: [("Content-Type", "application/json")],
                body: body?.encoded(),
                credential: Credential(origin: try HTTP.Origin(of: server.url), bearer: try await token())))
        guard (200..<300).contains(answer.status) else {
            throw FleetRepository.Failed(description: "\(method) \(path): \(answer.status)")
        }
        return answer
    }

    private static func tokenRequest(_ server: IdentityServer, _ realm: String, _ form: String) -> HTTPRequest {
        HTTPRequest(
            .post, "\(server.url)/realms/\(realm)/protocol/openid-connect/token",
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
    }
}
