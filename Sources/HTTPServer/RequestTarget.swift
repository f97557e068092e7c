/// The two parts of what stands behind the method in a request's first line.
struct RequestTarget {
    let path: String
    let query: [(name: String, value: String)]

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "")
        query = parts.count < 2 ? [] : parts[1].split(separator: "&").map(Self.parameter)
    }

    private static func parameter(_ text: Substring) -> (name: String, value: String) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (
            PercentEncoding.decodeForm(sides[0]),
            sides.count > 1 ? PercentEncoding.decodeForm(sides[1]) : ""
        )
    }
}

/// Percent-encoded text, as in paths and in `application/x-www-form-urlencoded`.
package enum PercentEncoding {
    /// Decoded text; an escape that is none stands for itself.
    package static func decode(_ text: some StringProtocol) -> String { decode(text, plusIsSpace: false) }

    /// As `decode`, with `+` for a space, as forms and queries have it.
    package static func decodeForm(_ text: some StringProtocol) -> String { decode(text, plusIsSpace: true) }

    /// Text as one segment of a path: everything but letters, digits and `-._~` becomes an escape.
    package static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
            default: encoded += [0x25, hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// The members of a form, in order.
    package static func form(_ body: [UInt8]) -> [(name: String, value: String)] {
        RequestTarget("?" + String(decoding: body, as: UTF8.self)).query
    }

    private static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(0x25) || (plusIsSpace && bytes.contains(0x2B)) else { return String(text) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(plusIsSpace && bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
