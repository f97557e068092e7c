/// What a client needs to know beside the request.
package struct HTTPConfiguration: Sendable {
    /// Whose signature makes a server's certificate good.
    package enum Trust: Sendable {
        /// The authorities that this system trusts.
        case system
        /// Those in a file (`SSL_CERT_FILE`).
        case file(String)
        /// These alone, in PEM.
        case authorities([UInt8])
        /// Whoever answers is believed: only for a kubeconfig that says so, where somebody allowed it by name.
        case anybody
    }

    /// A certificate and its key, in PEM.
    package struct Identity: Sendable, CustomStringConvertible, CustomReflectable {
        package let certificate: [UInt8]
        package let key: [UInt8]

        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }

        /// Never the key.
        package var description: String { "client certificate" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    package struct Proxy: Sendable {
        /// `http://…` or `https://…`
        package let url: String
        /// Hosts that are reached without it, as `NO_PROXY` spells them.
        package let except: String

        package init(url: String, except: String = "") {
            self.url = url
            self.except = except
        }
    }

    /// Seconds.
    package struct Deadlines: Sendable {
        /// Until connected, the handshake included.
        package var connect: Double
        /// For the whole exchange, where the request says nothing else.
        package var whole: Double
        /// Without a byte from the server.
        package var idle: Double

        package init(connect: Double = 10, whole: Double = 60, idle: Double = 30) {
            self.connect = connect
            self.whole = whole
            self.idle = idle
        }
    }

    /// Why the client may not connect to an address of 4 or 16 bytes; nil where it may.
    package typealias AddressRule = @Sendable (_ address: [UInt8]) -> String?

    package enum Version: Sendable { case http1, http2 }

    package var trust: Trust
    package var identity: Identity?
    /// The name that the server's certificate has to bear, where it is not the URL's host (`tls-server-name`).
    package var serverName: String?
    package var proxy: Proxy?
    /// Sent to its origin with every request that brings no credential of its own. A client that has one refuses other origins.
    package var credential: Credential?
    package var deadlines: Deadlines
    /// Asked of the very address that a connection is about to be made to, whatever name or spelling led there. Of no use with a proxy,
    /// which connects by itself.
    package var refusal: AddressRule?
    /// Bytes of a whole answer after decompression.
    package var maxBody: Int
    /// The newest version to speak; a server that knows only HTTP/1.1 gets that.
    package var version: Version
    package var userAgent: String

    package init(
        trust: Trust = .system, identity: Identity? = nil, serverName: String? = nil, proxy: Proxy? = nil,
        credential: Credential? = nil, deadlines: Deadlines = Deadlines(),
        refusal: AddressRule? = nil, maxBody: Int = 64 << 20,
        version: Version = .http2, userAgent: String = "reconcile"
    ) {
        self.trust = trust
        self.identity = identity
        self.serverName = serverName
        self.proxy = proxy
        self.credential = credential
        self.deadlines = deadlines
        self.refusal = refusal
        self.maxBody = maxBody
        self.version = version
        self.userAgent = userAgent
    }
}
