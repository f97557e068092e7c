/// Words what is wrong with a JSON text as the real server's decoder does, which answers quote.
struct GoJSON {
    private struct Mistake: Error {
        let text: String
    }

    private let bytes: [UInt8]
    private var index = 0

    /// Of a text that is no JSON.
    static func mistake(in bytes: [UInt8]) -> String {
        var reader = GoJSON(bytes: bytes)
        do {
            try reader.value("looking for beginning of value")
            reader.skipSpace()
            if reader.peek != nil { return reader.invalid("after top-level value").text }
            return "unexpected end of JSON input"
        } catch {
            return error.text
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private func invalid(_ context: String) -> Mistake {
        guard let byte = peek else { return Mistake(text: "unexpected end of JSON input") }
        let shown: String =
            switch byte {
            case UInt8(ascii: "'"): #"'\''"#
            case UInt8(ascii: "\""): #"'"'"#
            case 0x0A: #"'\n'"#
            case 0x0D: #"'\r'"#
            case 0x09: #"'\t'"#
            case 0x20..<0x7F: "'\(Character(UnicodeScalar(byte)))'"
            default: "'\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))'"
            }
        return Mistake(text: "invalid character \(shown) \(context)")
    }

    private mutating func value(_ context: String) throws(Mistake) {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"): try number()
        case .some(UInt8(ascii: "0")...UInt8(ascii: "9")): try number()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw invalid(context)
        }
    }

    private mutating func object() throws(Mistake) {
        index += 1
        skipSpace()
        if peek == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw invalid("looking for beginning of object key string") }
            try string()
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw invalid("after object key") }
            index += 1
            try value("looking for beginning of value")
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return
            default: throw invalid("after object key:value pair")
            }
        }
    }

    private mutating func array() throws(Mistake) {
        index += 1
        skipSpace()
        if peek == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            try value("looking for beginning of value")
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return
            default: throw invalid("after array element")
            }
        }
    }

    private mutating func string() throws(Mistake) {
        index += 1
        while let byte = peek {
            if byte == UInt8(ascii: "\"") {
                index += 1
                return
            }
            guard byte >= 0x20 else { throw invalid("in string literal") }
            index += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let escape = peek, "\"\\/bfnrtu".utf8.contains(escape) else { throw invalid("in string escape code") }
            index += 1
            guard escape == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard let digit = peek, "0123456789abcdefABCDEF".utf8.contains(digit) else {
                    throw invalid("in \\u hexadecimal character escape")
                }
                index += 1
            }
        }
        throw invalid("in string literal")
    }

    private mutating func digits(_ context: String) throws(Mistake) {
        guard let first = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { throw invalid(context) }
        while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { index += 1 }
    }

    private mutating func number() throws(Mistake) {
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") { index += 1 } else { try digits("in numeric literal") }
        if peek == UInt8(ascii: ".") {
            index += 1
            try digits("after decimal point in numeric literal")
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            try digits("in exponent of numeric literal")
        }
    }

    private mutating func literal(_ word: String) throws(Mistake) {
        for expected in word.utf8 {
            guard peek == expected else {
                throw invalid("in literal \(word) (expecting '\(Character(UnicodeScalar(expected)))')")
            }
            index += 1
        }
    }
}
