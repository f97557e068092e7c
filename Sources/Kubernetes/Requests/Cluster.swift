import Formats
package import HTTP
import KubernetesModel
import Planning

/// A Kubernetes API server and how to talk to it.
package struct Cluster: Sendable {
    /// What the server said, when it spoke as an API server does.
    struct Answer: Sendable {
        let status: Int
        /// An object or a list; a `Status` where the request was refused.
        let body: JSON

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    private let send: Transport
    /// `https://127.0.0.1:6443`, or with a path that comes before `/api`; without a final slash.
    let base: String
    /// What errors name.
    package let origin: String
    /// What a user may have to look at: `user 'admin' in /home/ada/.kube/config`
    package let settings: Settings
    let kinds: KindIndex

    /// Where the connection's settings come from, as advice puts it.
    package struct Settings: Sendable, Hashable {
        /// `cluster 'prod' in ~/.kube/config`
        package let cluster: String
        /// `user 'admin' in ~/.kube/config`
        package let user: String
        /// The proxy on the way, without its login; nil where there is none.
        package let proxy: String?
        /// Whether the server has to prove who it is.
        package let isVerified: Bool

        package init(cluster: String, user: String, proxy: String? = nil, isVerified: Bool = true) {
            self.cluster = cluster
            self.user = user
            self.proxy = proxy
            self.isVerified = isVerified
        }
    }

    /// - Parameters:
    ///   - base: The URL of the API server.
    ///   - send: Retries and fail-points included; it brings its own credential.
    package init(base: String, settings: Settings, send: @escaping Transport) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.send = send
        self.settings = settings
        origin = (try? Origin(of: base))?.description ?? base
        kinds = KindIndex()
    }

    /// Sends a request; refusals of the API server are answers too, everything else that is none is thrown.
    func exchange(_ call: Call) async throws(Failure) -> Answer {
        try await exchange(call, call.request(base: base)).answer
    }

    /// The same for a request that cannot be made of the call alone, with all that came back.
    func exchange(_ call: Call, _ request: HTTPRequest) async throws(Failure) -> (answer: Answer, HTTPResponse) {
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await send(request)
        } catch {
            let isLost = call.method != .get && (error.cause == .timeout || error.cause == .interrupted)
            throw isLost ? failure(error).uncertain : failure(error)
        }
        do throws(Failure) {
            return (try read(response, call), response)
        } catch {
            throw call.method != .get && (200..<300).contains(response.status) ? error.uncertain : error
        }
    }

    /// Sends a request that is to succeed.
    func demand(_ call: Call) async throws(Failure) -> JSON {
        let answer = try await exchange(call)
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        return answer.body
    }

    private func read(_ response: HTTPResponse, _ call: Call) throws(Failure) -> Answer {
        let type = response.header("content-type") ?? ""
        let isJSON = type.lowercased().hasPrefix("application/json")
        switch response.status {
        case 300..<400:
            let target = response.header("location").flatMap { try? Origin(of: $0) }.map { " to \($0)" } ?? ""
            throw unusable(call, "it answered with a redirect\(target) (\(response.status))", .other)
        case 429 where !isJSON: return Answer(status: 429, body: .null)
        case 404 where type.hasPrefix("text/plain") && response.body.starts(with: "404 page not found".utf8):
            // What an API server says about groups that it does not know.
            return Answer(status: 404, body: .null)
        default: break
        }
        guard isJSON else {
            let media = type.isEmpty ? "no content type" : "'\(type.prefix(60))'"
            throw unusable(call, "it answered \(media) instead of JSON (\(response.status))", .other)
        }
        do {
            return Answer(status: response.status, body: try JSON.parse(response.body))
        } catch {
            throw unusable(call, "it answered broken JSON (\(response.status)): \(error.description)", .broken)
        }
    }

    enum Suspicion { case other, broken }

    /// An answer that no API server gives.
    func unusable(_ call: Call, _ reason: String, _ suspicion: Suspicion) -> Failure {
        let advice =
            switch suspicion {
            case .other:
                "is the server of \(settings.cluster) a Kubernetes API server, with no proxy or login page before it?"
            case .broken: "try again, and look for a proxy that cuts answers"
            }
        return Failure(.unreachable, "cannot \(call.attempt) on \(origin): \(reason); \(advice)")
    }

    private func failure(_ error: HTTPError) -> Failure {
        let advice =
            switch error.cause {
            case .unreachable: "; check that it runs and that the server of \(settings.cluster) is right"
            case .tls: "; check the certificates of \(settings.cluster)"
            case .timeout, .interrupted: "; try again"
            case .badAnswer: "; is the server of \(settings.cluster) right?"
            case .cancelled, .refused, .fenced: ""
            }
        return Failure(error.cause == .fenced ? .conflict : .unreachable, error.message + advice)
    }

    /// The failure that a refusal amounts to.
    func refusal(of call: Call, _ answer: Answer) -> Failure {
        let words = Refusal(answer, call, user: settings.user)
        return Failure(words.kind, "cannot \(call.attempt) on \(origin): \(words.text)")
    }
}
