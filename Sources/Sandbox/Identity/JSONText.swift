import Formats

/// What the server's JSON library makes of a body before it is a value.
enum JSONText {
    private static let quote = UInt8(ascii: "\"")
    private static let escape = UInt8(ascii: "\\")

    /// The first value in a body, without a byte order mark: what follows it is never read.
    static func first(in body: [UInt8]) -> [UInt8] {
        let body = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body[...]
        let text = body.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let opening = text.first, opening == UInt8(ascii: "{") || opening == UInt8(ascii: "[") else {
            return Array(text)
        }
        var (depth, isQuoted, isEscaped) = (0, false, false)
        for (index, byte) in zip(text.indices, text) {
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == escape {
                    isEscaped = true
                } else if byte == quote {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case quote: isQuoted = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return Array(text[...index]) }
            default: break
            }
        }
        return Array(text)
    }

    /// Whether a text is no JSON because of a control character in a string, or of a number beyond all bounds.
    static func isOutOfRange(_ text: [UInt8]) -> Bool {
        var (isQuoted, isEscaped) = (false, false)
        var mended: [UInt8] = []
        for byte in text {
            if isQuoted, byte < 0x20 {
                mended.append(0x20)
                isEscaped = false
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == escape {
                isEscaped = true
            } else if byte == quote {
                isQuoted.toggle()
            }
            mended.append(byte)
        }
        if mended != text { return (try? JSON.parse(mended)) != nil }
        return hasHugeNumber(text)
    }

    /// Only an exponent of three digits can be too large.
    private static func hasHugeNumber(_ text: [UInt8]) -> Bool {
        let words = text.split { !("0"..."9").contains(Unicode.Scalar($0)) && !"+-.eE".utf8.contains($0) }
        return words.contains { word in
            word.contains { $0 | 0x20 == UInt8(ascii: "e") }
                && Double(String(decoding: word, as: UTF8.self)).map(\.isInfinite) == true
        }
    }
}

extension String {
    /// Without the characters up to the space that it begins and ends with, as Java trims.
    var trimmed: String {
        var text = unicodeScalars[...]
        while let first = text.first, first.value <= 0x20 { text.removeFirst() }
        while let last = text.last, last.value <= 0x20 { text.removeLast() }
        return String(text)
    }
}
