/// A JSON Web Token signed with HMAC and SHA-256 (HS256): opaque to everyone but its maker.
package enum Token {
    private static let header = Base64.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8), .url)

    /// The compact form of a payload of JSON.
    package static func sign(_ payload: [UInt8], key: [UInt8]) -> String {
        let content = "\(header).\(Base64.encode(payload, .url))"
        return "\(content).\(Base64.encode(HMAC.sha256(Array(content.utf8), key: key), .url))"
    }

    /// The payload, or nil where the text is no token signed with that key by `sign`.
    ///
    /// The header has to be the very one that `sign` writes: a token cannot choose its own algorithm.
    package static func verify(_ token: String, key: [UInt8]) -> [UInt8]? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == header[...],
            let signature = Base64.decode(String(parts[2]), .url),
            let payload = Base64.decode(String(parts[1]), .url)
        else { return nil }
        let expected = HMAC.sha256(Array("\(parts[0]).\(parts[1])".utf8), key: key)
        return ConstantTime.equal(signature, expected) ? payload : nil
    }
}
