import HTTP
import Synchronization
import TestSupport
import Testing

/// A client that may not connect everywhere.
@Suite struct AddressRuleTests {
    private static func client(_ rule: @escaping HTTPConfiguration.AddressRule) throws -> HTTPClient {
        var configuration = HTTPConfiguration()
        configuration.refusal = rule
        return try HTTPClient(configuration)
    }

    @Test func opensNoConnectionToARefusedAddress() async throws {
        let server = try FaultServer { _ in [.answer(200)] }
        let client = try Self.client { "\($0[0]) is closed" }
        let spellings = ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "localhost"]
        for host in spellings {
            let url = "http://\(host):\(server.port)/"
            let error = await #expect(throws: HTTPError.self, "\(host)") {
                try await client.send(HTTPRequest(.get, url))
            }
            #expect(error?.cause == .refused, "\(host)")
            #expect(error?.message.hasPrefix("cannot go to http://\(host):\(server.port): ") == true, "\(host)")
        }
        #expect(server.connections == 0)
    }

    @Test func asksOfTheAddressAndGoesThereWhereItMay() async throws {
        let server = try FaultServer { _ in [.answer(200)] }
        let asked = Mutex<[[UInt8]]>([])
        let client = try Self.client { address in
            asked.withLock { $0.append(address) }
            return nil
        }
        #expect(try await client.send(HTTPRequest(.get, server.url)).status == 200)
        #expect(asked.withLock { $0 } == [[127, 0, 0, 1]])
    }

    /// `localhost` has two addresses on most hosts, and the server listens on one: the refusal of the other one stops nothing.
    @Test func goesOnWithTheNextAddress() async throws {
        let server = try FaultServer { _ in [.answer(200)] }
        let client = try Self.client { $0.count == 16 ? "version 6 is closed" : nil }
        #expect(try await client.send(HTTPRequest(.get, "http://localhost:\(server.port)/")).status == 200)
    }
}
