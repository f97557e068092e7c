import Synchronization

/// Counts what a proxy sees.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// 1 at first.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }

    func reset() { count.store(0, ordering: .relaxed) }

    var value: Int { count.load(ordering: .relaxed) }
}
