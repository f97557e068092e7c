/// A JSON value: what the servers send and take, and what manifests become once they are rendered.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case int(Int64)
    /// Any other number. Never infinite or NaN: JSON cannot write those.
    case double(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// Strings are equal when their bytes are: two spellings that only look alike are a difference.
    package static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.int(let one), .int(let other)): one == other
        case (.double(let one), .double(let other)): one == other
        case (.string(let one), .string(let other)): ByteOrder.isSame(one, other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}

extension JSON {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// The value as a whole number; also of a double without fraction.
    package var int: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The member of an object. Reading from anything else gives nil; assigning to null or to a missing value
    /// makes an object, assigning to any other value is ignored.
    package subscript(key: String) -> JSON? {
        get { object?[key] }
        set {
            switch self {
            case .object(var members):
                self = .null  // so that the members are not shared while they change
                members[key] = newValue
                self = .object(members)
            case .null:
                var members = JSONObject()
                members[key] = newValue
                self = .object(members)
            default: break
            }
        }
    }

    /// The value that lies behind the keys, one after the other, or nil where one is missing.
    package subscript(path keys: String...) -> JSON? { self[path: keys] }

    package subscript(path keys: [String]) -> JSON? {
        var value = self
        for key in keys {
            guard let next = value[key] else { return nil }
            value = next
        }
        return value
    }
}
