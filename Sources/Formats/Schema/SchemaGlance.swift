/// The quick look at a document. Nearly all that are asked about are right, and that can be seen without pointers, messages and findings.
///
/// It knows the keywords that most schemas have. Where it is unsure, and where something is wrong, the evaluator is asked.
struct SchemaGlance {
    enum Answer {
        /// For sure: the evaluator would find nothing.
        case accepted
        /// For sure: the evaluator would find something.
        case refused
        case unsure
    }

    private let rules: [RuleBox]
    /// Branches within branches can multiply, which the evaluator counts: a glance is never long.
    private var stepsLeft = 100_000

    init(_ schema: JSONSchema) {
        rules = schema.rules
    }

    mutating func answer(_ node: Node, _ index: Int, asText: Bool = false) -> Answer {
        let box = rules[index]
        if box.rule.isNever { return .refused }
        stepsLeft -= 1
        guard stepsLeft >= 0, box.rule.rare == nil, box.rule.condition == nil else { return .unsure }
        let asText = asText || box.rule.wantsText
        let own =
            switch node.content {
            case .scalar(let scalar): answer(scalar, box, asText: asText)
            case .sequence(let elements): answer(elements, box)
            case .mapping(let entries): answer(entries, node, box)
            }
        guard own == .accepted, box.rule.hasInPlace else { return own }
        return answerInPlace(node, box, asText: asText)
    }

    // MARK: Scalars

    private func answer(_ scalar: Node.Scalar, _ box: RuleBox, asText: Bool) -> Answer {
        let types = box.rule.types
        guard scalar.isPlain, !asText else { return answer(text: scalar.text, box) }
        let resolved = scalar.resolved
        switch resolved {
        case .string: return answer(text: scalar.text, box)
        case .null, .bool, .int, .double:
            if types.isEmpty || !types.isDisjoint(with: resolved.types) { return answer(resolved, box) }
        case .unclearNumber: break
        }
        // Of another type than its own it can be nothing but text; a choice is held against its own.
        guard types.contains(.string), box.rule.options == nil, box.rule.constant == nil else { return .unsure }
        return answer(text: scalar.text, box)
    }

    private func answer(text: String, _ box: RuleBox) -> Answer {
        guard box.rule.types.isEmpty || box.rule.types.contains(.string) else { return .refused }
        guard Self.hasLength(of: box.rule.length, text) else { return .refused }
        if let format = box.rule.format, !format.accepts(text) { return .refused }
        if let pattern = box.rule.pattern, !pattern.matches(text) { return .refused }
        if let constant = box.rule.constant, !constant.isText(text) { return .unsure }
        if let options = box.rule.options, !options.contains(where: { $0.isText(text) }) { return .unsure }
        return .accepted
    }

    private static func hasLength(of range: ClosedRange<Int>, _ text: String) -> Bool {
        let bytes = text.utf8.count
        // There are no more characters than bytes, and where there are bytes, there is a character.
        if range.lowerBound <= min(1, bytes), bytes <= range.upperBound { return true }
        return range.contains(text.unicodeScalars.count)
    }

    private func answer(_ resolved: Node.Scalar.Resolved, _ box: RuleBox) -> Answer {
        guard box.rule.options == nil, box.rule.constant == nil else { return .unsure }
        switch resolved {
        case .null, .bool: return .accepted
        case .int(let value):
            guard box.rule.multipleOf == nil else { return .unsure }
            for bound in box.rule.bounds {
                switch (bound.keyword, bound.json) {
                case ("minimum", .int(let limit)) where value >= limit: continue
                case ("maximum", .int(let limit)) where value <= limit: continue
                default: return .unsure
                }
            }
            return .accepted
        default: return box.rule.multipleOf == nil && box.rule.bounds.isEmpty ? .accepted : .unsure
        }
    }

    // MARK: Lists and maps

    private mutating func answer(_ elements: [Node], _ box: RuleBox) -> Answer {
        guard box.rule.types.isEmpty || box.rule.types.contains(.array) else { return .refused }
        guard box.rule.prefixItems.isEmpty, box.rule.itemCount.contains(elements.count), box.rule.options == nil,
            box.rule.constant == nil, !box.rule.isUnique || Self.areDistinct(elements)
        else { return .unsure }
        for element in elements {
            let answer = box.rule.items.map { self.answer(element, $0) } ?? Self.free(element)
            guard answer == .accepted else { return answer }
        }
        return .accepted
    }

    private mutating func answer(_ entries: [Node.Entry], _ node: Node, _ box: RuleBox) -> Answer {
        guard box.rule.types.isEmpty || box.rule.types.contains(.object) else { return .refused }
        guard box.rule.patternProperties.isEmpty, box.rule.propertyCount.contains(entries.count),
            box.rule.options == nil, box.rule.constant == nil
        else { return .unsure }
        for entry in entries {
            if let name = box.rule.nameRule {
                let key = Node(.scalar(.init(text: entry.key, isPlain: false)), at: entry.keyMark)
                guard answer(key, name) == .accepted else { return .unsure }
            }
            let rule = box.rule.properties[entry.key] ?? box.rule.additionalProperties
            let answer = rule.map { self.answer(entry.value, $0) } ?? Self.free(entry.value)
            guard answer == .accepted else { return answer }
        }
        for name in box.rule.required where node.entry(name) == nil { return .refused }
        return .accepted
    }

    /// A value that no rule speaks of.
    private static func free(_ node: Node) -> Answer { node.hasUnclearNumber ? .unsure : .accepted }

    /// Whether the elements are a few texts, each another one.
    private static func areDistinct(_ elements: [Node]) -> Bool {
        guard elements.count > 1 else { return true }
        guard elements.count <= 16, elements.allSatisfy({ $0.scalar?.resolved == .string }) else { return false }
        return elements.indices.allSatisfy { index in
            !elements[..<index].contains { ByteOrder.isSame($0.scalar?.text ?? "", elements[index].scalar?.text ?? "") }
        }
    }

    // MARK: Rules for the same value

    private mutating func answerInPlace(_ node: Node, _ box: RuleBox, asText: Bool) -> Answer {
        if let reference = box.rule.reference {
            let answer = answer(node, reference, asText: asText)
            guard answer == .accepted else { return answer }
        }
        for index in box.rule.allOf {
            let answer = answer(node, index, asText: asText)
            guard answer == .accepted else { return answer }
        }
        if let not = box.rule.not, answer(node, not, asText: asText) != .refused { return .unsure }
        if !box.rule.anyOf.isEmpty, count(box.rule.anyOf, node, asText: asText) == nil { return .unsure }
        if !box.rule.oneOf.isEmpty, count(box.rule.oneOf, node, asText: asText) != 1 { return .unsure }
        return .accepted
    }

    /// How many of the branches accept the value, if that is sure of each, and is any.
    private mutating func count(_ branches: [Int], _ node: Node, asText: Bool) -> Int? {
        var count = 0
        for index in branches {
            switch answer(node, index, asText: asText) {
            case .accepted: count += 1
            case .refused: break
            case .unsure: return nil
            }
        }
        return count == 0 ? nil : count
    }
}

extension JSON {
    fileprivate func isText(_ text: String) -> Bool {
        if case .string(let own) = self { ByteOrder.isSame(own, text) } else { false }
    }
}
