/// One exchange, from its submission to its end. Threads other than the loop's hold it as a name for the exchange.
final class Transfer: @unchecked Sendable {  // because only the loop's thread touches its variables
    /// How the answer goes to whoever asked.
    enum Delivery: Sendable {
        case whole(@Sendable (Result<HTTPResponse, HTTPError>) -> Void)
        /// The head as a response without body; then the pieces.
        case pieces(BodyChannel, @Sendable (Result<HTTPResponse, HTTPError>) -> Void)
    }

    /// Why our own callbacks ended the exchange.
    enum Stop { case cancelled, bodyTooLarge, headerTooLarge, wouldRepeat, fenced(String) }

    let request: PreparedRequest
    var delivery: Delivery?
    /// The handle while the exchange is under way.
    var handle: EasyHandle?
    var isCancelled = false
    var stop: Stop?
    /// Why an address of the server was not connected to; another one may have been.
    var refusal: String?
    /// How often the request was handed to a connection.
    var attempts = 0
    private(set) var status = 0
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private(set) var bodyCount = 0
    private(set) var hasHead = false
    /// Set at the end of an exchange that asked for it.
    var peer: HTTPResponse.Peer?
    private var headerCount = 0

    private static let maxHeaders = 256 << 10

    init(_ request: PreparedRequest) { self.request = request }

    /// Takes one line of a header; false ends the exchange.
    func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        headerCount += line.count
        guard headerCount <= Self.maxHeaders else {
            stop = .headerTooLarge
            return false
        }
        guard !hasHead else { return true }  // trailers
        var end = line.count
        while end > 0, line[end - 1] == 0x0d || line[end - 1] == 0x0a { end -= 1 }
        if end == 0 {
            endHead()
        } else if line.starts(with: "HTTP/".utf8) {
            status = Self.status(line)
            headers.removeAll(keepingCapacity: true)
        } else if let colon = line[..<end].firstIndex(of: UInt8(ascii: ":")) {
            var start = colon + 1
            while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
            while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
            headers.append(
                (String(decoding: line[..<colon], as: UTF8.self), String(decoding: line[start..<end], as: UTF8.self)))
        }
        return true
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`
    private static func status(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        guard let space = line.firstIndex(of: 0x20) else { return 0 }
        var number = 0
        for byte in line[(space + 1)...].prefix(3) {
            guard byte >= 0x30, byte <= 0x39 else { return 0 }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    private func endHead() {
        guard status >= 200 else { return }  // 100 and 103 announce the answer, they are none
        hasHead = true
        switch delivery {
        case .pieces(_, let head): head(.success(HTTPResponse(status: status, headers: headers)))
        case .whole:
            let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
            if let length, length > 0 { body.reserveCapacity(min(length, 8 << 20)) }
        case nil: break
        }
    }

    /// Takes a piece of the body and returns what curl expects of a write function.
    func takeBody(_ piece: UnsafeBufferPointer<UInt8>, limit: Int) -> Int {
        if case .pieces(let channel, _) = delivery {
            guard channel.offer(piece) else { return EasyHandle.pause }
            bodyCount += piece.count
            return piece.count
        }
        guard body.count + piece.count <= limit else {
            stop = .bodyTooLarge
            return EasyHandle.abort
        }
        body.append(contentsOf: piece)
        bodyCount = body.count
        return piece.count
    }

    /// Hands over the end, once.
    func finish(_ error: HTTPError?) {
        let delivery = delivery.take()
        switch delivery {
        case .whole(let completion):
            let response = HTTPResponse(status: status, headers: headers, body: body, peer: peer)
            completion(error.map { .failure($0) } ?? .success(response))
        case .pieces(let channel, let head):
            if !hasHead { head(.failure(error ?? noHead)) }
            channel.finish(error)
        case nil: break
        }
        body = []
    }

    private var noHead: HTTPError {
        HTTPError(.badAnswer, origin: request.origin.description, "the answer of \(request.origin) has no header")
    }
}
