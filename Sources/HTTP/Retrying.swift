import Glibc
import Synchronization

/// A transport that sends again what failed for a while: after 429 and 503 as the server asks, after broken connections what may be
/// repeated or surely was not carried out.
///
/// The last answer or error is the result. Once one request has used up its time, the others wait no more until an answer comes: a
/// server that is down costs a run one budget, not one per request.
package struct Retrying: Sendable {
    /// How long and how often; seconds.
    package struct Policy: Sendable {
        package var maxAttempts: Int
        /// The same for errors of the connection, where no server says that waiting helps.
        package var maxAttemptsAfterError: Int
        /// From the first attempt to the start of the last.
        package var budget: Double
        /// The longest single wait, whatever the server asks for.
        package var maxWait: Double
        /// The wait before the first repetition; doubled each time.
        package var firstWait: Double

        package init(
            maxAttempts: Int = 8, maxAttemptsAfterError: Int = 4, budget: Double = 60, maxWait: Double = 30,
            firstWait: Double = 0.25
        ) {
            self.maxAttempts = maxAttempts
            self.maxAttemptsAfterError = maxAttemptsAfterError
            self.budget = budget
            self.maxWait = maxWait
            self.firstWait = firstWait
        }
    }

    /// Time and chance, which tests replace.
    package struct World: Sendable {
        /// Seconds of a clock that never goes back.
        package var uptime: @Sendable () -> Double
        /// Seconds since 1970.
        package var now: @Sendable () -> Int
        /// Throws when the task is cancelled.
        package var sleep: @Sendable (_ seconds: Double) async throws -> Void
        /// In 0..<1.
        package var random: @Sendable () -> Double

        package init(
            uptime: @escaping @Sendable () -> Double, now: @escaping @Sendable () -> Int,
            sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void,
            random: @escaping @Sendable () -> Double
        ) {
            self.uptime = uptime
            self.now = now
            self.sleep = sleep
            self.random = random
        }

        package static let system = World(
            uptime: {
                var time = timespec()
                // A machine that was asleep has to know it: CLOCK_MONOTONIC stands still then.
                clock_gettime(CLOCK_BOOTTIME, &time)
                return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            },
            now: { time(nil) }, sleep: { try await Task.sleep(for: .seconds($0)) }, random: { .random(in: 0..<1) })
    }

    /// A wait that is about to begin, for whoever shows progress.
    package struct Wait: Sendable {
        package let origin: String
        /// `the server answered 429`, or the error's message.
        package let reason: String
        package let seconds: Double
    }

    private let send: Transport
    private let policy: Policy
    private let world: World
    private let onWait: @Sendable (Wait) -> Void
    private let patience = Patience()

    package init(
        _ send: @escaping Transport, policy: Policy = Policy(), world: World = .system,
        onWait: @escaping @Sendable (Wait) -> Void = { _ in }
    ) {
        self.send = send
        self.policy = policy
        self.world = world
        self.onWait = onWait
    }

    /// This layer, as the layers above take it.
    package var transport: Transport {
        { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in try await self.attempt(request) }
    }

    private func attempt(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let start = world.uptime()
        var attempts = 0
        while true {
            let result = await once(request)
            attempts += 1
            guard let obstacle = obstacle(result, request) else {
                if case .success = result { patience.restore() }
                return try result.get()
            }
            let wait = seconds(obstacle, attempts)
            let isInBudget = world.uptime() - start + wait <= policy.budget
            guard attempts < obstacle.maxAttempts, isInBudget, !patience.isLost else {
                patience.lose()
                return try result.mapError { ended($0, after: attempts) }.get()
            }
            onWait(Wait(origin: obstacle.origin, reason: obstacle.reason, seconds: wait))
            do { try await world.sleep(wait) } catch {
                throw HTTPError(.cancelled, origin: obstacle.origin, "the request to \(obstacle.origin) was cancelled")
            }
        }
    }

    private func once(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
        do throws(HTTPError) { return .success(try await send(request)) } catch { return .failure(error) }
    }

    private struct Obstacle {
        let origin: String
        let reason: String
        /// What the server asked for.
        let retryAfter: Double?
        let maxAttempts: Int
    }

    /// Why the request is worth another attempt, or nil.
    private func obstacle(_ result: Result<HTTPResponse, HTTPError>, _ request: HTTPRequest) -> Obstacle? {
        switch result {
        case .success(let response):
            // 429 and 503 say that the request was turned away; behind a gateway's 502 and 504 it may have been carried out.
            let isTurnedAway = response.status == 429 || response.status == 503
            guard isTurnedAway || request.isRepeatable && (response.status == 502 || response.status == 504) else {
                return nil
            }
            let origin = (try? Origin(of: request.url))?.description ?? ""
            let retryAfter = RetryAfter.seconds(response.header("retry-after"), now: world.now())
            return Obstacle(
                origin: origin, reason: "the server answered \(response.status)", retryAfter: retryAfter,
                maxAttempts: policy.maxAttempts)
        case .failure(let error):
            let mayRepeat =
                switch error.cause {
                case .unreachable: true
                case .interrupted, .timeout: request.isRepeatable
                case .tls, .badAnswer, .cancelled, .refused, .fenced: false
                }
            guard mayRepeat else { return nil }
            return Obstacle(
                origin: error.origin, reason: error.message, retryAfter: nil, maxAttempts: policy.maxAttemptsAfterError)
        }
    }

    /// What the server asked for and up to a tenth more, or a random part of a time that doubles.
    private func seconds(_ obstacle: Obstacle, _ attempts: Int) -> Double {
        let doubled = min(policy.maxWait, policy.firstWait * Double(1 << min(attempts - 1, 20)))
        guard let asked = obstacle.retryAfter, asked > 0 else { return doubled * (0.5 + world.random() / 2) }
        return min(policy.maxWait, asked) * (1 + world.random() / 10)
    }

    private func ended(_ error: HTTPError, after attempts: Int) -> HTTPError {
        guard attempts > 1 else { return error }
        return HTTPError(error.cause, origin: error.origin, "\(error.message) (\(attempts) attempts)")
    }
}

/// Whether waiting still has a point; shared by all requests of a layer.
private final class Patience: Sendable {
    private let lost = Mutex(false)

    var isLost: Bool { lost.withLock { $0 } }
    func lose() { lost.withLock { $0 = true } }
    func restore() { lost.withLock { $0 = false } }
}
