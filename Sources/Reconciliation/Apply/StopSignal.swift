import Synchronization

/// Set once, by a signal: what is in flight finishes, nothing new begins.
package final class StopSignal: Sendable {
    private let held = Atomic<Bool>(false)

    package init() {}

    package var isSet: Bool { held.load(ordering: .acquiring) }

    package func set() { held.store(true, ordering: .releasing) }

    /// Waits, but no longer than until the signal: then it throws.
    package func sleep(_ seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if isSet { throw CancellationError() }
            try await Task.sleep(until: min(end, .now + .milliseconds(100)))
        }
    }
}
