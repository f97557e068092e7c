package import Formats

/// Evaluates the rules of a schema.
///
/// - Returns: whether the rule holds; the text that the message's expression gives, or why there is no answer; nil where the
///   rule cannot be read, and so is not held to.
package typealias RuleEvaluator = @Sendable (_ rule: CustomSchema.Rule, _ value: JSON, _ old: JSON?) -> RuleOutcome?

package enum RuleOutcome: Sendable, Hashable {
    case holds
    /// With a text made for this value, where the rule makes one.
    case fails(String?)
    case error(String)
}

/// Everything that is looked at when a custom resource is written: its schema, its lists of known elements, its rules.
struct CustomCheck {
    let schema: CustomSchema
    let evaluate: RuleEvaluator?

    func problems(in object: JSON, live: JSON?) -> [FieldProblem] {
        var problems = schema.findings(in: object, at: "").problems
        repeated(object, schema, "", &problems)
        guard schema.hasRules, let evaluate else { return problems }
        guard !problems.contains(where: \.keepsRulesFromBeingChecked) else {
            let why =
                "some validation rules were not checked because the object was invalid; correct the existing errors to "
                + "complete validation"
            return problems + [.invalid("<nil>", .null, why)]
        }
        rules(object, live, schema, "", evaluate, &problems)
        return problems
    }

    /// Elements that occur twice in lists of which each may occur once.
    private func repeated(_ value: JSON, _ schema: CustomSchema, _ path: String, _ problems: inout [FieldProblem]) {
        switch value {
        case .object(let members):
            for member in members {
                guard let below = schema.member(member.key) else { continue }
                repeated(member.value, below, path.isEmpty ? member.key : "\(path).\(member.key)", &problems)
            }
        case .array(let elements):
            var seen: Set<JSON> = []
            for (index, element) in elements.enumerated() {
                let place = "\(path)[\(index)]"
                if let key = schema.listType.key(of: element), !seen.insert(key).inserted {
                    problems.append(.duplicate(place, key))
                }
                if let items = schema.items { repeated(element, items, place, &problems) }
            }
        default: break
        }
    }

    private func rules(
        _ value: JSON, _ old: JSON?, _ schema: CustomSchema, _ path: String, _ evaluate: RuleEvaluator,
        _ problems: inout [FieldProblem]
    ) {
        guard schema.hasRules, !value.isNull else { return }
        for rule in schema.rules where !rule.comparesWithOld || old != nil || rule.isOldOptional {
            guard let outcome = evaluate(rule, value, old) else { continue }
            if let problem = rule.problem(outcome, at: path, type: schema.type) { problems.append(problem) }
        }
        switch value {
        case .object(let members):
            for member in members {
                guard let below = schema.member(member.key) else { continue }
                let place = path.isEmpty ? member.key : "\(path).\(member.key)"
                rules(member.value, old?[member.key], below, place, evaluate, &problems)
            }
        case .array(let elements):
            guard let items = schema.items else { return }
            for (index, element) in elements.enumerated() {
                rules(
                    element, schema.listType.counterpart(of: element, in: old), items, "\(path)[\(index)]", evaluate,
                    &problems)
            }
        default: break
        }
    }
}

extension CustomSchema.ListType {
    /// What tells the element apart from the list's others; nil where nothing has to.
    fileprivate func key(of element: JSON) -> JSON? {
        switch self {
        case .atomic: nil
        case .set: element
        case .map(let keys):
            .object(JSONObject(keys.compactMap { name in element[name].map { .init(key: name, value: $0) } }))
        }
    }

    /// The element that was there before, in lists that know their elements.
    fileprivate func counterpart(of element: JSON, in old: JSON?) -> JSON? {
        guard case .map = self else { return nil }
        return old?.array?.first { key(of: $0) == key(of: element) }
    }
}

extension CustomSchema.Rule {
    fileprivate func problem(_ outcome: RuleOutcome, at path: String, type: String) -> FieldProblem? {
        let text = message.trimmed.isEmpty ? "failed rule: \(self.text.trimmed)" : message.trimmed
        let field = path + fieldPath
        let place = field.hasPrefix(".") ? String(field.dropFirst()) : field
        switch outcome {
        case .holds: return nil
        case .error(let why):
            return .invalid(Self.shown(path), .string(type), "\(why) evaluating rule: \(text)")
        case .fails(let own):
            let detail = own ?? text
            switch reason {
            case "FieldValueRequired": return .required(Self.shown(place), detail)
            case "FieldValueForbidden": return .forbidden(Self.shown(place), detail)
            case "FieldValueDuplicate": return .duplicate(Self.shown(place), .string(type))
            default: return .invalid(Self.shown(place), .string(type), detail)
            }
        }
    }

    /// The whole object has no path.
    private static func shown(_ path: String) -> String { path.isEmpty ? "<nil>" : path }
}

extension FieldProblem {
    /// Whether rules would only say the same again, in other words.
    fileprivate var keepsRulesFromBeingChecked: Bool {
        ["FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"].contains(reason)
    }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
