package import HTTP

/// How long something is waited for, and how often it is looked at.
package struct Pace: Sendable {
    /// Seconds.
    package let timeout: Double
    /// Seconds before the second look; a half more each time, up to `maxInterval`.
    package let interval: Double
    package let maxInterval: Double
    let world: Retrying.World

    package init(timeout: Double, interval: Double = 0.25, maxInterval: Double = 5, world: Retrying.World = .system) {
        self.timeout = timeout
        self.interval = interval
        self.maxInterval = maxInterval
        self.world = world
    }

    var text: String { timeout < 120 ? "\(Int(timeout.rounded())) s" : "\(Int((timeout / 60).rounded())) min" }

    func begin() -> Step { Step(pace: self, interval: interval, end: world.uptime() + timeout) }

    /// One wait after the other.
    struct Step {
        let pace: Pace
        var interval: Double
        let end: Double

        /// False, without waiting, when the time is over or the task was cancelled.
        mutating func wait() async -> Bool {
            let left = end - pace.world.uptime()
            guard left > 0 else { return false }
            do { try await pace.world.sleep(min(interval, left)) } catch { return false }
            interval = min(pace.maxInterval, interval * 1.5)
            return true
        }
    }
}
