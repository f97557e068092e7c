import Expressions
import Formats

extension ValueType {
    /// What a JSON Schema says about a value, as far as types go. Fields that the schema does not name count as mistakes,
    /// unless it says of itself that there may be others.
    init(schema: JSON, root: JSON, depth: Int = 0) {
        guard depth < 32 else {
            self = .dyn
            return
        }
        if let reference = schema["$ref"]?.string, let target = Self.resolve(reference, in: root) {
            self = ValueType(schema: target, root: root, depth: depth + 1)
            return
        }
        switch Self.typeName(schema) {
        case "string": self = .string
        case "integer": self = .int
        case "boolean": self = .bool
        case "null": self = .null
        case "array": self = .list(schema["items"].map { ValueType(schema: $0, root: root, depth: depth + 1) } ?? .dyn)
        case "object": self = Self.object(schema, root: root, depth: depth)
        // A number is an int or a double, as it is written.
        default: self = .dyn
        }
    }

    private static func object(_ schema: JSON, root: JSON, depth: Int) -> ValueType {
        let others: ValueType? =
            switch schema["additionalProperties"] {
            case .some(.bool(false)), .none: nil
            case .some(.bool(true)): .dyn
            case .some(let schema): ValueType(schema: schema, root: root, depth: depth + 1)
            }
        guard let properties = schema["properties"]?.object else { return .map(key: .string, value: others ?? .dyn) }
        var fields: [String: ValueType] = [:]
        for member in properties { fields[member.key] = ValueType(schema: member.value, root: root, depth: depth + 1) }
        return .object(fields, others: others)
    }

    /// The only type, or the only one beside null.
    private static func typeName(_ schema: JSON) -> String? {
        switch schema["type"] {
        case .string(let name): return name
        case .array(let names):
            let others = names.compactMap(\.string).filter { $0 != "null" }
            return others.count == 1 ? others[0] : nil
        default: return nil
        }
    }

    private static func resolve(_ reference: String, in root: JSON) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        return root[path: reference.dropFirst(2).split(separator: "/").map(String.init)]
    }

    /// What can be said of values that no schema describes: the keys that some layer sets.
    init(keysOf nodes: [Node]) {
        var fields: [String: [Node]] = [:]
        for node in nodes {
            guard let entries = node.mapping else {
                self = .dyn
                return
            }
            for entry in entries { fields[entry.key, default: []].append(entry.value) }
        }
        self = .object(fields.mapValues { ValueType(keysOf: $0) })
    }
}
