import Cryptography
import Formats
import HTTP
import Planning

/// The access tokens of one client: asked for when needed, renewed before they expire, shared by all requests.
///
/// `client_credentials` gives no refresh token: a new one is simply asked for.
actor AccessTokens {
    /// An access token and what it says about us.
    struct Held {
        let value: String
        /// The account's own id (`sub`), where the token can be read.
        let subject: String?
        /// Our roles of `realm-management`, where the token says them.
        let rights: Set<String>?
        /// Who gave it.
        let peer: HTTPResponse.Peer?
        /// When, by the server's clock; seconds since 1970.
        let serverTime: Int?
        let expires: ContinuousClock.Instant
    }

    private let settings: KeycloakSettings
    private let transport: Transport
    private var held: Held?
    private var pending: Task<Result<Held, Failure>, Never>?

    init(settings: KeycloakSettings, transport: @escaping Transport) {
        self.settings = settings
        self.transport = transport
    }

    /// A token with some seconds left to live.
    func current() async throws(Failure) -> Held {
        if let held, held.expires > .now { return held }
        let task: Task<Result<Held, Failure>, Never>
        if let pending {
            task = pending
        } else {
            let (settings, transport) = (settings, transport)
            task = Task { await Self.request(settings, transport) }
            pending = task
        }
        let result = await task.value
        pending = nil
        let fresh = try result.get()
        held = fresh
        return fresh
    }

    /// Forgets a token that a server refused, unless a newer one is held by now.
    func refused(_ token: String) {
        if held?.value == token { held = nil }
    }

    private static func request(_ settings: KeycloakSettings, _ transport: Transport) async -> Result<Held, Failure> {
        do throws(Failure) {
            let answer = try await send(settings, transport)
            let body = try Answer.json(answer, of: settings.url, for: "a token for client '\(settings.clientId)'")
            guard let token = body["access_token"]?.string else {
                throw Failure(.unreachable, "\(settings.url) answered the request for a token without one")
            }
            // A few seconds less than promised: a request takes its time on the way.
            let seconds = max(1, (body["expires_in"]?.int ?? 60) - 10)
            let claims = claims(of: token)
            let rights = claims?[path: "resource_access", "realm-management", "roles"]?.array
            return .success(
                Held(
                    value: token, subject: claims?["sub"]?.string, rights: rights.map { Set($0.compactMap(\.string)) },
                    peer: answer.peer, serverTime: answer.header("date").flatMap { HTTPDate.seconds($0) },
                    expires: .now.advanced(by: .seconds(seconds))))
        } catch {
            return .failure(error)
        }
    }

    private static func send(_ settings: KeycloakSettings, _ transport: Transport) async throws(Failure) -> HTTPResponse
    {
        let form = Percent.form([
            ("grant_type", "client_credentials"), ("client_id", settings.clientId), ("client_secret", settings.secret),
        ])
        // Asking twice for a token changes nothing: it may be repeated.
        var request = HTTPRequest(
            .post, "\(settings.url)/realms/\(Percent.encode(settings.realm))/protocol/openid-connect/token",
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")],
            body: Array(form.utf8), isRepeatable: true)
        request.asksForPeer = true
        let answer: HTTPResponse
        do throws(HTTPError) {
            answer = try await transport(request)
        } catch {
            throw Answer.failure(error)
        }
        guard answer.status == 200 else { throw refusal(answer, settings) }
        return answer
    }

    private static func refusal(_ answer: HTTPResponse, _ settings: KeycloakSettings) -> Failure {
        let isRefused = answer.status == 400 || answer.status == 401 || answer.status == 404
        guard isRefused, let code = (try? JSON.parse(answer.body))?["error"]?.string else {
            return Answer.failure(answer, of: settings, for: "the request for a token")
        }
        let advice =
            switch code {
            case "invalid_client": "the client '\(settings.clientId)' is not known to realm '\(settings.realm)'"
            case "unauthorized_client":
                "the secret of client '\(settings.clientId)' is wrong, or its service account is off; check "
                    + "KEYCLOAK_CLIENT_SECRET"
            case "Realm does not exist": "there is no realm '\(settings.realm)'"
            default: Answer.description(answer)
            }
        return Failure(.unreachable, "\(settings.url) gives no token: \(advice)")
    }

    /// What a JSON Web Token says, read without verifying: it only tells us about ourselves.
    private static func claims(of token: String) -> JSON? {
        let parts = token.split(separator: ".")
        guard parts.count == 3, let bytes = Base64.decode(String(parts[1]), .url) else { return nil }
        return try? JSON.parse(bytes)
    }
}
