extension SchemaEvaluator {
    /// The node as JSON, typed by the rules that apply to it. A number that is unclear and that no rule makes text is
    /// reported, unless something was found at its place already.
    mutating func value(of node: Node, _ indexes: [Int]) -> JSON {
        let applied = applied(to: node, indexes)
        switch node.content {
        case .scalar(let scalar): return value(of: scalar, at: node.mark, applied)
        case .sequence(let elements):
            var values: [JSON] = []
            values.reserveCapacity(elements.count)
            for (position, element) in elements.enumerated() {
                path.append(.index(position))
                values.append(value(of: element, elementRules(position, applied)))
                path.removeLast()
            }
            return .array(values)
        case .mapping(let entries):
            var members: [JSONObject.Member] = []
            members.reserveCapacity(entries.count)
            for entry in entries {
                path.append(.key(entry.key))
                members.append(.init(key: entry.key, value: value(of: entry.value, memberRules(entry.key, applied))))
                path.removeLast()
            }
            return .object(JSONObject(members))
        }
    }

    private mutating func value(of scalar: Node.Scalar, at mark: Mark, _ applied: [Int]) -> JSON {
        guard scalar.isPlain else { return .string(scalar.text) }
        var wantsInteger = false
        for index in applied {
            let box = rules[index]
            if box.rule.wantsText { return .string(scalar.text) }
            if box.rule.types.contains(.string), meaning(of: scalar, box, asText: false) == .string {
                return .string(scalar.text)
            }
            if box.rule.types.contains(.integer) { wantsInteger = true }
        }
        let json = scalar.json
        if case .string = json, case .unclearNumber(let advice) = scalar.resolved,
            !findings.contains(where: { $0.mark == mark })
        {
            report(mark, "type", "'\(scalar.text)' is no clear number: \(advice)")
        }
        if wantsInteger, let whole = json.int { return .int(whole) }
        return json
    }

    private func elementRules(_ position: Int, _ applied: [Int]) -> [Int] {
        applied.compactMap { index in
            let box = rules[index]
            if position < box.rule.prefixItems.count { return box.rule.prefixItems[position] }
            return box.rule.items ?? box.rule.rare?.unevaluatedItems
        }
    }

    private func memberRules(_ key: String, _ applied: [Int]) -> [Int] {
        var result: [Int] = []
        for index in applied {
            let box = rules[index]
            var isKnown = false
            if let rule = box.rule.properties[key] {
                result.append(rule)
                isKnown = true
            }
            for (pattern, rule) in box.rule.patternProperties where pattern.matches(key) {
                result.append(rule)
                isKnown = true
            }
            let others = box.rule.additionalProperties ?? box.rule.rare?.unevaluatedProperties
            if !isKnown, let others { result.append(others) }
        }
        return result
    }

    /// The rules and all that apply to the same node through them.
    private mutating func applied(to node: Node, _ indexes: [Int]) -> [Int] {
        if indexes.count == 1, !rules[indexes[0]].rule.hasBranches { return rules[indexes[0]].rule.always }
        var result: [Int] = []
        var pending = indexes
        while let index = pending.popLast() {
            for index in rules[index].rule.always {
                result.append(index)
                let box = rules[index]
                guard box.rule.isBranching else { continue }
                for branches in [box.rule.anyOf, box.rule.oneOf] where !branches.isEmpty {
                    pending += preferred(branches.filter { isValid(node, $0) }, for: node)
                }
                if let branch = branch(of: box, for: node) { pending.append(branch) }
                guard let rare = box.rule.rare else { continue }
                pending += rare.dependentSchemas.filter { node.entry($0.key) != nil }.map(\.rule)
                if let dynamic = rare.dynamic, !result.contains(dynamic.rule) { pending.append(dynamic.rule) }
            }
        }
        return result
    }

    private mutating func branch(of box: RuleBox, for node: Node) -> Int? {
        guard let condition = box.rule.condition else { return nil }
        return isValid(node, condition) ? box.rule.then : box.rule.otherwise
    }
}
