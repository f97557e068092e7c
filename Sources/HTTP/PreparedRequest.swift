/// A request after all checks, as the loop's thread sends it.
struct PreparedRequest: Sendable {
    let method: HTTPRequest.Method
    let origin: Origin
    let url: String
    /// Lines of the header.
    let headers: [String]
    let body: [UInt8]?
    /// Seconds; nil is none.
    let timeout: Double?
    let idleTimeout: Double?
    let isRepeatable: Bool
    let asksForPeer: Bool
    let fence: (@Sendable () -> String?)?
    /// What the connection is made to, where the URL bears the certificate's name instead.
    let connectTo: String?

    init(_ request: HTTPRequest, _ configuration: HTTPConfiguration, isStream: Bool = false) throws(HTTPError) {
        origin = try Origin(of: request.url)
        method = request.method
        body = request.body ?? (request.method == .get || request.method == .delete ? nil : [])
        timeout = request.timeout ?? (isStream ? nil : configuration.deadlines.whole)
        idleTimeout = request.idleTimeout ?? (isStream ? nil : configuration.deadlines.idle)
        isRepeatable = request.isRepeatable
        asksForPeer = request.asksForPeer
        fence = request.fence
        var lines = try Self.lines(request, origin, configuration)
        if let name = configuration.serverName, origin.scheme == "https", name != origin.host {
            // curl takes the name for SNI and verification from the URL, so the URL bears it and the connection goes elsewhere.
            let tail = request.url.drop { $0 != ":" }.dropFirst(3).drop { !"/?#".contains($0) }
            url = "https://\(name):\(origin.port)\(tail)"
            connectTo = "\(name):\(origin.port):\(origin.authority)"
            lines.append("Host: \(origin.authority)")
        } else {
            url = request.url
            connectTo = nil
        }
        headers = lines
    }

    private static func lines(
        _ request: HTTPRequest, _ origin: Origin, _ configuration: HTTPConfiguration
    ) throws(HTTPError) -> [String] {
        func refusal(_ reason: String) -> HTTPError {
            HTTPError(.refused, origin: origin.description, "cannot send a request to \(origin): \(reason)")
        }
        var lines: [String] = []
        lines.reserveCapacity(request.headers.count + 3)
        var hasContentType = false
        for (name, value) in request.headers {
            guard isHeaderName(name), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw refusal("a header has characters that headers cannot have")
            }
            switch name.lowercased() {
            case "authorization", "cookie", "proxy-authorization":
                throw refusal("the header '\(name)' is sent only as a credential with an origin")
            case "content-type": hasContentType = true
            default: break
            }
            // > use "Name;" (with a trailing semicolon) to send a header without a value
            // https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html
            lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        if let credential = request.credential ?? configuration.credential {
            guard credential.origin == origin else { throw refusal("the credential is for \(credential.origin)") }
            guard credential.authorization.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
                throw refusal("the credential has characters that headers cannot have")
            }
            lines.append("Authorization: \(credential.authorization)")
        }
        if request.method != .get {
            // curl would call any body a form, and wait a second for a "100 Continue" before a big one.
            if !hasContentType { lines.append("Content-Type:") }
            lines.append("Expect:")
        }
        return lines
    }

    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
