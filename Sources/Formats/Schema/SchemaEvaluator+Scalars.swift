extension SchemaEvaluator {
    /// What a scalar is for a rule.
    func meaning(of scalar: Node.Scalar, _ box: RuleBox, asText: Bool) -> Node.Scalar.Resolved {
        guard scalar.isPlain, !isTyped else { return scalar.resolved }
        if asText { return .string }
        let resolved = scalar.resolved
        // Of several allowed types the text's own one, else the string.
        guard box.rule.types.contains(.string), box.rule.types.isDisjoint(with: resolved.types) else { return resolved }
        return .string
    }

    /// True when the scalar is of a right type and its further keywords were checked.
    mutating func checkType(of scalar: Node.Scalar, _ box: RuleBox, at mark: Mark, asText: Bool) -> Bool {
        let meaning = meaning(of: scalar, box, asText: asText)
        var types = meaning.types
        if case .double(let value) = meaning, isTyped ? value == value.rounded() : scalar.isWhole {
            types.insert(.integer)
        }
        guard box.rule.types.isEmpty || !box.rule.types.isDisjoint(with: types) else {
            let message = trials > 0 ? "" : mismatch(scalar, meaning, box)
            report(mark, "type", message)
            return false
        }
        switch meaning {
        case .string: checkText(scalar.text, box, at: mark)
        case .int, .double: checkNumber(scalar.json, box, at: mark)
        default: break
        }
        return true
    }

    mutating func checkType(_ type: SchemaTypes, _ found: String, _ box: RuleBox, at mark: Mark) -> Bool {
        guard !box.rule.types.isEmpty, !box.rule.types.contains(type) else { return true }
        report(mark, "type", "expected \(box.rule.types.words), found \(found)")
        return false
    }

    private func mismatch(_ scalar: Node.Scalar, _ meaning: Node.Scalar.Resolved, _ box: RuleBox) -> String {
        let expected = box.rule.types
        let start = "expected \(expected.words), found "
        switch meaning {
        case .unclearNumber(let advice) where !expected.isDisjoint(with: [.integer, .number]):
            let isText = expected.contains(.string)
            return
                "'\(scalar.text)' is no clear number: \(isText ? advice : Node.Scalar.Resolved.withoutQuotes(advice))"
        case .null where scalar.text.isEmpty: return start + "nothing"
        case .double(let value) where expected.contains(.integer):
            return start + scalar.text + (Int64(exactly: value).map { "; write \($0)" } ?? "")
        case .string where expected.contains(.boolean) && Self.yesAndNo.contains(scalar.text.lowercased()):
            return start + "the string '\(scalar.text)'; YAML 1.2 knows only true and false"
        case .string: return start + "the string '\(scalar.text.shortened)'"
        default: return start + scalar.text.shortened
        }
    }

    private static let yesAndNo: Set<String> = ["yes", "no", "on", "off", "y", "n"]

    // MARK: Text

    private mutating func checkText(_ text: String, _ box: RuleBox, at mark: Mark) {
        let range = box.rule.length
        if range != 0...Int.max {
            let length = text.unicodeScalars.count
            if length == 0, range.lowerBound > 0 {
                report(mark, "minLength", "must not be empty")
                return
            }
            if length < range.lowerBound {
                report(mark, "minLength", "expected at least \(range.lowerBound) characters, found \(length)")
                return
            }
            if length > range.upperBound {
                report(mark, "maxLength", "expected at most \(range.upperBound) characters, found \(length)")
                return
            }
        }
        if let format = box.rule.format, !format.accepts(text) {
            let reason = format == .date ? SchemaFormat.missingDay(text) : nil
            report(
                mark, "format",
                reason.map { "'\(text)' does not exist: \($0)" }
                    ?? "expected \(format.words), found '\(text.shortened)'")
        }
        if let pattern = box.rule.pattern, !pattern.matches(text) {
            let message =
                (box.rule.title.map { "expected \($0), found '\(text.shortened)'" }
                    ?? "'\(text.shortened)' does not match '\(pattern.source)'") + lowered(text, pattern)
            report(mark, "pattern", message)
        }
    }

    /// What may be meant by a text that only its capitals make wrong.
    private func lowered(_ text: String, _ pattern: Pattern) -> String {
        let small = text.lowercased()
        return small != text && text.utf8.count <= 60 && pattern.matches(small) ? "; did you mean '\(small)'?" : ""
    }

    // MARK: Numbers

    private mutating func checkNumber(_ value: JSON, _ box: RuleBox, at mark: Mark) {
        guard let number = value.number else { return }
        for (keyword, limit, json) in box.rule.bounds {
            let order: Int
            if case .int(let one) = value, case .int(let other) = json {
                order = one < other ? -1 : one == other ? 0 : 1
            } else {
                order = number < limit ? -1 : number == limit ? 0 : 1
            }
            let (isRight, words) =
                switch keyword {
                case "minimum": (order >= 0, "at least")
                case "maximum": (order <= 0, "at most")
                case "exclusiveMinimum": (order > 0, "more than")
                default: (order < 0, "less than")
                }
            if !isRight { report(mark, keyword, "expected \(words) \(json.text), found \(value.text)") }
        }
        if let divisor = box.rule.multipleOf, !Self.isMultiple(value, of: divisor) {
            report(mark, "multipleOf", "expected a multiple of \(divisor.text), found \(value.text)")
        }
    }

    private static func isMultiple(_ value: JSON, of divisor: JSON) -> Bool {
        if case .int(let one) = value, case .int(let other) = divisor { return one % other == 0 }
        guard let one = value.number, let other = divisor.number else { return true }
        let quotient = one / other
        guard quotient.isFinite else { return one.truncatingRemainder(dividingBy: other) == 0 }
        // 0.0075 / 0.0001 is not quite 75 in binary fractions.
        return abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient).squareRoot())
    }
}

extension Node.Scalar.Resolved {
    var types: SchemaTypes {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .int: [.integer, .number]
        case .double: .number
        case .string: .string
        case .unclearNumber: []
        }
    }
}

extension Node.Scalar {
    /// `3.0` is an integer that somebody wrote with a fraction; `1e3` is more likely no number that was meant.
    fileprivate var isWhole: Bool {
        json.int != nil && !text.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }
}

extension String {
    /// Long values are cut in messages.
    var shortened: String {
        unicodeScalars.count <= 60 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(57))) + "…"
    }
}
