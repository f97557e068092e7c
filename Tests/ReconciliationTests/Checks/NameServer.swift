import Foundation
import Synchronization
import TestSupport

/// A name server on loopback with a table of records. Ends with its last reference.
final class NameServer: Sendable {
    enum Record: Sendable {
        case alias(String)
        case four([UInt8])
    }

    let port: UInt16
    private let socket: Int32

    /// A name without an entry does not exist; nil for one that is never answered.
    init(_ table: [String: [Record]?]) throws {
        let (socket, port) = try LoopbackSocket.bound(SOCK_DGRAM)
        self.socket = socket
        self.port = UInt16(port)
        Thread.detachNewThread { Self.serve(socket, table) }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }

    private static func serve(_ socket: Int32, _ table: [String: [Record]?]) {
        var buffer = [UInt8](repeating: 0, count: 2048)
        var peer = sockaddr_storage()
        while true {
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &buffer, buffer.count, 0, $0, &size)
                }
            }
            guard count > 12 else { break }
            guard let answer = answer(Array(buffer.prefix(count)), table) else { continue }
            _ = withUnsafePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(socket, answer, answer.count, 0, $0, size)
                }
            }
        }
        close(socket)
    }

    private static func answer(_ query: [UInt8], _ table: [String: [Record]?]) -> [UInt8]? {
        var labels: [String] = []
        var place = 12
        while place < query.count, query[place] != 0 {
            let end = place + 1 + Int(query[place])
            labels.append(String(decoding: query[(place + 1)..<end], as: UTF8.self))
            place = end
        }
        let question = query[12..<(place + 5)]
        let entry = table[labels.joined(separator: ".")]
        if case .some(.none) = entry { return nil }
        var owner = labels.joined(separator: ".")
        var (records, count) = ([UInt8](), UInt8(0))
        for record in (entry ?? nil) ?? [] {
            let (type, data): (UInt8, [UInt8]) =
                switch record {
                case .alias(let target): (5, name(target))
                case .four(let bytes): (1, bytes)
                }
            // What was not asked for is left out, but for aliases.
            if type == 5 || query[place + 2] == type {
                records += name(owner) + [0, type, 0, 1, 0, 0, 0, 1, 0, UInt8(data.count)] + data
                count += 1
            }
            if case .alias(let target) = record { owner = target }
        }
        let code: UInt8 = entry == nil ? 3 : 0
        return query[..<2] + [0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0] + question + records
    }

    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
