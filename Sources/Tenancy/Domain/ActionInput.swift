import Expressions
import Formats

/// What an action on demand is given by whoever runs it.
struct ActionInput: Sendable {
    enum Kind: String, Sendable { case string, integer, number, boolean }

    let name: String
    let kind: Kind
    /// Nil where it has to be given.
    let initial: JSON?

    init(_ name: Marked<String>, _ fields: Fields) {
        self.name = name.value
        let kind = fields["type"].text.flatMap { Kind(rawValue: $0) } ?? .string
        self.kind = kind
        initial = fields["default"].node?.scalar.map { kind == .string ? .string($0.text) : $0.json }
    }

    var type: ValueType {
        switch kind {
        case .string: .string
        case .integer: .int
        case .number: .double
        case .boolean: .bool
        }
    }

    /// A text as typed on a command line; nil where it is none of the kind.
    func value(of text: String) -> Value? {
        switch kind {
        case .string: .string(text)
        case .integer: Int64(text).map { .int($0) }
        case .number: Double(text).flatMap { $0.isFinite ? .double($0) : nil }
        case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
        }
    }

    var initialValue: Value? {
        switch (kind, initial) {
        case (_, nil): nil
        case (.number, .int(let number)?): .double(Double(number))
        case (_, let value?): Value(value)
        }
    }
}
