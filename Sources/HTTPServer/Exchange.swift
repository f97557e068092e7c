import CMicroHTTPD
import Glibc
import Synchronization

/// One request on its way through the server, from its first line until libmicrohttpd is done with it.
final class Exchange: Sendable {
    private enum Phase {
        /// Headers and body are still arriving.
        case receiving
        /// The connection is suspended while the handler runs.
        case answering(Task<Void, Never>)
        /// The connection is resumed, and will ask for this.
        case answered(ServerResponse)
        /// The answer is with the library; of a stream, this is where its pieces come from.
        case sending(Outflow?)
        /// Nothing may be sent any more.
        case cut
    }

    private struct State {
        var phase = Phase.receiving
        var method: String?
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        var isTooLong = false
    }

    private let core: ListenerCore
    private let connection: ConnectionPointer
    private let target: String
    private let state = Mutex(State())

    init(core: ListenerCore, connection: OpaquePointer, target: String) {
        self.core = core
        self.connection = ConnectionPointer(pointer: connection)
        self.target = target
    }

    var hasBegun: Bool { state.withLock { $0.method != nil } }

    /// Whether the handler has not answered yet.
    var isUnanswered: Bool {
        state.withLock { state in
            switch state.phase {
            case .answering, .answered: true
            case .receiving, .sending, .cut: false
            }
        }
    }

    // MARK: What the library's threads call

    func begin(method: String) -> MHD_Result {
        let headers = connection.headers
        let announced = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        state.withLock { state in
            state.method = method
            state.headers = headers
            state.body.reserveCapacity(min(announced, HTTPListener.bodyLimit))
        }
        guard announced <= HTTPListener.bodyLimit else { return queue(Self.tooLong) }
        return .YES
    }

    func take(_ piece: UnsafeRawBufferPointer) {
        state.withLock { state in
            guard state.body.count + piece.count <= HTTPListener.bodyLimit else {
                state.isTooLong = true
                return
            }
            state.body.append(contentsOf: piece)
        }
    }

    /// The request is there whole, or its connection was resumed.
    func advance() -> MHD_Result {
        enum Step { case start, queue(ServerResponse), wait, close }
        let step: Step = state.withLock { state in
            switch state.phase {
            case .receiving: return state.isTooLong ? .queue(Self.tooLong) : .start
            case .answered(let response): return .queue(response)
            case .answering, .sending: return .wait
            case .cut: return .close
            }
        }
        return switch step {
        case .start: start() ? .YES : .NO
        case .queue(let response): queue(response)
        case .wait: .YES
        case .close: .NO
        }
    }

    func end() {
        core.leave(self)
        state.withLock { state in
            switch state.phase {
            case .answering(let task): task.cancel()
            case .sending(let outflow?): outflow.close()
            default: break
            }
            state.phase = .cut
        }
    }

    // MARK: What other threads call

    /// Ends the request without an answer, or within it.
    func cut() {
        state.withLock { state in
            switch state.phase {
            case .answering(let task):
                task.cancel()
                state.phase = .cut
                MHD_resume_connection(connection.pointer)
            case .sending(let outflow): outflow?.cut()
            case .receiving, .answered: state.phase = .cut
            case .cut: break
            }
        }
    }

    /// A suspended connection's socket is not looked at by the library: a client that went away is noticed here.
    func noticeLostClient() {
        state.withLock { state in
            switch state.phase {
            case .answering(let task): if connection.isLost { task.cancel() }
            case .sending(let outflow?): outflow.noticeLostClient()
            default: break
            }
        }
    }

    // MARK: Steps

    /// Suspends the connection and starts the handler; false when the listener is stopping.
    private func start() -> Bool {
        guard core.enter(self) else { return false }
        return state.withLock { state in
            guard case .receiving = state.phase else { return false }
            let target = RequestTarget(target)
            let request = ServerRequest(
                method: state.method ?? "", path: target.path, query: target.query, headers: state.headers,
                body: state.body, clientCommonName: connection.clientCommonName)
            state.body = []
            // Suspended before the handler can answer: the answer resumes it.
            MHD_suspend_connection(connection.pointer)
            state.phase = .answering(Task.detached { [self] in answer(await core.handler(request)) })
            return true
        }
    }

    private func answer(_ response: ServerResponse) {
        state.withLock { state in
            guard case .answering = state.phase else { return }
            state.phase = .answered(response)
            MHD_resume_connection(connection.pointer)
        }
    }

    /// Gives the answer to the library.
    private func queue(_ response: ServerResponse) -> MHD_Result {
        let made: OpaquePointer?
        var outflow: Outflow?
        switch response.body {
        case .bytes(let bytes):
            made = bytes.withUnsafeBytes {
                MHD_create_response_from_buffer(
                    $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .stream(let stream):
            let flow = Outflow(connection: connection)
            made = flow.makeResponse()
            if made != nil { flow.pump(stream) }
            outflow = flow
        case .cut(let bytes, let length):
            guard length > 0 else {
                connection.resetWhenClosed()
                return .NO
            }
            made = BrokenBody.response(bytes, of: max(length, bytes.count + 1))
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        for header in response.headers where !Self.isFraming(header.name) {
            MHD_add_response_header(made, header.name, header.value)
        }
        let isOpen = state.withLock { state in
            if case .cut = state.phase { return false }
            state.phase = .sending(outflow)
            return true
        }
        guard isOpen else { return .NO }
        return MHD_queue_response(connection.pointer, UInt32(response.status), made)
    }

    private static let tooLong = ServerResponse(
        status: 413, headers: [("Content-Type", "text/plain"), ("Connection", "close")],
        body: .bytes(Array("the body is longer than \(HTTPListener.bodyLimit) bytes\n".utf8)))

    /// The library's own business: it knows the length.
    private static func isFraming(_ name: String) -> Bool {
        ["content-length", "transfer-encoding"].contains(name.lowercased())
    }
}

/// A connection's handle: valid until the library says that the request is completed.
struct ConnectionPointer: @unchecked Sendable {  // because suspend and resume may be called from any thread
    let pointer: OpaquePointer

    /// Whether the client has closed its side, or the connection is broken.
    var isLost: Bool {
        var descriptor = pollfd(fd: connection_socket(pointer), events: readHangUp, revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    /// Makes the end of the connection a reset, which a client cannot take for an end.
    func resetWhenClosed() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection_socket(pointer), SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// In the order sent; a name may occur more than once.
    var headers: [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &found) { list in
            _ = MHD_get_connection_values(
                pointer, .HEADER_KIND,
                { list, _, name, value in
                    guard let list, let name else { return .YES }
                    list.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
                        .append((String(cString: name), value.map { String(cString: $0) } ?? ""))
                    return .YES
                }, list)
        }
        return found
    }

    var clientCommonName: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
            guard let start = name.baseAddress else { return nil }
            let length = connection_client_name(pointer, start, name.count)
            guard length > 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
        }
    }
}

/// `POLLRDHUP`, which Glibc declares for `_GNU_SOURCE` alone.
private let readHangUp: Int16 = 0x2000
