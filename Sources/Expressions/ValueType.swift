/// What is known about a value before there is one.
package indirect enum ValueType: Sendable, Hashable {
    /// Anything: only the evaluation tells.
    case dyn
    case null, bool, int, uint, double, string, bytes
    case list(ValueType)
    case map(key: ValueType, value: ValueType)
    /// A map whose keys are known.
    case object(ObjectType)

    package struct ObjectType: Sendable, Hashable {
        package var fields: [String: ValueType]
        /// The type of the keys that are not listed; nil where there are none.
        package var others: ValueType?

        package init(_ fields: [String: ValueType], others: ValueType? = nil) {
            self.fields = fields
            self.others = others
        }
    }

    package static func object(_ fields: [String: ValueType], others: ValueType? = nil) -> ValueType {
        .object(ObjectType(fields, others: others))
    }
}

extension ValueType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list(.dyn): "list"
        case .list(let element): "list of \(element)"
        case .map, .object: "map"
        }
    }
}

extension ValueType {
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    var isOrdered: Bool {
        switch self {
        case .bool, .string, .bytes: true
        default: isNumber
        }
    }

    /// True where a value of one type may equal one of the other. Null may stand for anything: fields may be null.
    func isComparable(to other: ValueType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn), (.null, _), (_, .null): true
        case (.list(let one), .list(let two)): one.isComparable(to: two)
        case (.map, .object), (.object, .map), (.object, .object): true
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.isComparable(to: otherKey) && value.isComparable(to: otherValue)
        default: self == other
        }
    }

    /// The type of what is one or the other.
    func joined(with other: ValueType) -> ValueType {
        switch (self, other) {
        case (.null, let type), (let type, .null): return type
        case (.list(let one), .list(let two)): return .list(one.joined(with: two))
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return .map(key: key.joined(with: otherKey), value: value.joined(with: otherValue))
        default: return self == other ? self : .dyn
        }
    }
}
