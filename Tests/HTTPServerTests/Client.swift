import Foundation

struct ClientError: Error {}

/// A connection whose bytes the test writes itself.
final class Client: Sendable {
    private let descriptor: Int32

    init(port: UInt16, _ text: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            Foundation.close(descriptor)
            throw ClientError()
        }
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw ClientError()
        }
    }

    /// What has arrived, once it contains the text.
    func read(until text: String) async throws -> String {
        try await collect { $0.contains(text) }
    }

    /// How many of at most that many bytes have arrived.
    func read(atMost limit: Int) async throws -> Int {
        let descriptor = descriptor
        let count = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: limit)
                continuation.resume(returning: recv(descriptor, &buffer, limit, 0))
            }
        }
        guard count > 0 else { throw ClientError() }
        return count
    }

    func readToEnd() async throws -> String { try await collect { _ in false } }

    private func collect(_ isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                while !isEnough(String(decoding: received, as: UTF8.self)) {
                    let count = recv(descriptor, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    received += buffer[..<count]
                }
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }
        }
    }

    func close() { Foundation.close(descriptor) }
}
