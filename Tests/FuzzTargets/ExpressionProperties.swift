import Expressions
import Formats

/// Errors at characters of the text; a value of the type that was found before there was one; nothing beyond the limits.
enum ExpressionProperties {
    static func complaint(about bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let count = text.unicodeScalars.count
        switch Expression.compile(text, in: scope) {
        case .failure(let found):
            if found.errors.isEmpty { return "refused without an error" }
            for error in found.errors where !(0...count).contains(error.offset) { return "no such place: \(error)" }
        case .success(let expression):
            if let complaint = self.complaint(about: expression, count) { return complaint }
        }
        guard case .failure(let found) = Template.compile(text, in: scope) else { return nil }
        for error in found.errors where !(0...count).contains(error.offset) { return "no such place: \(error)" }
        return nil
    }

    private static func complaint(about expression: Expression, _ count: Int) -> String? {
        _ = expression.references
        do throws(ExpressionError) {
            var budget = Budget()
            let value = try expression.evaluate(bindings, &budget)
            if budget.steps < 0 || budget.bytes < 0 { return "beyond the limits" }
            if !fits(value, expression.type) { return "\(value.kind), but the type is \(expression.type)" }
            return value.isEqual(to: value) || value.json == nil ? nil : "not equal to itself"
        } catch {
            return (0...count).contains(error.offset) ? nil : "no such place: \(error)"
        }
    }

    private static func fits(_ value: Value, _ type: ValueType) -> Bool {
        switch (value, type) {
        case (_, .dyn), (.null, _): true
        case (.list(let elements), .list(let inner)): elements.allSatisfy { fits($0, inner) }
        case (.map(let map), .map(_, let inner)): map.entries.allSatisfy { fits($0.value, inner) }
        case (.map, .object): true
        default: value.kind == type.description
        }
    }

    private static let scope = Scope([
        "name": .string, "count": .int, "on": .bool, "ratio": .double, "list": .list(.string),
        "tenant": .object(["name": .string, "domains": .list(.string), "limits": .map(key: .string, value: .int)]),
        "any": .dyn,
    ])
    private static let bindings = Bindings([
        "name": .string("acme"), "count": .int(3), "on": .bool(true), "ratio": .double(0.5),
        "list": .list([.string("a"), .string("é"), .string("")]),
        "tenant": .map(
            ValueMap([
                ("name", .string("acme")), ("domains", .list([.string("a.example")])),
                ("limits", .map(ValueMap([("users", .int(9))]))),
            ])), "any": .list([.int(1), .string("x"), .null, .map(ValueMap([("k", .double(.nan))]))]),
    ])
}
