/// The shapes of names, and what the server says about a text that has another.
enum NameRules {
    private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let namePattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

    /// A DNS label: `backend`.
    static func label(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 63 { out.append("must be no more than 63 characters") }
        if isSubdomain(text), text.utf8.contains(UInt8(ascii: ".")) {
            out.append("must not contain dots")
        } else if !isLabel(text.utf8) {
            out.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
                    + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '\(labelPattern)')"
            )
        }
        return out
    }

    /// A DNS label that begins with a letter, as older kinds demand.
    static func label1035(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 63 { out.append(tooLong(63)) }
        if !isLabel(text.utf8) || !(text.utf8.first.map(isLower) ?? false) {
            out.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
                    + "'[a-z]([-a-z0-9]*[a-z0-9])?')")
        }
        return out
    }

    /// DNS labels with dots between them: `acme.example.com`.
    static func subdomain(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 253 { out.append("must be no more than 253 characters") }
        if !isSubdomain(text) {
            out.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
                    + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                    + "'\(labelPattern)(\\.\(labelPattern))*')")
        }
        return out
    }

    /// A subdomain whose labels may hold underscores: `_tcp.example.com`.
    static func underscoredSubdomain(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 253 { out.append(tooLong(253)) }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { label in
            String(decoding: label.first == underscore ? label.dropFirst() : label, as: UTF8.self)
        }
        let isWhole = labels.allSatisfy { label in
            label.utf8.first != underscore && label.utf8.last != underscore
                && isLabel(label.utf8.map { $0 == underscore ? hyphen : $0 })
        }
        let pattern = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
        if !isWhole {
            out.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must "
                    + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                    + "'\(pattern)(\\.\(pattern))*')")
        }
        return out
    }

    /// Who a thing belongs to: `example.com/controller`.
    static func domainPath(_ text: String) -> [String] {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            return ["must be a domain-prefixed path (such as \"acme.io/foo\")"]
        }
        let allowed = Set("/-._~!$&'()*+,;=:".utf8)
        var out = subdomain(parts[0])
        if !parts[1].utf8.allSatisfy({ isAlphanumeric($0) || allowed.contains($0) }) {
            out.append(
                "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')")
        }
        return out
    }

    /// The name of a header of HTTP.
    static func header(_ text: String) -> [String] {
        let isWhole = !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
        return isWhole
            ? []
            : [
                "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
                    + "validation is '[-A-Za-z0-9]+')"
            ]
    }

    /// A subdomain below any name: `*.example.com`.
    static func wildcardSubdomain(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 253 { out.append(tooLong(253)) }
        if !text.hasPrefix("*.") || !isSubdomain(String(text.dropFirst(2))) {
            out.append(
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
                    + "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
                    + "'*.example.com', regex used for validation is '\\*\\.\(labelPattern)(\\.\(labelPattern))*')")
        }
        return out
    }

    /// A name that may stand in a path.
    static func pathSegment(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["may not be '\(text)'"] }
        return ["/", "%"].filter { text.contains($0) }.map { "may not contain '\($0)'" }
    }

    /// The name of a label or an annotation: `example.com/MyName`.
    static func qualified(_ text: String) -> [String] {
        var out: [String] = []
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let shape =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
            + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '\(namePattern)')"
        guard parts.count <= 2 else {
            return [
                "a qualified name \(shape) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        if parts.count == 2 {
            if parts[0].isEmpty {
                out.append("prefix part must be non-empty")
            } else {
                out += subdomain(parts[0]).map { "prefix part \($0)" }
            }
        }
        let name = parts.last ?? ""
        if name.isEmpty { out.append("name part must be non-empty") }
        if name.utf8.count > 63 { out.append("name part \(tooLong(63))") }
        if !isName(name) { out.append("name part \(shape)") }
        return out
    }

    static func labelValue(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 63 { out.append(tooLong(63)) }
        if !text.isEmpty, !isName(text) {
            out.append(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
                    + "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
                    + "is '(\(namePattern))?')")
        }
        return out
    }

    /// A key of a ConfigMap or a Secret.
    static func dataKey(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 253 { out.append(tooLong(253)) }
        if text.isEmpty || !text.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: ".") }) {
            out.append(
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
                    + "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
        } else if text == "." || text == ".." {
            out.append("must not be '\(text)'")
        } else if text.hasPrefix("..") {
            out.append("must not start with '..'")
        }
        return out
    }

    /// The name of a variable of a container.
    static func variable(_ text: String) -> [String] {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") }
            ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    }

    /// The name of a port: `http`.
    static func portName(_ text: String) -> [String] {
        var out: [String] = []
        if text.utf8.count > 15 { out.append(tooLong(15)) }
        if text.isEmpty || !text.utf8.allSatisfy({ isLower($0) || isDigit($0) || $0 == hyphen }) {
            out.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !text.utf8.contains(where: isLower) { out.append("must contain at least one letter (a-z)") }
        if text.contains("--") { out.append("must not contain consecutive hyphens") }
        if text.utf8.first == hyphen || text.utf8.last == hyphen { out.append("must not begin or end with a hyphen") }
        return out
    }

    static func portNumber(_ number: Int64) -> [String] {
        (1...65535).contains(number) ? [] : ["must be between 1 and 65535, inclusive"]
    }

    private static let hyphen = UInt8(ascii: "-")
    private static let underscore = UInt8(ascii: "_")

    private static func tooLong(_ limit: Int) -> String { "must be no more than \(limit) bytes" }

    private static func isLabel(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return first != hyphen && last != hyphen && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == hyphen }
    }

    private static func isSubdomain(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy(isLabel)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == hyphen || byte == UInt8(ascii: "_")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
