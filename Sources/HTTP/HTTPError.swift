/// Why no usable answer came: what was attempted, on what, why. Holds no secret: never headers, never the query.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Cause: Sendable, Hashable {
        /// No connection: DNS, refused, reset before anything was sent.
        case unreachable
        /// The certificate or the handshake.
        case tls
        /// The deadline passed.
        case timeout
        /// The connection broke with the request possibly carried out.
        case interrupted
        /// More than the client takes, or an answer that is no HTTP.
        case badAnswer
        /// The task was cancelled.
        case cancelled
        /// A request that the client refuses to send: another origin for a credential, a scheme other than http(s).
        case refused
        /// The request's fence stopped it before it went out.
        case fenced
    }

    package let cause: Cause
    /// `https://host:port`, without path, query and userinfo.
    package let origin: String
    /// Lower case, no full stop: `cannot reach https://127.0.0.1:6443: connection refused`
    package let message: String

    package init(_ cause: Cause, origin: String, _ message: String) {
        self.cause = cause
        self.origin = origin
        self.message = message
    }

    package var description: String { message }
}
