import Formats

/// A node of a parsed expression.
struct Term: Sendable {
    indirect enum Kind: Sendable {
        case literal(Value)
        /// A name of the scope or of an enclosing macro; `isRoot` for `.name`, which skips the macros' names.
        case name(String, isRoot: Bool)
        case select(Term, field: String)
        /// `has(operand.field)`
        case has(Term, field: String)
        case index(Term, Term)
        case list([Term])
        case map([(key: Term, value: Term)])
        case not(Term)
        case negate(Term)
        case binary(Operator, Term, Term)
        /// The operands of a chain of `&&` or of `||`, kept flat so that a long chain is no deep tree.
        case all([Term])
        case any([Term])
        case conditional(Term, Term, Term)
        /// `name(arguments)`, or with the receiver as the first argument where the function is written as a method.
        case call(Function, [Term])
        /// `operand.matches('…')`: the pattern is read with the expression.
        case matches(Term, Pattern)
        case unknownCall(name: String, isMethod: Bool, [Term])
        case comprehension(Comprehension)
    }

    struct Comprehension: Sendable {
        enum Macro: String, Sendable { case all, exists, existsOne = "exists_one", map, filter }

        let macro: Macro
        let range: Term
        let variable: String
        /// The predicate; nil for `map` with two arguments.
        let condition: Term?
        /// What `map` makes of each element.
        let result: Term?
    }

    let kind: Kind
    /// `tenant.branding.color` as its three names; nil for a term that is no such path.
    let path: [String]?
    /// Of the character that an error is shown at: the operator of a binary term, the first character otherwise.
    let offset: Int
    /// Levels of terms below this one: evaluation recurses that deep.
    let depth: Int

    init(kind: Kind, offset: Int, depth: Int) {
        self.kind = kind
        self.offset = offset
        self.depth = depth
        path =
            switch kind {
            case .name(let name, _): [name]
            case .select(let operand, let field): operand.path.map { $0 + [field] }
            default: nil
            }
    }
}

enum Operator: String, Sendable {
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case add = "+"
    case subtract = "-"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case isIn = "in"
}
