import CMicroHTTPD

// The functions that libmicrohttpd calls on its own threads. None of them waits.

/// The first line of a request has come: what is returned stands for the request from now on.
func beginRequest(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>, _ connection: OpaquePointer
) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let core = Unmanaged<ListenerCore>.fromOpaque(context).takeUnretainedValue()
    let exchange = Exchange(core: core, connection: connection, target: String(cString: target))
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// Called once when the headers are there, once per piece of the body, and once at its end; again after each resume.
func answerRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let method, let uploadSize, let opaque = state?.pointee else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
    guard exchange.hasBegun else { return exchange.begin(method: String(cString: method)) }
    guard uploadSize.pointee == 0 else {
        exchange.take(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        uploadSize.pointee = 0
        return .YES
    }
    return exchange.advance()
}

/// The answer has been sent, or the connection is gone.
func completeRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let opaque = state?.pointee else { return }
    state?.pointee = nil
    Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue().end()
}

/// Percent-decoding is ours: the library's would make `%2F` in a path a separator.
func keepEscapes(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>
) -> Int { strlen(text) }
