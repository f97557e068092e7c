// Addresses and identifiers.
extension SchemaFormat {
    /// Four numbers up to 255, none with a leading zero.
    static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(isDigit) && (part.count == 1 || part.first != 0x30)
                    && UInt8(String(decoding: part, as: UTF8.self)) != nil
            }
    }

    /// RFC 4291: eight groups of up to four digits, of which one `::` may stand for some; the last two may be an IPv4 address.
    static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
        var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        var count = 0
        if let last = groups.last, last.contains(UInt8(ascii: ".")) {
            guard isIPv4(last) else { return false }
            groups[groups.count - 1] = [UInt8(ascii: "0")]
            count = 1
        }
        // `::` at an end leaves two empty groups there, one of which is the text's own end.
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups[groups.count - 1].isEmpty {
            guard groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        let gaps = groups.count { $0.isEmpty }
        count += groups.count - gaps
        return gaps <= 1 && (gaps == 1 ? count <= 7 : count == 8)
            && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(isHexDigit) }
    }

    /// RFC 4122: 32 hexadecimal digits in five groups.
    static func isUUID(_ bytes: [UInt8]) -> Bool {
        let groups = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(isHexDigit) }
    }
}
