package import Formats

/// One step of a path into an object: a field, or an element of a list by its keys, its value or its place.
package enum PathElement: Sendable, Hashable {
    case field(String)
    /// The fields that tell elements of a list of objects apart: `{"containerPort": 8080, "protocol": "TCP"}`.
    case key(JSONObject)
    /// An element of a set.
    case value(JSON)
    case index(Int)
}

extension PathElement {
    /// `.spec`, `[name="backend"]`, `[="a"]`, `[0]`, as the API server writes paths in messages.
    package var text: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let key): "[\(key.map { "\($0.key)=\(Self.text($0.value))" }.joined(separator: ","))]"
        case .value(let value): "[=\(Self.text(value))]"
        case .index(let index): "[\(index)]"
        }
    }

    /// A value inside a path, as the server writes it.
    static func text(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): GoFormat.number(value)
        case .string(let value): GoFormat.quoted(value)
        case .array(let values): "[\(values.map(text).joined(separator: ","))]"
        case .object(let members): members.map { "\($0.key)=\(text($0.value))" }.joined()
        }
    }
}

extension PathElement: Comparable {
    package static func < (left: PathElement, right: PathElement) -> Bool { left.compare(right) < 0 }

    package static func == (left: PathElement, right: PathElement) -> Bool { left.compare(right) == 0 }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(rank)
        switch self {
        case .field(let name): hasher.combine(name)
        case .index(let index): hasher.combine(index)
        case .value(let value): Self.hash(value, into: &hasher)
        case .key(let key): for member in key { Self.hash(member.value, into: &hasher) }
        }
    }

    /// One number has several spellings; what is neither number nor text is rare enough to collide.
    private static func hash(_ value: JSON, into hasher: inout Hasher) {
        if let number = number(value) { hasher.combine(number) }
        if let text = value.string { hasher.combine(text) }
    }

    /// Fields come before keys, keys before values, values before places.
    func compare(_ other: PathElement) -> Int {
        switch (self, other) {
        case (.field(let one), .field(let another)): ByteOrder.compare(one, another)
        case (.key(let one), .key(let another)): Self.compare(one.members, another.members)
        case (.value(let one), .value(let another)): Self.compare(one, another)
        case (.index(let one), .index(let another)): one - another
        default: rank - other.rank
        }
    }

    private var rank: Int {
        switch self {
        case .field: 0
        case .key: 1
        case .value: 2
        case .index: 3
        }
    }

    private static func compare(_ left: [JSONObject.Member], _ right: [JSONObject.Member]) -> Int {
        for (one, other) in zip(left, right) {
            let order = ByteOrder.compare(one.key, other.key)
            if order != 0 { return order }
            let values = compare(one.value, other.value)
            if values != 0 { return values }
        }
        return left.count - right.count
    }

    /// Numbers by their value, then strings, then booleans, then everything else by its text.
    private static func compare(_ left: JSON, _ right: JSON) -> Int {
        switch (left, right) {
        case (.int(let one), .int(let other)): one < other ? -1 : one == other ? 0 : 1
        case (.string(let one), .string(let other)): ByteOrder.compare(one, other)
        case (.bool(let one), .bool(let other)): (one ? 1 : 0) - (other ? 1 : 0)
        default:
            if let one = number(left), let other = number(right) {
                one < other ? -1 : one == other ? 0 : 1
            } else if rank(left) != rank(right) {
                rank(left) - rank(right)
            } else {
                ByteOrder.compare(left.text, right.text)
            }
        }
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    private static func rank(_ value: JSON) -> Int {
        switch value {
        case .int, .double: 0
        case .string: 1
        case .bool: 2
        case .array: 3
        case .object: 4
        case .null: 5
        }
    }
}

/// A path from an object's root; empty for the object itself.
package struct FieldPath: Sendable, Hashable, CustomStringConvertible {
    package var elements: [PathElement]

    package init(_ elements: [PathElement] = []) {
        self.elements = elements
    }

    /// A path of fields alone.
    package init(fields: String...) {
        elements = fields.map(PathElement.field)
    }

    package func appending(_ element: PathElement) -> FieldPath { FieldPath(elements + [element]) }

    /// `.spec.template.spec.containers[name="backend"].image`, as the API server writes it.
    package var description: String { elements.map(\.text).joined() }
}
