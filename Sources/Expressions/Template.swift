/// A text with expressions in `${…}`; `$${` stands for `${` itself.
package struct Template: Sendable {
    package enum Segment: Sendable {
        case text(String)
        /// `offset` is that of the expression's first character in the whole text.
        case expression(Expression, offset: Int)
    }

    package let segments: [Segment]

    /// Finds the expressions of a text without checking them; nil where the text holds none and means itself.
    package static func parse(_ text: String) throws(ExpressionError) -> Template? {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return nil }
        let pieces = try Pieces.split(text)
        guard pieces.contains(where: \.isSpecial) else { return nil }
        var segments: [Segment] = []
        for piece in pieces {
            switch piece {
            case .text(let text), .escaped(let text): segments.append(.text(text))
            case .expression(let text, let offset):
                do throws(ExpressionError) {
                    segments.append(.expression(try Expression.parse(text), offset: offset))
                } catch {
                    throw error.moved(by: offset)
                }
            }
        }
        return Template(segments: segments)
    }

    /// Finds the expressions of a text and checks them; nil where the text holds none and means itself.
    package static func compile(_ text: String, in scope: Scope) -> Result<Template?, ExpressionErrors> {
        let parsed: Template?
        do throws(ExpressionError) { parsed = try parse(text) } catch { return .failure(ExpressionErrors([error])) }
        guard let parsed else { return .success(nil) }
        var errors: [ExpressionError] = []
        var segments: [Segment] = []
        for segment in parsed.segments {
            guard case .expression(let expression, let offset) = segment else {
                segments.append(segment)
                continue
            }
            switch Expression.compile(expression.text, in: scope) {
            case .success(let checked):
                if parsed.segments.count > 1, let what = checked.type.notWithinText {
                    errors.append(ExpressionError(.type, at: offset, "a \(what) cannot stand within a text"))
                }
                segments.append(.expression(checked, offset: offset))
            case .failure(let found): errors += found.errors.map { $0.moved(by: offset) }
            }
        }
        return errors.isEmpty ? .success(Template(segments: segments)) : .failure(ExpressionErrors(errors))
    }

    /// The expression that is the whole text, and so keeps its type.
    package var whole: Expression? {
        if segments.count == 1, case .expression(let expression, _) = segments[0] { expression } else { nil }
    }

    /// The paths that the expressions read, in the order of the text.
    package var references: [[String]] {
        segments.flatMap { segment -> [[String]] in
            if case .expression(let expression, _) = segment { expression.references } else { [] }
        }
    }

    package func evaluate(_ bindings: Bindings) throws(ExpressionError) -> Value {
        var budget = Budget()
        var result = ""
        for segment in segments {
            switch segment {
            case .text(let text): result += text
            case .expression(let expression, let offset):
                do throws(ExpressionError) {
                    let value = try expression.evaluate(bindings, &budget)
                    if segments.count == 1 { return value }
                    guard let text = value.text else {
                        throw ExpressionError(.evaluation, at: 0, "a \(value.kind) cannot stand within a text")
                    }
                    try budget.make(text.utf8.count, at: 0)
                    result += text
                } catch {
                    throw error.moved(by: offset)
                }
            }
        }
        return .string(result)
    }
}

extension ValueType {
    /// The type's name, where its values cannot be written into a text.
    fileprivate var notWithinText: String? {
        switch self {
        case .null, .list, .map, .object: "\(self)"
        default: nil
        }
    }
}

/// The parts of a template's text, before anything in them is read.
private enum Pieces {
    case text(String)
    /// What `$${` made of the text around it.
    case escaped(String)
    case expression(String, offset: Int)

    var isSpecial: Bool { if case .text = self { false } else { true } }

    static func split(_ text: String) throws(ExpressionError) -> [Pieces] {
        let scalars = Array(text.unicodeScalars)
        var pieces: [Pieces] = []
        var literal = String.UnicodeScalarView()
        var isEscaped = false
        var position = 0
        func flush() {
            if !literal.isEmpty { pieces.append(isEscaped ? .escaped(String(literal)) : .text(String(literal))) }
            literal = String.UnicodeScalarView()
            isEscaped = false
        }
        while position < scalars.count {
            if scalars[position...].starts(with: "$${".unicodeScalars) {
                literal.append(contentsOf: "${".unicodeScalars)
                isEscaped = true
                position += 3
            } else if scalars[position...].starts(with: "${".unicodeScalars) {
                flush()
                let end = try closingBrace(scalars, from: position)
                let content = String(String.UnicodeScalarView(scalars[position + 2..<end]))
                pieces.append(.expression(content, offset: position + 2))
                position = end + 1
            } else {
                literal.append(scalars[position])
                position += 1
            }
        }
        flush()
        return pieces
    }

    /// The brace that closes the `${` at that place: braces of maps and those within texts are not it.
    private static func closingBrace(_ scalars: [Unicode.Scalar], from start: Int) throws(ExpressionError) -> Int {
        var lexer = Lexer(scalars, from: start + 2)
        var depth = 0
        while true {
            switch try lexer.next() {
            case .symbol("{"): depth += 1
            case .symbol("}"):
                if depth == 0 { return lexer.start }
                depth -= 1
            case .end:
                throw ExpressionError(
                    .syntax, at: start, "'${' without its '}'; write '$${' for the two characters themselves")
            default: break
            }
        }
    }
}
