import Synchronization

/// Set once, by a signal: what is in flight finishes, nothing new begins.
package final class StopSignal: Sendable {
    private let held = Atomic<Bool>(false)

    package init() {}

    package var isSet: Bool { held.load(ordering: .acquiring) }

    package func set() { held.store(true, ordering: .releasing) }
}
