/// Turns a schema's JSON into rules, and refuses what it does not know.
struct SchemaCompiler {
    private let document: JSON
    /// Nil while the rule is being compiled, so that references to it find its index.
    private var rules: [Rule?] = []
    private var indexes: [JSONPointer: Int] = [:]
    private var pending: [JSONPointer] = []

    /// Keywords that say nothing about validity.
    private static let annotations: Set<String> = [
        "$schema", "$id", "$comment", "$defs", "description", "default", "examples", "deprecated", "readOnly",
        "writeOnly",
    ]

    init(_ document: JSON) { self.document = document }

    /// The index of the schema at the pointer, compiled with all it refers to.
    mutating func compile(_ pointer: JSONPointer) throws(JSONSchema.CompileError) -> Int {
        if let known = indexes[pointer] { return known }
        let index = rules.count
        indexes[pointer] = index
        rules.append(nil)
        guard let json = document[pointer] else { throw error(pointer, "there is no schema at this place") }
        switch json {
        case .bool(let value):
            var rule = Rule()
            rule.isNever = !value
            rules[index] = rule
        case .object(let object):
            var rule = Rule()
            for member in object { try add(member.key, member.value, to: &rule, pointer) }
            rules[index] = rule
        default: throw error(pointer, "a schema is an object, true or false")
        }
        return index
    }

    mutating func finish() throws(JSONSchema.CompileError) -> [RuleBox] {
        // What stands under $defs is compiled too: a mistake there shows before somebody refers to it.
        for name in document["$defs"]?.object?.keys ?? [] { _ = try compile(JSONPointer(["$defs", name])) }
        var rules = rules.compactMap { $0 }
        try checkCycles(rules)
        for index in rules.indices {
            rules[index].always = always(index, rules)
            rules[index].wantsText = wantsText(index, rules)
        }
        for index in rules.indices {
            rules[index].hasBranches = rules[index].always.contains { rules[$0].isBranching }
        }
        return rules.map(RuleBox.init)
    }

    private mutating func add(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ parent: JSONPointer
    ) throws(JSONSchema.CompileError) {
        let pointer = parent.appending(keyword)
        switch keyword {
        case "$schema": try checkDialect(value, pointer)
        case "$id" where !parent.tokens.isEmpty: throw error(pointer, "'$id' is supported at the root only")
        case "$ref": rule.reference = try reference(value, pointer)
        case "type": rule.types = try types(value, pointer)
        case "enum": rule.options = try array(value, pointer)
        case "const": rule.constant = value
        case "allOf": rule.allOf = try list(value, pointer)
        case "anyOf": rule.anyOf = try list(value, pointer)
        case "oneOf": rule.oneOf = try list(value, pointer)
        case "title": rule.title = value.string
        case "not": rule.not = try compile(pointer)
        case "if": rule.condition = try compile(pointer)
        case "then": rule.then = try compile(pointer)
        case "else": rule.otherwise = try compile(pointer)
        case _ where Self.annotations.contains(keyword): break
        default:
            if try addObjectKeyword(keyword, value, to: &rule, pointer) { return }
            if try addArrayKeyword(keyword, value, to: &rule, pointer) { return }
            if try addScalarKeyword(keyword, value, to: &rule, pointer) { return }
            throw error(pointer, "keyword '\(keyword)' is not supported")
        }
    }

    private mutating func addObjectKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ pointer: JSONPointer
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "properties":
            for name in try object(value, pointer).keys { rule.properties[name] = try compile(pointer.appending(name)) }
            rule.propertyNames = rule.properties.keys.sorted()
        case "patternProperties":
            for name in try object(value, pointer).keys {
                rule.patternProperties.append((try pattern(name, pointer), try compile(pointer.appending(name))))
            }
        case "additionalProperties": rule.additionalProperties = try compile(pointer)
        case "propertyNames": rule.nameRule = try compile(pointer)
        case "required": rule.required = try array(value, pointer).compactMap(\.string)
        case "minProperties": rule.propertyCount = try lower(rule.propertyCount, value, pointer)
        case "maxProperties": rule.propertyCount = try upper(rule.propertyCount, value, pointer)
        default: return false
        }
        return true
    }

    private mutating func addArrayKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ pointer: JSONPointer
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "prefixItems": rule.prefixItems = try list(value, pointer)
        case "items": rule.items = try compile(pointer)
        case "minItems": rule.itemCount = try lower(rule.itemCount, value, pointer)
        case "maxItems": rule.itemCount = try upper(rule.itemCount, value, pointer)
        case "uniqueItems": rule.isUnique = value.bool ?? false
        default: return false
        }
        return true
    }

    private func addScalarKeyword(
        _ keyword: String, _ value: JSON, to rule: inout Rule, _ pointer: JSONPointer
    ) throws(JSONSchema.CompileError) -> Bool {
        switch keyword {
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            guard let limit = value.number else { throw error(pointer, "expected a number") }
            rule.bounds.append((keyword, limit, value))
        case "multipleOf":
            guard let divisor = value.number, divisor > 0 else { throw error(pointer, "expected a positive number") }
            rule.multipleOf = value
        case "minLength": rule.length = try lower(rule.length, value, pointer)
        case "maxLength": rule.length = try upper(rule.length, value, pointer)
        case "pattern":
            guard let text = value.string else { throw error(pointer, "expected a string") }
            rule.pattern = try pattern(text, pointer)
        case "format":
            guard let name = value.string, let format = SchemaFormat(rawValue: name) else {
                throw error(pointer, "format \(value.text) is not supported")
            }
            rule.format = format
        default: return false
        }
        return true
    }
}

// MARK: Values of keywords

extension SchemaCompiler {
    private func checkDialect(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) {
        guard value == "https://json-schema.org/draft/2020-12/schema" else {
            throw error(pointer, "expected \"https://json-schema.org/draft/2020-12/schema\", found \(value.text)")
        }
    }

    private mutating func reference(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> Int {
        guard let text = value.string, text.hasPrefix("#"), let decoded = Self.percentDecoded(text.dropFirst()),
            let target = JSONPointer(parsing: decoded)
        else { throw error(pointer, "expected a reference within this schema, as \"#/$defs/name\"") }
        return try compile(target)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private func types(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> SchemaTypes {
        var result: SchemaTypes = []
        for name in value.array ?? [value] {
            guard let known = SchemaTypes.named.first(where: { JSON.string($0.name) == name }) else {
                throw error(pointer, "unknown type \(name.text)")
            }
            result.insert(known.type)
        }
        return result
    }

    private mutating func list(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> [Int] {
        var result: [Int] = []
        for index in try array(value, pointer).indices { result.append(try compile(pointer.appending(index))) }
        return result
    }

    private func array(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> [JSON] {
        guard let array = value.array else { throw error(pointer, "expected a list") }
        return array
    }

    private func object(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> JSONObject {
        guard let object = value.object else { throw error(pointer, "expected an object") }
        return object
    }

    private func count(_ value: JSON, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> Int {
        guard let count = value.int, count >= 0 else { throw error(pointer, "expected a count") }
        return Int(count)
    }

    /// An empty range cannot be written, so a lower bound above the upper one moves that up; no value fits either way.
    private func lower(
        _ range: ClosedRange<Int>, _ value: JSON, _ pointer: JSONPointer
    ) throws(JSONSchema.CompileError) -> ClosedRange<Int> {
        let low = try count(value, pointer)
        guard low <= range.upperBound else { throw error(pointer, "the lower bound is above the upper one") }
        return low...range.upperBound
    }

    private func upper(
        _ range: ClosedRange<Int>, _ value: JSON, _ pointer: JSONPointer
    ) throws(JSONSchema.CompileError) -> ClosedRange<Int> {
        let high = try count(value, pointer)
        guard high >= range.lowerBound else { throw error(pointer, "the lower bound is above the upper one") }
        return range.lowerBound...high
    }

    private func pattern(_ text: String, _ pointer: JSONPointer) throws(JSONSchema.CompileError) -> Pattern {
        do { return try Pattern(text) } catch { throw self.error(pointer, error.description) }
    }

    private func error(_ pointer: JSONPointer, _ reason: String) -> JSONSchema.CompileError {
        JSONSchema.CompileError(pointer: "#\(pointer)", reason: reason)
    }

    // MARK: The whole

    /// A schema that applies itself to the same value would never end.
    private func checkCycles(_ rules: [Rule]) throws(JSONSchema.CompileError) {
        var state = Array(repeating: 0, count: rules.count)  // 0 unseen, 1 on the way, 2 done
        func visit(_ index: Int) -> Bool {
            if state[index] != 0 { return state[index] == 2 }
            state[index] = 1
            guard rules[index].inPlace.allSatisfy(visit) else { return false }
            state[index] = 2
            return true
        }
        for (pointer, index) in indexes.sorted(by: { $0.value < $1.value }) where !visit(index) {
            throw error(pointer, "the schema refers to itself without end")
        }
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

extension JSON {
    /// The value of a number of either kind.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
