import Formats

/// Reads the text of an expression into terms, by precedence climbing.
struct Parser {
    /// Levels of brackets, and levels of the tree: what reads and evaluates it recurses, and stacks are small.
    static let maximumDepth = 100
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while", "in",
    ]
    private static let levels: [[String: Operator]] = [
        ["<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "==": .equal, "!=": .notEqual],
        ["+": .add, "-": .subtract],
        ["*": .multiply, "/": .divide, "%": .remainder],
    ]

    private var lexer: Lexer
    private var token = Token.end
    private var offset = 0
    private var nesting = 0

    init(_ text: [Unicode.Scalar]) {
        lexer = Lexer(text)
    }

    /// The whole text as one term.
    static func parse(_ text: String) throws(ExpressionError) -> Term {
        var parser = Parser(Array(text.unicodeScalars))
        try parser.advance()
        if case .end = parser.token { throw ExpressionError(.syntax, at: 0, "the expression is empty") }
        let term = try parser.readConditional()
        guard case .end = parser.token else { throw parser.unexpected("an operator or the end") }
        return term
    }

    private mutating func advance() throws(ExpressionError) {
        token = try lexer.next()
        offset = lexer.start
    }

    private func isAt(_ symbol: String) -> Bool {
        if case .symbol(let text) = token { text == symbol } else { false }
    }

    /// Moves past the symbol where it is the next token.
    private mutating func take(_ symbol: String) throws(ExpressionError) -> Bool {
        guard isAt(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard try take(symbol) else { throw unexpected("'\(symbol)'") }
    }

    private func unexpected(_ wanted: String) -> ExpressionError {
        let found =
            switch token {
            case .identifier(let name), .quotedIdentifier(let name): "'\(name)'"
            case .integer, .unsigned, .double: "a number"
            case .string: "a text"
            case .bytes: "bytes"
            case .symbol(let text): "'\(text)'"
            case .end: "the end of the expression"
            }
        return ExpressionError(.syntax, at: offset, "expected \(wanted), found \(found)")
    }

    private func make(_ kind: Term.Kind, at offset: Int, over children: [Term] = []) throws(ExpressionError) -> Term {
        var depth = 0
        for child in children { depth = max(depth, child.depth + 1) }
        guard depth <= Self.maximumDepth else { throw tooDeep(at: offset) }
        return Term(kind: kind, offset: offset, depth: depth)
    }

    private func tooDeep(at offset: Int) -> ExpressionError {
        ExpressionError(.syntax, at: offset, "the expression is nested deeper than \(Self.maximumDepth) levels")
    }

    // MARK: From the weakest operator to the strongest

    private mutating func readConditional() throws(ExpressionError) -> Term {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumDepth else { throw tooDeep(at: offset) }
        let condition = try readChain("||")
        let mark = offset
        guard try take("?") else { return condition }
        let yes = try readChain("||")
        try expect(":")
        let no = try readConditional()
        return try make(.conditional(condition, yes, no), at: mark, over: [condition, yes, no])
    }

    /// A chain of `||`, or of `&&` within one.
    private mutating func readChain(_ symbol: String) throws(ExpressionError) -> Term {
        let mark = offset
        let first = symbol == "||" ? try readChain("&&") : try readBinary(level: 0)
        guard isAt(symbol) else { return first }
        var operands = [first]
        while try take(symbol) {
            operands.append(symbol == "||" ? try readChain("&&") : try readBinary(level: 0))
        }
        return try make(symbol == "||" ? .any(operands) : .all(operands), at: mark, over: operands)
    }

    private mutating func readBinary(level: Int) throws(ExpressionError) -> Term {
        guard level < Self.levels.count else { return try readUnary() }
        var left = try readBinary(level: level + 1)
        while let found = currentOperator(level) {
            let mark = offset
            try advance()
            let right = try readBinary(level: level + 1)
            left = try make(.binary(found, left, right), at: mark, over: [left, right])
        }
        return left
    }

    private func currentOperator(_ level: Int) -> Operator? {
        switch token {
        case .symbol(let text): Self.levels[level][text]
        case .identifier("in") where level == 0: .isIn
        default: nil
        }
    }

    private mutating func readUnary() throws(ExpressionError) -> Term {
        let mark = offset
        guard isAt("!") || isAt("-") else { return try readMember() }
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumDepth else { throw tooDeep(at: offset) }
        if try take("!") {
            let operand = try readUnary()
            return try make(.not(operand), at: mark, over: [operand])
        }
        try advance()
        if case .integer(let magnitude) = token {
            try advance()
            return try readSuffixes(of: try make(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), at: mark))
        }
        let operand = try readUnary()
        if case .literal(.double(let value)) = operand.kind { return try make(.literal(.double(-value)), at: mark) }
        return try make(.negate(operand), at: mark, over: [operand])
    }

    private mutating func readMember() throws(ExpressionError) -> Term {
        try readSuffixes(of: try readPrimary())
    }

    /// `.field`, `.method(…)` and `[index]`, as many as follow.
    private mutating func readSuffixes(of primary: Term) throws(ExpressionError) -> Term {
        var term = primary
        while true {
            let mark = offset
            if try take(".") {
                term = try readSelection(of: term)
            } else if try take("[") {
                let index = try readConditional()
                try expect("]")
                term = try make(.index(term, index), at: mark, over: [term, index])
            } else {
                return term
            }
        }
    }

    private mutating func readSelection(of operand: Term) throws(ExpressionError) -> Term {
        let mark = offset
        switch token {
        case .quotedIdentifier(let field):
            try advance()
            return try make(.select(operand, field: field), at: mark, over: [operand])
        case .identifier(let name) where name != "in":
            try advance()
            guard isAt("(") else { return try make(.select(operand, field: name), at: mark, over: [operand]) }
            let arguments = try readList(from: "(", to: ")")
            if let macro = Term.Comprehension.Macro(rawValue: name) {
                return try makeComprehension(macro, over: operand, arguments, at: mark)
            }
            return try makeCall(name, [operand] + arguments, isMethod: true, at: mark)
        default: throw unexpected("a field's name after '.'")
        }
    }

    // MARK: What stands alone

    private mutating func readPrimary() throws(ExpressionError) -> Term {
        let mark = offset
        switch token {
        case .integer(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw ExpressionError(.syntax, at: mark, "the number does not fit 64 bits")
            }
            return try literal(.int(value))
        case .unsigned(let value): return try literal(.uint(value))
        case .double(let value): return try literal(.double(value))
        case .string(let value): return try literal(.string(value))
        case .bytes(let value): return try literal(.bytes(value))
        case .identifier(let name): return try readName(name)
        case .symbol("."):
            try advance()
            guard case .identifier(let name) = token, !Self.reserved.contains(name) else {
                throw unexpected("a name after '.'")
            }
            try advance()
            return try make(.name(name, isRoot: true), at: mark)
        case .symbol("("):
            try advance()
            let term = try readConditional()
            try expect(")")
            return term
        case .symbol("["):
            let elements = try readList(from: "[", to: "]")
            return try make(.list(elements), at: mark, over: elements)
        case .symbol("{"): return try readMap()
        default: throw unexpected("a value")
        }
    }

    private mutating func literal(_ value: Value) throws(ExpressionError) -> Term {
        let mark = offset
        try advance()
        return try make(.literal(value), at: mark)
    }

    private mutating func readName(_ name: String) throws(ExpressionError) -> Term {
        switch name {
        case "true": return try literal(.bool(true))
        case "false": return try literal(.bool(false))
        case "null": return try literal(.null)
        default: break
        }
        let mark = offset
        guard !Self.reserved.contains(name) else {
            throw ExpressionError(.syntax, at: mark, "'\(name)' is a reserved word")
        }
        try advance()
        guard isAt("(") else { return try make(.name(name, isRoot: false), at: mark) }
        let arguments = try readList(from: "(", to: ")")
        guard name == "has" else { return try makeCall(name, arguments, isMethod: false, at: mark) }
        guard arguments.count == 1, case .select(let operand, let field) = arguments[0].kind else {
            throw ExpressionError(.syntax, at: mark, "has() takes one field, as in has(tenant.contact)")
        }
        return try make(.has(operand, field: field), at: arguments[0].offset, over: [operand])
    }

    /// Terms between brackets; a comma may follow the last one of a list.
    private mutating func readList(from open: String, to close: String) throws(ExpressionError) -> [Term] {
        try expect(open)
        var terms: [Term] = []
        while !isAt(close) {
            terms.append(try readConditional())
            guard try take(",") else { break }
            if close == ")", isAt(close) { throw unexpected("an argument") }
        }
        try expect(close)
        return terms
    }

    private mutating func readMap() throws(ExpressionError) -> Term {
        let mark = offset
        try expect("{")
        var entries: [(key: Term, value: Term)] = []
        while !isAt("}") {
            let key = try readConditional()
            try expect(":")
            entries.append((key, try readConditional()))
            guard try take(",") else { break }
        }
        try expect("}")
        return try make(.map(entries), at: mark, over: entries.flatMap { [$0.key, $0.value] })
    }

    private func makeCall(
        _ name: String, _ arguments: [Term], isMethod: Bool, at mark: Int
    ) throws(ExpressionError) -> Term {
        if name == "matches", isMethod, arguments.count == 2 {
            let pattern = try readPattern(arguments[1])
            return try make(.matches(arguments[0], pattern), at: mark, over: arguments)
        }
        if let function = Function(rawValue: name), isMethod ? function.isMethod : function.isGlobal {
            return try make(.call(function, arguments), at: mark, over: arguments)
        }
        return try make(.unknownCall(name: name, isMethod: isMethod, arguments), at: mark, over: arguments)
    }

    /// A pattern is a literal, so that its mistakes show before anything is rendered and its cost is known.
    private func readPattern(_ term: Term) throws(ExpressionError) -> Pattern {
        guard case .literal(.string(let source)) = term.kind else {
            throw ExpressionError(.syntax, at: term.offset, "the pattern of matches() is a text in quotes")
        }
        do throws(Pattern.ParseError) { return try Pattern(source) } catch {
            throw ExpressionError(.syntax, at: term.offset, error.description)
        }
    }

    private func makeComprehension(
        _ macro: Term.Comprehension.Macro, over range: Term, _ arguments: [Term], at mark: Int
    ) throws(ExpressionError) -> Term {
        let counts = macro == .map ? 2...3 : 2...2
        guard counts.contains(arguments.count) else {
            throw ExpressionError(.syntax, at: mark, "\(macro.rawValue)() takes a name and an expression")
        }
        guard case .name(let variable, isRoot: false) = arguments[0].kind else {
            throw ExpressionError(
                .syntax, at: arguments[0].offset, "the first argument of \(macro.rawValue)() is a name")
        }
        let comprehension = Term.Comprehension(
            macro: macro, range: range, variable: variable,
            condition: macro == .map ? (arguments.count == 3 ? arguments[1] : nil) : arguments[1],
            result: macro == .map ? arguments[arguments.count - 1] : nil)
        return try make(.comprehension(comprehension), at: mark, over: [range] + arguments)
    }
}
