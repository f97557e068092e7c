import CLibGit2

/// One conversation with a repository elsewhere: what libgit2's callbacks need, and what they leave behind.
///
/// Git's server programs, on this machine and behind ssh, are spoken to over one stream for the whole conversation;
/// a server that speaks https gets a request for each half of it.
final class Exchange {
    private enum Server {
        case program(ServerProcess, UnsafeMutablePointer<git_own_stream>?)
        case web(WebServer)
    }

    let remote: Remote
    private let toPush: Bool
    private let deadline: ContinuousClock.Instant
    private var server: Server?

    /// What went wrong outside libgit2.
    private(set) var failure: GitError?
    /// What the server's hooks and programs said, as it came.
    private var saidBytes: [UInt8] = []
    /// The server's answer for each reference: nil is yes, else why not.
    fileprivate(set) var answers: [String: String?] = [:]

    init(with remote: Remote, toPush: Bool) {
        self.remote = remote
        self.toPush = toPush
        deadline = .now + remote.access.timeout
    }

    private var process: ServerProcess? {
        if case .program(let process, _) = server { process } else { nil }
    }

    /// The server's lines, without `remote:`.
    var said: [String] {
        let complaint = process.map { Array($0.complaint.utf8) } ?? []
        return (saidBytes + complaint).split { $0 == 0x0a || $0 == 0x0d }
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { line in line.utf8.contains { $0 != 0x20 } }
    }

    fileprivate func hear(_ bytes: UnsafeRawBufferPointer) {
        saidBytes.append(contentsOf: bytes.prefix(max(0, 65_536 - saidBytes.count)))
    }

    /// Fills in libgit2's callbacks. The exchange has to live as long as the call that they are given to; the transport that is made
    /// in it keeps the exchange by itself.
    func install(in callbacks: inout git_remote_callbacks) {
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        // libgit2 reads a folder by itself.
        if toPush || remote.location.folder == nil { callbacks.transport = makeTransport }
        callbacks.sideband_progress = { text, count, payload in
            guard let exchange = Exchange.from(payload), let text else { return 0 }
            exchange.hear(UnsafeRawBufferPointer(start: text, count: Int(count)))
            return 0
        }
        callbacks.push_update_reference = { name, status, payload in
            guard let exchange = Exchange.from(payload), let name else { return 0 }
            exchange.answers[String(cString: name)] = .some(status.map { String(cString: $0) })
            return 0
        }
    }

    fileprivate static func from(_ pointer: UnsafeMutableRawPointer?) -> Exchange? {
        pointer.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// Runs the body; what it throws is kept for the caller of libgit2, which takes only a code.
    fileprivate func attempt(_ body: () throws(GitError) -> Void) -> Int32 {
        do {
            try body()
            return 0
        } catch {
            failure = failure ?? error
            git_error_set_str(Int32(GIT_ERROR_NET.rawValue), error.message)
            return -1
        }
    }

    /// The stream for a service.
    fileprivate func open(
        _ service: Service, for subtransport: UnsafeMutablePointer<git_smart_subtransport>?
    ) throws(GitError) -> UnsafeMutablePointer<git_own_stream> {
        let server: Server = if let held = self.server { held } else { try start(service.program) }
        switch server {
        case .web(let web):
            self.server = server
            return make(web.stream(for: service), subtransport)
        case .program(let process, let open):
            // The list of references starts the program; the second half goes on with it.
            let stream = open ?? make(process, subtransport)
            self.server = .program(process, stream)
            return stream
        }
    }

    private func start(_ program: Service.Program) throws(GitError) -> Server {
        let (location, access) = (remote.location, remote.access)
        switch location.place {
        case .folder(let path):
            return .program(try ServerProcess(Program(program, at: path), deadline: deadline), nil)
        case .secureShell(let address):
            let login = access.login(at: location, toPush: toPush)
            let program = try Program(program, at: address, login, access)
            return .program(try ServerProcess(program, deadline: deadline), nil)
        case .web(let origin):
            return .web(try WebServer(remote, at: origin, toPush: toPush, deadline: deadline))
        }
    }

    private func make(
        _ stream: any GitStream, _ subtransport: UnsafeMutablePointer<git_smart_subtransport>?
    ) -> UnsafeMutablePointer<git_own_stream> {
        let made = UnsafeMutablePointer<git_own_stream>.allocate(capacity: 1)
        let base = git_smart_subtransport_stream(
            subtransport: subtransport, read: readStream, write: writeStream, free: freeStream)
        let state = Unmanaged.passRetained(OpenStream(stream, of: self)).toOpaque()
        made.initialize(to: git_own_stream(base: base, state: state))
        return made
    }

    /// A program's stream was freed: it is not to be handed out again.
    fileprivate func forgetStream() {
        if case .program(let process, _) = server { server = .program(process, nil) }
    }

    fileprivate var isStateless: Bool {
        if case .web = remote.location.place { true } else { false }
    }

    fileprivate func close() { process?.end() }
}

/// What a stream of libgit2 holds of ours, from its opening until it is freed.
private final class OpenStream {
    let stream: any GitStream
    let exchange: Exchange

    init(_ stream: any GitStream, of exchange: Exchange) {
        self.stream = stream
        self.exchange = exchange
    }
}

extension Service {
    fileprivate init(_ service: git_smart_service_t) {
        let isPush = service == GIT_SERVICE_RECEIVEPACK || service == GIT_SERVICE_RECEIVEPACK_LS
        self.init(
            program: isPush ? .receivePack : .uploadPack,
            isAdvertisement: service == GIT_SERVICE_UPLOADPACK_LS || service == GIT_SERVICE_RECEIVEPACK_LS)
    }
}

// libgit2's side. These are functions and no methods: C calls them, and they keep nothing.

private func makeTransport(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, owner: OpaquePointer?,
    payload: UnsafeMutableRawPointer?
) -> Int32 {
    var definition = git_smart_subtransport_definition()
    definition.callback = makeSubtransport
    definition.rpc = Exchange.from(payload)?.isStateless == true ? 1 : 0
    definition.param = payload
    return git_transport_smart(out, owner, &definition)
}

private func makeSubtransport(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport>?>?,
    owner: UnsafeMutablePointer<git_transport>?, payload: UnsafeMutableRawPointer?
) -> Int32 {
    guard let exchange = Exchange.from(payload) else { return -1 }
    let made = UnsafeMutablePointer<git_own_subtransport>.allocate(capacity: 1)
    let base = git_smart_subtransport(
        action: openStream, close: closeSubtransport,
        free: { subtransport in
            subtransport?.withMemoryRebound(to: git_own_subtransport.self, capacity: 1) {
                Unmanaged<Exchange>.fromOpaque($0.pointee.state).release()
                $0.deallocate()
            }
        })
    // A remote closes its transport when it is freed, which may be after the last use of the exchange on our side.
    made.initialize(to: git_own_subtransport(base: base, state: Unmanaged.passRetained(exchange).toOpaque()))
    out?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: git_smart_subtransport.self)
    return 0
}

private func exchange(of subtransport: UnsafeMutablePointer<git_smart_subtransport>?) -> Exchange? {
    subtransport.flatMap { Exchange.from(UnsafeRawPointer($0).loadUnaligned(as: git_own_subtransport.self).state) }
}

private func state(of stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) -> Unmanaged<OpenStream>? {
    stream.map { Unmanaged.fromOpaque(UnsafeRawPointer($0).loadUnaligned(as: git_own_stream.self).state) }
}

private func openStream(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport_stream>?>?,
    subtransport: UnsafeMutablePointer<git_smart_subtransport>?, url: UnsafePointer<CChar>?,
    service: git_smart_service_t
) -> Int32 {
    guard let exchange = exchange(of: subtransport) else { return -1 }
    return exchange.attempt { () throws(GitError) in
        let stream = try exchange.open(Service(service), for: subtransport)
        out?.pointee = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: git_smart_subtransport_stream.self)
    }
}

private func closeSubtransport(_ subtransport: UnsafeMutablePointer<git_smart_subtransport>?) -> Int32 {
    exchange(of: subtransport)?.close()
    return 0
}

private func readStream(
    _ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?, buffer: UnsafeMutablePointer<CChar>?, size: Int,
    count: UnsafeMutablePointer<Int>?
) -> Int32 {
    guard let open = state(of: stream)?.takeUnretainedValue() else { return -1 }
    return open.exchange.attempt { () throws(GitError) in
        count?.pointee = try open.stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }
}

private func writeStream(
    _ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?, buffer: UnsafePointer<CChar>?, size: Int
) -> Int32 {
    guard let open = state(of: stream)?.takeUnretainedValue() else { return -1 }
    return open.exchange.attempt { () throws(GitError) in
        try open.stream.write(UnsafeRawBufferPointer(start: buffer, count: size))
    }
}

private func freeStream(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) {
    guard let held = state(of: stream) else { return }
    held.takeUnretainedValue().exchange.forgetStream()
    held.release()
    stream?.withMemoryRebound(to: git_own_stream.self, capacity: 1) { $0.deallocate() }
}
