import HTTP
import TestSupport
import Testing

/// Servers that misbehave after the handshake, and what the client says about them.
@Suite struct FailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let cause: HTTPError.Cause
        let message: String
        let steps: [FaultServer.Step]
        var testDescription: String { id }
    }

    @Test(arguments: [
        Case(
            id: "closes without a word", cause: .interrupted, message: "no answer from @: the connection was closed",
            steps: [.close]),
        Case(
            id: "resets without a word", cause: .interrupted, message: "no answer from @: the connection was reset",
            steps: [.reset]),
        Case(
            id: "stays silent", cause: .timeout, message: "no answer from @ within 300 ms", steps: [.silence]),
        Case(
            id: "cuts the body", cause: .interrupted,
            message: "the answer of @ is incomplete: the connection was closed after 5 bytes",
            steps: FaultServer.Step.cut(#"{"ab":"cd"}"#)),
        Case(
            id: "resets within the body", cause: .interrupted,
            message: "the answer of @ is incomplete: the connection was reset after 4 bytes",
            steps: [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\""), .wait(seconds: 0.05), .reset]),
        Case(
            id: "cuts a chunk", cause: .interrupted,
            message: "the answer of @ is incomplete: the connection was closed after 2 bytes",
            steps: [.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}"), .close]),
        Case(
            id: "trickles", cause: .timeout, message: "the answer of @ is incomplete: it did not end within 300 ms",
            steps: [
                .text("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"),
                .trickle(Array(repeating: 32, count: 100), seconds: 0.02),
            ]),
        Case(
            id: "speaks another language", cause: .badAnswer, message: "the answer of @ is no HTTP",
            steps: [.text("220 mail.example ESMTP\r\n"), .close]),
        Case(
            id: "says gzip and sends none", cause: .badAnswer, message: "the answer of @ cannot be decompressed",
            steps: [.answer(200, headers: ["Content-Encoding: gzip"], body: "plain text, not gzip")]),
        Case(
            id: "sends a header without end", cause: .badAnswer,
            message: "the answer of @ has a header larger than the client takes",
            steps: [.text("HTTP/1.1 200 OK\r\n")]
                + Array(repeating: .text("X-Filler: \(String(repeating: "x", count: 60_000))\r\n"), count: 9)),
    ])
    func names(_ it: Case) async throws {
        let server = try FaultServer { _ in it.steps }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, server.url + "/secret?token=t0ken", timeout: 0.3))
        }
        #expect(error?.cause == it.cause)
        #expect(error?.message == it.message.replacing("@", with: server.url))
    }

    @Test func aBodyThatStandsStillIsGivenUp() async throws {
        let server = try FaultServer { _ in [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .silence] }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, server.url, idleTimeout: 1))
        }
        #expect(error?.cause == .timeout)
        #expect(error?.message == "the answer of \(server.url) stands still: nothing came for 1 s")
    }

    @Test func nobodyListens() async throws {
        let port = try FaultServer.freePort()
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.post, "http://127.0.0.1:\(port)/x"))
        }
        #expect(error?.cause == .unreachable)
        #expect(error?.message == "cannot reach http://127.0.0.1:\(port): connection refused")
    }

    @Test func theHostDoesNotResolve() async throws {
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, "https://server.invalid/"))
        }
        #expect(error?.cause == .unreachable)
        #expect(
            error?.message == "cannot reach https://server.invalid: the host name 'server.invalid' does not resolve")
    }

    /// curl would send it again by itself when a connection that it reuses ends without an answer.
    @Test(arguments: [(false, 1), (true, 2)])
    func whatMustNotBeRepeatedIsSentOnce(_ isRepeatable: Bool, _ copies: Int) async throws {
        let server = try FaultServer { request in
            request.path == "/create" && request.connection == 0 ? [.close] : [.json("{}")]
        }
        let client = try HTTPClient()
        #expect(try await client.send(HTTPRequest(.get, server.url + "/first")).status == 200)
        let request = HTTPRequest(.post, server.url + "/create", body: [123, 125], isRepeatable: isRepeatable)
        let result = await Result { () async throws -> Int in try await client.send(request).status }
        switch result {
        case .success(let status): #expect(status == 200 && isRepeatable)
        case .failure(let error):
            #expect(!isRepeatable)
            #expect((error as? HTTPError)?.cause == .interrupted)
            #expect("\(error)" == "no answer from \(server.url): the connection was closed")
        }
        #expect(server.requests.filter { $0.path == "/create" }.count == copies)
    }

    @Test func aFenceStopsARequestThatIsAboutToLeave() async throws {
        let server = try FaultServer { _ in [.json("{}")] }
        let client = try HTTPClient()
        var request = HTTPRequest(.post, server.url + "/create", body: [123, 125])
        request.fence = { nil }
        #expect(try await client.send(request).status == 200)
        request.fence = { "the lease is lost" }
        for client in [client, try HTTPClient()] {
            let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
            #expect(error?.cause == .fenced)
            #expect(error?.message == "the lease is lost")
        }
        #expect(server.requests.count == 1)
        request.fence = nil
        #expect(try await client.send(request).status == 200)
    }

    @Test func aCancelledTaskEndsItsRequest() async throws {
        let server = try FaultServer { _ in [.silence] }
        let client = try HTTPClient()
        let url = server.url
        let task = Task { try await client.send(HTTPRequest(.get, url)) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.cause == .cancelled)
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let server = try FaultServer { _ in [.json("{}")] }
        let client = try HTTPClient()
        let url = server.url
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(HTTPRequest(.get, url))
        }
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.cause == .cancelled)
        #expect(server.requests.isEmpty)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
