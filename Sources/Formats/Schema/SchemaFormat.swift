/// The formats of strings that are checked.
enum SchemaFormat: String, Sendable {
    case date, time, duration, email, hostname, ipv4, ipv6, uri, uuid, regex
    case dateTime = "date-time"
    case uriReference = "uri-reference"
    case jsonPointer = "json-pointer"

    /// `a date as 2026-01-31`
    var words: String {
        switch self {
        case .date: "a date as 2026-01-31"
        case .time: "a time with its offset, as 08:30:00Z"
        case .dateTime: "a date and time, as 2026-01-31T08:30:00Z"
        case .duration: "a duration as P1DT12H"
        case .email: "an e-mail address"
        case .ipv4: "an IPv4 address"
        case .ipv6: "an IPv6 address"
        case .uuid: "a UUID"
        case .regex: "a regular expression"
        case .uriReference: "a URI or a part of one"
        case .jsonPointer: "a JSON Pointer, as /spec/replicas"
        case .uri: "a URI with its scheme, as https://example.com"
        case .hostname: "a host name"
        }
    }

    func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return switch self {
        case .date: Self.isDate(bytes[...])
        case .time: Self.isTime(bytes[...])
        case .dateTime: Self.isDateTime(bytes)
        case .duration: Self.isDuration(bytes)
        case .ipv4: Self.isIPv4(bytes[...])
        case .ipv6: Self.isIPv6(bytes[...])
        case .uuid: Self.isUUID(bytes)
        case .regex: (try? Pattern(text)) != nil
        case .uriReference: Self.isURI(bytes) || Self.isRelative(bytes[...])
        case .jsonPointer: JSONPointer(parsing: text) != nil
        case .email: Self.isEmail(bytes)
        case .uri: Self.isURI(bytes)
        case .hostname: Self.isHostname(bytes[...])
        }
    }

    /// RFC 5321's mailbox with a dot-string or a quoted string before the `@`, a domain or an address literal behind it.
    private static func isEmail(_ bytes: [UInt8]) -> Bool {
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
        return isLocalPart(local) && (isHostname(domain) || isAddressLiteral(domain))
    }

    private static func isLocalPart(_ local: ArraySlice<UInt8>) -> Bool {
        guard !local.isEmpty, local.count <= 64 else { return false }
        if local.first == UInt8(ascii: "\""), local.last == UInt8(ascii: "\""), local.count > 2 {
            return isQuotedContent(local.dropFirst().dropLast())
        }
        let atoms = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return atoms.allSatisfy { atom in
            !atom.isEmpty && atom.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) }
        }
    }

    private static func isQuotedContent(_ content: ArraySlice<UInt8>) -> Bool {
        var isEscaped = false
        for byte in content {
            guard (0x20...0x7e).contains(byte) else { return false }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return false
            }
        }
        return !isEscaped
    }

    private static func isAddressLiteral(_ domain: ArraySlice<UInt8>) -> Bool {
        guard domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]") else { return false }
        let inner = domain.dropFirst().dropLast()
        return inner.starts(with: "IPv6:".utf8) ? isIPv6(inner.dropFirst(5)) : isIPv4(inner)
    }

    /// RFC 3986: a scheme, then only characters that may stand in a URI, `%` before two hexadecimal digits; brackets only
    /// around an address, digits in the port.
    private static func isURI(_ bytes: [UInt8]) -> Bool {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let first = bytes.first, isLetter(first) else {
            return false
        }
        guard bytes[..<colon].allSatisfy({ isAlphanumeric($0) || "+-.".utf8.contains($0) }) else { return false }
        return isHierarchy(bytes[(colon + 1)...])
    }

    /// A reference without a scheme: no colon in the first part of its path.
    private static func isRelative(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.prefix { !"/?#".utf8.contains($0) }.contains(UInt8(ascii: ":")) && isHierarchy(bytes)
    }

    /// What stands behind the scheme: an authority perhaps, path, query and fragment.
    private static func isHierarchy(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
            guard isAuthority(rest[..<end]) else { return false }
            rest = rest[end...]
        }
        let parts = rest.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.allSatisfy { isEncoded($0, allowing: "-._~!$&'()*+,;=:@/?") }
    }

    private static func isAuthority(_ authority: ArraySlice<UInt8>) -> Bool {
        var host = authority
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            guard isEncoded(authority[..<at], allowing: "-._~!$&'()*+,;=:") else { return false }
            host = authority[(at + 1)...]
        }
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[..<close].dropFirst()
            guard isIPv6(address) else { return false }
            host = host[(close + 1)...]
        } else {
            let end = host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
            guard isEncoded(host[..<end], allowing: "-._~!$&'()*+,;=") else { return false }
            host = host[end...]
        }
        return host.isEmpty || host.first == UInt8(ascii: ":") && host.dropFirst().allSatisfy(isDigit)
    }

    private static func isEncoded(_ bytes: ArraySlice<UInt8>, allowing others: String) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, rest.prefix(2).allSatisfy(isHexDigit) else { return false }
                rest = rest.dropFirst(2)
            } else {
                guard isAlphanumeric(byte) || others.utf8.contains(byte) else { return false }
            }
        }
        return true
    }

    /// RFC 1123: labels of letters, digits and inner hyphens, 63 bytes each and 253 together.
    private static func isHostname(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 253 else { return false }
        return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
            let isReserved =
                label.count > 3 && label.dropFirst(2).starts(with: "--".utf8) && !label.starts(with: "xn--".utf8)
            return isAlphanumeric(first) && isAlphanumeric(last) && !isReserved
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}
