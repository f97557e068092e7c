import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct StreamTests {
    @Test func sendsPiecesAsTheyCome() async throws {
        let (pieces, source) = AsyncStream.makeStream(of: [UInt8].self)
        let listener = try HTTPListener { _ in ServerResponse(status: 200, body: .stream(pieces)) }
        let client = try Client(port: listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        source.yield(Array("first\n".utf8))
        #expect(try await client.read(until: "first\n").contains("Transfer-Encoding: chunked"))
        source.yield(Array("second\n".utf8))
        _ = try await client.read(until: "second\n")
        source.finish()
        _ = try await client.read(until: "0\r\n\r\n")
        client.close()
        await listener.stop()
    }

    @Test func carriesMoreThanFitsIntoMemoryAtOnce() async throws {
        let produced = Mutex(0)
        let listener = try HTTPListener { _ in
            let stream = AsyncStream<[UInt8]>(unfolding: {
                produced.withLock { count in
                    count += 1
                    return count > 3_000 ? nil : [UInt8](repeating: UInt8(truncatingIfNeeded: count), count: 10_000)
                }
            })
            return ServerResponse(status: 200, body: .stream(stream))
        }
        let client = try Client(port: listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try await client.read(until: "\r\n\r\n")
        // The client reads nothing: the handler's stream has to wait for it.
        var before = -1
        while produced.withLock({ $0 }) != before {
            before = produced.withLock { $0 }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(before < 3_000)
        produced.withLock { $0 = 0 }
        var received = 0
        while received < 30_000_000 { received += try await client.read(atMost: 1 << 20) }
        client.close()
        await listener.stop()
    }

    @Test func endsAStreamWhoseClientWentAway() async throws {
        let (ended, report) = AsyncStream.makeStream(of: Void.self)
        let listener = try HTTPListener { _ in
            let (pieces, source) = AsyncStream.makeStream(of: [UInt8].self)
            source.onTermination = { _ in report.finish() }
            source.yield([65])
            return ServerResponse(status: 200, body: .stream(pieces))
        }
        let client = try Client(port: listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try await client.read(until: "A")
        client.close()
        for await _ in ended {}  // hangs for ever when nobody notices
        await listener.stop()
    }

    @Test func cancelsAHandlerWhoseClientWentAway() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, report) = AsyncStream.makeStream(of: Void.self)
        let listener = try HTTPListener { _ in
            start.finish()
            while (try? await Task.sleep(for: .seconds(60))) != nil {}
            report.finish()
            return ServerResponse(status: 200)
        }
        let client = try Client(port: listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for await _ in started {}
        client.close()
        for await _ in cancelled {}
        await listener.stop()
    }

    @Test func survivesClientsThatCutTheirRequests() async throws {
        let listener = try HTTPListener(handler: echo)
        for text in [
            "", "GET", "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
            "\u{16}\u{3}\u{1}nonsense\r\n\r\n",
        ] {
            for _ in 0..<20 { try Client(port: listener.port, text).close() }
        }
        let answer = try await Command.run("curl", ["-sS", "http://127.0.0.1:\(listener.port)/alive"])
        #expect(answer.text == "GET /alive\nbody 0")
        await listener.stop()
    }

    @Test func stopEndsStreamsAndHandlers() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        var held: Held? = Held()
        weak let remains = held
        var listener: HTTPListener? = try HTTPListener { [held] request in
            start.yield()
            held?.touch()
            if request.path == "/stream" { return ServerResponse(status: 200, body: .stream(AsyncStream { _ in })) }
            while (try? await Task.sleep(for: .seconds(60))) != nil {}
            return ServerResponse(status: 200)
        }
        let port = try #require(listener?.port)
        let clients = try (0..<20).map {
            try Client(port: port, "GET /\($0 % 2 == 0 ? "stream" : "wait") HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        var count = 0
        for await _ in started {
            count += 1
            if count == clients.count { break }
        }
        await listener?.stop(grace: .milliseconds(50))
        for client in clients { _ = try await client.readToEnd() }
        #expect(throws: ClientError.self) { try Client(port: port, "GET / HTTP/1.1\r\n\r\n") }
        (listener, held) = (nil, nil)
        while remains != nil { try await Task.sleep(for: .milliseconds(5)) }  // hangs for ever when something is left
        for client in clients { client.close() }
    }

    @Test func stopLetsAnswersBeFinished() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let listener = try HTTPListener { _ in
            start.finish()
            try? await Task.sleep(for: .milliseconds(300))
            return ServerResponse(status: 200, body: .bytes(Array("whole".utf8)))
        }
        let client = try Client(port: listener.port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for await _ in started {}
        await listener.stop(grace: .seconds(30))
        #expect(try await client.readToEnd().hasSuffix("whole"))
        client.close()
    }
}

/// Held by a handler: lives as long as anything of the listener does.
private final class Held: Sendable {
    func touch() {}
}
