extension Node.Scalar {
    /// What a scalar means where no schema asks for a string: the core schema of YAML 1.2 for plain text, a string for any other.
    package enum Resolved: Sendable, Hashable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case string
        /// Written as a number, but readers disagree on it, or JSON or 64 bits cannot hold it. The advice reads well
        /// after `'012' is no clear number: `.
        case unclearNumber(advice: String)

        fileprivate static let quotes = ", or quote it"

        /// The advice where a number is wanted, so that quotes are of no help.
        package static func withoutQuotes(_ advice: String) -> String {
            advice.hasSuffix(quotes) ? String(advice.dropLast(quotes.count)) : advice
        }
    }

    package var resolved: Resolved {
        guard isPlain else { return .string }
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return Self.plainNumber(text) ?? NumberText(text).resolved
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"):
            return word
        default: return .string
        }
    }

    /// The number where there are digits alone, none of them a zero in front, and so few that any such number has room.
    private static func plainNumber(_ text: String) -> Resolved? {
        guard text.utf8.count <= 18, text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
        }
        return .int(value)
    }

    /// `NO`, `on` and `y` are strings.
    private var word: Resolved {
        switch text {
        case "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        default: .string
        }
    }
}

/// A plain scalar that begins as numbers do.
private struct NumberText {
    private let text: String
    private let bytes: [UInt8]
    private let isNegative: Bool
    private let isSigned: Bool
    /// Without the sign.
    private let body: ArraySlice<UInt8>

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        isNegative = bytes.first == UInt8(ascii: "-")
        isSigned = isNegative || bytes.first == UInt8(ascii: "+")
        body = isSigned ? bytes.dropFirst() : bytes[...]
    }

    var resolved: Node.Scalar.Resolved {
        if !body.isEmpty, body.allSatisfy(Self.isDigit) { return decimal }
        if let value = prefixed("0x", radix: 16) ?? prefixed("0o", radix: 8) {
            return .unclearNumber(
                advice: value.map { "write \($0)\(Node.Scalar.Resolved.quotes)" } ?? "it is beyond 64 bits")
        }
        if [".inf", ".Inf", ".INF"].contains(String(decoding: body, as: UTF8.self)) {
            return .unclearNumber(advice: "JSON has no infinity")
        }
        if [".nan", ".NaN", ".NAN"].contains(text) { return .unclearNumber(advice: "JSON has no such number") }
        guard isFloat else { return .string }
        guard let value = Double(text), value.isFinite else { return .unclearNumber(advice: "it is out of range") }
        if hasLeadingZero {
            return .unclearNumber(advice: "write it without the leading zero\(Node.Scalar.Resolved.quotes)")
        }
        return .double(value)
    }

    private var decimal: Node.Scalar.Resolved {
        if hasLeadingZero { return .unclearNumber(advice: leadingZeroAdvice) }
        guard let value = Int64(text) else { return .unclearNumber(advice: "it is beyond 64 bits") }
        if isSigned, !isNegative || value == 0 {
            return .unclearNumber(advice: "write \(value)\(Node.Scalar.Resolved.quotes)")
        }
        return .int(value)
    }

    private var leadingZeroAdvice: String {
        let digits = String(decoding: body, as: UTF8.self)
        let sign = isNegative ? "-" : ""
        guard let decimal = Int64(digits) else { return "it is beyond 64 bits" }
        guard let octal = Int64(digits, radix: 8), octal != decimal else {
            return "write \(sign)\(decimal)\(Node.Scalar.Resolved.quotes)"
        }
        return
            "it can be read as \(sign)\(decimal) or, in octal, as \(sign)\(octal); write \(sign)\(decimal) or \(sign)\(octal)"
            + Node.Scalar.Resolved.quotes
    }

    private var hasLeadingZero: Bool {
        body.first == UInt8(ascii: "0") && body.dropFirst().first.map(Self.isDigit) ?? false
    }

    /// The value of `0x1f` or `0o17`, an inner nil where it is too large, nil where the text is no such number.
    private func prefixed(_ prefix: String, radix: Int) -> Int64?? {
        guard !isSigned, text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(2)
        let isRight = digits.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).hexDigitValue.map { $0 < radix } ?? false
        }
        guard !digits.isEmpty, isRight else { return nil }
        return .some(Int64(digits, radix: radix))
    }

    /// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then perhaps an exponent.
    private var isFloat: Bool {
        var rest = body
        func skipDigits() -> Int {
            let digits = rest.prefix(while: Self.isDigit).count
            rest = rest.dropFirst(digits)
            return digits
        }
        let whole = skipDigits()
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = skipDigits()
        }
        guard whole + fraction > 0 else { return false }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
