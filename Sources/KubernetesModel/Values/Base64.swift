/// Base64 as the values of Secrets are written.
package enum Base64 {
    /// Where a text stops being base64.
    package struct Problem: Error, Sendable, Hashable {
        package let offset: Int

        package init(offset: Int) {
            self.offset = offset
        }
    }

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                out.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes; line breaks are skipped, padding is required. The offsets of problems are the server's.
    package static func decode(_ text: String) throws(Problem) -> [UInt8] {
        let bytes = [UInt8](text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count / 4 * 3)
        var group = 0
        var count = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 10 || byte == 13 { continue }
            if let value = value(byte) {
                group = group << 6 | value
                count += 1
                if count == 4 {
                    out += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                    (group, count) = (0, 0)
                }
                continue
            }
            guard byte == UInt8(ascii: "="), count >= 2 else { throw Problem(offset: index - 1) }
            return out + (try padding(bytes, &index, group, count))
        }
        guard count == 0 else { throw Problem(offset: index - count) }
        return out
    }

    /// What the last group holds, after its first padding sign.
    private static func padding(_ bytes: [UInt8], _ index: inout Int, _ group: Int, _ count: Int) throws(Problem)
        -> [UInt8]
    {
        func skipBreaks() { while index < bytes.count, bytes[index] == 10 || bytes[index] == 13 { index += 1 } }
        if count == 2 {
            skipBreaks()
            guard index < bytes.count else { throw Problem(offset: bytes.count) }
            guard bytes[index] == UInt8(ascii: "=") else { throw Problem(offset: index - 1) }
            index += 1
        }
        skipBreaks()
        guard index == bytes.count else { throw Problem(offset: index) }
        return count == 2 ? [UInt8(group >> 4 & 255)] : [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]
    }

    private static func value(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
