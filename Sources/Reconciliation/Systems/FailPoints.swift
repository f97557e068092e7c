import Glibc
package import HTTP
import Synchronization

/// Places where a test ends the process as `kill -9` would: before and after every write, numbered as they are passed.
///
/// They are placed where HTTP and Git leave the program, so that no write can be forgotten. Without
/// `RECONCILE_FAIL_POINT` they do nothing. `count:FILE` appends a line for each; `kill:N` ends the process at the N-th.
package final class FailPoints: Sendable {
    private enum Mode {
        case off
        case count(path: String)
        case kill(Int)
    }

    private let mode: Mode
    private let passed = Mutex(0)

    /// - Parameter text: The value of `RECONCILE_FAIL_POINT`, if it is set.
    package init(_ text: String?) {
        if let text, text.hasPrefix("count:") {
            mode = .count(path: String(text.dropFirst(6)))
        } else if let text, text.hasPrefix("kill:"), let number = Int(text.dropFirst(5)) {
            mode = .kill(number)
        } else {
            mode = .off
        }
    }

    /// One point is reached.
    package func pass(_ label: @autoclosure () -> String) {
        if case .off = mode { return }
        passed.withLock { count in
            count += 1
            switch mode {
            case .off: break
            case .count(let path): Self.append("\(count) \(label())\n", to: path)
            case .kill(let number): if number == count { kill(getpid(), SIGKILL) }
            }
        }
    }

    /// The transport with a point before and one after each write. Asking for a token writes nothing.
    package func around(_ transport: @escaping Transport) -> Transport {
        if case .off = mode { return transport }
        return { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in
            let isWrite = request.method != .get && !request.url.hasSuffix("/protocol/openid-connect/token")
            if isWrite { self.pass("before \(request.method.rawValue) \(request.url)") }
            let answer = try await transport(request)
            if isWrite { self.pass("after \(request.method.rawValue) \(request.url)") }
            return answer
        }
    }

    private static func append(_ line: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = line.withCString { write(descriptor, $0, strlen($0)) }
    }
}
