extension SchemaEvaluator {
    // MARK: enum and const

    mutating func checkOptions(_ node: Node, _ box: RuleBox, asText: Bool) {
        if let constant = box.rule.constant, !equals(node, constant, asText: asText) {
            report(node.mark, "const", "expected \(Self.words(constant)), found \(Self.words(node))")
        }
        guard let options = box.rule.options, !options.contains(where: { equals(node, $0, asText: asText) }) else {
            return
        }
        let names = options.compactMap(\.string)
        report(
            node.mark, "enum",
            "expected \(Self.choice(options.map(Self.words))), found \(Self.words(node))"
                + (node.scalar.map { Suggestion.phrase(for: $0.text, among: names) } ?? ""))
    }

    private func equals(_ node: Node, _ json: JSON, asText: Bool) -> Bool {
        switch (node.content, json) {
        case (.scalar(let scalar), .string(let text)):
            (!scalar.isPlain || asText || !isTyped && scalar.resolved == .string) && ByteOrder.isSame(scalar.text, text)
        case (.scalar(let scalar), .int), (.scalar(let scalar), .double):
            !asText && scalar.json.number == json.number
        case (.scalar(let scalar), _): !asText && scalar.json == json
        case (.sequence(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { equals($0, $1, asText: false) }
        case (.mapping(let entries), .object(let object)):
            entries.count == object.count
                && entries.allSatisfy { entry in
                    object[entry.key].map { equals(entry.value, $0, asText: false) } ?? false
                }
        default: false
        }
    }

    private static func words(_ json: JSON) -> String { json.string.map { "'\($0)'" } ?? json.text.shortened }

    private static func words(_ node: Node) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a map"
        case .scalar(let scalar): scalar.text.isEmpty && scalar.isPlain ? "nothing" : "'\(scalar.text.shortened)'"
        }
    }

    /// `'a', 'b' or 'c'`
    private static func choice(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        let shown = words.count > 12 ? Array(words.prefix(12)) + ["…"] : Array(words.dropLast())
        return shown.joined(separator: ", ") + (words.count > 12 ? "" : " or \(last)")
    }

    // MARK: Rules for the same value

    mutating func checkInPlace(_ node: Node, _ box: RuleBox, owner: Mark, asText: Bool) {
        if let reference = box.rule.reference { check(node, reference, owner: owner, asText: asText) }
        for index in box.rule.allOf { check(node, index, owner: owner, asText: asText) }
        if !box.rule.anyOf.isEmpty { checkBranches(node, box.rule.anyOf, "anyOf", owner: owner, asText: asText) }
        if !box.rule.oneOf.isEmpty { checkBranches(node, box.rule.oneOf, "oneOf", owner: owner, asText: asText) }
        if let not = box.rule.not, isValid(node, not, asText: asText) {
            report(node.mark, "not", "this form is not allowed here")
        }
        if let condition = box.rule.condition {
            let branch = isValid(node, condition, asText: asText) ? box.rule.then : box.rule.otherwise
            if let branch { check(node, branch, owner: owner, asText: asText) }
        }
    }

    private mutating func checkBranches(
        _ node: Node, _ branches: [Int], _ keyword: String, owner: Mark, asText: Bool
    ) {
        var best: (index: Int, cost: Int, found: [SchemaFinding])?
        var valid: [Int] = []
        var missing: [String] = []
        for index in branches {
            let found = trial(node, index, owner: owner, asText: asText)
            if found.isEmpty {
                valid.append(index)
                continue
            }
            if found.count == 1, found[0].keyword == "required", found[0].pointer.tokens.count == depth {
                missing += rules[index].rule.required.filter { node.entry($0) == nil }
            }
            let cost = cost(of: found)
            if cost < best?.cost ?? .max { best = (index, cost, found) }
        }
        let count = preferred(valid, for: node).count
        if count == 1 || count > 1 && keyword == "anyOf" { return }
        if count > 1, let keys = exclusiveKeys(branches) {
            let there = keys.filter { node.entry($0) != nil }.map { "'\($0)'" }
            report(
                node.entry(keys[0])?.keyMark ?? node.mark, keyword,
                "has \(there.joined(separator: " and ")); keep exactly one")
        } else if count > 1 {
            report(node.mark, keyword, "fits \(count) of the allowed forms, of which exactly one may apply")
        } else if missing.count >= branches.count {
            report(owner, keyword, "needs one of the keys \(Self.choice(missing.map { "'\($0)'" }))")
        } else if let best, best.cost < Self.wrongType {
            // Within a trial what was found will do, so that branches in branches are not looked at again and again.
            if trials > 0 { adopt(best.found) } else { check(node, best.index, owner: owner, asText: asText) }
        } else {
            let types = types(branches)
            let expected = types.isEmpty ? "another form" : types.words
            let listed = takesTexts(branches) ? node.scalar.map(\.text.shortened) ?? "" : ""
            let advice = listed.isEmpty ? "" : "; write [\(listed)]"
            report(node.mark, keyword, "expected \(expected), found \(Self.words(node))\(advice)")
        }
    }

    /// The keys between which the branches choose, where each asks for one key and nothing else.
    private func exclusiveKeys(_ branches: [Int]) -> [String]? {
        let required = branches.map { rules[$0].rule.required }
        guard required.allSatisfy({ $0.count == 1 }) else { return nil }
        return required.flatMap { $0 }
    }

    /// Any plain scalar is text to a branch that wants text; it is that only where no other branch takes it for what it is.
    func preferred(_ valid: [Int], for node: Node) -> [Int] {
        guard !isTyped, valid.count > 1, node.scalar?.isPlain == true else { return valid }
        let others = valid.filter { !rules[$0].rule.wantsText }
        return others.isEmpty ? valid : others
    }

    private static let wrongType = 1000

    /// How far a branch is from what was written: a wrong type at its head says it was not meant, a wrong fixed value inside is
    /// nearly as telling, anything else is a mistake within the form that was meant.
    private func cost(of found: [SchemaFinding]) -> Int {
        found.reduce(0) { sum, finding in
            let isHead = finding.pointer.tokens.count == depth
            return switch finding.keyword {
            case "type" where isHead, "false" where isHead: sum + Self.wrongType
            case "const", "enum": sum + (isHead ? 20 : 50)
            case "required", "additionalProperties": sum + 10
            default: sum + 1
            }
        }
    }

    /// Whether one of the branches is a list of texts.
    private func takesTexts(_ branches: [Int]) -> Bool {
        branches.contains { index in
            let rule = rules[index].rule
            if rule.types.contains(.array), let items = rule.items { return types([items]).contains(.string) }
            return rule.reference.map { takesTexts([$0]) } ?? false
        }
    }

    /// All types that the branches allow; none where another form is asked for.
    private func types(_ branches: [Int]) -> SchemaTypes {
        var types: SchemaTypes = []
        var pending = branches
        while let index = pending.popLast() {
            let rule = rules[index].rule
            types.formUnion(rule.types)
            if rule.types.isEmpty {
                pending += rule.allOf + rule.anyOf + rule.oneOf + [rule.reference].compactMap { $0 }
            }
        }
        return types
    }
}
