import Foundation
import HTTP
import Synchronization
import TestSupport

/// Stands before one of a sandbox's servers and passes everything on, except what a test replaces.
///
/// Plain HTTP on its own side. It ends with its last reference.
final class FaultProxy: Sendable {
    typealias Step = FaultServer.Step

    /// A request that the test may answer itself.
    struct Exchange: Sendable {
        let request: FaultServer.Request
        fileprivate let upstream: Upstream

        /// Without the query.
        var path: String { String(request.path.prefix { $0 != "?" }) }

        /// Whether the request changes something; asking for a token does not.
        var isWrite: Bool { request.method != "GET" && !path.hasSuffix("/token") && !path.contains("/leases") }

        /// What the real server answers, to be sent on or bent.
        /// - Parameter path: asked for instead of the request's own.
        func answer(path: String? = nil) -> HTTPResponse? { upstream.send(request, path: path ?? request.path) }
    }

    /// Nil passes the request on.
    typealias Replacement = @Sendable (Exchange) -> [Step]?

    private let server: FaultServer
    private let replacement: Shared

    /// - Parameters:
    ///   - url: the server behind, without a final slash.
    ///   - configuration: what the server behind wants to see; on its own side the proxy wants nothing.
    init(_ url: String, _ configuration: HTTPConfiguration = HTTPConfiguration()) throws {
        let (upstream, replacement) = (Upstream(url: url, client: try HTTPClient(configuration)), Shared())
        self.replacement = replacement
        server = try FaultServer { request in
            let exchange = Exchange(request: request, upstream: upstream)
            if let steps = replacement.held.withLock({ $0 })?(exchange) { return steps }
            return exchange.answer().map { [.answer($0)] } ?? [.reset]
        }
    }

    var url: String { server.url }

    /// All that have arrived so far.
    var requests: [FaultServer.Request] { server.requests }

    /// From now on; nil replaces nothing.
    func replace(_ replacement: Replacement?) { self.replacement.held.withLock { $0 = replacement } }

    private final class Shared: Sendable {
        let held = Mutex<Replacement?>(nil)
    }

    fileprivate struct Upstream: Sendable {
        let url: String
        let client: HTTPClient

        /// Waits on the connection's own thread of the proxy.
        func send(_ request: FaultServer.Request, path: String) -> HTTPResponse? {
            let done = DispatchSemaphore(value: 0)
            let answer = Mutex<HTTPResponse?>(nil)
            Task {
                let response = try? await client.send(prepared(request, path))
                answer.withLock { $0 = response }
                done.signal()
            }
            done.wait()
            return answer.withLock { $0 }
        }

        private func prepared(_ request: FaultServer.Request, _ path: String) throws -> HTTPRequest {
            let own: Set = ["host", "connection", "content-length", "authorization", "accept-encoding", "user-agent"]
            return HTTPRequest(
                HTTPRequest.Method(rawValue: request.method) ?? .get, url + path,
                headers: request.headers.filter { !own.contains($0.name.lowercased()) },
                body: request.body.isEmpty ? nil : request.body,
                credential: try request.header("authorization").map {
                    Credential(origin: try Origin(of: url), authorization: $0)
                }, isRepeatable: false)
        }
    }
}

extension FaultServer.Step {
    /// An answer as the client behind the proxy got it.
    static func answer(_ response: HTTPResponse) -> FaultServer.Step {
        let own: Set = ["connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive", "date"]
        var head = "HTTP/1.1 \(response.status) Passed on\r\n"
        for header in response.headers where !own.contains(header.name.lowercased()) {
            head += "\(header.name): \(header.value)\r\n"
        }
        head += "Content-Length: \(response.body.count)\r\n\r\n"
        return .send(Array(head.utf8) + response.body)
    }
}
