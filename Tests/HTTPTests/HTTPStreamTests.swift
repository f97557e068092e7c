import HTTP
import Synchronization
import TestSupport
import Testing

/// Bodies that come in pieces: watches and big downloads.
@Suite struct HTTPStreamTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"

    @Test func piecesArriveWhileTheServerStillWrites() async throws {
        let gate = Mutex(false)
        let server = try FaultServer { _ in
            [.text(Self.head + "3\r\none\r\n"), .hold(until: { gate.withLock { $0 } }), .text("3\r\ntwo\r\n0\r\n\r\n")]
        }
        let client = try HTTPClient()
        let stream = try await client.stream(HTTPRequest(.get, server.url))
        #expect(stream.status == 200)
        #expect(stream.header("x-a") == "b")
        var pieces: [String] = []
        for try await piece in stream.body {
            pieces.append(String(decoding: piece, as: UTF8.self))
            gate.withLock { $0 = true }
        }
        #expect(pieces == ["one", "two"])
    }

    @Test func leavingTheLoopEndsTheExchange() async throws {
        let server = try FaultServer { _ in [.text(Self.head + "3\r\none\r\n"), .silence] }
        let client = try HTTPClient()
        func first() async throws -> [UInt8]? {
            for try await piece in try await client.stream(HTTPRequest(.get, server.url)).body { return piece }
            return nil
        }
        #expect(try await first() == Array("one".utf8))
        while server.openConnections > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func cancellingTheReaderEndsTheExchange() async throws {
        let server = try FaultServer { _ in [.text(Self.head + "3\r\none\r\n"), .silence] }
        let client = try HTTPClient()
        let url = server.url
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for try await _ in try await client.stream(HTTPRequest(.get, url)).body { starting.yield() }
        }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: HTTPError.self) { try await task.value }
        #expect(error?.cause == .cancelled)
    }

    @Test func aBodyThatBreaksOffIsAnError() async throws {
        let server = try FaultServer { _ in [.text(Self.head + "3\r\none\r\n"), .close] }
        let client = try HTTPClient()
        let stream = try await client.stream(HTTPRequest(.get, server.url))
        var pieces: [[UInt8]] = []
        let error = await #expect(throws: HTTPError.self) {
            for try await piece in stream.body { pieces.append(piece) }
        }
        #expect(pieces == [Array("one".utf8)])
        #expect(
            error?.message == "the answer of \(server.url) is incomplete: the connection was closed after 3 bytes")
    }

    @Test func noAnswerIsAnErrorAtOnce() async throws {
        let server = try FaultServer { _ in [.close] }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) { try await client.stream(HTTPRequest(.get, server.url)) }
        #expect(error?.cause == .interrupted)
    }

    /// While nobody reads, the client's buffer and the sockets' fill up and the server has to stop.
    @Test func aSlowReaderStopsTheServer() async throws {
        let piece = [UInt8](repeating: 120, count: 1 << 20)
        let sent = Mutex(0)
        let server = try FaultServer { _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")]
                + (0..<64).flatMap { _ in [.send(piece), .note { sent.withLock { $0 += 1 } }] }
        }
        let client = try HTTPClient()
        let stream = try await client.stream(HTTPRequest(.get, server.url))
        // Until the server has made no progress for a while: it is blocked, having sent only a part.
        var last = -1
        while sent.withLock({ $0 }) != last {
            last = sent.withLock { $0 }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(last < 32)
        var count = 0
        for try await piece in stream.body { count += piece.count }
        #expect(count == 64 << 20)
    }

    @Test func unpacksAndPausesABigBodyOverHTTP2() async throws {
        let nginx = try Nginx.shared.get()
        let client = try HTTPClient(nginx.configuration { $0.maxBody = 1 })
        let stream = try await client.stream(HTTPRequest(.get, nginx.url(.tls13, "/big.bin")))
        var count = 0
        for try await piece in stream.body {
            count += piece.count
            if count < 4 << 20 { await Task.yield() }
        }
        #expect(count == 16 << 20)
    }
}
