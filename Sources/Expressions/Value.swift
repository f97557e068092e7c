package import Formats

/// What an expression works on and gives: the values of CEL without protocol buffers.
///
/// Not `Equatable` on purpose: Swift takes strings that differ only in normalisation for equal; CEL does not. See `isEqual(to:)`.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(ValueMap)

    /// The kind as messages name it.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        }
    }
}

/// The entries of a map, sorted by key: booleans, then numbers by value, then strings by their bytes.
///
/// Equal numbers of different kinds are one key, as in CEL.
package struct ValueMap: Sendable {
    package struct Entry: Sendable {
        package let key: Value
        package var value: Value

        package init(key: Value, value: Value) {
            self.key = key
            self.value = value
        }
    }

    package let entries: [Entry]

    /// Makes a map from a JSON object, whose members are sorted already.
    package init(_ object: JSONObject) {
        entries = object.members.map { Entry(key: .string($0.key), value: Value($0.value)) }
    }

    /// Makes a map from entries in any order; nil where a key occurs twice. Every key has to be of a kind that `isKey` allows.
    package init?(_ unsorted: [(key: Value, value: Value)]) {
        let sorted = unsorted.map { Entry(key: $0.key, value: $0.value) }.sorted { $0.key.keyOrder($1.key) == .before }
        for index in sorted.indices.dropFirst() where sorted[index - 1].key.keyOrder(sorted[index].key) == .same {
            return nil
        }
        entries = sorted
    }

    /// Makes a map of entries that are in the order of a map already, none twice.
    package init(ascending entries: [Entry]) { self.entries = entries }

    /// Makes a map with string keys; of two with one key the later wins.
    package init(_ members: [(String, Value)]) {
        let isSorted = members.indices.dropFirst().allSatisfy {
            textOrder(members[$0 - 1].0, members[$0].0) == .before
        }
        guard !isSorted else {
            entries = members.map { Entry(key: .string($0.0), value: $0.1) }
            return
        }
        var order = members.indices.sorted {
            let relation = textOrder(members[$0].0, members[$1].0)
            return relation == .same ? $0 < $1 : relation == .before
        }
        order = order.indices.filter { position in
            position + 1 == order.count
                || textOrder(members[order[position]].0, members[order[position + 1]].0) != .same
        }.map { order[$0] }
        entries = order.map { Entry(key: .string(members[$0].0), value: members[$0].1) }
    }

    package subscript(key: Value) -> Value? {
        search { $0.keyOrder(key) }
    }

    package subscript(name: String) -> Value? {
        search { held in
            guard case .string(let text) = held else { return .before }
            return textOrder(text, name)
        }
    }

    private func search(_ order: (Value) -> Order) -> Value? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            switch order(entries[middle].key) {
            case .same: return entries[middle].value
            case .before: low = middle + 1
            case .after, .none: high = middle
            }
        }
        return nil
    }
}

extension Value {
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .list(elements.map { Value($0) })
        case .object(let members): self = .map(ValueMap(members))
        }
    }

    /// The value as JSON; nil where JSON has no such value: bytes, infinity, keys that are no strings, numbers beyond 64 bits signed.
    package var json: JSON? {
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return Int64(exactly: value).map { .int($0) }
        case .double(let value): return value.isFinite ? .double(value) : nil
        case .string(let value): return .string(value)
        case .bytes: return nil
        case .list(let elements):
            var members: [JSON] = []
            members.reserveCapacity(elements.count)
            for element in elements {
                guard let member = element.json else { return nil }
                members.append(member)
            }
            return .array(members)
        case .map(let map):
            var members: [JSONObject.Member] = []
            members.reserveCapacity(map.entries.count)
            for entry in map.entries {
                guard case .string(let key) = entry.key, let value = entry.value.json else { return nil }
                members.append(JSONObject.Member(key: key, value: value))
            }
            return .object(JSONObject(members))
        }
    }
}
