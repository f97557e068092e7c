/// The pieces that an expression is written in.
enum Token: Sendable {
    case identifier(String)
    /// `` `content-type` ``: only after a dot.
    case quotedIdentifier(String)
    /// The digits of a whole number; the parser folds a sign into it, so that the least of them can be written.
    case integer(magnitude: UInt64)
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case symbol(String)
    case end
}

/// Reads tokens from an expression, beginning anywhere in a text.
struct Lexer {
    let text: [Unicode.Scalar]
    private(set) var position: Int
    /// Where the token read last begins.
    private(set) var start = 0

    init(_ text: [Unicode.Scalar], from position: Int = 0) {
        self.text = text
        self.position = position
    }

    private var current: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < text.count ? text[position + distance] : nil
    }

    mutating func next() throws(ExpressionError) -> Token {
        skipBlanks()
        start = position
        guard let first = current else { return .end }
        if let prefix = literalPrefix() { return try readLiteral(prefix) }
        if first.isIdentifierStart { return .identifier(readWord()) }
        if first.isDigit || (first == "." && peek(1)?.isDigit == true) { return try readNumber() }
        if first == "`" { return try readQuotedIdentifier() }
        return try readSymbol(first)
    }

    /// White space and comments to the end of the line.
    private mutating func skipBlanks() {
        while let scalar = current {
            if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{c}" {
                position += 1
            } else if scalar == "/", peek(1) == "/" {
                while let other = current, other != "\n" {
                    _ = other
                    position += 1
                }
            } else {
                return
            }
        }
    }

    private mutating func readWord() -> String {
        var word = String.UnicodeScalarView()
        while let scalar = current, scalar.isIdentifierStart || scalar.isDigit {
            word.append(scalar)
            position += 1
        }
        return String(word)
    }

    private mutating func readQuotedIdentifier() throws(ExpressionError) -> Token {
        position += 1
        var word = String.UnicodeScalarView()
        while let scalar = current, scalar != "`" {
            guard scalar.isIdentifierStart || scalar.isDigit || "-./ ".unicodeScalars.contains(scalar) else { break }
            word.append(scalar)
            position += 1
        }
        guard current == "`", !word.isEmpty else {
            throw ExpressionError(
                .syntax, at: start,
                "a name in backquotes holds letters, digits, '_', '-', '.', '/' and blanks, and ends with a backquote")
        }
        position += 1
        return .quotedIdentifier(String(word))
    }

    private mutating func readSymbol(_ first: Unicode.Scalar) throws(ExpressionError) -> Token {
        if let second = peek(1) {
            let pair = String(String.UnicodeScalarView([first, second]))
            if ["&&", "||", "==", "!=", "<=", ">="].contains(pair) {
                position += 2
                return .symbol(pair)
            }
        }
        guard "()[]{}.,:?!<>+-*/%".unicodeScalars.contains(first) else {
            let shown =
                first.properties.isWhitespace || first.value < 0x20
                ? "U+\(String(first.value, radix: 16))" : "'\(first)'"
            let hint =
                switch first {
                case "=": "; comparison is '=='"
                case "&": "; the operator is '&&'"
                case "|": "; the operator is '||'"
                default: ""
                }
            throw ExpressionError(.syntax, at: position, "unexpected \(shown)\(hint)")
        }
        position += 1
        return .symbol(String(first))
    }

    private mutating func readNumber() throws(ExpressionError) -> Token {
        if current == "0", let x = peek(1), x == "x" || x == "X" { return try readHexadecimal() }
        var digits = ""
        var isWhole = true
        func take(_ lexer: inout Lexer) {
            while let scalar = lexer.current, scalar.isDigit {
                digits.unicodeScalars.append(scalar)
                lexer.position += 1
            }
        }
        take(&self)
        if current == ".", peek(1)?.isDigit == true {
            isWhole = false
            digits += digits.isEmpty ? "0." : "."
            position += 1
            take(&self)
        }
        if let e = current, e == "e" || e == "E" {
            let signed = peek(1) == "+" || peek(1) == "-"
            if peek(signed ? 2 : 1)?.isDigit == true {
                isWhole = false
                digits += "e"
                if signed, let sign = peek(1) { digits.unicodeScalars.append(sign) }
                position += signed ? 2 : 1
                take(&self)
            }
        }
        guard isWhole else {
            guard let value = Double(digits), value.isFinite else { throw tooLarge() }
            return try endOfNumber(.double(value))
        }
        return try whole(digits, radix: 10)
    }

    private mutating func readHexadecimal() throws(ExpressionError) -> Token {
        position += 2
        var digits = ""
        while let scalar = current, scalar.hexadecimalValue != nil {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        guard !digits.isEmpty else { throw ExpressionError(.syntax, at: start, "'0x' without digits") }
        return try whole(digits, radix: 16)
    }

    private mutating func whole(_ digits: String, radix: Int) throws(ExpressionError) -> Token {
        guard let value = UInt64(digits, radix: radix) else { throw tooLarge() }
        if current == "u" || current == "U" {
            position += 1
            return try endOfNumber(.unsigned(value))
        }
        guard value <= UInt64(Int64.max) + 1 else { throw tooLarge() }
        return try endOfNumber(.integer(magnitude: value))
    }

    private func tooLarge() -> ExpressionError {
        ExpressionError(.syntax, at: start, "the number does not fit 64 bits")
    }

    private func endOfNumber(_ token: Token) throws(ExpressionError) -> Token {
        if let scalar = current, scalar.isIdentifierStart || scalar.isDigit {
            throw ExpressionError(.syntax, at: position, "unexpected '\(scalar)' in a number; a text needs quotes")
        }
        return token
    }
}

// Literals of text and bytes.
extension Lexer {
    struct LiteralPrefix {
        var isRaw = false
        var isBytes = false
        var length = 0
    }

    /// `'`, `"`, each after an optional `r` and `b`; nil where no literal begins here.
    private func literalPrefix() -> LiteralPrefix? {
        var prefix = LiteralPrefix()
        while let scalar = peek(prefix.length) {
            switch scalar {
            case "'", "\"": return prefix
            case "r" where !prefix.isRaw, "R" where !prefix.isRaw: prefix.isRaw = true
            case "b" where !prefix.isBytes && !prefix.isRaw, "B" where !prefix.isBytes && !prefix.isRaw:
                prefix.isBytes = true
            default: return nil
            }
            prefix.length += 1
        }
        return nil
    }

    private mutating func readLiteral(_ prefix: LiteralPrefix) throws(ExpressionError) -> Token {
        position += prefix.length
        let quote = text[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var literal = LiteralText(isBytes: prefix.isBytes)
        while true {
            guard let scalar = current, isTriple || (scalar != "\n" && scalar != "\r") else {
                throw ExpressionError(.syntax, at: start, "a text that begins here is not closed")
            }
            if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                position += isTriple ? 3 : 1
                break
            }
            if scalar == "\\", !prefix.isRaw {
                try readEscape(into: &literal)
            } else {
                literal.append(scalar)
                position += 1
            }
        }
        return prefix.isBytes ? .bytes(literal.bytes) : .string(String(literal.scalars))
    }

    private mutating func readEscape(into literal: inout LiteralText) throws(ExpressionError) {
        let begin = position
        func refuse(_ what: String) -> ExpressionError { ExpressionError(.syntax, at: begin, what) }
        guard let letter = peek(1) else { throw refuse("the text ends within an escape") }
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{b}",
            "\\": "\\", "?": "?", "\"": "\"", "'": "'", "`": "`",
        ]
        if let scalar = simple[letter] {
            position += 2
            literal.append(scalar)
            return
        }
        let (digits, radix, skipped): (Int, UInt32, Int) =
            switch letter {
            case "x", "X": (2, 16, 2)
            case "u": (4, 16, 2)
            case "U": (8, 16, 2)
            case "0"..."3": (3, 8, 1)
            default: throw refuse("unknown escape '\\\(letter)'")
            }
        var value: UInt32 = 0
        for index in 0..<digits {
            guard let digit = peek(skipped + index)?.hexadecimalValue, digit < radix else {
                throw refuse("an escape '\\\(letter)' needs \(digits) digits")
            }
            value = value &* radix &+ digit
        }
        position += skipped + digits
        let isByte = letter != "u" && letter != "U"
        if literal.isBytes {
            guard isByte else { throw refuse("bytes have no escape '\\\(letter)'") }
            literal.bytes.append(UInt8(truncatingIfNeeded: value))
        } else {
            guard let scalar = Unicode.Scalar(value) else { throw refuse("no character has this number") }
            literal.append(scalar)
        }
    }
}

/// The content of a literal while it is read.
struct LiteralText {
    let isBytes: Bool
    var scalars = String.UnicodeScalarView()
    var bytes: [UInt8] = []

    mutating func append(_ scalar: Unicode.Scalar) {
        if isBytes {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
            scalars.append(scalar)
        }
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { ("0"..."9").contains(self) }
    var isIdentifierStart: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }

    var hexadecimalValue: UInt32? {
        switch self {
        case "0"..."9": value - 0x30
        case "a"..."f": value - 0x61 + 10
        case "A"..."F": value - 0x41 + 10
        default: nil
        }
    }
}
