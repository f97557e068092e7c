/// A compiled JSON Schema (draft 2020-12), for the keywords that `SchemaCompiler` knows; any other keyword is refused.
///
/// In a YAML tree a plain scalar means what the schema asks for: where it says `string`, the text exactly as written (`1.10`,
/// `NO`, `012`), elsewhere what YAML 1.2 says.
package struct JSONSchema: Sendable {
    /// Why a schema cannot be used: `#/properties/a: keyword 'foo' is not supported`.
    package struct CompileError: Error, Sendable, CustomStringConvertible {
        /// The place in the schema.
        package let pointer: String
        package let reason: String
        package var description: String { "schema \(pointer.isEmpty ? "" : pointer): \(reason)" }
    }

    /// The rules of the schema and all below it; the root's index is `root`.
    let rules: [RuleBox]
    let root: Int

    package init(_ json: JSON) throws(CompileError) {
        var compiler = SchemaCompiler(json)
        root = try compiler.compile(JSONPointer())
        rules = try compiler.finish()
    }

    /// Reads a YAML tree: as JSON, each scalar of the type that the schema asks for, and what is wrong with it in the order
    /// of the places, one finding per cause. The value is meaningful where there are no findings.
    package func read(_ node: Node) -> (value: JSON, findings: [SchemaFinding]) {
        var evaluator = SchemaEvaluator(rules, isTyped: false)
        evaluator.check(node, root, owner: node.mark)
        let value = evaluator.value(of: node, [root])
        return (value, evaluator.findings.sorted())
    }

    package func findings(in node: Node) -> [SchemaFinding] { read(node).findings }

    /// What is wrong with a JSON value, whose strings and numbers are what they are.
    package func findings(in json: JSON) -> [SchemaFinding] {
        let node = Node(json)
        var evaluator = SchemaEvaluator(rules, isTyped: true)
        evaluator.check(node, root, owner: node.mark)
        return evaluator.findings
    }
}

/// One violation of a schema by a document.
package struct SchemaFinding: Sendable, Hashable, Comparable {
    package let mark: Mark
    /// Where in the document.
    package let pointer: JSONPointer
    /// The keyword of the schema that is violated: `type`, `required`, …
    package let keyword: String
    /// Lower case, no full stop, with what was expected and found.
    package let message: String

    package static func < (left: SchemaFinding, right: SchemaFinding) -> Bool {
        left.mark != right.mark ? left.mark < right.mark : left.message < right.message
    }

    /// The finding as a diagnostic of that file.
    package func diagnostic(file: String) -> Diagnostic {
        let code =
            switch keyword {
            case "type": "RCN1301"
            case "additionalProperties": "RCN1302"
            case "required": "RCN1303"
            case "enum", "const": "RCN1304"
            case "pattern", "format", "minLength", "maxLength": "RCN1305"
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf": "RCN1306"
            default: "RCN1307"
            }
        return Diagnostic(code, at: Place(file: file, mark: mark), message)
    }
}

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

    /// The rule itself and those that always apply with it, by `$ref` and `allOf`.
    var always: [Int] = []
    /// Whether one of those has branches, of which the value decides.
    var hasBranches = false

    /// Rules that look at the same value.
    var isBranching: Bool { !anyOf.isEmpty || !oneOf.isEmpty || condition != nil }

    var inPlace: [Int] {
        [reference, not, condition, then, otherwise].compactMap { $0 } + allOf + anyOf + oneOf
    }
}

/// A set of JSON's types.
struct SchemaTypes: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let number = SchemaTypes(rawValue: 8)
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)

    static let named: [(name: String, type: SchemaTypes, words: String)] = [
        ("object", .object, "a map"), ("array", .array, "a list"), ("string", .string, "a string"),
        ("integer", .integer, "an integer"), ("number", .number, "a number"), ("boolean", .boolean, "true or false"),
        ("null", .null, "null"),
    ]

    /// `a string or a list`
    var words: String {
        Self.named.filter { contains($0.type) }.map(\.words).joined(separator: " or ")
    }
}
