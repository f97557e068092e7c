/// The formats of strings that definitions may ask for. What is not known is not held to.
enum TextFormat {
    static func accepts(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date-time": isTime(text)
        case "date": text.utf8.count == 10 && Timestamp("\(text)T00:00:00Z") != nil
        case "ipv4": isAddress(text) && !text.contains(":")
        case "ipv6": isAddress(text) && text.contains(":")
        case "cidr": isNetwork(text)
        case "byte": (try? Base64.decode(text)) != nil
        case "uuid": isUUID(text)
        case "duration": isDuration(text)
        case "hostname": NameRules.subdomain(text.lowercased()).isEmpty
        case "email": isEmail(text)
        case "uri": isURI(text)
        default: true
        }
    }

    /// RFC 3339, with any zone.
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, Timestamp(String(decoding: bytes[..<19], as: UTF8.self) + "Z") != nil else {
            return false
        }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let digits = rest.prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
        }
        if rest.elementsEqual("Z".utf8) || rest.elementsEqual("z".utf8) { return true }
        let zone = Array(rest)
        return zone.count == 6 && (zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"))
            && zone[3] == UInt8(ascii: ":") && [1, 2, 4, 5].allSatisfy { (48...57).contains(zone[$0]) }
    }

    private static func isAddress(_ text: String) -> Bool { IPAddress(text) != nil }

    private static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isAddress(String(parts[0])), let bits = Int(parts[1]) else { return false }
        return (0...(parts[0].contains(":") ? 128 : 32)).contains(bits)
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || "0123456789abcdefABCDEF".utf8.contains($0) }
    }

    /// `1h30m`, as the server's language writes spans of time.
    private static func isDuration(_ text: String) -> Bool {
        var rest = text[...]
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return false }
        if rest == "0" { return true }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard Double(number) != nil, ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w"].contains(unit) else {
                return false
            }
        }
        return true
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !text.contains(where: \.isWhitespace)
    }

    private static func isURI(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return text.hasPrefix("/") }
        let scheme = text[..<colon]
        return scheme.first?.isLetter == true && !text.contains(where: \.isWhitespace)
    }
}
