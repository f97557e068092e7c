import Formats
import Sandbox
import Testing

/// What Keycloak's token endpoint does beside what the transcripts show.
@Suite struct TokenDetailTests {
    private let admin: Administration
    private let user: String

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true])
        user =
            await admin.send(
                "POST", "/r/users",
                [
                    "username": "ada", "email": "ada@x.example", "firstName": "Ada", "lastName": "L", "enabled": true,
                    "credentials": [["type": "password", "value": "pw"]],
                ]
            ).id
        await admin.send(
            "POST", "/r/clients", ["clientId": "app", "publicClient": true, "directAccessGrantsEnabled": true])
        await admin.send("POST", "/r/clients", ["clientId": "svc", "serviceAccountsEnabled": true, "secret": "s3"])
        await admin.send("POST", "/r/clients", ["clientId": "api", "bearerOnly": true, "secret": "s3"])
    }

    private func login(_ fields: [String: String] = [:]) async -> Administration.Answer {
        let standard = ["client_id": "app", "username": "ada", "password": "pw"]
        return await admin.tokens(standard.merging(fields) { _, own in own }, realm: "r")
    }

    private func refresh(_ token: JSON?, _ fields: [String: String] = [:]) async -> Administration.Answer {
        let standard = ["grant_type": "refresh_token", "client_id": "app", "refresh_token": token?.string ?? ""]
        return await admin.tokens(standard.merging(fields) { _, own in own }, realm: "r")
    }

    @Test(
        "a token names the scopes that are for everybody to see, once each",
        arguments: [
            ("openid openid", "openid profile email"), ("roles acr basic", "profile email"),
            ("organization:*", "profile email"), ("phone", "phone profile email"),
        ])
    func namesScopes(asked: String, shown: String) async {
        #expect(await login(["scope": asked]).body["scope"]?.string == shown)
    }

    @Test("a scope with a blank too many is none", arguments: [" openid", "openid  phone", "", "nope"])
    func refusesScopes(asked: String) async {
        let answer = await login(["scope": asked])
        #expect(answer.status == 400)
        #expect(answer.body["error_description"]?.string == "Invalid scopes: \(asked)")
    }

    @Test(
        "grants that no client has are refused, each in its own words",
        arguments: [
            (["grant_type": "authorization_code", "code": "x"], 400, "invalid_grant"),
            (["grant_type": "authorization_code"], 400, "invalid_request"),
            (["grant_type": "urn:ietf:params:oauth:grant-type:device_code"], 400, "invalid_grant"),
            (["grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"], 400, "invalid_request"),
            (["grant_type": "implicit"], 400, "unsupported_grant_type"),
            (["client_id": "api", "client_secret": "s3"], 400, "invalid_client"),
        ])
    func refusesGrants(fields: [String: String], status: Int, code: String) async {
        let answer = await login(fields)
        #expect(answer.status == status)
        #expect(answer.body["error"]?.string == code)
    }

    @Test("what the form says of the client goes before what the header says")
    func prefersTheForm() async {
        let basic = [(name: "Authorization", value: "Basic c3ZjOnMz")]
        let grant = ["grant_type": "client_credentials"]
        #expect(await admin.oidc("token", grant, realm: "r", headers: basic).status == 200)
        let wrong = grant.merging(["client_secret": "bad"]) { $1 }
        #expect(await admin.oidc("token", wrong, realm: "r", headers: basic).status == 401)
        let other = grant.merging(["client_id": "app"]) { $1 }
        #expect(
            await admin.oidc("token", other, realm: "r", headers: basic).body["error_description"]
                == "Public client not allowed to retrieve service account")
    }

    @Test("an offline login is a session of its own, which no logout of the person ends")
    func keepsOfflineSessions() async {
        let offline = await login(["scope": "offline_access"])
        #expect(offline.body["refresh_expires_in"] == 0)
        #expect(await admin.send("GET", "/r/users/\(user)/sessions").body == [])
        let client = await admin.send("GET", "/r/clients", query: [("clientId", "app")]).body.array?.first
        let id = client?["id"]?.string ?? ""
        #expect(await admin.send("GET", "/r/users/\(user)/offline-sessions/\(id)").body.array?.count == 1)
        #expect(await admin.send("GET", "/r/clients/\(id)/offline-session-count").body == ["count": 1])
        #expect(await admin.send("GET", "/r/users/\(user)/consents").body.array?.count == 1)
        _ = await login()
        let counts = await admin.send("GET", "/r/client-session-stats").body.array
        #expect(counts?.map { $0["active"] } == ["1"])
        #expect(counts?.map { $0["offline"] } == ["1"])
        #expect(await admin.send("POST", "/r/users/\(user)/logout").status == 204)
        #expect(await admin.send("GET", "/r/clients/\(id)/session-count").body == ["count": 0])
        #expect(await admin.send("GET", "/r/clients/\(id)/offline-session-count").body == ["count": 1])
    }

    @Test("a refresh token serves once where the realm says so, and its misuse ends the client's part")
    func endsRefreshTokens() async {
        await admin.send("PUT", "/r", ["revokeRefreshToken": true, "refreshTokenMaxReuse": 0])
        let first = await login().body["refresh_token"]
        let second = await refresh(first)
        #expect(second.status == 200)
        #expect(await refresh(first).body["error_description"] == "Maximum allowed refresh token reuse exceeded")
        #expect(
            await refresh(second.body["refresh_token"]).body["error_description"]
                == "Session doesn't have required client")
    }

    @Test("a refresh may ask for a scope of the client, and gets those that it had")
    func keepsScopesOnRefresh() async {
        let token = await login().body["refresh_token"]
        #expect(await refresh(token, ["scope": "openid"]).body["scope"] == "profile email")
        #expect(await refresh(token, ["scope": "nope"]).status == 400)
    }

    @Test("an access token tells whom it is for until it is taken back")
    func tellsAndRevokes() async {
        func info(_ token: JSON?) async -> Administration.Answer {
            await admin.oidc(
                "userinfo", [:], realm: "r", headers: [("Authorization", "Bearer \(token?.string ?? "")")])
        }
        let tokens = await login(["scope": "openid"]).body
        let told = await info(tokens["access_token"])
        #expect(told.body["sub"]?.string == user)
        #expect(told.body["name"] == "Ada L")
        #expect(await info(await login().body["access_token"]).status == 403)
        func revoke(_ fields: [String: String]) async -> Administration.Answer {
            await admin.oidc("revoke", ["client_id": "app"].merging(fields) { $1 }, realm: "r")
        }
        #expect(await revoke([:]).status == 400)
        #expect(await revoke(["token": "zz"]).body["error"] == "invalid_token")
        #expect(await revoke(["token": tokens["access_token"]?.string ?? ""]).status == 200)
        #expect(await info(tokens["access_token"]).status == 401)
        #expect(await revoke(["token": tokens["refresh_token"]?.string ?? ""]).status == 200)
        #expect(await refresh(tokens["refresh_token"]).body["error_description"] == "Session not active")
    }

    @Test("a token is inactive to a client that is not among its audience")
    func introspects() async {
        let token = await login().body["access_token"]?.string ?? ""
        func ask(_ fields: [String: String]) async -> Administration.Answer {
            await admin.oidc("token/introspect", ["token": token].merging(fields) { $1 }, realm: "r")
        }
        #expect(await ask(["client_id": "svc", "client_secret": "s3"]).body == ["active": false])
        #expect(await ask(["client_id": "app"]).status == 403)
        #expect(await ask([:]).status == 401)
    }
}
