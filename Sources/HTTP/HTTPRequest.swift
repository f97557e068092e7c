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
    /// Whether the answer is to say who gave it. Certificates are looked at when a connection is made: ask by a client's first
    /// request.
    package var asksForPeer = false
    /// Asked at the last moment before the request goes out, on the loop's thread: a reason stops it there.
    ///
    /// Whoever may have been asleep between a check and the request that it was for puts the check here.
    package var fence: (@Sendable () -> String?)?
    /// Whether the request takes, renews or gives back what a fence looks at.
    package var isOfLock = false

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
    /// Where the request asked for it.
    package let peer: Peer?

    /// Who answered.
    package struct Peer: Sendable, Hashable {
        /// `127.0.0.1`; the proxy's where there is one.
        package let address: String
        /// When the server's certificate ends, in seconds since 1970; nil without TLS.
        package let certificateEnd: Int?
    }

    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], peer: Peer? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The first header of that name, case ignored.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The seam where HTTP leaves the program: the client's `send`, or what a test puts in front of it.
package typealias Transport = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
