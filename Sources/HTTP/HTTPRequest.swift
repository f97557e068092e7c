/// One request: everything that the client needs to know about it.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    package var method: Method
    /// Absolute, `http://` or `https://`.
    package var url: String
    /// In order; a name may occur more than once.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// Seconds for the whole exchange, or the client's default.
    package var timeout: Double?
    /// Seconds without a byte from the server, or the client's default.
    package var idleTimeout: Double?
    /// What the request is allowed by, where it is not the client's own credential. Headers hold none: they know no origin.
    package var credential: Credential?
    /// Whether the request may be sent again after an error that leaves open whether it arrived. True for GET.
    package var isRepeatable: Bool

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        timeout: Double? = nil, idleTimeout: Double? = nil, credential: Credential? = nil, isRepeatable: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.credential = credential
        self.isRepeatable = isRepeatable ?? (method == .get)
    }
}

/// What a server answered, whatever its status.
package struct HTTPResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, case ignored.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The seam where HTTP leaves the program: the client's `send`, or what a test puts in front of it.
package typealias Transport = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
