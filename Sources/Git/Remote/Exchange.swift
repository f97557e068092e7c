import CLibGit2

/// One conversation with a repository elsewhere: what libgit2's callbacks need, and what they leave behind.
///
/// The subtransport here speaks to Git's server program on this machine. One that speaks https belongs beside it.
final class Exchange {
    let location: Location
    private let deadline: ContinuousClock.Instant
    private var process: ServerProcess?
    private var stream: UnsafeMutablePointer<git_own_stream>?

    /// What went wrong outside libgit2.
    private(set) var failure: GitError?
    /// What the server's hooks and programs said, as it came.
    private var saidBytes: [UInt8] = []
    /// The server's answer for each reference: nil is yes, else why not.
    fileprivate(set) var answers: [String: String?] = [:]

    init(with location: Location, timeout: Duration) {
        self.location = location
        deadline = .now + timeout
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

    /// Fills in libgit2's callbacks. The exchange has to live as long as they may be called.
    func install(in callbacks: inout git_remote_callbacks) {
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.transport = makeTransport
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

    /// The stream for a service. Its first half, the list of references, starts the program; the second goes on with it.
    fileprivate func open(
        _ service: git_smart_service_t, for subtransport: UnsafeMutablePointer<git_smart_subtransport>?
    ) throws(GitError) -> UnsafeMutablePointer<git_own_stream> {
        if let stream, service == GIT_SERVICE_RECEIVEPACK || service == GIT_SERVICE_UPLOADPACK { return stream }
        let isPush = service == GIT_SERVICE_RECEIVEPACK_LS
        process = try ServerProcess(isPush ? "receive-pack" : "upload-pack", at: location, deadline: deadline)
        let made = UnsafeMutablePointer<git_own_stream>.allocate(capacity: 1)
        let base = git_smart_subtransport_stream(
            subtransport: subtransport, read: readStream, write: writeStream, free: freeStream)
        made.initialize(to: git_own_stream(base: base, state: pointer))
        stream = made
        return made
    }

    fileprivate func forgetStream() { stream = nil }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int {
        try process?.read(into: buffer) ?? 0
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        try process?.write(bytes)
    }

    fileprivate func close() { process?.end() }
}

// libgit2's side. These are functions and no methods: C calls them, and they keep nothing.

private func makeTransport(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, owner: OpaquePointer?,
    payload: UnsafeMutableRawPointer?
) -> Int32 {
    var definition = git_smart_subtransport_definition()
    definition.callback = makeSubtransport
    definition.rpc = 0
    definition.param = payload
    return git_transport_smart(out, owner, &definition)
}

private func makeSubtransport(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport>?>?,
    owner: UnsafeMutablePointer<git_transport>?, payload: UnsafeMutableRawPointer?
) -> Int32 {
    guard let payload else { return -1 }
    let made = UnsafeMutablePointer<git_own_subtransport>.allocate(capacity: 1)
    let base = git_smart_subtransport(
        action: openStream, close: closeSubtransport,
        free: { subtransport in
            subtransport?.withMemoryRebound(to: git_own_subtransport.self, capacity: 1) { $0.deallocate() }
        })
    made.initialize(to: git_own_subtransport(base: base, state: payload))
    out?.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: git_smart_subtransport.self)
    return 0
}

private func exchange(of subtransport: UnsafeMutablePointer<git_smart_subtransport>?) -> Exchange? {
    subtransport.flatMap { Exchange.from(UnsafeRawPointer($0).loadUnaligned(as: git_own_subtransport.self).state) }
}

private func exchange(of stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) -> Exchange? {
    stream.flatMap { Exchange.from(UnsafeRawPointer($0).loadUnaligned(as: git_own_stream.self).state) }
}

private func openStream(
    out: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport_stream>?>?,
    subtransport: UnsafeMutablePointer<git_smart_subtransport>?, url: UnsafePointer<CChar>?,
    service: git_smart_service_t
) -> Int32 {
    guard let exchange = exchange(of: subtransport) else { return -1 }
    return exchange.attempt { () throws(GitError) in
        let stream = try exchange.open(service, for: subtransport)
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
    guard let exchange = exchange(of: stream) else { return -1 }
    return exchange.attempt { () throws(GitError) in
        count?.pointee = try exchange.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }
}

private func writeStream(
    _ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?, buffer: UnsafePointer<CChar>?, size: Int
) -> Int32 {
    guard let exchange = exchange(of: stream) else { return -1 }
    return exchange.attempt { () throws(GitError) in
        try exchange.write(UnsafeRawBufferPointer(start: buffer, count: size))
    }
}

private func freeStream(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?) {
    exchange(of: stream)?.forgetStream()
    stream?.withMemoryRebound(to: git_own_stream.self, capacity: 1) { $0.deallocate() }
}
