import Formats

/// Label selectors: what may stand in them, and what they match.
enum SelectorValidation {
    static func check(_ field: String, _ selector: JSON?, _ check: inout FieldCheck) {
        guard let selector, !selector.isNull else { return }
        MetadataValidation.labels("\(field).matchLabels", selector["matchLabels"], &check)
        for (index, expression) in selector.list("matchExpressions").enumerated() {
            let path = "\(field).matchExpressions[\(index)]"
            requirement(expression, path, &check)
            for (place, value) in expression.list("values").enumerated() {
                check.invalid("\(path).values[\(place)]", value, NameRules.labelValue(value.string ?? ""))
            }
        }
    }

    /// A key, an operator and as many values as that takes. Nodes are also compared by numbers.
    static func requirement(_ expression: JSON, _ path: String, ofNodes: Bool = false, _ check: inout FieldCheck) {
        let values = expression.list("values")
        switch expression.text("operator") {
        case "In", "NotIn":
            if values.isEmpty {
                check.require("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'")
            }
        case "Exists", "DoesNotExist":
            if !values.isEmpty {
                check.add(
                    .forbidden("\(path).values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
            }
        case "Gt" where ofNodes, "Lt" where ofNodes:
            if values.count != 1 {
                check.require("\(path).values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
            }
        case let other: check.invalid("\(path).operator", .string(other), ["not a valid selector operator"])
        }
        check.invalid("\(path).key", .string(expression.text("key")), NameRules.qualified(expression.text("key")))
    }

    /// Whether the selector finds these labels. None finds nothing, an empty one everything.
    static func matches(_ selector: JSON?, _ labels: JSON?) -> Bool {
        guard let selector, !selector.isNull else { return false }
        for wanted in selector.members("matchLabels") where labels?[wanted.key] != wanted.value { return false }
        for expression in selector.list("matchExpressions") {
            let value = labels?[expression.text("key")]
            let isIn = value.map { expression.list("values").contains($0) } ?? false
            let isMet =
                switch expression.text("operator") {
                case "In": isIn
                case "NotIn": !isIn
                case "Exists": value != nil
                case "DoesNotExist": value == nil
                default: false
                }
            if !isMet { return false }
        }
        return true
    }

    static func isEmpty(_ selector: JSON?) -> Bool {
        guard let selector, !selector.isNull else { return false }
        return !selector.hasMembers("matchLabels") && !selector.hasMembers("matchExpressions")
    }

    /// The selector as messages show it: labels before expressions.
    static func text(_ selector: JSON?) -> String {
        guard let selector, let members = selector.object else { return "null" }
        let shown = ["matchLabels", "matchExpressions"].compactMap { key in
            members[key].flatMap { selector.hasMembers(key) ? "\"\(key)\":\($0.text)" : nil }
        }
        return "{\(shown.joined(separator: ","))}"
    }
}
