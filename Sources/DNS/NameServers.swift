import CLibResolv
import Glibc
import Synchronization

/// Why a host name could not be looked up.
package enum LookupFailure: Error, Sendable, Hashable {
    /// There is no such name.
    case unknownName
    /// No name server answered in time, or the one that did could not find out.
    case noAnswer
    /// An answer that is none.
    case badAnswer
}

/// The name servers that are asked about host names.
///
/// They are asked by res_nquery(3) and not by getaddrinfo(3): that one also reads /etc/hosts, and of aliases it knows the last one alone,
/// while a customer is told to point to one in the middle.
package struct NameServers: Sendable {
    private let port: UInt16

    /// Those of the system.
    package static let system = NameServers(port: 0)

    /// One on this host, for tests.
    package init(port: UInt16) {
        self.port = port
    }

    /// Aliases and addresses of a host name; without either the name is there, but for something else.
    package func lookUp(_ host: String, timeout: Double) async -> Result<DNSAnswer, LookupFailure> {
        let port = port
        let once = Once<Result<DNSAnswer, LookupFailure>>()
        return await withCheckedContinuation { continuation in
            once.set(continuation)
            BlockingThread.run { once.resume(Self.ask(host, seconds: max(1, Int(timeout / 2)), port)) }
            Task {
                try? await Task.sleep(for: .seconds(timeout))
                once.resume(.failure(.noAnswer))
            }
        }
    }

    private static func ask(_ host: String, seconds: Int, _ port: UInt16) -> Result<DNSAnswer, LookupFailure> {
        do throws(LookupFailure) {
            let four = try query(host, type: 1, seconds, port)
            return .success(four.joined(with: try query(host, type: 28, seconds, port)))
        } catch {
            return .failure(error)
        }
    }

    private static func query(
        _ host: String, type: Int32, _ seconds: Int, _ port: UInt16
    ) throws(LookupFailure) -> DNSAnswer {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        var failure: Int32 = 0
        // With a dot at the end, so that no search domain of this host is tried.
        let count = resolv_query("\(host).", type, &bytes, Int32(bytes.count), Int32(seconds), port, &failure)
        guard count >= 0 else {
            switch failure {
            case HOST_NOT_FOUND: throw .unknownName
            case NO_DATA: return DNSAnswer()
            default: throw .noAnswer
            }
        }
        guard let answer = DNSAnswer(Array(bytes.prefix(Int(count))), for: host) else { throw .badAnswer }
        return answer
    }
}

/// A continuation that several may want to resume, of whom the first one does.
private final class Once<Value: Sendable>: Sendable {
    private let held = Mutex<CheckedContinuation<Value, Never>?>(nil)

    func set(_ continuation: CheckedContinuation<Value, Never>) { held.withLock { $0 = continuation } }

    func resume(_ value: Value) { held.withLock { $0.take() }?.resume(returning: value) }
}

/// Runs what blocks on a thread of its own: Swift's pool has none to lend for that.
private final class BlockingThread: Sendable {
    private let body: @Sendable () -> Void

    private init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    static func run(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(BlockingThread(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                Unmanaged<BlockingThread>.fromOpaque(box).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            return
        }
        pthread_detach(thread)
    }
}
