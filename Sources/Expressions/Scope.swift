import Synchronization

/// The names that an expression may use, with their types.
package struct Scope: Sendable {
    package private(set) var names: [String: ValueType]

    package init(_ names: [String: ValueType] = [:]) {
        self.names = names
    }

    package func adding(_ name: String, _ type: ValueType) -> Scope {
        var scope = self
        scope.names[name] = type
        return scope
    }
}

/// The values of the names, for one evaluation.
package struct Bindings: Sendable {
    private var values: [String: Value]
    private var others: LazyValues?

    package init(_ values: [String: Value] = [:]) {
        self.values = values
    }

    /// - Parameters:
    ///   - make: gives the value of a name, and is asked once for each that an expression reads as a whole.
    ///   - find: gives what lies behind a path of a name and fields; nil where it is not there or not so easily found.
    package init(
        making make: @escaping @Sendable (String) -> Value?,
        finding find: @escaping @Sendable ([String]) -> Value? = { _ in nil }
    ) {
        values = [:]
        others = LazyValues(make, find)
    }

    package func adding(_ name: String, _ value: Value) -> Bindings {
        var bindings = self
        bindings.values[name] = value
        return bindings
    }

    package subscript(name: String) -> Value? { values[name] ?? others?[name] }

    /// What lies behind a path, without what lies beside it; nil says nothing.
    func value(at path: [String]) -> Value? {
        guard let others, values.isEmpty || values[path[0]] == nil else { return nil }
        return others.find(path)
    }
}

/// Values that are made when they are asked for: expressions read few of the many that there are.
private final class LazyValues: Sendable {
    private let make: @Sendable (String) -> Value?
    let find: @Sendable ([String]) -> Value?
    private let made = Mutex<[String: Value]>([:])

    init(_ make: @escaping @Sendable (String) -> Value?, _ find: @escaping @Sendable ([String]) -> Value?) {
        self.make = make
        self.find = find
    }

    subscript(name: String) -> Value? {
        if let known = made.withLock({ $0[name] }) { return known }
        guard let value = make(name) else { return nil }
        made.withLock { $0[name] = value }
        return value
    }
}

/// What an evaluation may still cost. One budget may be shared by several expressions.
package struct Budget: Sendable {
    package private(set) var steps: Int
    package private(set) var bytes: Int

    package init(steps: Int = 100_000, bytes: Int = 1 << 20) {
        self.steps = steps
        self.bytes = bytes
    }

    /// Pays for that many terms, elements or pieces of 64 bytes looked at.
    mutating func spend(_ count: Int = 1, at offset: Int) throws(ExpressionError) {
        steps -= count
        guard steps >= 0 else { throw ExpressionError(.limit, at: offset, "the expression takes too many steps") }
    }

    /// Pays for so many terms where there are at least so many left.
    mutating func spend(sure count: Int) { steps -= count }

    /// Pays for a value that is made: its bytes, and the steps it takes to write them.
    mutating func make(_ count: Int, at offset: Int) throws(ExpressionError) {
        bytes -= count
        guard bytes >= 0 else { throw ExpressionError(.limit, at: offset, "the expression makes more than 1 MiB") }
        try spend(count / 64, at: offset)
    }
}
