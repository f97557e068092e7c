import Formats

/// What a schema finds wrong with a value, and how much of it was looked at: of several alternatives the one that went
/// furthest is reported.
struct CustomFindings {
    var problems: [FieldProblem] = []
    var checks = 0

    var isClean: Bool { problems.isEmpty }

    mutating func add(_ other: CustomFindings) {
        problems += other.problems
        checks += other.checks
    }
}

/// The values of custom resources held to their schemas, in the words of the server.
extension CustomSchema {
    /// - Parameter path: empty for the whole object.
    func findings(in value: JSON, at path: String) -> CustomFindings {
        var findings = CustomFindings(checks: 1)
        checkType(of: value, path, &findings)
        checkAlternatives(value, path, &findings)
        switch value {
        case .string(let text): checkText(text, path, &findings)
        case .int, .double: checkNumber(value, path, &findings)
        case .array(let elements): checkElements(elements, path, &findings)
        default: break
        }
        if !limits.values.isEmpty, !limits.values.contains(value), !value.isNull || !isNullable {
            let names = limits.values.map { $0.string ?? $0.text }
            findings.problems.append(.notSupported(Self.field(path), value, names))
        }
        if let members = value.object { checkMembers(members, path, &findings) }
        return findings
    }

    /// Paths of required members of the whole object begin with a dot, which is not shown.
    private static func field(_ path: String) -> String { path.hasPrefix(".") ? String(path.dropFirst()) : path }

    private func invalid(_ path: String, _ value: JSON, _ what: String) -> FieldProblem {
        .invalid(Self.field(path), value, "\(path) in body \(what)")
    }

    private func checkType(of value: JSON, _ path: String, _ findings: inout CustomFindings) {
        let wanted = isIntOrString ? ["integer", "string"] : type.isEmpty ? [] : [type]
        guard !wanted.isEmpty, !(value.isNull && isNullable) else { return }
        let given = value.schemaType
        let isWholeNumber = value.schemaType == "integer" && wanted.contains("number")
        guard !wanted.contains(given), !isWholeNumber else { return }
        let names = wanted.joined(separator: ",")
        let detail = "\(path) in body must be of type \(names): \(GoFormat.quoted(given))"
        findings.problems.append(.invalidType(Self.field(path), .string(given), detail))
    }

    private func checkText(_ text: String, _ path: String, _ findings: inout CustomFindings) {
        let length = Int64(text.unicodeScalars.count)
        if let most = limits.counts["maxLength"], length > most {
            findings.problems.append(.tooLong(Self.field(path), Int(most)))
        }
        if let least = limits.counts["minLength"], length < least {
            findings.problems.append(invalid(path, .string(text), "should be at least \(least) chars long"))
        }
        if let pattern = limits.pattern, limits.compiledPattern?.matches(text) == false {
            findings.problems.append(invalid(path, .string(text), "should match '\(pattern)'"))
        }
        if !TextFormat.accepts(text, limits.format) {
            let detail = "\(path) in body must be of type \(limits.format): \(GoFormat.quoted(text))"
            findings.problems.append(.invalidType(Self.field(path), .string(text), detail))
        }
        findings.checks += 1
    }

    private func checkNumber(_ value: JSON, _ path: String, _ findings: inout CustomFindings) {
        guard let number = value.amount else { return }
        if let factor = limits.multipleOf, let amount = factor.amount, amount > 0,
            (number / amount).rounded() * amount != number
        {
            findings.problems.append(invalid(path, value, "should be a multiple of \(factor.text)"))
        }
        if let most = limits.maximum, let bound = most.amount,
            limits.isMaximumExclusive ? number >= bound : number > bound
        {
            let words = limits.isMaximumExclusive ? "less than" : "less than or equal to"
            findings.problems.append(invalid(path, value, "should be \(words) \(most.text)"))
        }
        if let least = limits.minimum, let bound = least.amount,
            limits.isMinimumExclusive ? number <= bound : number < bound
        {
            let words = limits.isMinimumExclusive ? "greater than" : "greater than or equal to"
            findings.problems.append(invalid(path, value, "should be \(words) \(least.text)"))
        }
        findings.checks += 1
    }

    private func checkElements(_ elements: [JSON], _ path: String, _ findings: inout CustomFindings) {
        if let items {
            for (index, element) in elements.enumerated() {
                findings.add(items.findings(in: element, at: "\(path)[\(index)]"))
            }
        }
        let count = Int64(elements.count)
        if let least = limits.counts["minItems"], count < least {
            findings.problems.append(invalid(path, .int(count), "should have at least \(least) items"))
        }
        if let most = limits.counts["maxItems"], count > most {
            findings.problems.append(.tooMany(Self.field(path), Int(count), Int(most)))
        }
        findings.checks += 1
    }

    private func checkMembers(_ members: JSONObject, _ path: String, _ findings: inout CustomFindings) {
        let count = Int64(members.count)
        if let least = limits.counts["minProperties"], count < least {
            findings.problems.append(invalid(path, .int(count), "should have at least \(least) properties"))
            return
        }
        if let most = limits.counts["maxProperties"], count > most {
            findings.problems.append(.tooMany(Self.field(path), Int(count), Int(most)))
            return
        }
        func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        for member in members where property(member.key) == nil {
            if let additional { findings.add(additional.findings(in: member.value, at: "\(path).\(member.key)")) }
        }
        for (name, schema) in properties {
            if let value = members[name] { findings.add(schema.findings(in: value, at: place(name))) }
        }
        for name in required where members[name] == nil {
            findings.problems.append(.required(Self.field("\(path).\(name)")))
        }
        findings.checks += 1
    }

    private func checkAlternatives(_ value: JSON, _ path: String, _ findings: inout CustomFindings) {
        func composite(_ text: String) {
            findings.problems.append(.invalid("<nil>", "", "\(GoFormat.quoted(path)) \(text)"))
        }
        if !anyOf.isEmpty {
            let all = anyOf.map { $0.findings(in: value, at: path) }
            if !all.contains(where: \.isClean) {
                composite("must validate at least one schema (anyOf)")
                findings.add(Self.furthest(all))
            }
        }
        if !oneOf.isEmpty {
            let all = oneOf.map { $0.findings(in: value, at: path) }
            let valid = all.count(where: \.isClean)
            if valid != 1 {
                let found = valid == 0 ? "Found none valid" : "Found \(valid) valid alternatives"
                composite("must validate one and only one schema (oneOf). \(found)")
                if valid == 0 { findings.add(Self.furthest(all)) }
            }
        }
        if !allOf.isEmpty {
            let all = allOf.map { $0.findings(in: value, at: path) }
            for one in all { findings.add(one) }
            if !all.allSatisfy(\.isClean) {
                composite(
                    "must validate all the schemas (allOf)"
                        + (all.contains(where: \.isClean) ? "" : ". None validated"))
            }
        }
        if let not, not.findings(in: value, at: path).isClean { composite("must not validate the schema (not)") }
    }

    private static func furthest(_ all: [CustomFindings]) -> CustomFindings {
        all.dropFirst().reduce(all.first ?? CustomFindings()) { $1.checks > $0.checks ? $1 : $0 }
    }
}

extension JSON {
    /// What schemas call the value's type.
    fileprivate var schemaType: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double(let value): value.rounded() == value ? "integer" : "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    fileprivate var amount: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
