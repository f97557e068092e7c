import CLibCurl
import Glibc

/// What went wrong, in words: where curl's own are vague or for developers, by what it measured.
extension Transfer {
    private var origin: Origin { request.origin }

    func error(_ cause: HTTPError.Cause, _ message: String) -> HTTPError {
        HTTPError(cause, origin: origin.description, message)
    }

    /// The end by our own hand.
    func error(_ stop: Stop) -> HTTPError {
        switch stop {
        case .cancelled: error(.cancelled, "the request to \(origin) was cancelled")
        case .bodyTooLarge: error(.badAnswer, "the answer of \(origin) is larger than the client takes")
        case .headerTooLarge: error(.badAnswer, "the answer of \(origin) has a header larger than the client takes")
        case .fenced(let reason): error(.fenced, reason)
        case .wouldRepeat: error(.interrupted, "no answer from \(origin): the connection was closed")
        }
    }

    func error(_ handle: EasyHandle, _ code: CURLcode, _ settings: HandleSettings) -> HTTPError {
        if let stop { return error(stop) }
        if let refusal, attempts == 0 { return error(.refused, "cannot go to \(origin): \(refusal)") }
        let text = handle.errorText
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            return unreachable("the host name '\(origin.host)' does not resolve")
        case CURLE_COULDNT_RESOLVE_PROXY: return unreachable("the proxy's host name does not resolve")
        case CURLE_COULDNT_CONNECT: return unreachable(connectReason(handle))
        case CURLE_PROXY: return unreachable("the proxy refused the connection")
        case CURLE_OPERATION_TIMEDOUT: return timeout(text, settings.configuration.deadlines)
        case CURLE_PEER_FAILED_VERIFICATION:
            return error(.tls, "cannot trust \(origin): \(trustReason(handle, text, settings))")
        case CURLE_SSL_CACERT_BADFILE:
            return error(.tls, "cannot trust \(origin): the certificate authority cannot be read")
        case CURLE_SSL_CERTPROBLEM:
            return error(.tls, "cannot log in to \(origin): the client certificate or its key cannot be used")
        case CURLE_SSL_CONNECT_ERROR: return error(.tls, "cannot reach \(origin): \(handshakeReason(text))")
        case CURLE_GOT_NOTHING: return error(.interrupted, "no answer from \(origin): the connection was closed")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR: return broken(text)
        case CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM: return broken("the connection was closed")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return error(.badAnswer, "the answer of \(origin) is no HTTP")
        case CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            return error(.badAnswer, "the answer of \(origin) cannot be decompressed")
        default:
            let reason = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
            return error(.interrupted, "the exchange with \(origin) broke off: \(reason)")
        }
    }

    private func unreachable(_ reason: String, _ cause: HTTPError.Cause = .unreachable) -> HTTPError {
        error(cause, "cannot reach \(origin): \(reason)")
    }

    private func connectReason(_ handle: EasyHandle) -> String {
        switch Int32(curl_getinfo_long(handle.pointer, CURLINFO_OS_ERRNO)) {
        case ECONNREFUSED: "connection refused"
        case ENETUNREACH, EHOSTUNREACH: "no route to the host"
        case ETIMEDOUT: "no connection in time"
        case ECONNRESET: "connection reset"
        case 0: "no connection"
        case let number: String(cString: strerror(number)).lowercased()
        }
    }

    private func timeout(_ text: String, _ deadlines: HTTPConfiguration.Deadlines) -> HTTPError {
        func words(_ seconds: Double) -> String {
            seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(Int(seconds.rounded())) s"
        }
        let whole = request.timeout ?? .infinity
        if attempts == 0 {
            return unreachable("no connection within \(words(min(deadlines.connect, whole)))", .timeout)
        }
        let isStill = text.hasPrefix("Operation too slow")
        let span = words(isStill ? request.idleTimeout ?? 0 : whole)
        if !hasHead { return error(.timeout, "no answer from \(origin) within \(span)") }
        if isStill {
            return error(.timeout, "the answer of \(origin) stands still: nothing came for \(span)")
        }
        return error(.timeout, "the answer of \(origin) is incomplete: it did not end within \(span)")
    }

    private func broken(_ text: String) -> HTTPError {
        if text.contains("alert certificate required") || text.contains("alert bad certificate") {
            return error(.tls, "cannot reach \(origin): \(handshakeReason(text))")
        }
        if text.contains("CONNECT") { return unreachable("the proxy refused the connection") }
        let reason = text.lowercased().contains("reset") ? "the connection was reset" : "the connection was closed"
        guard attempts > 0 else { return unreachable(reason) }
        guard hasHead else { return error(.interrupted, "no answer from \(origin): \(reason)") }
        return error(.interrupted, "the answer of \(origin) is incomplete: \(reason) after \(bodyCount) bytes")
    }

    private func trustReason(_ handle: EasyHandle, _ text: String, _ settings: HandleSettings) -> String {
        if text.contains("subject name") {
            return "its certificate is not for the name '\(settings.configuration.serverName ?? origin.host)'"
        }
        // The numbers of OpenSSL's X509_verify_cert_error_string(3).
        switch curl_getinfo_long(handle.pointer, CURLINFO_SSL_VERIFYRESULT) {
        case 9: return "its certificate is not valid yet"
        case 10: return "its certificate has expired"
        case 2, 18, 19, 20, 21:
            if case .system = settings.configuration.trust {
                return "its certificate is not signed by an authority that this system trusts"
            }
            return "its certificate is not signed by the configured authority"
        default: return "its certificate cannot be verified: \(text)"
        }
    }

    private func handshakeReason(_ text: String) -> String {
        if text.contains("alert certificate required") || text.contains("alert handshake failure") {
            return "the server demands a client certificate"
        }
        if text.contains("alert bad certificate") || text.contains("alert unknown ca") {
            return "the server does not accept the client certificate"
        }
        if text.contains("protocol version") || text.contains("unsupported protocol") {
            return "the server does not speak TLS 1.2 or newer"
        }
        if text.contains("wrong version number") { return "the server does not speak TLS" }
        return "the TLS handshake failed"
    }
}
