import CMicroHTTPD
import Glibc
import Synchronization

/// What a listener needs to speak TLS, each as PEM.
package struct TLSIdentity: Sendable {
    package let certificate: String
    package let key: String
    /// Who issues the clients' certificates. Without it no client is asked for one.
    package let clientAuthority: String?

    package init(certificate: String, key: String, clientAuthority: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }
}

/// Why a listener could not start: `cannot listen on 127.0.0.1:6443: Address already in use`
package struct ListenError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// An HTTP/1.1 server on 127.0.0.1: every request goes to one handler, which may take its time.
///
/// libmicrohttpd's threads never wait for a handler: the connection is suspended while it runs. Ended by `stop`,
/// at the latest when the last reference goes.
package final class HTTPListener: Sendable {
    /// Requests with longer bodies are answered 413.
    package static let bodyLimit = 64 << 20

    /// The port that is listened on, also where 0 was asked for.
    package let port: UInt16
    private let core: ListenerCore
    private let watcher: Task<Void, Never>

    /// Listens from now on. Port 0 takes any free port.
    package init(port: UInt16 = 0, tls: TLSIdentity? = nil, handler: @escaping ServerHandler) throws(ListenError) {
        let core = ListenerCore(handler: handler)
        self.port = try core.start(port: port, tls: tls)
        self.core = core
        watcher = Task.detached { [weak core] in
            while (try? await Task.sleep(for: .milliseconds(500))) != nil, let core { core.noticeLostClients() }
        }
    }

    deinit {
        watcher.cancel()
        core.stop()
    }

    /// Takes no new requests, waits up to `grace` for answers that are being made, ends streams and cuts what is left.
    package func stop(grace: Duration = .seconds(2)) async {
        watcher.cancel()
        core.quiesce()
        let deadline = ContinuousClock.now + grace
        while core.hasUnansweredRequests, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        core.stop()
    }
}

/// What libmicrohttpd's callbacks see of the listener.
final class ListenerCore: Sendable {
    private struct State {
        var daemon: DaemonPointer?
        var quiescedSocket: Int32 = -1
        var isStopping = false
        var exchanges: [ObjectIdentifier: Exchange] = [:]
    }

    let handler: ServerHandler
    private let state = Mutex(State())

    init(handler: @escaping ServerHandler) { self.handler = handler }

    func start(port: UInt16, tls: TLSIdentity?) throws(ListenError) -> UInt16 {
        var configuration = loopback_daemon(
            port: port, threads: 2, connections: Self.connectionLimit, connection_memory: 128 << 10,
            answer: answerRequest, begin: beginRequest, completed: completeRequest, unescape: keepEscapes,
            // The daemon's own reference: released once it has stopped and calls nothing any more.
            context: Unmanaged.passRetained(self).toOpaque(), key: nil, certificate: nil, client_authority: nil)
        let daemon = withOptionalCStrings(tls?.key, tls?.certificate, tls?.clientAuthority) {
            key, certificate, authority in
            configuration.key = key
            configuration.certificate = certificate
            configuration.client_authority = authority
            return loopback_daemon_start(&configuration)
        }
        guard let daemon else {
            let code = errno
            Unmanaged.passUnretained(self).release()
            let reason = code == 0 ? "the certificate or its key is not usable" : String(cString: strerror(code))
            throw ListenError(description: "cannot listen on 127.0.0.1:\(port): \(reason)")
        }
        state.withLock { $0.daemon = DaemonPointer(pointer: daemon) }
        return daemon_port(daemon)
    }

    /// As many as there are file descriptors, with some left for the rest of the process.
    private static var connectionLimit: UInt32 {
        UInt32(min(max(sysconf(Int32(_SC_OPEN_MAX)), 128) - 64, 8192))
    }

    /// Whether the exchange may go on: not while the listener stops.
    func enter(_ exchange: Exchange) -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            state.exchanges[ObjectIdentifier(exchange)] = exchange
            return true
        }
    }

    func leave(_ exchange: Exchange) {
        _ = state.withLock { $0.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) }
    }

    private var exchanges: [Exchange] { state.withLock { Array($0.exchanges.values) } }

    var hasUnansweredRequests: Bool { exchanges.contains { $0.isUnanswered } }

    func noticeLostClients() {
        for exchange in exchanges { exchange.noticeLostClient() }
    }

    func quiesce() {
        state.withLock { state in
            guard let daemon = state.daemon, !state.isStopping else { return }
            state.isStopping = true
            state.quiescedSocket = MHD_quiesce_daemon(daemon.pointer)
        }
    }

    /// Cuts what is under way and ends the daemon's threads. Does nothing the second time.
    func stop() {
        let (daemon, socket) = state.withLock { state in
            state.isStopping = true
            defer { state.daemon = nil }
            return (state.daemon, state.quiescedSocket)
        }
        guard let daemon else { return }
        for exchange in exchanges { exchange.cut() }
        MHD_stop_daemon(daemon.pointer)
        if socket >= 0 { close(socket) }
        Unmanaged.passUnretained(self).release()
    }
}

/// A daemon's handle, which its library allows to be used from any thread.
struct DaemonPointer: @unchecked Sendable {  // because the library locks what it holds
    let pointer: OpaquePointer
}

private func withOptionalCStrings<R>(
    _ a: String?, _ b: String?, _ c: String?,
    _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> R
) -> R {
    func with(_ string: String?, _ use: (UnsafePointer<CChar>?) -> R) -> R {
        guard let string else { return use(nil) }
        return string.withCString { use($0) }
    }
    return with(a) { a in with(b) { b in with(c) { c in body(a, b, c) } } }
}
