import Formats
import Foundation
import HTTP
import Identity
import Planning
import Tenancy
import TestSupport

/// A realm of a test's own on one server, set up as the documentation says, and ways to look at it as an administrator.
struct Bench {
    let server: IdentityServer
    let name: String
    let realm: Realm
    let client: HTTPClient
    let environment: Tenancy.Environment
    private let token: String

    static let roles = ["operator", "analyst"]

    init(
        _ server: IdentityServer, environment: Tenancy.Environment? = nil, owner: String = "knowton/prod",
        skipping headings: [String] = []
    ) async throws {
        self.server = server
        name = "t-" + UUID().uuidString.lowercased().prefix(13)
        let secret = try await server.setUp(realm: name, roles: Self.roles, skipping: headings)
        client = try HTTPClient()
        self.environment =
            environment ?? Tenancy.Environment(name: "prod", cluster: nil, identity: nil, stateBranch: "s")
        let settings = KeycloakSettings(url: server.url, realm: name, clientId: "reconcile", secret: secret)
        let scope = RealmScope(
            owner: owner, tops: ["/acme", "/globex"], roles: Set(Self.roles), environment: self.environment)
        realm = Realm(settings: settings, scope: scope, transport: client.transport)
        token = try await Self.token(server, client)
    }

    /// What the realm holds, or the test ends with the reason.
    func observe() async throws -> LiveIdentity {
        switch await realm.observe() {
        case .known(let live): return live
        case .unknown(let reason): throw Page.Failed(description: reason)
        case .notAsked: throw Page.Failed(description: "not asked")
        }
    }

    /// One request as administrator.
    @discardableResult
    func admin(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> HTTPResponse {
        try await client.send(
            HTTPRequest(
                method, "\(server.url)/admin/realms/\(name)\(path)",
                headers: [("Content-Type", "application/json")], body: body?.encoded(),
                credential: Credential(origin: try HTTP.Origin(of: server.url), bearer: token)))
    }

    func adminJSON(_ path: String) async throws -> JSON {
        try JSON.parse(await admin(.get, path).body)
    }

    /// Asks for a token as a person does. 200 when the person gets in.
    func logIn(_ username: String, _ password: String) async throws -> HTTPResponse {
        let form = "grant_type=password&client_id=login&username=\(username)&password=\(password)"
        return try await client.send(
            HTTPRequest(
                .post, "\(server.url)/realms/\(name)/protocol/openid-connect/token",
                headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8)))
    }

    private static func token(_ server: IdentityServer, _ client: HTTPClient) async throws -> String {
        let form =
            "grant_type=password&client_id=admin-cli&username=\(server.administrator)&password=\(server.password)"
        let answer = try await client.send(
            HTTPRequest(
                .post, "\(server.url)/realms/master/protocol/openid-connect/token",
                headers: [("Content-Type", "application/x-www-form-urlencoded")], body: Array(form.utf8)))
        return try JSON.parse(answer.body)["access_token"]?.string ?? ""
    }
}

extension DesiredGroup {
    static func tenant(_ name: String) -> DesiredGroup {
        DesiredGroup(
            path: "/\(name)", tenant: name, role: nil, realmRoles: [], source: Place(file: "tenants/\(name).yaml"))
    }

    static func role(_ role: String, of tenant: String) -> DesiredGroup {
        DesiredGroup(
            path: "/\(tenant)/\(role)", tenant: tenant, role: role, realmRoles: [role],
            source: Place(file: "roles/\(role).yaml"))
    }
}

extension DesiredPerson {
    static func ada(_ groups: [String] = ["acme/operator"], family: String? = "Lovelace") -> DesiredPerson {
        DesiredPerson(
            key: "u-1", email: "ada@acme.example", givenName: "Ada", familyName: family, home: "acme",
            source: Place(file: "users/acme.csv"),
            memberships: groups.map { group in
                let parts = group.split(separator: "/").map(String.init)
                return Membership(
                    tenant: parts[0], role: parts[1], group: "/\(group)", isActive: true, isAdmin: false,
                    source: Place(file: "users/acme.csv"))
            })
    }
}
