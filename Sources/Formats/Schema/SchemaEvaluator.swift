/// Holds a document against compiled rules.
struct SchemaEvaluator {
    enum Token {
        case key(String)
        case index(Int)
    }

    let rules: [RuleBox]
    /// The document was JSON: its scalars have their types already.
    let isTyped: Bool
    private(set) var findings: [SchemaFinding] = []
    var path: [Token] = []
    /// The rules of the maps around the value, outermost first.
    private var enclosing: [Int] = []
    /// Above zero while a branch is only tried: its messages are never read and not written.
    private(set) var trials = 0
    /// Set once there was more to say than anybody reads.
    private(set) var isFull = false
    private static let findingLimit = 200
    /// What may still be tried: branches within branches can multiply without end.
    private var trialsLeft = 100_000
    /// The document, as long as it was not asked how much more may be tried for its size.
    private var unmeasured: Node?
    /// The resources that were entered on the way to the rule, outermost first; kept where a `$dynamicRef` may ask for them.
    private var resources: [Int] = []
    /// Dynamic references on the way to the rule.
    var dynamicDepth = 0
    private let dynamicAnchors: [[String: Int]]

    init(_ schema: JSONSchema, for document: Node, isTyped: Bool) {
        unmeasured = document
        rules = schema.rules
        dynamicAnchors = schema.dynamicAnchors
        self.isTyped = isTyped
    }

    /// Adds what is wrong with the node by that rule. The owner is the place of the node's key, where a missing key is
    /// reported.
    mutating func check(_ node: Node, _ index: Int, owner: Mark, asText: Bool = false) {
        let box = rules[index]
        guard !isFull, trials == 0 || mayTry(node) else { return }
        if box.rule.isNever {
            report(node.mark, "false", "nothing is allowed here")
            return
        }
        let isEntered = enter(box)
        defer { if isEntered { resources.removeLast() } }
        let asText = asText || box.rule.wantsText
        switch node.content {
        case .scalar(let scalar):
            guard checkType(of: scalar, box, at: node.mark, asText: asText) else { return }
        case .sequence(let elements):
            guard checkType(.array, "a list", box, at: node.mark) else { return }
            check(elements, box, at: node.mark)
        case .mapping(let entries):
            guard checkType(.object, "a map", box, at: node.mark) else { return }
            check(entries, node, index, owner: owner)
        }
        checkOptions(node, box, asText: asText)
        checkInPlace(node, box, owner: owner, asText: asText)
        if let rare = box.rule.rare { check(node, rare, index, owner: owner, asText: asText) }
    }

    // MARK: Lists and maps

    private mutating func check(_ elements: [Node], _ box: RuleBox, at mark: Mark) {
        for (index, element) in elements.enumerated() {
            let rule = index < box.rule.prefixItems.count ? box.rule.prefixItems[index] : box.rule.items
            if let rule { descend(.index(index)) { $0.check(element, rule, owner: element.mark) } }
        }
        checkCount(elements.count, box.rule.itemCount, "element", "minItems", "maxItems", at: mark)
        guard box.rule.isUnique else { return }
        var known: [JSON: Int] = [:]
        for (index, element) in elements.enumerated() {
            if let first = known.updateValue(index, forKey: element.json.withPlainNumbers) {
                descend(.index(index)) {
                    $0.report(element.mark, "uniqueItems", "the same as element \(first + 1)")
                }
            }
        }
    }

    private mutating func check(_ entries: [Node.Entry], _ node: Node, _ index: Int, owner: Mark) {
        let box = rules[index]
        enclosing.append(index)
        var guesses: [String] = []
        for entry in entries {
            descend(.key(entry.key)) { $0.check(entry, box, &guesses) }
        }
        enclosing.removeLast()
        for name in box.rule.required where node.entry(name) == nil && !guesses.contains(name) {
            report(owner, "required", "missing key '\(name)'; add it")
        }
        checkCount(entries.count, box.rule.propertyCount, "key", "minProperties", "maxProperties", at: owner)
    }

    private mutating func check(_ entry: Node.Entry, _ box: RuleBox, _ guesses: inout [String]) {
        var isKnown = false
        if let rule = box.rule.properties[entry.key] {
            check(entry.value, rule, owner: entry.keyMark)
            isKnown = true
        }
        for (pattern, rule) in box.rule.patternProperties where pattern.matches(entry.key) {
            check(entry.value, rule, owner: entry.keyMark)
            isKnown = true
        }
        if let name = box.rule.nameRule {
            let node = Node(.scalar(.init(text: entry.key, isPlain: false)), at: entry.keyMark)
            check(node, name, owner: entry.keyMark)
        }
        guard !isKnown, let additional = box.rule.additionalProperties else { return }
        if rules[additional].rule.isNever {
            let guess = Suggestion.nearest(entry.key, among: box.rule.propertyNames)
            if let guess { guesses.append(guess) }
            let message = unknownKey(entry.key, guess, box)
            report(entry.keyMark, "additionalProperties", message)
        } else {
            check(entry.value, additional, owner: entry.keyMark)
        }
    }

    func unknownKey(_ key: String, _ guess: String?, _ box: RuleBox) -> String {
        guard trials == 0 else { return "" }
        let start = "unknown key '\(key)'"
        for name in box.rule.propertyNames {
            guard let inner = box.rule.properties[name], rules[inner].rule.properties[key] != nil else { continue }
            return "\(start); it belongs under '\(name)'"
        }
        if let outer = enclosing.dropLast().last, rules[outer].rule.properties[key] != nil {
            return "\(start); it belongs one level up"
        }
        if let guess { return "\(start); did you mean '\(guess)'?" }
        let names = box.rule.propertyNames
        return (1...8).contains(names.count) ? "\(start); known here: \(names.joined(separator: ", "))" : start
    }

    private mutating func checkCount(
        _ count: Int, _ range: ClosedRange<Int>, _ noun: String, _ lower: String, _ upper: String, at mark: Mark
    ) {
        func nouns(_ number: Int) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        if count < range.lowerBound {
            report(mark, lower, "expected at least \(nouns(range.lowerBound)), found \(count)")
        } else if count > range.upperBound {
            report(mark, upper, "expected at most \(nouns(range.upperBound)), found \(count)")
        }
    }

    // MARK: Resources

    /// Notes the resource that the rule belongs to, where it is another one than before; true then.
    mutating func enter(_ box: RuleBox) -> Bool {
        guard !dynamicAnchors.isEmpty, resources.last != box.rule.resource else { return false }
        resources.append(box.rule.resource)
        return true
    }

    mutating func leave() { resources.removeLast() }

    /// The rule that a `$dynamicRef` comes to: of those with the anchor the one in the outermost resource.
    func target(of dynamic: (rule: Int, anchor: String?)) -> Int {
        guard let anchor = dynamic.anchor else { return dynamic.rule }
        for resource in resources {
            if let found = dynamicAnchors[resource][anchor] { return found }
        }
        return dynamic.rule
    }

    // MARK: Trying and reporting

    /// False once too much was tried, which is then what is wrong.
    private mutating func mayTry(_ node: Node) -> Bool {
        trialsLeft -= 1
        guard trialsLeft < 0 else { return true }
        if let document = unmeasured {
            trialsLeft += 50 * document.count
            unmeasured = nil
            return true
        }
        report(node.mark, "false", "")
        return false
    }

    /// All that was found, in the order of the places; of a document that asks for too much that alone.
    func summary(for document: Node) -> [SchemaFinding] {
        if trialsLeft < 0 {
            return [.limit(document.mark, "the schema has more branches to try for this than are tried")]
        }
        let sorted = findings.sorted()
        guard isFull, let last = sorted.last else { return sorted }
        return sorted + [.limit(last.mark, "too many errors; the rest of the file was not looked at")]
    }

    /// Takes over what a trial found, within another one.
    mutating func adopt(_ found: [SchemaFinding]) { findings += found }

    /// What would be found if the rule were applied.
    mutating func trial(_ node: Node, _ index: Int, owner: Mark, asText: Bool) -> [SchemaFinding] {
        let start = findings.count
        trials += 1
        check(node, index, owner: owner, asText: asText)
        trials -= 1
        defer { findings.removeSubrange(start...) }
        return Array(findings[start...])
    }

    mutating func isValid(_ node: Node, _ index: Int, asText: Bool = false) -> Bool {
        trial(node, index, owner: node.mark, asText: asText).isEmpty
    }

    mutating func report(_ mark: Mark, _ keyword: String, _ message: @autoclosure () -> String) {
        guard trials > 0 || findings.count < Self.findingLimit else {
            isFull = true
            return
        }
        let text = trials > 0 ? "" : message()
        findings.append(SchemaFinding(mark: mark, pointer: pointer, keyword: keyword, message: text))
    }

    var depth: Int { path.count }

    private var pointer: JSONPointer {
        JSONPointer(
            path.map { token in
                switch token {
                case .key(let key): key
                case .index(let index): String(index)
                }
            })
    }

    mutating func descend<Result>(_ token: Token, _ body: (inout SchemaEvaluator) -> Result) -> Result {
        path.append(token)
        defer { path.removeLast() }
        return body(&self)
    }
}

extension Node {
    /// The node and all below it.
    fileprivate var count: Int {
        switch content {
        case .scalar: 1
        case .sequence(let elements): elements.reduce(1) { $0 + $1.count }
        case .mapping(let entries): entries.reduce(1) { $0 + $1.value.count }
        }
    }
}

extension JSON {
    /// Numbers that are equal written alike: `1.0` as `1`.
    fileprivate var withPlainNumbers: JSON {
        switch self {
        case .double: int.map(JSON.int) ?? self
        case .array(let elements): .array(elements.map(\.withPlainNumbers))
        case .object(let object):
            .object(JSONObject(object.map { .init(key: $0.key, value: $0.value.withPlainNumbers) }))
        default: self
        }
    }
}
