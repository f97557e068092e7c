/// Reads a regular expression and writes the program that matches it.
struct PatternParser {
    private let scalars: [UnicodeScalar]
    private var index = 0
    private var depth = 0

    private typealias Instruction = Pattern.Instruction
    private static let depthLimit = 50

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func program() throws(Pattern.ParseError) -> [Pattern.Instruction] {
        let code = try alternatives()
        guard index == scalars.count else { throw error("unexpected ')'") }
        return code + [.match]
    }

    private mutating func alternatives() throws(Pattern.ParseError) -> [Instruction] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("groups nested too deep") }
        let first = try sequence()
        guard skip("|") else { return first }
        let rest = try alternatives()
        let second = first.count + 2
        return [.split(1, second)] + Self.moved(first, by: 1) + [.jump(second + rest.count)]
            + Self.moved(rest, by: second)
    }

    private mutating func sequence() throws(Pattern.ParseError) -> [Instruction] {
        var code: [Instruction] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let atom = try repeated(atom())
            code += Self.moved(atom, by: code.count)
            guard code.count <= Pattern.programLimit else { throw error("the expression is too large") }
        }
        return code
    }

    // MARK: Repetition

    private mutating func repeated(_ atom: [Instruction]) throws(Pattern.ParseError) -> [Instruction] {
        guard let bounds = try quantifier() else { return atom }
        _ = skip("?")  // as few as possible or as many: what matches as a whole is the same
        if peek == "*" || peek == "+" || peek == "?" { throw error("nothing to repeat") }
        let total = atom.count * max(bounds.low, bounds.high ?? 0) + 2
        guard total <= Pattern.programLimit else { throw error("the expression is too large") }
        var code: [Instruction] = []
        for _ in 0..<bounds.low { code += Self.moved(atom, by: code.count) }
        guard let high = bounds.high else {
            let start = code.count
            return code + [.split(start + 1, start + atom.count + 2)] + Self.moved(atom, by: start + 1) + [.jump(start)]
        }
        let end = code.count + (high - bounds.low) * (atom.count + 1)
        for _ in bounds.low..<high {
            code.append(.split(code.count + 1, end))
            code += Self.moved(atom, by: code.count)
        }
        return code
    }

    private mutating func quantifier() throws(Pattern.ParseError) -> (low: Int, high: Int?)? {
        if skip("*") { return (0, nil) }
        if skip("+") { return (1, nil) }
        if skip("?") { return (0, 1) }
        guard peek == "{" else { return nil }
        index += 1
        guard let low = number() else { throw error("expected a number behind '{'") }
        var high: Int? = low
        if skip(",") { high = number() }
        guard skip("}") else { throw error("expected '}'") }
        if let high, high < low { throw error("the repetition's bounds are the wrong way round") }
        return (low, high)
    }

    private mutating func number() -> Int? {
        let digits = scalars[index...].prefix { $0.properties.numericType == .decimal && $0.isASCII }
        index += digits.count
        return digits.isEmpty ? nil : Int(String(String.UnicodeScalarView(digits))) ?? Pattern.programLimit
    }

    // MARK: Atoms

    private mutating func atom() throws(Pattern.ParseError) -> [Instruction] {
        guard let scalar = peek else { throw error("unexpected end") }
        index += 1
        switch scalar {
        case "^": return [.start]
        case "$": return [.end]
        case ".": return [.scalar(ScalarSet(ScalarSet.lineEnd, isNegated: true))]
        case "(": return try group()
        case "[": return [.scalar(try set())]
        case "\\": return [.scalar(ScalarSet(try escape(inSet: false)))]
        case "*", "+", "?", "{": throw error("nothing to repeat")
        default: return [.scalar(ScalarSet([scalar.value...scalar.value]))]
        }
    }

    private mutating func group() throws(Pattern.ParseError) -> [Instruction] {
        if skip("?") {
            guard skip(":") else { throw error("only groups of the form (…) and (?:…) are supported") }
        }
        let code = try alternatives()
        guard skip(")") else { throw error("expected ')'") }
        return code
    }

    private mutating func set() throws(Pattern.ParseError) -> ScalarSet {
        let isNegated = skip("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !skip("]") {
            let first = try setMember()
            guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                ranges += first
                continue
            }
            index += 1
            let last = try setMember()
            guard let low = Self.single(first), let high = Self.single(last), low <= high else {
                throw error("a range in brackets is the wrong way round")
            }
            ranges.append(low...high)
        }
        return ScalarSet(ranges, isNegated: isNegated)
    }

    private mutating func setMember() throws(Pattern.ParseError) -> [ClosedRange<UInt32>] {
        guard let scalar = peek else { throw error("expected ']'") }
        index += 1
        return scalar == "\\" ? try escape(inSet: true) : [scalar.value...scalar.value]
    }

    private static func single(_ ranges: [ClosedRange<UInt32>]) -> UInt32? {
        ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
    }

    private mutating func escape(inSet: Bool) throws(Pattern.ParseError) -> [ClosedRange<UInt32>] {
        guard let letter = peek else { throw error("unexpected end behind '\\'") }
        index += 1
        switch letter {
        case "d": return ScalarSet.digit
        case "w": return ScalarSet.word
        case "s": return ScalarSet.space
        case "D": return ScalarSet.complement(ScalarSet.digit)
        case "W": return ScalarSet.complement(ScalarSet.word)
        case "S": return ScalarSet.complement(ScalarSet.space)
        case "p": return try category()
        case "P": return ScalarSet.complement(try category())
        case "t": return [0x09...0x09]
        case "n": return [0x0a...0x0a]
        case "v": return [0x0b...0x0b]
        case "f": return [0x0c...0x0c]
        case "r": return [0x0d...0x0d]
        case "0": return [0...0]
        case "x": return try code(digits: 2)
        case "u": return try skip("{") ? bracedCode() : code(digits: 4)
        case "b" where inSet: return [0x08...0x08]
        case "a"..."z", "A"..."Z", "1"..."9": throw error("'\\\(letter)' is not supported")
        default: return [letter.value...letter.value]
        }
    }

    private mutating func category() throws(Pattern.ParseError) -> [ClosedRange<UInt32>] {
        guard skip("{") else { throw error("expected '{' and the name of a general category") }
        let name = String(String.UnicodeScalarView(scalars[index...].prefix { $0 != "}" }))
        guard let ranges = ScalarSet.category(name) else { throw error("'\\p{\(name)}' is not supported") }
        index += name.unicodeScalars.count
        guard skip("}") else { throw error("expected '}'") }
        return ranges
    }

    private mutating func code(digits: Int) throws(Pattern.ParseError) -> [ClosedRange<UInt32>] {
        let text = String(String.UnicodeScalarView(scalars[index...].prefix(digits)))
        guard text.utf8.count == digits, let value = UInt32(text, radix: 16) else {
            throw error("expected \(digits) hexadecimal digits")
        }
        index += digits
        return [value...value]
    }

    private mutating func bracedCode() throws(Pattern.ParseError) -> [ClosedRange<UInt32>] {
        let digits = scalars[index...].prefix { $0 != "}" }
        guard let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), value <= 0x10ffff else {
            throw error("expected hexadecimal digits in braces")
        }
        index += digits.count
        guard skip("}") else { throw error("expected '}'") }
        return [value...value]
    }

    // MARK: Scanning

    private var peek: UnicodeScalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func skip(_ scalar: UnicodeScalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private func error(_ reason: String) -> Pattern.ParseError {
        let source = String(String.UnicodeScalarView(scalars))
        return Pattern.ParseError(description: "regular expression '\(source)': \(reason) at character \(index + 1)")
    }

    private static func moved(_ code: [Instruction], by offset: Int) -> [Instruction] {
        code.map { instruction in
            switch instruction {
            case .split(let one, let other): .split(one + offset, other + offset)
            case .jump(let target): .jump(target + offset)
            default: instruction
            }
        }
    }
}
