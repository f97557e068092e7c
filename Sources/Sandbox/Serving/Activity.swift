package import HTTPServer
import Synchronization

/// When a server had something to do last.
package final class Activity: Sendable {
    private struct State {
        var running = 0
        var last = ContinuousClock.now
    }

    private let state = Mutex(State())

    package init() {}

    /// How long nothing has been asked; zero while a request is being answered.
    package var idle: Duration {
        state.withLock { $0.running > 0 ? .zero : ContinuousClock.now - $0.last }
    }

    package func around(_ handler: @escaping ServerHandler) -> ServerHandler {
        { [self] request in
            change(by: 1)
            defer { change(by: -1) }
            return await handler(request)
        }
    }

    private func change(by difference: Int) {
        state.withLock { state in
            state.running += difference
            state.last = ContinuousClock.now
        }
    }
}
