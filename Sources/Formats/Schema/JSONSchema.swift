/// A compiled JSON Schema (draft 2020-12).
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

    /// How a schema is taken. By default as people's own schemas are: strictly.
    package struct Options: Sendable {
        /// Leaves keywords and formats alone that are not known, as the standard has it, instead of refusing what is most likely
        /// a misspelt one.
        package var ignoresUnknown = false
        /// Whether a text has to be of the `format` that is given.
        package var assertsFormat = true
        /// Schemas that may be referred to, by their URI.
        package var documents: [String: JSON] = [:]

        package init() {}
    }

    /// The rules of the schema and all below it; the root's index is `root`.
    let rules: [RuleBox]
    let root: Int
    /// By resource, the rules that a `$dynamicRef` finds there; empty where there is no such reference.
    let dynamicAnchors: [[String: Int]]

    package init(_ json: JSON, _ options: Options = Options()) throws(CompileError) {
        var compiler = SchemaCompiler(json, options)
        root = try compiler.compile(SchemaLocation(document: 0, pointer: JSONPointer()))
        rules = try compiler.finish()
        dynamicAnchors = compiler.dynamicAnchors
    }

    /// Reads a YAML tree: as JSON, each scalar of the type that the schema asks for, and what is wrong with it in the order
    /// of the places, one finding per cause. The value is meaningful where there are no findings.
    package func read(_ node: Node) -> (value: JSON, findings: [SchemaFinding]) {
        var evaluator = SchemaEvaluator(self, for: node, isTyped: false)
        evaluator.check(node, root, owner: node.mark)
        let value = evaluator.value(of: node, [root])
        return (value, evaluator.summary(for: node))
    }

    /// The findings of `read` alone.
    package func findings(in node: Node) -> [SchemaFinding] {
        var glance = SchemaGlance(self)
        if glance.answer(node, root) == .accepted { return [] }
        // The value tells of nothing but unclear numbers.
        if node.hasUnclearNumber { return read(node).findings }
        var evaluator = SchemaEvaluator(self, for: node, isTyped: false)
        evaluator.check(node, root, owner: node.mark)
        return evaluator.summary(for: node)
    }

    /// What is wrong with a JSON value, whose strings and numbers are what they are.
    package func findings(in json: JSON) -> [SchemaFinding] {
        let node = Node(json)
        var evaluator = SchemaEvaluator(self, for: node, isTyped: true)
        evaluator.check(node, root, owner: node.mark)
        return evaluator.summary(for: node)
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

    /// The end of a check that went on for too long.
    static func limit(_ mark: Mark, _ message: String) -> SchemaFinding {
        SchemaFinding(mark: mark, pointer: JSONPointer(), keyword: "limit", message: message)
    }

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
