/// One schema: what it says about a value. Boxed so that rules are shared, never copied.
final class RuleBox: Sendable {
    let rule: Rule

    init(_ rule: Rule) { self.rule = rule }
}

/// The keywords of one schema; schemas below it by their index.
struct Rule: Sendable {
    /// The schema `false`.
    var isNever = false
    /// Empty where `type` is not given.
    var types: SchemaTypes = []
    /// Whether a plain scalar is taken as text here.
    var wantsText = false

    var properties: [String: Int] = [:]
    var propertyNames: [String] = []
    var required: [String] = []
    var patternProperties: [(pattern: Pattern, rule: Int)] = []
    var additionalProperties: Int?
    var nameRule: Int?
    var propertyCount = 0...Int.max

    var prefixItems: [Int] = []
    var items: Int?
    var itemCount = 0...Int.max
    var isUnique = false

    var options: [JSON]?
    var constant: JSON?
    var bounds: [(keyword: String, limit: Double, json: JSON)] = []
    var multipleOf: JSON?
    var length = 0...Int.max
    var pattern: Pattern?
    /// What the pattern stands for, in words that read well after `expected `.
    var title: String?
    var format: SchemaFormat?

    var reference: Int?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?
    var condition: Int?
    var then: Int?
    var otherwise: Int?
    /// What few schemas have.
    var rare: RareKeywords?

    /// The number of the part with a URI of its own that this schema belongs to.
    var resource = 0
    /// The rule itself and those that always apply with it, by `$ref` and `allOf`.
    var always: [Int] = []
    /// Whether one of those has branches, of which the value decides.
    var hasBranches = false
    /// Whether further rules look at the same value.
    var hasInPlace = false

    /// Whether other rules look at the same value only where that is of some form.
    var isBranching: Bool { !anyOf.isEmpty || !oneOf.isEmpty || condition != nil || rare?.isBranching == true }

    /// Rules that look at the same value.
    var inPlace: [Int] {
        [reference, not, condition, then, otherwise].compactMap { $0 } + allOf + anyOf + oneOf
            + (rare?.dependentSchemas.map(\.rule) ?? [])
    }
}

/// Keywords that a schema seldom has; apart, so that the others stay small.
struct RareKeywords: Sendable {
    var contains: Int?
    var minContains = 1
    var maxContains = Int.max
    var dependentRequired: [(key: String, needed: [String])] = []
    var dependentSchemas: [(key: String, rule: Int)] = []
    var unevaluatedProperties: Int?
    var unevaluatedItems: Int?
    /// `$dynamicRef`: the rule that it names, and the anchor that is looked for further out.
    var dynamic: (rule: Int, anchor: String?)?

    var isBranching: Bool {
        !dependentSchemas.isEmpty || dynamic != nil || unevaluatedProperties != nil || unevaluatedItems != nil
    }
}
