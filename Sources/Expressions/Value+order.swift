import Formats

/// How one value stands to another; `none` where they cannot be ordered.
enum Order { case before, same, after, none }

/// Compares texts by their bytes, which for UTF-8 is the order of code points.
func textOrder(_ left: String, _ right: String) -> Order {
    let order = ByteOrder.compare(left, right)
    return order == 0 ? .same : order < 0 ? .before : .after
}

extension Value {
    /// True where the value may be the key of a map.
    var isKey: Bool {
        switch self {
        case .bool, .int, .uint, .string: true
        default: false
        }
    }

    /// Equality as CEL defines it: numbers by their value whatever their kind, different kinds otherwise unequal.
    package func isEqual(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let two)): one == two
        case (.string(let one), .string(let two)): ByteOrder.isSame(one, two)
        case (.bytes(let one), .bytes(let two)): one == two
        case (.list(let one), .list(let two)):
            one.count == two.count && zip(one, two).allSatisfy { $0.isEqual(to: $1) }
        case (.map(let one), .map(let two)):
            one.entries.count == two.entries.count
                && zip(one.entries, two.entries).allSatisfy { left, right in
                    left.key.keyOrder(right.key) == .same && left.value.isEqual(to: right.value)
                }
        default: numericOrder(other) == .same
        }
    }

    /// The order of `<`: within booleans, numbers, strings and bytes.
    func order(_ other: Value) -> Order {
        switch (self, other) {
        case (.bool(let one), .bool(let two)): one == two ? .same : (two ? .before : .after)
        case (.string(let one), .string(let two)): textOrder(one, two)
        case (.bytes(let one), .bytes(let two)):
            one == two ? .same : one.lexicographicallyPrecedes(two) ? .before : .after
        default: numericOrder(other)
        }
    }

    /// A total order over what may be a key, and over doubles that are used to look one up.
    func keyOrder(_ other: Value) -> Order {
        let (left, right) = (keyRank, other.keyRank)
        if left != right { return left < right ? .before : .after }
        return order(other)
    }

    private var keyRank: Int {
        switch self {
        case .bool: 0
        case .int, .uint, .double: 1
        case .string: 2
        default: 3
        }
    }

    private func numericOrder(_ other: Value) -> Order {
        switch (self, other) {
        case (.int(let one), .int(let two)): compare(one, two)
        case (.uint(let one), .uint(let two)): compare(one, two)
        case (.double(let one), .double(let two)): compare(one, two)
        case (.int(let one), .uint(let two)): one < 0 ? .before : compare(UInt64(one), two)
        case (.uint(let one), .int(let two)): two < 0 ? .after : compare(one, UInt64(two))
        // A double that holds 2^63 cannot be told from the greatest integer, so both are compared as doubles.
        case (.int(let one), .double(let two)): compare(Double(one), two)
        case (.double(let one), .int(let two)): compare(one, Double(two))
        case (.uint(let one), .double(let two)): compare(Double(one), two)
        case (.double(let one), .uint(let two)): compare(one, Double(two))
        default: .none
        }
    }

    private func compare<Number: Comparable>(_ left: Number, _ right: Number) -> Order {
        if left < right { return .before }
        if left > right { return .after }
        return left == right ? .same : .none
    }
}
