import CLibCurl
import Glibc

/// What all handles of a client share. Its blobs are lent to curl, so it has to outlive every handle.
///
/// Used by the loop's thread alone.
final class HandleSettings {
    let configuration: HTTPConfiguration
    private let authorities: UnsafeMutableBufferPointer<UInt8>?
    private let certificate: UnsafeMutableBufferPointer<UInt8>?
    private let key: UnsafeMutableBufferPointer<UInt8>?

    init(_ configuration: HTTPConfiguration) {
        func copy(_ bytes: [UInt8]?) -> UnsafeMutableBufferPointer<UInt8>? {
            guard let bytes else { return nil }
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            _ = buffer.initialize(from: bytes)
            return buffer
        }
        self.configuration = configuration
        if case .authorities(let bytes) = configuration.trust {
            authorities = copy(bytes)
        } else {
            authorities = nil
        }
        certificate = copy(configuration.identity?.certificate)
        key = copy(configuration.identity?.key)
    }

    deinit {
        authorities?.deallocate()
        certificate?.deallocate()
        if let key, let base = key.baseAddress { explicit_bzero(base, key.count) }
        key?.deallocate()
    }

    func apply(to handle: EasyHandle) throws(EasyHandle.Failure) {
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_FOLLOWLOCATION, 0)
        try handle.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try handle.set(CURLOPT_USERAGENT, configuration.userAgent)
        try handle.set(CURLOPT_ACCEPT_ENCODING, "gzip")
        try handle.set(
            CURLOPT_HTTP_VERSION, configuration.version == .http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // > wait for an existing connection to confirm whether it can do multiplexing
        // https://curl.se/libcurl/c/CURLOPT_PIPEWAIT.html
        try handle.set(CURLOPT_PIPEWAIT, configuration.version == .http2 ? 1 : 0)
        try handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, Int(configuration.deadlines.connect * 1000))
        try handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try applyTrust(handle)
        // An empty proxy also keeps curl from reading the environment's.
        try handle.set(CURLOPT_PROXY, configuration.proxy?.url ?? "")
        try handle.set(CURLOPT_NOPROXY, configuration.proxy?.except ?? "")
        try handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private func applyTrust(_ handle: EasyHandle) throws(EasyHandle.Failure) {
        let isChecked = if case .anybody = configuration.trust { false } else { true }
        try handle.set(CURLOPT_SSL_VERIFYPEER, isChecked ? 1 : 0)
        try handle.set(CURLOPT_SSL_VERIFYHOST, isChecked ? 2 : 0)
        if let authorities { try handle.set(CURLOPT_CAINFO_BLOB, authorities) }
        if case .file(let path) = configuration.trust {
            try handle.set(CURLOPT_CAINFO, path)
            try handle.set(CURLOPT_CAPATH, nil as String?)
        }
        if let certificate, let key {
            try handle.set(CURLOPT_SSLCERTTYPE, "PEM")
            try handle.set(CURLOPT_SSLKEYTYPE, "PEM")
            try handle.set(CURLOPT_SSLCERT_BLOB, certificate)
            try handle.set(CURLOPT_SSLKEY_BLOB, key)
        }
    }
}

/// One curl easy handle, used again for exchange after exchange.
///
/// A class because arrays hold no noncopyable values. Used by the loop's thread alone.
final class EasyHandle {
    struct Failure: Error { let code: CURLcode }

    static let pause = Int(CURL_WRITEFUNC_PAUSE)
    static let abort = Int(CURL_WRITEFUNC_ERROR)

    let pointer: UnsafeMutableRawPointer
    var transfer: Transfer?
    var isAdded = false
    private let settings: HandleSettings
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var headerLines: [String] = []
    private var connectTo: UnsafeMutablePointer<curl_slist>?

    init?(_ settings: HandleSettings) {
        self.settings = settings
        guard let pointer = curl_easy_init() else {
            message.deallocate()
            return nil
        }
        self.pointer = pointer
        message[0] = 0
        do {
            try setCallbacks()
            try settings.apply(to: self)
        } catch {
            return nil
        }
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headers)
        curl_slist_free_all(connectTo)
        message.deallocate()
    }

    /// curl's words about the failure, empty where it has none.
    var errorText: String { String(cString: message) }

    func set(_ option: CURLoption, _ value: Int) throws(Failure) { try check(curl_setopt_long(pointer, option, value)) }
    func set(_ option: CURLoption, _ value: String?) throws(Failure) {
        try check(curl_setopt_string(pointer, option, value))
    }
    func set(_ option: CURLoption, _ blob: UnsafeMutableBufferPointer<UInt8>) throws(Failure) {
        guard let base = blob.baseAddress else { throw Failure(code: CURLE_SSL_CACERT_BADFILE) }
        try check(curl_setopt_blob(pointer, option, base, blob.count))
    }
    private func check(_ code: CURLcode) throws(Failure) { if code != CURLE_OK { throw Failure(code: code) } }

    private func setCallbacks() throws(Failure) {
        let box = Unmanaged.passUnretained(self).toOpaque()
        try check(curl_setopt_pointer(pointer, CURLOPT_PRIVATE, box))
        try check(curl_setopt_pointer(pointer, CURLOPT_ERRORBUFFER, message))
        try check(curl_setopt_pointer(pointer, CURLOPT_WRITEDATA, box))
        try check(curl_setopt_pointer(pointer, CURLOPT_HEADERDATA, box))
        try check(curl_setopt_pointer(pointer, CURLOPT_PREREQDATA, box))
        try check(curl_setopt_data_function(pointer, CURLOPT_WRITEFUNCTION, takeBody))
        try check(curl_setopt_data_function(pointer, CURLOPT_HEADERFUNCTION, takeHeader))
        try check(curl_setopt_before_request(pointer, beforeRequest))
        guard settings.configuration.refusal != nil else { return }
        try check(curl_setopt_pointer(pointer, CURLOPT_OPENSOCKETDATA, box))
        try check(curl_setopt_open_socket(pointer, openSocket))
    }

    /// Sets everything that differs from request to request.
    func prepare(_ request: PreparedRequest) throws(Failure) {
        message[0] = 0
        try set(CURLOPT_URL, request.url)
        if let body = request.body {
            try check(curl_setopt_offset(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            let code = body.withUnsafeBytes { bytes in
                curl_setopt_string(
                    pointer, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            }
            try check(code)
            try set(CURLOPT_POST, 1)
        } else {
            try set(CURLOPT_HTTPGET, 1)
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        try set(CURLOPT_TIMEOUT_MS, request.timeout.map { max(1, Int($0 * 1000)) } ?? 0)
        // > the average transfer speed in bytes per second that the transfer should be below during CURLOPT_LOW_SPEED_TIME
        // > seconds for libcurl to consider it to be too slow and abort
        // https://curl.se/libcurl/c/CURLOPT_LOW_SPEED_LIMIT.html
        try set(CURLOPT_LOW_SPEED_LIMIT, request.idleTimeout == nil ? 0 : 1)
        try set(CURLOPT_LOW_SPEED_TIME, request.idleTimeout.map { max(1, Int($0.rounded(.up))) } ?? 0)
        try set(CURLOPT_CERTINFO, request.asksForPeer ? 1 : 0)
        try setLists(request)
    }

    /// Who is at the other end of the connection that was used last.
    var peer: HTTPResponse.Peer {
        var end: Int?
        var field = curl_getinfo_certificate(pointer)
        while let line = field {
            let text = String(cString: line.pointee.data)
            if text.hasPrefix("Expire date:") { end = HTTPDate.seconds(ofCertificate: String(text.dropFirst(12))) }
            field = line.pointee.next
        }
        let address = curl_getinfo_string(pointer, CURLINFO_PRIMARY_IP).map { String(cString: $0) }
        return HTTPResponse.Peer(address: address ?? "", certificateEnd: end)
    }

    private func setLists(_ request: PreparedRequest) throws(Failure) {
        if headerLines != request.headers {
            try check(curl_setopt_pointer(pointer, CURLOPT_HTTPHEADER, nil))
            curl_slist_free_all(headers)
            headers = nil
            for line in request.headers { headers = curl_slist_append(headers, line) }
            headerLines = request.headers
            try check(curl_setopt_pointer(pointer, CURLOPT_HTTPHEADER, headers))
        }
        try check(curl_setopt_pointer(pointer, CURLOPT_CONNECT_TO, nil))
        curl_slist_free_all(connectTo)
        connectTo = request.connectTo.flatMap { curl_slist_append(nil, $0) }
        try check(curl_setopt_pointer(pointer, CURLOPT_CONNECT_TO, connectTo))
    }

    /// Lets go of the exchange; the connection stays in the cache.
    func clear() {
        transfer = nil
        isAdded = false
        _ = curl_setopt_string(pointer, CURLOPT_COPYPOSTFIELDS, nil)
    }

    /// Goes on with a body that was paused. curl may call the write function before this returns.
    func resume() { _ = curl_easy_pause(pointer, CURLPAUSE_CONT) }

    /// Why the client may not connect to the address; nil where it may.
    func refusal(of address: [UInt8]?) -> String? {
        guard let rule = settings.configuration.refusal else { return nil }
        return address.map(rule) ?? "it is no internet address"
    }

    var maxBody: Int { settings.configuration.maxBody }
}

private func handle(_ box: UnsafeMutableRawPointer?) -> EasyHandle? {
    box.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ box: UnsafeMutableRawPointer?
) -> Int {
    guard let handle = handle(box), let transfer = handle.transfer else { return EasyHandle.abort }
    let raw = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return raw.withMemoryRebound(to: UInt8.self) { transfer.takeBody($0, limit: handle.maxBody) }
}

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ box: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer = handle(box)?.transfer else { return EasyHandle.abort }
    let raw = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return raw.withMemoryRebound(to: UInt8.self) { transfer.takeHeader($0) ? size * count : EasyHandle.abort }
}

/// Called when a connection is there and before the request goes out on it.
///
/// curl sends a request again by itself, whatever its method, when a reused connection turns out to be closed, although the server may
/// have carried it out. What must not be repeated is stopped here.
private func beforeRequest(
    _ box: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?, _: Int32,
    _: Int32
) -> Int32 {
    guard let transfer = handle(box)?.transfer else { return CURL_PREREQFUNC_ABORT }
    transfer.attempts += 1
    guard transfer.attempts == 1 || transfer.request.isRepeatable else {
        transfer.stop = .wouldRepeat
        return CURL_PREREQFUNC_ABORT
    }
    if let reason = transfer.request.fence?() {
        transfer.stop = .fenced(reason)
        return CURL_PREREQFUNC_ABORT
    }
    return CURL_PREREQFUNC_OK
}
