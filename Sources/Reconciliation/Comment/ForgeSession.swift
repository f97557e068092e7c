import Formats
import HTTP

/// The way to one forge, with a credential that goes nowhere else.
struct ForgeSession: Sendable {
    private let place: PullRequest
    private let transport: Transport
    private let credential: Credential

    init(_ place: PullRequest, _ surroundings: Surroundings, timeout: Double) throws(Problem) {
        guard let token = try surroundings.secret("RECONCILE_COMMENT_TOKEN") else {
            throw Problem(
                .unreachable, "no token for \(place.api): set RECONCILE_COMMENT_TOKEN or RECONCILE_COMMENT_TOKEN_FILE")
        }
        do throws(HTTPError) {
            let origin = try HTTP.Origin(of: place.api)
            var configuration = surroundings.http
            configuration.deadlines.whole = timeout
            let client = try HTTPClient(configuration)
            transport = Retrying(client.transport, policy: .init(budget: timeout), world: .system).transport
            credential = Credential(origin: origin, bearer: token)
        } catch {
            throw Problem(.unreachable, "cannot reach \(place.api): \(error.message)")
        }
        guard credential.origin.isProtected else {
            throw Problem(.refused, "the token is not sent to \(place.api) in the clear: use https")
        }
        self.place = place
    }

    /// Who we are, as comments name their author.
    func user() async throws(Problem) -> String {
        var answer = try await exchange(place.ownUser, to: "ask who the token is")
        if answer.status == 403, let login = place.ownLogin {
            answer = try await exchange(login, to: "ask who the token is")
        }
        guard let user = place.user(try read(answer, "ask who the token is")), !user.isEmpty else {
            throw Problem(.unreachable, "\(place.api) does not say whose the token is")
        }
        return user
    }

    /// The answer's body, which is JSON.
    func send(_ request: ForgeRequest, to attempt: String) async throws(Problem) -> JSON {
        try read(try await exchange(request, to: attempt), attempt)
    }

    private func exchange(_ request: ForgeRequest, to attempt: String) async throws(Problem) -> HTTPResponse {
        var headers = [(name: "Accept", value: "application/json"), (name: "User-Agent", value: "reconcile")]
        if request.body != nil { headers.append(("Content-Type", "application/json")) }
        do throws(HTTPError) {
            return try await transport(
                HTTPRequest(
                    request.method, request.url, headers: headers, body: request.body?.encoded(), credential: credential
                )
            )
        } catch {
            throw Problem(.unreachable, "cannot \(attempt): \(error.message)")
        }
    }

    private func read(_ answer: HTTPResponse, _ attempt: String) throws(Problem) -> JSON {
        let body = try? JSON.parse(answer.body)
        guard (200..<300).contains(answer.status) else {
            let said = (body?["message"]?.text ?? body?["error"]?.text).map { ": \($0.prefix(200))" } ?? ""
            let about = "cannot \(attempt) at \(place.api): \(answer.status)\(said)"
            switch answer.status {
            case 400, 413, 422: throw Problem(.invalid, about)
            case 404:
                throw Problem(.unreachable, "\(about); there is no such pull request, or the token may not see it")
            default: throw Problem(.unreachable, about)
            }
        }
        guard let body else { throw Problem(.unreachable, "cannot \(attempt) at \(place.api): the answer is no JSON") }
        return body
    }
}

extension HTTP.Origin {
    /// Nobody on the way reads along.
    fileprivate var isProtected: Bool {
        scheme == "https" || ["127.0.0.1", "::1", "localhost"].contains(host)
    }
}
