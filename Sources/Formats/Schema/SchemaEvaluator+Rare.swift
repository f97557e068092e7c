// Keywords that few schemas have.
extension SchemaEvaluator {
    mutating func check(_ node: Node, _ rare: RareKeywords, _ index: Int, owner: Mark, asText: Bool) {
        if let dynamic = rare.dynamic { check(node, dynamic, owner: owner, asText: asText) }
        switch node.content {
        case .scalar: break
        case .sequence(let elements):
            if let contains = rare.contains { checkContains(elements, contains, rare, at: node.mark) }
            if let others = rare.unevaluatedItems { checkItems(elements, node, index, others) }
        case .mapping(let entries):
            for (key, needed) in rare.dependentRequired {
                guard let entry = node.entry(key) else { continue }
                for name in needed where node.entry(name) == nil {
                    report(entry.keyMark, "dependentRequired", "missing key '\(name)', which '\(key)' needs")
                }
            }
            for (key, rule) in rare.dependentSchemas where node.entry(key) != nil { check(node, rule, owner: owner) }
            if let others = rare.unevaluatedProperties { checkKeys(entries, node, index, others) }
        }
    }

    /// A dynamic reference may lead back to where it stands, which no look at the schema alone can tell.
    private mutating func check(_ node: Node, _ dynamic: (rule: Int, anchor: String?), owner: Mark, asText: Bool) {
        guard dynamicDepth < Self.dynamicLimit else {
            report(node.mark, "$dynamicRef", "the schema refers to itself without end")
            return
        }
        dynamicDepth += 1
        defer { dynamicDepth -= 1 }
        check(node, target(of: dynamic), owner: owner, asText: asText)
    }

    private static let dynamicLimit = 600

    private mutating func checkContains(_ elements: [Node], _ rule: Int, _ rare: RareKeywords, at mark: Mark) {
        var count = 0
        for element in elements where isValid(element, rule) { count += 1 }
        if count < rare.minContains {
            report(
                mark, "contains",
                "expected at least \(rare.minContains) of the elements in the form that is asked for, found \(count)")
        } else if count > rare.maxContains {
            report(
                mark, "contains", "expected at most \(rare.maxContains) of the elements in that form, found \(count)")
        }
    }

    // MARK: What no other keyword has looked at

    private mutating func checkItems(_ elements: [Node], _ node: Node, _ index: Int, _ others: Int) {
        var evaluated = Evaluated()
        collect(node, index, &evaluated, isOutermost: true)
        for (position, element) in elements.enumerated() where !evaluated.has(position) {
            descend(.index(position)) { $0.check(element, others, owner: element.mark) }
        }
    }

    private mutating func checkKeys(_ entries: [Node.Entry], _ node: Node, _ index: Int, _ others: Int) {
        var evaluated = Evaluated()
        collect(node, index, &evaluated, isOutermost: true)
        for entry in entries where !evaluated.has(entry.key) {
            descend(.key(entry.key)) { evaluator in
                guard evaluator.rules[others].rule.isNever else {
                    evaluator.check(entry.value, others, owner: entry.keyMark)
                    return
                }
                let box = evaluator.rules[index]
                let guess = Suggestion.nearest(entry.key, among: box.rule.propertyNames)
                let message = evaluator.unknownKey(entry.key, guess, box)
                evaluator.report(entry.keyMark, "additionalProperties", message)
            }
        }
    }

    /// The keys and elements of a value that some keyword has looked at.
    private struct Evaluated {
        var isWhole = false
        var keys: Set<String> = []
        /// So many elements from the first on.
        var prefix = 0
        var elements: Set<Int> = []

        func has(_ key: String) -> Bool { isWhole || keys.contains(key) }
        func has(_ index: Int) -> Bool { isWhole || index < prefix || elements.contains(index) }
    }

    /// Adds what the rule, and those for the same value that hold, have looked at.
    private mutating func collect(_ node: Node, _ index: Int, _ evaluated: inout Evaluated, isOutermost: Bool = false) {
        let box = rules[index]
        let isEntered = enter(box)
        defer { if isEntered { leave() } }
        switch node.content {
        case .scalar: return
        case .sequence(let elements): collect(elements, box, &evaluated, isOutermost: isOutermost)
        case .mapping(let entries): collect(entries, box, &evaluated, isOutermost: isOutermost)
        }
        guard !evaluated.isWhole else { return }
        for inner in inPlace(of: box, for: node) { collect(node, inner, &evaluated) }
    }

    private func collect(_ entries: [Node.Entry], _ box: RuleBox, _ evaluated: inout Evaluated, isOutermost: Bool) {
        let rule = box.rule
        if rule.additionalProperties != nil || !isOutermost && rule.rare?.unevaluatedProperties != nil {
            evaluated.isWhole = true
            return
        }
        for entry in entries {
            let isKnown =
                rule.properties[entry.key] != nil || rule.patternProperties.contains { $0.pattern.matches(entry.key) }
            if isKnown { evaluated.keys.insert(entry.key) }
        }
    }

    private mutating func collect(_ elements: [Node], _ box: RuleBox, _ evaluated: inout Evaluated, isOutermost: Bool) {
        let rule = box.rule
        if rule.items != nil || !isOutermost && rule.rare?.unevaluatedItems != nil {
            evaluated.isWhole = true
            return
        }
        evaluated.prefix = max(evaluated.prefix, rule.prefixItems.count)
        guard let contains = rule.rare?.contains else { return }
        for (position, element) in elements.enumerated() where isValid(element, contains) {
            evaluated.elements.insert(position)
        }
    }

    /// The rules that apply to the same value through the rule, and hold for it.
    private mutating func inPlace(of box: RuleBox, for node: Node) -> [Int] {
        let rule = box.rule
        var result = rule.allOf + [rule.reference].compactMap { $0 }
        for index in rule.anyOf + rule.oneOf where isValid(node, index) { result.append(index) }
        if let condition = rule.condition {
            if isValid(node, condition) {
                result += [condition, rule.then].compactMap { $0 }
            } else if let otherwise = rule.otherwise {
                result.append(otherwise)
            }
        }
        if let rare = rule.rare {
            for (key, index) in rare.dependentSchemas where node.entry(key) != nil { result.append(index) }
            if let dynamic = rare.dynamic { result.append(target(of: dynamic)) }
        }
        return result
    }
}
