import Formats

/// Collects what is wrong with an object, place by place.
struct FieldCheck {
    private(set) var problems: [FieldProblem] = []

    mutating func add(_ problem: FieldProblem) { problems.append(problem) }

    mutating func add(_ more: [FieldProblem]) { problems += more }

    mutating func require(_ field: String, _ detail: String = "") { add(.required(field, detail)) }

    /// `member` is the name below the field that is at fault, where the field does not say it.
    mutating func invalid(_ field: String, _ value: JSON, _ details: [String], member: String? = nil) {
        for detail in details {
            let problem = FieldProblem.invalid(field, value, detail)
            add(member.map(problem.about) ?? problem)
        }
    }

    /// Required where it is empty, else held to the rule.
    mutating func name(_ field: String, _ value: String, _ rule: (String) -> [String]) {
        if value.isEmpty { require(field) } else { invalid(field, .string(value), rule(value)) }
    }

    mutating func notNegative(_ field: String, _ value: JSON?) {
        guard let number = value?.int, number < 0 else { return }
        invalid(field, .int(number), ["must be greater than or equal to 0"])
    }

    /// One of the values; required where it is empty.
    mutating func choice(_ field: String, _ value: String, _ supported: [String]) {
        if value.isEmpty { require(field) } else { supportedChoice(field, value, supported) }
    }

    mutating func supportedChoice(_ field: String, _ value: String, _ supported: [String]) {
        if !supported.contains(value) { add(.notSupported(field, .string(value), supported)) }
    }

    /// A number or a name of a port.
    mutating func port(_ field: String, _ value: JSON?) {
        switch value {
        case .string(let name)?: invalid(field, .string(name), NameRules.portName(name))
        case let other: invalid(field, other ?? 0, NameRules.portNumber(other?.int ?? 0))
        }
    }

    mutating func immutable(_ field: String, _ new: JSON?, _ old: JSON?) {
        if !Semantic.areEqual(new, old) { add(.invalid(field, new ?? .null, "field is immutable")) }
    }

    /// A number that is not negative, or a percentage.
    mutating func countOrPercent(_ field: String, _ value: JSON?, isAtMostAll: Bool = false) {
        guard let value else { return }
        guard let text = value.string else { return notNegative(field, value) }
        let digits = text.dropLast()
        guard text.hasSuffix("%"), !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return invalid(
                field, value,
                [
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                        + "regex used for validation is '[0-9]+%')"
                ])
        }
        if isAtMostAll, (Int64(digits) ?? 101) > 100 { invalid(field, value, ["must not be greater than 100%"]) }
    }
}
