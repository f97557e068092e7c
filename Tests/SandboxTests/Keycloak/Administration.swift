import Formats
import HTTPServer
import Sandbox

/// An administrator at work on an identity provider, without a connection in between.
struct Administration {
    static let administrator = IdentitySandbox.Administrator(username: "admin", password: "admin")

    let handler: ServerHandler

    struct Answer {
        let status: Int
        let body: JSON
        let location: String?
        /// The last part of the location.
        var id: String { location.map { String($0.split(separator: "/").last ?? "") } ?? "" }
    }

    /// Sends a request below `/admin/realms`, by default as the administrator.
    @discardableResult
    func send(
        _ method: String, _ path: String, _ body: JSON? = nil, query: [(name: String, value: String)] = [],
        token: String? = nil
    ) async -> Answer {
        await send(method, path, text: body?.text ?? "", query: query, token: token)
    }

    /// Sends a body as it stands.
    @discardableResult
    func send(
        _ method: String, _ path: String, text: String, type: String = "application/json",
        query: [(name: String, value: String)] = [], token: String? = nil
    ) async -> Answer {
        var bearer = token
        if bearer == nil { bearer = await self.token(["username": "admin", "password": "admin"]) }
        return await answer(
            ServerRequest(
                method: method, path: "/admin/realms\(path)", query: query,
                headers: [
                    ("Host", "127.0.0.1:8080"), ("Authorization", "Bearer \(bearer ?? "")"),
                    ("Content-Type", type),
                ], body: Array(text.utf8)))
    }

    /// An access token, or nil where it is refused.
    func token(_ fields: [String: String], realm: String = "master") async -> String? {
        await tokens(fields, realm: realm).body["access_token"]?.string
    }

    func tokens(_ fields: [String: String], realm: String = "master") async -> Answer {
        let standard = ["grant_type": "password", "client_id": "admin-cli"]
        return await oidc("token", standard.merging(fields) { _, own in own }, realm: realm)
    }

    /// Sends a form to one of a realm's own endpoints.
    func oidc(
        _ endpoint: String, _ fields: [String: String], realm: String, headers: [(name: String, value: String)] = []
    ) async -> Answer {
        let form = fields.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        return await answer(
            ServerRequest(
                method: "POST", path: "/realms/\(realm)/protocol/openid-connect/\(endpoint)",
                headers: [("Host", "127.0.0.1:8080"), ("Content-Type", "application/x-www-form-urlencoded")] + headers,
                body: Array(form.utf8)))
    }

    private func answer(_ request: ServerRequest) async -> Answer {
        let response = await handler(request)
        return Answer(
            status: response.status, body: (try? JSON.parse(response.bytes)) ?? .null,
            location: response.header("Location"))
    }
}
