import Cryptography
import HTTP

/// A Git server that speaks https: one conversation, in which each half is a request of its own.
///
/// Redirects are refused: a login goes to the server that it was given for, and what is applied comes from there.
final class WebServer {
    private enum Scheme { case basic, bearer }

    private let location: Location
    private let origin: Origin
    private let login: Login
    private let deadline: ContinuousClock.Instant
    private let client: HTTPClient
    private var scheme = Scheme.basic

    init(_ remote: Remote, at origin: Origin, toPush: Bool, deadline: ContinuousClock.Instant) throws(GitError) {
        location = remote.location
        self.origin = origin
        self.deadline = deadline
        login = remote.access.login(at: remote.location, toPush: toPush)
        var configuration = remote.access.http
        // Some servers answer only programs that call themselves git.
        configuration.userAgent = "git/2.0 (reconcile)"
        configuration.credential = nil
        client = try Self.reaching { () throws(HTTPError) in try HTTPClient(configuration) }
    }

    func stream(for service: Service) -> any GitStream { WebStream(self, service) }

    /// The list of references, which a server that is busy is asked for again.
    fileprivate func advertisement(of program: Service.Program) throws(GitError) -> [UInt8] {
        let url = "\(location.text)/info/refs?service=git-\(program.rawValue)"
        var answer = try ask(url)
        if answer.status == 401, login.token != nil, answer.wantsBearer {
            scheme = .bearer
            answer = try ask(url)
        }
        guard answer.status == 200 else { throw refusal(answer.status, answer.header("Location"), program) }
        let type = "application/x-git-\(program.rawValue)-advertisement"
        guard answer.header("Content-Type")?.lowercased().hasPrefix(type) == true else {
            throw GitError(.unreachable, "\(origin) answers, and not as a Git server does: is the URL a repository's?")
        }
        return answer.body
    }

    private func ask(_ url: String) throws(GitError) -> HTTPResponse {
        let request = HTTPRequest(.get, url, timeout: try secondsLeft(), credential: credential)
        let retrying = Retrying(client.transport, policy: .init(budget: try secondsLeft()), world: .system)
        return try Self.reaching { () throws(HTTPError) in
            try BlockingStream.send(request, by: retrying.transport)
        }
    }

    /// The answer to a request of the second half.
    fileprivate func answer(to body: [UInt8], of program: Service.Program) throws(GitError) -> BlockingStream {
        let name = program.rawValue
        let request = HTTPRequest(
            .post, "\(location.text)/git-\(name)",
            headers: [
                ("Content-Type", "application/x-git-\(name)-request"), ("Accept", "application/x-git-\(name)-result"),
            ], body: body, timeout: try secondsLeft(), credential: credential)
        let client = client
        let answer = try Self.reaching { () throws(HTTPError) in try BlockingStream(request, by: client) }
        guard answer.status == 200 else {
            throw refusal(answer.status, answer.headers.first { $0.name.lowercased() == "location" }?.value, program)
        }
        return answer
    }

    private var credential: Credential? {
        guard let token = login.token else { return nil }
        switch scheme {
        case .bearer: return Credential(origin: origin, bearer: token)
        case .basic:
            let words = "\(login.username ?? "x-access-token"):\(token)"
            return Credential(origin: origin, authorization: "Basic \(Base64.encode(Array(words.utf8), .standard))")
        }
    }

    private func secondsLeft() throws(GitError) -> Double {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw GitError(.timeout, "no answer from \(origin) in time") }
        return left / .seconds(1)
    }

    fileprivate static func reaching<Value>(_ body: () throws(HTTPError) -> Value) throws(GitError) -> Value {
        do throws(HTTPError) { return try body() } catch {
            throw GitError(error.cause == .timeout ? .timeout : .unreachable, error.message)
        }
    }

    /// What the status means for Git, and what to do about it.
    private func refusal(_ status: Int, _ target: String?, _ program: Service.Program) -> GitError {
        let verb = program == .receivePack ? "pushed to" : "read"
        let names = program == .receivePack ? "RECONCILE_GIT_PUSH_TOKEN or RECONCILE_GIT_TOKEN" : "RECONCILE_GIT_TOKEN"
        let hasToken = login.token != nil
        let message: String =
            switch status {
            case 300..<400:
                "\(origin) sends us elsewhere\(target.map { " (\($0))" } ?? ""), which is not followed: name that "
                    + "address if it is the right one"
            case 401:
                hasToken ? "\(origin) does not accept the token (\(names))" : "\(origin) wants a login: set \(names)"
            case 403: "the repository may not be \(verb)\(hasToken ? " with this token" : ""): \(origin) answered 403"
            case 404:
                "\(origin) has no such repository, or none that \(hasToken ? "this token" : "nobody in particular") may see"
            case 413: "\(origin) does not take a push of this size (413)"
            default: "\(origin) answered \(status)"
            }
        return GitError(.unreachable, message)
    }
}

extension HTTPResponse {
    /// Whether the server asks for a bearer token and nothing else that we have.
    fileprivate var wantsBearer: Bool {
        let challenges = headers.filter { $0.name.lowercased() == "www-authenticate" }.map { $0.value.lowercased() }
        return challenges.contains { $0.hasPrefix("bearer") } && !challenges.contains { $0.hasPrefix("basic") }
    }
}

/// One request: written whole before the first byte of its answer is asked for.
private final class WebStream: GitStream {
    private let server: WebServer
    private let service: Service
    private var request: [UInt8] = []
    private var answer: BlockingStream?
    private var pending: ArraySlice<UInt8> = []
    private var hasBegun = false

    init(_ server: WebServer, _ service: Service) {
        self.server = server
        self.service = service
    }

    func write(_ bytes: UnsafeRawBufferPointer) { request.append(contentsOf: bytes) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        if !hasBegun { try begin() }
        while pending.isEmpty, let answer {
            let piece = try WebServer.reaching { () throws(HTTPError) in try answer.next() }
            guard let piece else { return 0 }
            pending = piece[...]
        }
        let count = min(pending.count, buffer.count)
        buffer.copyBytes(from: pending.prefix(count))
        pending = pending.dropFirst(count)
        return count
    }

    private func begin() throws(GitError) {
        hasBegun = true
        if service.isAdvertisement {
            pending = try server.advertisement(of: service.program)[...]
        } else {
            answer = try server.answer(to: request, of: service.program)
            request = []
        }
    }
}
