package import Formats

/// What a CustomResourceDefinition says about the objects of one version: a node of its structural schema.
package final class CustomSchema: Sendable {
    enum ListType: Sendable, Hashable {
        case atomic, set
        case map(keys: [String])
    }

    /// A rule in CEL, from `x-kubernetes-validations`.
    package struct Rule: Sendable, Hashable {
        package let text: String
        /// Empty where there is none.
        package let message: String
        package let messageExpression: String
        let reason: String
        let fieldPath: String
        /// Whether the rule also holds where there is no earlier value.
        let isOldOptional: Bool
        /// Whether the rule compares with the earlier value.
        package var comparesWithOld: Bool { text.contains("oldSelf") }
    }

    /// Values that a schema may restrict, whatever its type.
    struct Limits: Sendable {
        var minimum: JSON?
        var maximum: JSON?
        var isMinimumExclusive = false
        var isMaximumExclusive = false
        var multipleOf: JSON?
        /// Of characters, elements or members, by the name of the keyword: `minItems`.
        var counts: [String: Int64] = [:]
        var values: [JSON] = []
        var pattern: String?
        var compiledPattern: Pattern?
        var format = ""
    }

    /// `object`, `array`, `string` …; empty where anything goes.
    let type: String
    /// By name.
    let properties: [(name: String, schema: CustomSchema)]
    private let places: [String: Int]
    /// The schema of members that are not declared.
    let additional: CustomSchema?
    /// Whether members that are not declared may be there, although nothing is said about them.
    let allowsAdditional: Bool
    let items: CustomSchema?
    let required: [String]
    let isNullable: Bool
    let preservesUnknown: Bool
    let isIntOrString: Bool
    /// A whole object of the API inside another one.
    let isEmbedded: Bool
    let isAtomicMap: Bool
    let listType: ListType
    let defaultValue: JSON?
    let limits: Limits
    let allOf, anyOf, oneOf: [CustomSchema]
    let not: CustomSchema?
    package let rules: [Rule]
    /// Whether rules are here or anywhere below.
    let hasRules: Bool

    package init(_ json: JSON) {
        func flag(_ name: String) -> Bool { json[name]?.bool ?? false }
        func schemas(_ name: String) -> [CustomSchema] { (json[name]?.array ?? []).map { CustomSchema($0) } }
        isIntOrString = flag("x-kubernetes-int-or-string")
        type = json["type"]?.string ?? ""
        let properties = (json["properties"]?.object ?? JSONObject()).map {
            (name: $0.key, schema: CustomSchema($0.value))
        }
        self.properties = properties
        places = Dictionary(properties.indices.map { (properties[$0].name, $0) }) { first, _ in first }
        let others = json["additionalProperties"]
        additional = others?.object == nil ? nil : others.map { CustomSchema($0) }
        allowsAdditional = others?.bool ?? (additional != nil)
        items = json["items"].map { CustomSchema($0) }
        required = (json["required"]?.array ?? []).compactMap(\.string)
        isNullable = flag("nullable")
        preservesUnknown = flag("x-kubernetes-preserve-unknown-fields")
        isEmbedded = flag("x-kubernetes-embedded-resource")
        isAtomicMap = json["x-kubernetes-map-type"]?.string == "atomic"
        listType = Self.listType(json)
        defaultValue = json["default"]
        limits = Limits(json)
        (allOf, anyOf, oneOf) = (schemas("allOf"), schemas("anyOf"), schemas("oneOf"))
        not = json["not"].map { CustomSchema($0) }
        rules = (json["x-kubernetes-validations"]?.array ?? []).map(Rule.init)
        let below = properties.map(\.schema) + [additional, items].compactMap(\.self)
        hasRules = !rules.isEmpty || below.contains(where: \.hasRules)
    }

    func property(_ name: String) -> CustomSchema? { places[name].map { properties[$0].schema } }

    /// The schema of a member; nil where nothing is said about it.
    func member(_ name: String) -> CustomSchema? { property(name) ?? additional }

    private static func listType(_ json: JSON) -> ListType {
        switch json["x-kubernetes-list-type"]?.string {
        case "set": .set
        case "map": .map(keys: (json["x-kubernetes-list-map-keys"]?.array ?? []).compactMap(\.string))
        default: .atomic
        }
    }
}

extension CustomSchema.Rule {
    init(_ json: JSON) {
        text = json["rule"]?.string ?? ""
        message = json["message"]?.string ?? ""
        messageExpression = json["messageExpression"]?.string ?? ""
        reason = json["reason"]?.string ?? "FieldValueInvalid"
        fieldPath = json["fieldPath"]?.string ?? ""
        isOldOptional = json["optionalOldSelf"]?.bool ?? false
    }
}

extension CustomSchema.Limits {
    init(_ json: JSON) {
        (minimum, maximum, multipleOf) = (json["minimum"], json["maximum"], json["multipleOf"])
        isMinimumExclusive = json["exclusiveMinimum"]?.bool ?? false
        isMaximumExclusive = json["exclusiveMaximum"]?.bool ?? false
        for name in ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] {
            counts[name] = json[name]?.int
        }
        values = json["enum"]?.array ?? []
        pattern = json["pattern"]?.string
        compiledPattern = pattern.flatMap { try? Pattern($0) }
        format = json["format"]?.string ?? ""
    }
}
