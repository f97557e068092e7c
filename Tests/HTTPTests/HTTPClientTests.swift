import Foundation
import HTTP
import TestSupport
import Testing

/// The client against nginx: versions of TLS and HTTP, trust, certificates, what is sent and what is not.
@Suite struct HTTPClientTests {
    let nginx: Nginx

    init() throws { nginx = try Nginx.shared.get() }

    /// The fields of `/what`: method, protocol, TLS, SNI, host, agent, authorization, client.
    private func what(_ response: HTTPResponse) -> [String] {
        String(decoding: response.body, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false).map(
            String.init)
    }

    struct Speech: Sendable, CustomTestStringConvertible {
        let server: Nginx.Server
        let newest: HTTPConfiguration.Version
        let expected: [String]
        var testDescription: String { "\(server) \(newest)" }
    }

    @Test(arguments: [
        Speech(server: .tls12, newest: .http2, expected: ["HTTP/2.0", "TLSv1.2"]),
        Speech(server: .tls13, newest: .http2, expected: ["HTTP/2.0", "TLSv1.3"]),
        Speech(server: .tls13, newest: .http1, expected: ["HTTP/1.1", "TLSv1.3"]),
        Speech(server: .http1, newest: .http2, expected: ["HTTP/1.1", "TLSv1.3"]),
        Speech(server: .plain, newest: .http2, expected: ["HTTP/1.1", ""]),
    ])
    func speaksTheNewestVersionThatTheServerKnows(_ speech: Speech) async throws {
        let client = try HTTPClient(
            nginx.configuration {
                $0.version = speech.newest; $0.userAgent = "reconcile/1.2.3"
            })
        let response = try await client.send(HTTPRequest(.get, nginx.url(speech.server, "/what")))
        let what = what(response)
        #expect(response.status == 200)
        #expect(Array(what[1...2]) == speech.expected)
        #expect(what[5] == "reconcile/1.2.3")
        #expect(response.header("CONTENT-TYPE") == "text/plain")
    }

    @Test func saysWhoAnswered() async throws {
        let client = try HTTPClient(nginx.configuration { _ in })
        var request = HTTPRequest(.get, nginx.url(.tls13, "/what"))
        #expect(try await client.send(request).peer == nil)
        request.asksForPeer = true
        let fresh = try HTTPClient(nginx.configuration { _ in })
        let peer = try #require(try await fresh.send(request).peer)
        #expect(peer.address == "127.0.0.1")
        let openssl = try await Command.run(
            "openssl", ["x509", "-noout", "-enddate", "-in", nginx.folder.appending(path: "server.pem").path])
        let end = try #require(
            HTTPDate.seconds(ofCertificate: String(openssl.text.dropFirst("notAfter=".count).dropLast())))
        #expect(peer.certificateEnd == end)
        var plain = HTTPRequest(.get, nginx.url(.plain, "/what"))
        plain.asksForPeer = true
        #expect(try await fresh.send(plain).peer?.certificateEnd == nil)
    }

    @Test func sendsTheClientCertificate() async throws {
        let identity = HTTPConfiguration.Identity(
            certificate: try nginx.pem("client.pem"), key: try nginx.pem("client.key"))
        let client = try HTTPClient(nginx.configuration { $0.identity = identity })
        let response = try await client.send(HTTPRequest(.get, nginx.url(.mutual, "/what")))
        #expect(response.status == 200)
        #expect(what(response)[7] == "CN=client")
    }

    @Test func verifiesTheNameThatItIsTold() async throws {
        let client = try HTTPClient(nginx.configuration { $0.serverName = "cluster.example" })
        let url = nginx.url(.named, "/what")
        let what = what(try await client.send(HTTPRequest(.get, url)))
        #expect(what[3] == "cluster.example")
        #expect("https://\(what[4])/what" == url)
    }

    @Test func readsAuthoritiesFromAFile() async throws {
        let path = nginx.folder.appending(path: "authority.pem").path
        let client = try HTTPClient(HTTPConfiguration(trust: .file(path)))
        #expect(try await client.send(HTTPRequest(.get, nginx.url(.tls13, "/what"))).status == 200)
    }

    @Test("N3: a redirect is an answer, and goes nowhere") func aRedirectIsAnAnswer() async throws {
        let client = try HTTPClient(nginx.configuration())
        let response = try await client.send(HTTPRequest(.get, nginx.url(.tls13, "/redirect")))
        #expect(response.status == 302)
        #expect(response.header("location") == "https://elsewhere.example/stolen")
    }

    @Test func unpacksGzip() async throws {
        let client = try HTTPClient(nginx.configuration())
        let response = try await client.send(HTTPRequest(.get, nginx.url(.tls13, "/small.json")))
        let file = try Data(contentsOf: nginx.folder.appending(path: "root/small.json"))
        #expect(response.header("content-encoding") == "gzip")
        #expect(response.body == [UInt8](file))
    }

    @Test(arguments: [Nginx.Server.tls13, .http1, .shortLived1])
    func sixtyFourInFlightAreAllAnswered(_ server: Nginx.Server) async throws {
        let client = try HTTPClient(nginx.configuration())
        let url = nginx.url(server, "/small.json")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            var statuses: [Int] = []
            for number in 0..<320 {
                if number >= 64, let status = try await group.next() { statuses.append(status) }
                group.addTask { try await client.send(HTTPRequest(.get, url)).status }
            }
            for try await status in group { statuses.append(status) }
            return statuses
        }
        #expect(statuses == Array(repeating: 200, count: 320))
    }

    /// nginx drops streams that arrive while it ends a connection; what may be repeated then is.
    @Test func aServerThatEndsConnectionsUnderLoadLosesNothing() async throws {
        let client = try HTTPClient(nginx.configuration())
        let send = Retrying(client.transport, policy: Retrying.Policy(maxAttemptsAfterError: 20, firstWait: 0.001))
            .transport
        let url = nginx.url(.shortLived, "/small.json")
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<64 { group.addTask { try await send(HTTPRequest(.get, url)).status } }
            return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
        }
        #expect(count == 64)
    }

    @Test func takesAHugeBodyOnlyUpToItsLimit() async throws {
        let url = nginx.url(.tls13, "/big.bin")
        let client = try HTTPClient(nginx.configuration())
        let response = try await client.send(HTTPRequest(.get, url))
        #expect(response.body.count == 16 << 20)
        let small = try HTTPClient(nginx.configuration { $0.maxBody = 1 << 20 })
        let error = await #expect(throws: HTTPError.self) { try await small.send(HTTPRequest(.get, url)) }
        #expect(error?.cause == .badAnswer)
        let origin = try Origin(of: url)
        #expect(error?.message == "the answer of \(origin) is larger than the client takes")
    }
}
