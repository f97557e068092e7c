import Expressions
import Formats
import KubernetesModel

/// The rules of custom resources, answered by the language that manifests use too.
///
/// Rules that need more than that language has are not held to: functions for addresses, quantities and the like.
enum CustomRules {
    private static let scope = Scope(["self": .dyn, "oldSelf": .dyn])

    static let evaluate: RuleEvaluator = { rule, value, old in
        guard case .success(let expression) = Expression.compile(rule.text, in: scope) else { return nil }
        var bindings = Bindings(["self": Value(value)])
        if let old { bindings = bindings.adding("oldSelf", Value(old)) }
        do throws(ExpressionError) {
            guard case .bool(let holds) = try expression.evaluate(bindings) else { return nil }
            return holds ? .holds : .fails(message(of: rule, bindings))
        } catch {
            return .error(words(of: error))
        }
    }

    private static func message(of rule: CustomSchema.Rule, _ bindings: Bindings) -> String? {
        guard !rule.messageExpression.isEmpty,
            case .success(let expression) = Expression.compile(rule.messageExpression, in: scope),
            case .string(let text)? = try? expression.evaluate(bindings), !text.isEmpty
        else { return nil }
        return text
    }

    /// What the real server says where a field is not there.
    private static func words(of error: ExpressionError) -> String {
        let parts = error.message.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[2] == " is not set" ? "no such key: \(parts[1])" : error.message
    }
}
