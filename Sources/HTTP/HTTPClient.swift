import CLibCurl

/// A client for one or several servers that share trust, certificate and proxy: one thread, one cache of connections.
///
/// Redirects are answers, `.netrc` and the environment are not read, TLS is 1.2 or newer.
package final class HTTPClient: Sendable {
    private let configuration: HTTPConfiguration
    private let loop: Loop

    package init(_ configuration: HTTPConfiguration = HTTPConfiguration()) throws(HTTPError) {
        self.configuration = configuration
        loop = try Loop(configuration)
    }

    deinit { loop.stop() }

    /// The libraries that speak for us: `libcurl/7.88.1 OpenSSL/3.0.15 nghttp2/1.52.0`
    package static var library: String {
        String(cString: curl_version()).split(separator: " ")
            .filter { part in ["libcurl/", "OpenSSL/", "nghttp2/"].contains { part.hasPrefix($0) } }
            .joined(separator: " ")
    }

    /// Sends a request and takes the answer whole, whatever its status.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let transfer = Transfer(try PreparedRequest(request, configuration))
        let loop = loop
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(.start(transfer, .whole { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }

    /// Sends a request and returns as soon as the answer's headers are there; its body comes in pieces.
    ///
    /// The whole exchange has no deadline unless the request sets one. The limit on the size of a body does not apply.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let transfer = Transfer(try PreparedRequest(request, configuration, isStream: true))
        let loop = loop
        let channel = BodyChannel { loop.submit(.resume(transfer)) }
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(.start(transfer, .pieces(channel) { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        let head = try result.get()
        let reader = BodyReader(channel: channel) { [self] in self.loop.cancel(transfer) }
        return HTTPStream(status: head.status, headers: head.headers, body: HTTPBody(reader: reader))
    }

    /// `send`, as the layers above take it.
    package var transport: Transport {
        { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in try await self.send(request) }
    }
}
