package import Formats
import Foundation
package import HTTP

/// The administrator of a realm, and the realm as people see it.
package struct RealmAdministrator: Sendable {
    private let server: IdentityServer
    private let realm: String
    private let client: HTTPClient

    package init(_ server: IdentityServer, _ realm: String) throws {
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

    /// What one request that has to succeed answers.
    package func get(_ path: String) async throws -> JSON { try JSON.parse(await send(.get, path).body) }

    /// One request that has to succeed.
    @discardableResult
    package func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> HTTPResponse {
        let answer = try await client.send(
            HTTPRequest(
                method, "\(server.url)/admin/realms/\(realm)\(path)", headers: [("Content-Type", "application/json")],
                body: body?.encoded(),
                credential: Credential(origin: try HTTP.Origin(of: server.url), bearer: try await token())))
        guard (200..<300).contains(answer.status) else {
            throw FleetRepository.Failed(
                description: "\(method) \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return answer
    }

    /// Changes settings of the realm.
    package func set(_ settings: JSON) async throws { try await send(.put, "", settings) }

    /// Changes the realm's user profile.
    package func changeProfile(_ change: (inout JSON) -> Void) async throws {
        var profile = try await get("/users/profile")
        change(&profile)
        try await send(.put, "/users/profile", profile)
    }

    /// The account of that e-mail; nil where there is none.
    package func user(_ email: String) async throws -> JSON? {
        let query = "/users?email=\(email)&exact=true&briefRepresentation=false"
        return try await get(query).array?.first
    }

    /// The subject of the account of that e-mail.
    package func subject(_ email: String) async throws -> String? { try await user(email)?["id"]?.string }

    /// Paths of the groups that the account of that subject is in.
    package func groups(_ subject: String) async throws -> [String] {
        try await get("/users/\(subject)/groups").array?.compactMap { $0["path"]?.string }.sorted() ?? []
    }

    /// E-mails of everybody who is enabled, sorted.
    package func enabled() async throws -> [String] {
        let users = try await get("/users?max=1000").array ?? []
        return users.filter { $0["enabled"] == true }.compactMap { $0["email"]?.string }.sorted()
    }

    /// Sets a password, takes the required actions away, and makes a client that people log in by.
    package func prepareLogIn(of subject: String, password: String) async throws {
        let clients = try await get("/clients?clientId=login")
        if clients.array?.isEmpty == true {
            try await send(
                .post, "/clients",
                [
                    "clientId": "login", "publicClient": true, "directAccessGrantsEnabled": true,
                    "standardFlowEnabled": false,
                ])
        }
        try await send(
            .put, "/users/\(subject)/reset-password",
            ["type": "password", "value": .string(password), "temporary": false])
        try await send(.put, "/users/\(subject)", ["requiredActions": []])
    }

    /// Asks for a token as a person does: 200 when the person gets in.
    package func logIn(_ username: String, _ password: String) async throws -> HTTPResponse {
        let password = password.replacingOccurrences(of: " ", with: "%20")
        let form = "grant_type=password&client_id=login&username=\(username)&password=\(password)"
        return try await client.send(Self.tokenRequest(server, realm, form))
    }

    private static func tokenRequest(_ server: IdentityServer, _ realm: String, _ form: String) -> HTTPRequest {
        HTTPRequest(
            .post, "\(server.url)/realms/\(realm)/protocol/openid-connect/token",
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8))
    }
}

extension RealmAdministrator {
    /// Gives the service account of `reconcile` a further role of `realm-management`.
    package func grant(_ role: String) async throws {
        let client = try await get("/clients?clientId=reconcile").array?.first?["id"]?.string ?? ""
        let account = try await get("/clients/\(client)/service-account-user")["id"]?.string ?? ""
        let management = try await get("/clients?clientId=realm-management").array?.first?["id"]?.string ?? ""
        let found = try await get("/clients/\(management)/roles/\(role)")
        try await send(.post, "/users/\(account)/role-mappings/clients/\(management)", [found])
    }
}
