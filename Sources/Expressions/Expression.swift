/// An expression of the language, read and checked: a subset of CEL, the language of Kubernetes' own validation policies.
///
/// It sees its names and nothing else: no clock, no network, no environment, no files.
package struct Expression: Sendable {
    package let text: String
    let term: Term
    /// What is known of the value.
    package let type: ValueType

    /// Reads the text and checks it against the names that it may use. Of several mistakes in its types all are reported.
    package static func compile(_ text: String, in scope: Scope) -> Result<Expression, ExpressionErrors> {
        do throws(ExpressionError) {
            let term = try Parser.parse(text)
            var checker = Checker(scope)
            let type = checker.type(of: term)
            guard checker.errors.isEmpty else { return .failure(ExpressionErrors(checker.errors)) }
            return .success(Expression(text: text, term: term, type: type))
        } catch {
            return .failure(ExpressionErrors([error]))
        }
    }

    /// Reads the text without a look at names and types: what does not fit becomes an error of the evaluation.
    package static func parse(_ text: String) throws(ExpressionError) -> Expression {
        Expression(text: text, term: try Parser.parse(text), type: .dyn)
    }

    package func evaluate(_ bindings: Bindings, _ budget: inout Budget) throws(ExpressionError) -> Value {
        var evaluator = Evaluator(bindings, budget)
        defer { budget = evaluator.budget }
        return try evaluator.value(of: term)
    }

    package func evaluate(_ bindings: Bindings) throws(ExpressionError) -> Value {
        var budget = Budget()
        return try evaluate(bindings, &budget)
    }

    /// The paths that the expression reads, in the order of the text: `values.web.replicas` as its three names.
    ///
    /// A path ends where a key is computed. A path of a macro's own name is none.
    package var references: [[String]] { term.references() }
}

/// The mistakes of one expression, by offset; never empty.
package struct ExpressionErrors: Error, Sendable, Hashable {
    package let errors: [ExpressionError]

    init(_ errors: [ExpressionError]) {
        self.errors = errors.sorted { ($0.offset, $0.message) < ($1.offset, $1.message) }
    }
}

extension Term {
    fileprivate func references(without locals: [String] = []) -> [[String]] {
        if let path = path(without: locals) { return [path] }
        switch kind {
        case .literal, .name: return []
        case .select(let operand, _), .has(let operand, _), .not(let operand), .negate(let operand),
            .matches(let operand, _):
            return operand.references(without: locals)
        case .index(let one, let two), .binary(_, let one, let two):
            return one.references(without: locals) + two.references(without: locals)
        case .list(let terms), .all(let terms), .any(let terms), .call(_, let terms), .unknownCall(_, _, let terms):
            return terms.flatMap { $0.references(without: locals) }
        case .map(let entries):
            return entries.flatMap { $0.key.references(without: locals) + $0.value.references(without: locals) }
        case .conditional(let one, let two, let three):
            return [one, two, three].flatMap { $0.references(without: locals) }
        case .comprehension(let macro):
            let inner = locals + [macro.variable]
            return macro.range.references(without: locals)
                + (macro.condition?.references(without: inner) ?? []) + (macro.result?.references(without: inner) ?? [])
        }
    }

    private func path(without locals: [String]) -> [String]? {
        switch kind {
        case .name(let name, let isRoot): isRoot || !locals.contains(name) ? [name] : nil
        case .select(let operand, let field): operand.path(without: locals).map { $0 + [field] }
        case .index(let operand, let index):
            switch index.kind {
            case .literal(.string(let key)): operand.path(without: locals).map { $0 + [key] }
            case .literal(.int(let position)): operand.path(without: locals).map { $0 + [String(position)] }
            default: nil
            }
        default: nil
        }
    }
}
