import Foundation
import Synchronization

/// A server on loopback that does to each request what a test says, down to the bytes and the way the connection ends.
///
///     let server = try FaultServer { request in
///         request.number == 0 ? [.answer(503, headers: ["Retry-After: 1"])] : [.json(#"{"ok":true}"#)]
///     }
///     … HTTPRequest(.get, server.url + "/api") …
///     #expect(server.requests.count == 2)
///
/// Ends with its last reference. Plain HTTP/1.1; a connection stays open until a step ends it.
package final class FaultServer: Sendable {
    package struct Request: Sendable {
        /// Counted over all connections, from 0.
        package let number: Int
        /// Of the connection that it came on, from 0.
        package let connection: Int
        package let method: String
        /// With the query.
        package let path: String
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    package enum Step: Sendable {
        case send([UInt8])
        case wait(seconds: Double)
        /// One byte at a time.
        case trickle([UInt8], seconds: Double)
        /// Nothing more until the client goes away.
        case silence
        /// Nothing more until the condition holds.
        case hold(until: @Sendable () -> Bool)
        /// Tells the test that the steps before are done.
        case note(@Sendable () -> Void)
        case close
        /// A reset instead of an orderly end.
        case reset

        package static func text(_ text: String) -> Step { .send(Array(text.utf8)) }

        /// A whole answer with its length.
        package static func answer(
            _ status: Int, headers: [String] = [], type: String = "text/plain", body: String = ""
        ) -> Step {
            var head = "HTTP/1.1 \(status) Scripted\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            for header in headers { head += header + "\r\n" }
            return .text(head + "\r\n" + body)
        }

        package static func json(_ body: String, status: Int = 200, headers: [String] = []) -> Step {
            .answer(status, headers: headers, type: "application/json", body: body)
        }

        /// Half of an answer, then the end of the connection.
        package static func cut(_ body: String, type: String = "application/json") -> [Step] {
            let bytes = Array(body.utf8)
            let head = "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(bytes.count)\r\n\r\n"
            return [.text(head), .send(Array(bytes.prefix(bytes.count / 2))), .close]
        }
    }

    package struct CannotStart: Error {}

    private struct Record {
        var requests: [Request] = []
        var connections = 0
        var sockets: Set<Int32> = []
        var isOpen = true
    }

    /// Shared with the threads, so that they do not keep the server alive.
    private final class Shared: Sendable {
        let record = Mutex(Record())
        let script: @Sendable (Request) -> [Step]

        init(script: @escaping @Sendable (Request) -> [Step]) { self.script = script }
    }

    package let port: Int
    private let listener: Int32
    private let shared: Shared

    package init(_ script: @escaping @Sendable (Request) -> [Step]) throws {
        let shared = Shared(script: script)
        let (fd, port) = try LoopbackSocket.bound(SOCK_STREAM)
        guard listen(fd, 128) == 0 else { throw CannotStart() }
        self.shared = shared
        self.port = port
        listener = fd
        Thread.detachNewThread { Self.accept(fd, shared) }
    }

    /// A port on which nothing listens at this moment.
    package static func freePort() throws -> Int {
        let (fd, port) = try LoopbackSocket.bound(SOCK_STREAM)
        close(fd)
        return port
    }

    deinit {
        let sockets = shared.record.withLock { record in
            record.isOpen = false
            return record.sockets
        }
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        // Ends the accept; the accepting thread closes it.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// `http://127.0.0.1:PORT`
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Those that have arrived whole so far.
    package var requests: [Request] { shared.record.withLock { $0.requests } }

    /// The number of connections that were accepted.
    package var connections: Int { shared.record.withLock { $0.connections } }

    /// The number of connections that neither side has ended.
    package var openConnections: Int { shared.record.withLock { $0.sockets.count } }

    private static func accept(_ listener: Int32, _ shared: Shared) {
        while true {
            let fd = Foundation.accept(listener, nil, nil)
            guard fd >= 0 else { break }
            let number = shared.record.withLock { record -> Int? in
                guard record.isOpen else { return nil }
                record.sockets.insert(fd)
                record.connections += 1
                return record.connections - 1
            }
            guard let number else {
                close(fd)
                break
            }
            Thread.detachNewThread {
                serve(fd, number, shared)
                // Under the lock, so that the number is not another's when the server ends.
                shared.record.withLock { record in
                    record.sockets.remove(fd)
                    _ = close(fd)
                }
            }
        }
        close(listener)
    }

    private static func serve(_ fd: Int32, _ connection: Int, _ shared: Shared) {
        var buffer: [UInt8] = []
        while let request = receive(fd, &buffer, connection, shared) {
            for step in shared.script(request) where !perform(step, fd) { return }
        }
    }

    /// False when the connection is over.
    private static func perform(_ step: Step, _ fd: Int32) -> Bool {
        switch step {
        case .send(let bytes): return transmit(bytes, fd)
        case .wait(let seconds): Thread.sleep(forTimeInterval: seconds)
        case .trickle(let bytes, let seconds):
            for byte in bytes {
                guard transmit([byte], fd) else { return false }
                Thread.sleep(forTimeInterval: seconds)
            }
        case .silence:
            var byte: UInt8 = 0
            while recv(fd, &byte, 1, 0) > 0 {}
            return false
        case .hold(let condition): while !condition() { Thread.sleep(forTimeInterval: 0.001) }
        case .note(let note): note()
        case .close: return false
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            return false
        }
        return true
    }

    private static func transmit(_ bytes: [UInt8], _ fd: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func receive(
        _ fd: Int32, _ buffer: inout [UInt8], _ connection: Int, _ shared: Shared
    ) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = buffer.firstRange(of: end)
        while headEnd == nil {
            guard fill(fd, &buffer) else { return nil }
            headEnd = buffer.firstRange(of: end)
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while buffer.count < headEnd.upperBound + length { guard fill(fd, &buffer) else { return nil } }
        let body = Array(buffer[headEnd.upperBound..<(headEnd.upperBound + length)])
        buffer.removeFirst(headEnd.upperBound + length)
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        return shared.record.withLock { record in
            let request = Request(
                number: record.requests.count, connection: connection, method: words.first ?? "",
                path: words.count > 1 ? words[1] : "", headers: headers, body: body)
            record.requests.append(request)
            return request
        }
    }

    private static func fill(_ fd: Int32, _ buffer: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(fd, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer += piece.prefix(count)
        return true
    }
}
