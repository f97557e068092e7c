import Synchronization

/// Remembers since when something is as it is, finer than the seconds of the API.
final class Stopwatch: Sendable {
    private let begun = Mutex<[String: ContinuousClock.Instant]>([:])

    /// The time since the first call with that name.
    func elapsed(_ name: String) -> Duration {
        let now = ContinuousClock.now
        let start = begun.withLock { begun in
            let start = begun[name] ?? now
            begun[name] = start
            return start
        }
        return start.duration(to: now)
    }

    func forget(_ name: String) { begun.withLock { _ = $0.removeValue(forKey: name) } }
}
