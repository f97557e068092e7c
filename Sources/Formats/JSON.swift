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

/// The members of a JSON object, unique by key and kept sorted by the bytes of the key.
///
/// Sorted storage makes equality independent of the order of writing and output the same in every run.
package struct JSONObject: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// Makes an object from members in any order; of two with one key the later wins.
    package init(_ unsorted: [Member]) {
        var isSorted = true
        for index in unsorted.indices.dropFirst() where !Self.precedes(unsorted[index - 1].key, unsorted[index].key) {
            isSorted = false
            break
        }
        guard !isSorted else {
            members = unsorted
            return
        }
        let order = unsorted.indices.sorted { left, right in
            if Self.precedes(unsorted[left].key, unsorted[right].key) { return true }
            return !Self.precedes(unsorted[right].key, unsorted[left].key) && left < right
        }
        members.reserveCapacity(unsorted.count)
        for index in order {
            if let last = members.last, Self.isSame(last.key, unsorted[index].key) {
                members[members.count - 1] = unsorted[index]
            } else {
                members.append(unsorted[index])
            }
        }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// The member's value, or nil where there is none. Assigning nil removes the member.
    package subscript(key: String) -> JSON? {
        get {
            let index = lowerBound(key)
            return index < members.count && Self.isSame(members[index].key, key) ? members[index].value : nil
        }
        set {
            let index = lowerBound(key)
            let isPresent = index < members.count && Self.isSame(members[index].key, key)
            switch (newValue, isPresent) {
            case (.some(let value), true): members[index].value = value
            case (.some(let value), false): members.insert(Member(key: key, value: value), at: index)
            case (.none, true): members.remove(at: index)
            case (.none, false): break
            }
        }
    }

    private func lowerBound(_ key: String) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(members[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Byte order: Swift's own order of strings takes differently normalised spellings for one key.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
    package init(nilLiteral: ()) { self = .null }
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
