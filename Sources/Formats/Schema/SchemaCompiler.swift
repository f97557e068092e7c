/// Turns a schema's JSON into rules, and refuses what it does not know.
struct SchemaCompiler {
    private let options: JSONSchema.Options
    private(set) var documents: SchemaDocuments
    /// Nil while the rule is being compiled, so that references to it find its index.
    private var rules: [Rule?] = []
    private var indexes: [SchemaLocation: Int] = [:]
    /// The numbers of the parts that have a URI of their own.
    private var resources: [String: Int] = [:]
    private(set) var dynamicAnchors: [[String: Int]] = []
    private var hasDynamicReferences = false

    /// Keywords that say nothing about validity, or that were seen to before.
    private static let annotations: Set<String> = [
        "$id", "$anchor", "$dynamicAnchor", "$comment", "$defs", "$vocabulary", "description", "default", "examples",
        "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema",
    ]
    /// Keywords that a dialect without the vocabulary of validation does not have.
    private static let validation: Set<String> = [
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
        "maxProperties", "minProperties", "required", "dependentRequired",
    ]
    /// Names to guess from.
    private static let keywords = validation.union([
        "$ref", "$defs", "description", "default", "title", "format", "allOf", "anyOf", "oneOf", "not", "then", "else",
        "properties", "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems", "contains",
    ])

    init(_ document: JSON, _ options: JSONSchema.Options) {
        self.options = options
        documents = SchemaDocuments(document, others: options.documents)
    }

    /// The index of the schema at the place, compiled with all it refers to.
    mutating func compile(_ place: SchemaLocation) throws(JSONSchema.CompileError) -> Int {
        if let known = indexes[place] { return known }
        let index = rules.count
        indexes[place] = index
        rules.append(nil)
        guard let json = documents[place] else { throw error(place, "there is no schema at this place") }
        var rule = Rule()
        switch json {
        case .bool(let value): rule.isNever = !value
        case .object(let object):
            let base = documents.base(of: place)
            rule.resource = resource(base)
            let validates = try hasValidation(base, place)
            for member in object where validates || !Self.validation.contains(member.key) {
                try add(member.key, member.value, to: &rule, place)
            }
        default: throw error(place, "a schema is an object, true or false")
        }
        rules[index] = rule
        return index
    }

    private mutating func resource(_ uri: String) -> Int {
        if let known = resources[uri] { return known }
        resources[uri] = resources.count
        return resources.count - 1
    }

    mutating func finish() throws(JSONSchema.CompileError) -> [RuleBox] {
        if !options.ignoresUnknown {
            // What stands under $defs is compiled too: a mistake there shows before somebody refers to it.
            let root = SchemaLocation(document: 0, pointer: JSONPointer(["$defs"]))
            for name in documents[root]?.object?.keys ?? [] { _ = try compile(root.appending(name)) }
        }
        try compileDynamicAnchors()
        var rules = rules.compactMap { $0 }
        try checkCycles(rules)
        for index in rules.indices {
            rules[index].always = always(index, rules)
            rules[index].wantsText = wantsText(index, rules)
        }
        for index in rules.indices {
            rules[index].hasBranches = rules[index].always.contains { rules[$0].isBranching }
            rules[index].hasInPlace = !rules[index].inPlace.isEmpty
        }
        return rules.map(RuleBox.init)
    }

    /// Any resource that is entered may hold what a `$dynamicRef` looks for; compiling one may bring in further resources.
    private mutating func compileDynamicAnchors() throws(JSONSchema.CompileError) {
        guard hasDynamicReferences else { return }
        var done = 0
        while done < resources.count {
            for (uri, number) in resources.sorted(by: { $0.value < $1.value }) where number >= done {
                var anchors: [String: Int] = [:]
                for (name, place) in documents.dynamicAnchors[uri]?.sorted(by: { $0.key < $1.key }) ?? [] {
                    anchors[name] = try compile(place)
                }
                dynamicAnchors.append(anchors)
            }
            done = dynamicAnchors.count
        }
    }

    private mutating func add(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ parent: SchemaLocation
    ) throws(JSONSchema.CompileError) {
        let place = parent.appending(keyword)
        switch keyword {
        case "$schema": try checkDialect(value, place)
        case "$ref": rule.reference = try reference(value, place).rule
        case "$dynamicRef":
            rule.rare = rule.rare ?? RareKeywords()
            rule.rare?.dynamic = try reference(value, place)
            hasDynamicReferences = true
        case "type": rule.types = try types(value, place)
        case "enum": rule.options = try array(value, place)
        case "const": rule.constant = value
        case "allOf": rule.allOf = try list(value, place)
        case "anyOf": rule.anyOf = try list(value, place)
        case "oneOf": rule.oneOf = try list(value, place)
        case "title": rule.title = value.string
        case "not": rule.not = try compile(place)
        case "if": rule.condition = try compile(place)
        case "then": rule.then = try compile(place)
        case "else": rule.otherwise = try compile(place)
        case _ where Self.annotations.contains(keyword): break
        default:
            if try addObjectKeyword(keyword, value, to: &rule, place) { return }
            if try addArrayKeyword(keyword, value, to: &rule, place) { return }
            if try addRareKeyword(keyword, value, to: &rule, place) { return }
            if try addScalarKeyword(keyword, value, to: &rule, place) { return }
            guard options.ignoresUnknown else { throw error(place, Self.refusal(of: keyword)) }
        }
    }

    /// What is said of a keyword that there is not, with the one that may be meant, or those that begin with it.
    private static func refusal(of keyword: String) -> String {
        let start = "keyword '\(keyword)' is not supported"
        if let near = Suggestion.nearest(keyword, among: keywords) { return "\(start); did you mean '\(near)'?" }
        let longer = keyword.isEmpty ? [] : keywords.filter { $0.hasPrefix(keyword) }.sorted()
        return longer.isEmpty
            ? start : "\(start); there \(longer.count == 1 ? "is" : "are") " + longer.joined(separator: ", ")
    }

    private mutating func addObjectKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "properties":
            for name in try object(value, place).keys { rule.properties[name] = try compile(place.appending(name)) }
            rule.propertyNames = rule.properties.keys.sorted()
        case "patternProperties":
            for name in try object(value, place).keys {
                rule.patternProperties.append((try pattern(name, place), try compile(place.appending(name))))
            }
        case "additionalProperties": rule.additionalProperties = try compile(place)
        case "propertyNames": rule.nameRule = try compile(place)
        case "required": rule.required = try array(value, place).compactMap(\.string)
        case "minProperties": rule.propertyCount = try lower(rule.propertyCount, value, place)
        case "maxProperties": rule.propertyCount = try upper(rule.propertyCount, value, place)
        default: return false
        }
        return true
    }

    private mutating func addArrayKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "prefixItems": rule.prefixItems = try list(value, place)
        case "items": rule.items = try compile(place)
        case "minItems": rule.itemCount = try lower(rule.itemCount, value, place)
        case "maxItems": rule.itemCount = try upper(rule.itemCount, value, place)
        case "uniqueItems": rule.isUnique = value.bool ?? false
        default: return false
        }
        return true
    }

    private mutating func addRareKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> Bool {
        var rare = rule.rare ?? RareKeywords()
        switch keyword {
        case "contains": rare.contains = try compile(place)
        case "minContains": rare.minContains = try count(value, place)
        case "maxContains": rare.maxContains = try count(value, place)
        case "unevaluatedProperties": rare.unevaluatedProperties = try compile(place)
        case "unevaluatedItems": rare.unevaluatedItems = try compile(place)
        case "dependentRequired":
            for member in try object(value, place) {
                let needed = try array(member.value, place.appending(member.key)).compactMap(\.string)
                rare.dependentRequired.append((member.key, needed))
            }
        case "dependentSchemas":
            for name in try object(value, place).keys {
                rare.dependentSchemas.append((name, try compile(place.appending(name))))
            }
        default: return false
        }
        rule.rare = rare
        return true
    }

    private func addScalarKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            guard let limit = value.number else { throw error(place, "expected a number") }
            rule.bounds.append((keyword, limit, value))
        case "multipleOf":
            guard let divisor = value.number, divisor > 0 else { throw error(place, "expected a positive number") }
            rule.multipleOf = value
        case "minLength": rule.length = try lower(rule.length, value, place)
        case "maxLength": rule.length = try upper(rule.length, value, place)
        case "pattern":
            guard let text = value.string else { throw error(place, "expected a string") }
            rule.pattern = try pattern(text, place)
        case "format":
            let format = value.string.flatMap { SchemaFormat(rawValue: $0) }
            if format == nil, !options.ignoresUnknown { throw error(place, "format \(value.text) is not supported") }
            rule.format = options.assertsFormat ? format : nil
        default: return false
        }
        return true
    }
}

// MARK: References and dialects

extension SchemaCompiler {
    private mutating func reference(
        _ value: JSON, _ place: SchemaLocation
    ) throws(JSONSchema.CompileError) -> (rule: Int, anchor: String?) {
        guard let text = value.string else { throw error(place, "expected a reference, as \"#/$defs/name\"") }
        guard let (target, name) = documents.resolve(text, from: place) else {
            throw error(place, "nothing has the name \(value.text); within this schema it is \"#/$defs/name\"")
        }
        return (try compile(target), name)
    }

    private static let dialect = "https://json-schema.org/draft/2020-12/schema"
    private static let vocabularies = "https://json-schema.org/draft/2020-12/vocab/"

    private func checkDialect(_ value: JSON, _ place: SchemaLocation) throws(JSONSchema.CompileError) {
        guard value.string == Self.dialect || value.string.flatMap({ options.documents[$0] }) != nil else {
            throw error(place, "expected \"\(Self.dialect)\", found \(value.text)")
        }
    }

    /// Whether the schema's dialect has the keywords that assert something about a value.
    private func hasValidation(_ base: String, _ place: SchemaLocation) throws(JSONSchema.CompileError) -> Bool {
        guard let dialect = documents.root(base)?["$schema"]?.string, dialect != Self.dialect,
            let vocabulary = options.documents[dialect]?["$vocabulary"]?.object
        else { return true }
        for member in vocabulary where member.value.bool == true && !member.key.hasPrefix(Self.vocabularies) {
            throw error(place, "vocabulary '\(member.key)' is not supported")
        }
        return vocabulary["\(Self.vocabularies)validation"] != nil
    }

    // MARK: The whole

    /// How many schemas may look at one value for the sake of each other; evaluation recurses that deep at every level of a document.
    private static let heightLimit = 32

    /// A schema that applies itself to the same value would never end.
    private func checkCycles(_ rules: [Rule]) throws(JSONSchema.CompileError) {
        // Nil: not seen yet; 0: on the way; else one more than those below it.
        var heights: [Int?] = Array(repeating: nil, count: rules.count)
        func visit(_ index: Int) throws(JSONSchema.CompileError) -> Int {
            if let height = heights[index] {
                if height == 0 { throw error(location(of: index), "the schema refers to itself without end") }
                return height
            }
            heights[index] = 0
            var height = 1
            for inner in rules[index].inPlace { height = max(height, try visit(inner) + 1) }
            guard height <= Self.heightLimit else {
                throw error(
                    location(of: index), "more than \(Self.heightLimit) schemas, one within the other, for one value")
            }
            heights[index] = height
            return height
        }
        for index in rules.indices { _ = try visit(index) }
    }

    private func location(of index: Int) -> SchemaLocation {
        indexes.first { $0.value == index }?.key ?? SchemaLocation(document: 0, pointer: JSONPointer())
    }

    private func always(_ index: Int, _ rules: [Rule]) -> [Int] {
        let rule = rules[index]
        return [index] + (rule.allOf + [rule.reference].compactMap { $0 }).flatMap { always($0, rules) }
    }

    /// Whether a plain scalar is text for this rule: by its own `type`, by that of a rule that always applies as
    /// well, or because all it may be are strings.
    private func wantsText(_ index: Int, _ rules: [Rule]) -> Bool {
        let rule = rules[index]
        if !rule.types.isEmpty { return rule.types == .string }
        if let options = rule.options { return options.allSatisfy { $0.string != nil } }
        if let constant = rule.constant { return constant.string != nil }
        return (rule.allOf + [rule.reference].compactMap { $0 }).contains { wantsText($0, rules) }
    }
}
