/// Reads a label selector of a query, and words its mistakes as the API does.
struct LabelSelectorParser {
    struct Mistake: Error {
        let message: String
    }

    private enum Token: Equatable {
        case word(String)
        case symbol(String)
        case end

        var literal: String {
            switch self {
            case .word(let text), .symbol(let text): text
            case .end: ""
            }
        }
    }

    private var tokens: ArraySlice<Token>

    init(_ text: String) {
        tokens = Self.tokens(of: text)[...]
    }

    private static func tokens(of text: String) -> ArraySlice<Token> {
        var tokens: [Token] = []
        var rest = text[...]
        while let next = rest.first {
            if next == " " || next == "\t" || next == "\n" || next == "\r" {
                rest = rest.dropFirst()
            } else if "=!(),<>".contains(next) {
                let two = String(rest.prefix(2))
                let symbol = ["==", "!="].contains(two) ? two : String(next)
                tokens.append(.symbol(symbol))
                rest = rest.dropFirst(symbol.count)
            } else {
                let word = rest.prefix { !" \t\n\r=!(),<>".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens[...]
    }

    private var next: Token { tokens.first ?? .end }

    private mutating func take() -> Token { tokens.popFirst() ?? .end }

    mutating func parse() throws(Mistake) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        while true {
            switch next {
            case .end: return requirements
            case .word, .symbol("!"): requirements.append(try requirement())
            case .symbol(let text):
                throw Mistake(message: "found '\(text)', expected: !, identifier, or 'end of string'")
            }
            switch take() {
            case .end: return requirements
            case .symbol(","):
                switch next {
                case .word, .symbol("!"): break
                default: throw Mistake(message: "found '\(next.literal)', expected: identifier after ','")
                }
            case let other: throw Mistake(message: "found '\(other.literal)', expected: ',' or 'end of string'")
            }
        }
    }

    private mutating func requirement() throws(Mistake) -> LabelSelector.Requirement {
        do {
            return try keyAndCondition()
        } catch {
            throw Mistake(message: "unable to parse requirement: \(error.message)")
        }
    }

    private mutating func keyAndCondition() throws(Mistake) -> LabelSelector.Requirement {
        let isNegated = next == .symbol("!")
        if isNegated { _ = take() }
        let token = take()
        guard case .word(let key) = token else {
            throw Mistake(message: "found '\(token.literal)', expected: identifier")
        }
        if isNegated { return LabelSelector.Requirement(key: key, operation: .absent, values: []) }
        if next == .end || next == .symbol(",") {
            return LabelSelector.Requirement(key: key, operation: .exists, values: [])
        }
        let operation = take()
        switch operation {
        case .word("in"): return .init(key: key, operation: .isIn, values: try set())
        case .word("notin"): return .init(key: key, operation: .isNotIn, values: try set())
        case .symbol("="), .symbol("=="): return .init(key: key, operation: .isIn, values: [try value()])
        case .symbol("!="): return .init(key: key, operation: .isNotIn, values: [try value()])
        case .symbol(">"): return .init(key: key, operation: .greater, values: [try value()])
        case .symbol("<"): return .init(key: key, operation: .less, values: [try value()])
        default:
            throw Mistake(message: "found '\(operation.literal)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    /// One value; nothing at all is the empty one.
    private mutating func value() throws(Mistake) -> String {
        switch next {
        case .end, .symbol(","): return ""
        case .word(let text):
            _ = take()
            return text
        case .symbol(let text): throw Mistake(message: "found '\(text)', expected: identifier")
        }
    }

    /// `(a,b)`
    private mutating func set() throws(Mistake) -> Set<String> {
        let open = take()
        guard open == .symbol("(") else { throw Mistake(message: "found '\(open.literal)' expected: '('") }
        var values: Set<String> = []
        while true {
            switch take() {
            case .word(let text):
                values.insert(text)
                guard next == .symbol(",") || next == .symbol(")") else {
                    throw Mistake(message: "found '\(next.literal)', expected: ',' or ')'")
                }
                if take() == .symbol(")") { return values }
            case .symbol(","): values.insert("")
            case .symbol(")"): return values.isEmpty ? [""] : values
            case let other: throw Mistake(message: "found '\(other.literal)', expected: ',', ')' or identifier")
            }
        }
    }
}
