import Formats
import HTTPServer

// What may be asked of a token, and how it is taken back.

extension TokenEndpoint {
    /// `GET` and `POST userinfo`: whom an access token is for.
    func userInfo() -> Reply {
        func refused(_ status: Int, _ problem: String) -> Reply {
            Reply(
                status: status,
                headers: [
                    ("Content-Type", "text/plain;charset=utf-8"),
                    ("WWW-Authenticate", "Bearer realm=\"\(realm.name)\"\(problem)"),
                ])
        }
        guard let header = request.header("Authorization"), header.lowercased().hasPrefix("bearer ") else {
            return refused(401, "")
        }
        let claims = TokenClaims.read(String(header.dropFirst(7)), store: store)
        guard let claims, claims["realm"]?.string == realm.id,
            let caller = try? TokenClaims.caller(authorization: header, store: store, now: now)
        else {
            return refused(401, ", error=\"invalid_token\", error_description=\"Token verification failed\"")
        }
        let scopes = (claims["scope"]?.string ?? "").split(separator: " ")
        guard scopes.contains("openid") else {
            return refused(403, ", error=\"insufficient_scope\", error_description=\"Missing openid scope\"")
        }
        let user = caller.user
        var shown: JSON = ["sub": .string(user.id)]
        if scopes.contains("email") {
            shown["email_verified"] = .bool(user.isEmailVerified)
            shown["email"] = user.email.map(JSON.string)
        }
        if scopes.contains("profile") {
            let names = [user.firstName, user.lastName].compactMap { $0 }
            shown["name"] = names.isEmpty ? nil : .string(names.joined(separator: " "))
            shown["preferred_username"] = .string(user.username)
            shown["given_name"] = user.firstName.map(JSON.string)
            shown["family_name"] = user.lastName.map(JSON.string)
        }
        return Reply(status: 200, headers: [("Content-Type", "application/json")], body: shown)
    }

    /// No token here has the client that asks among its audience: what the server says of all others is this.
    func introspect() throws(Refusal) -> Reply {
        let client: Client
        do {
            client = try authenticatedClient()
        } catch {
            throw .described(401, "invalid_client", "Invalid client or Invalid client credentials")
        }
        guard !client.isOn("publicClient") else { throw .described(403, "invalid_request", "Client not allowed.") }
        guard field("token") != nil else { throw .described(400, "invalid_request", "Token not provided.") }
        return Reply(status: 200, headers: [("Content-Type", "application/json")], body: ["active": false])
    }

    /// Takes back an access token, or a refresh token and its session with the client.
    func revoke() throws(Refusal) -> Reply {
        let client = try authenticatedClient()
        guard let token = field("token") else { throw .described(400, "invalid_request", "Token not provided") }
        guard let claims = TokenClaims.read(token, store: store), claims["realm"]?.string == realm.id else {
            return Reply(
                status: 200, headers: [("Content-Type", "application/json")],
                body: ["error": "invalid_token", "error_description": "Invalid token"])
        }
        guard claims["azp"]?.string == client.clientID else {
            throw .described(400, "invalid_request", "Unmatching clients")
        }
        if claims["typ"]?.string == "Refresh", let id = claims["sid"]?.string, var session = realm.sessions[id] {
            session.clients.remove(client.id)
            realm.sessions[id] = session.clients.isEmpty ? nil : session
        } else if let id = claims["jti"]?.string {
            realm.revokedTokens.insert(id)
        }
        return Reply(status: 200)
    }
}
