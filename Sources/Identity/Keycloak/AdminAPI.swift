import Formats
import HTTP
import Planning

/// The Admin REST API of one realm: one method for each verb, one reading of its answers.
struct AdminAPI: Sendable {
    let settings: KeycloakSettings
    let transport: Transport
    let tokens: AccessTokens

    init(settings: KeycloakSettings, transport: @escaping Transport) {
        self.settings = settings
        self.transport = transport
        tokens = AccessTokens(settings: settings, transport: transport)
    }

    /// The body of a 200.
    func get(_ path: String, _ query: [(String, String)] = []) async throws(Failure) -> JSON {
        let answer = try await send(.get, path, query)
        guard answer.status == 200 else { throw Answer.failure(answer, of: settings, for: "GET \(path)") }
        return try Answer.json(answer, of: settings.url, for: "GET \(path)")
    }

    /// The body of a 200, or nil for a 404.
    func find(_ path: String, _ query: [(String, String)] = []) async throws(Failure) -> JSON? {
        let answer = try await send(.get, path, query)
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw Answer.failure(answer, of: settings, for: "GET \(path)") }
        return try Answer.json(answer, of: settings.url, for: "GET \(path)")
    }

    /// Writes, and takes any 2xx for done.
    @discardableResult
    func write(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws(Failure) -> HTTPResponse
    {
        let answer = try await send(method, path, [], body)
        guard (200..<300).contains(answer.status) else {
            throw Answer.failure(answer, of: settings, for: "\(method.rawValue) \(path)")
        }
        // Keycloak has nothing to say about a write that it carried out; a login page has.
        if !answer.body.isEmpty {
            do throws(Failure) {
                _ = try Answer.json(answer, of: settings.url, for: "\(method.rawValue) \(path)")
            } catch {
                throw error.uncertain
            }
        }
        return answer
    }

    /// One exchange with a valid token; a token that is refused is replaced once.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)] = [], _ body: JSON? = nil
    ) async throws(Failure) -> HTTPResponse {
        let token = try await tokens.current().value
        let answer = try await exchange(method, path, query, body, token)
        guard answer.status == 401 else { return answer }
        await tokens.refused(token)
        return try await exchange(method, path, query, body, tokens.current().value)
    }

    private func exchange(
        _ method: HTTPRequest.Method, _ path: String, _ query: [(String, String)], _ body: JSON?, _ token: String
    ) async throws(Failure) -> HTTPResponse {
        var url = "\(settings.url)/admin/realms/\(Percent.encode(settings.realm))\(path)"
        if !query.isEmpty { url += "?" + Percent.form(query) }
        var headers = [("Accept", "application/json")]
        if body != nil { headers.append(("Content-Type", "application/json")) }
        do throws(HTTPError) {
            let request = HTTPRequest(
                method, url, headers: headers.map { (name: $0.0, value: $0.1) }, body: body?.encoded(),
                credential: Credential(origin: try Origin(of: settings.url), bearer: token),
                // Joining, leaving, setting and deleting come out the same when done twice; what makes something does not.
                isRepeatable: method != .post)
            return try await transport(request)
        } catch {
            let isLost = method != .get && (error.cause == .timeout || error.cause == .interrupted)
            throw isLost ? Answer.failure(error).uncertain : Answer.failure(error)
        }
    }
}
