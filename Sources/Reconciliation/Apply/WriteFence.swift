import HTTP
import Synchronization

/// Keeps writes from leaving the program once the lock that they need is lost.
///
/// Changes are checked when they begin. Between that and the moment when a request goes out a process may be asleep for minutes, or a
/// retry may have waited: the fence is asked in that moment itself.
final class WriteFence: Sendable {
    /// Around the closure, since a mutex of a closure itself gives it one more layer of conversion at every access: ten thousands of
    /// writes later calling it would overflow the stack.
    private struct Check {
        var reason: (@Sendable () -> String?)?
    }

    private let check = Mutex(Check())

    /// - Parameter check: Why nothing may be written any more; nil as long as it may.
    func stand(_ check: @escaping @Sendable () -> String?) { self.check.withLock { $0.reason = check } }

    func fall() { check.withLock { $0.reason = nil } }

    /// The transport with the fence before every write but those of the lock itself.
    func around(_ transport: @escaping Transport) -> Transport {
        { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in
            guard request.method != .get, !request.isOfLock else { return try await transport(request) }
            var request = request
            request.fence = self.check.withLock { $0.reason }
            return try await transport(request)
        }
    }
}
