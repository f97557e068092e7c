/// A request as a handler sees it: its body has arrived whole.
package struct ServerRequest: Sendable {
    package let method: String
    /// Percent-decoded parts are the handler's business: this is the path as sent, without the query.
    package let path: String
    /// Decoded, in the order sent.
    package let query: [(name: String, value: String)]
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// The subject's common name of the client certificate that was verified, if one was sent.
    package let clientCommonName: String?

    package init(
        method: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [], clientCommonName: String? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.clientCommonName = clientCommonName
    }

    /// The first header of that name, case ignored.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The first query parameter of that name.
    package func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// An answer: whole, or a stream whose pieces come later.
package struct ServerResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Ended by the stream's end; the client's going away ends the stream's consumption.
        case stream(AsyncStream<[UInt8]>)
        /// Broken off: these bytes of an announced length, then the connection is closed. With a length of zero there is
        /// no answer at all, and the connection is reset.
        case cut([UInt8], of: Int)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Answers one request; may take its time, and runs beside others.
package typealias ServerHandler = @Sendable (ServerRequest) async -> ServerResponse
