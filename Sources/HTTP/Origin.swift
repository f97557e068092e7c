/// Scheme, host and port of a URL: what a credential is bound to, and what errors name.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    package let scheme: String
    /// Lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int

    /// Reads the origin of an absolute URL, or says what is wrong with it.
    ///
    /// Only what every reader of URLs understands in the same way is accepted: no userinfo, no backslash, no space, no control
    /// character, nothing beyond ASCII.
    package init(of url: String) throws(HTTPError) {
        let bytes = Array(url.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else {
            throw Self.refusal("it holds a character that a URL cannot have")
        }
        let scheme: String
        switch bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false).first {
        case .some(let name) where String(decoding: name, as: UTF8.self).lowercased() == "https": scheme = "https"
        case .some(let name) where String(decoding: name, as: UTF8.self).lowercased() == "http": scheme = "http"
        default: throw Self.refusal("it does not begin with https:// or http://")
        }
        guard bytes.dropFirst(scheme.count).starts(with: Array("://".utf8)) else {
            throw Self.refusal("it does not begin with https:// or http://")
        }
        let rest = bytes.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !Array("/?#".utf8).contains($0) }
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw Self.refusal("a URL must not hold a user name or a password")
        }
        let (host, port) = try Self.hostAndPort(authority)
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port ?? (scheme == "https" ? 443 : 80)
    }

    private static func hostAndPort(_ authority: ArraySlice<UInt8>) throws(HTTPError) -> (String, Int?) {
        var host = authority
        var port: ArraySlice<UInt8>?
        if authority.first == UInt8(ascii: "[") {
            guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else {
                throw refusal("its host has no closing ]")
            }
            host = authority[(authority.startIndex + 1)..<end]
            let after = authority[(end + 1)...]
            guard after.isEmpty || after.first == UInt8(ascii: ":") else { throw refusal("its host is malformed") }
            port = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
            port = authority[(colon + 1)...]
        }
        let isAddress = host.startIndex != authority.startIndex
        let allowed = Array((isAddress ? "0123456789abcdefABCDEF:." : "-._").utf8)
        let isWellFormed = host.allSatisfy { byte in
            allowed.contains(byte) || (!isAddress && Self.isAlphanumeric(byte))
        }
        guard !host.isEmpty, isWellFormed else { throw refusal("its host is malformed") }
        guard let digits = port, !digits.isEmpty else { return (String(decoding: host, as: UTF8.self), nil) }
        guard digits.count <= 5, let number = Int(String(decoding: digits, as: UTF8.self)), (1...65535).contains(number)
        else {
            throw refusal("its port is malformed")
        }
        return (String(decoding: host, as: UTF8.self), number)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func refusal(_ reason: String) -> HTTPError {
        HTTPError(.refused, origin: "", "cannot use the URL: \(reason)")
    }

    /// `example.com:8443`, `[::1]:8443`: with the port, as curl's options and the Host header take it.
    package var authority: String { "\(bracketedHost):\(port)" }

    /// `https://127.0.0.1:6443`, without the port where it is the scheme's own.
    package var description: String {
        let isDefault = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(isDefault ? bracketedHost : authority)"
    }

    private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }
}

/// The value of an `Authorization` header and the one origin that may see it.
package struct Credential: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package let origin: Origin
    /// `Bearer …` or `Basic …`
    package let authorization: String

    package init(origin: Origin, authorization: String) {
        self.origin = origin
        self.authorization = authorization
    }

    package init(origin: Origin, bearer token: String) {
        self.init(origin: origin, authorization: "Bearer \(token)")
    }

    /// Never the value.
    package var description: String { "credential for \(origin)" }
    package var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }
}
