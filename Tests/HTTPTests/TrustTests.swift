import Foundation
import HTTP
import TestSupport
import Testing

/// Servers that must not be trusted, and what the client says about them.
@Suite struct TrustTests {
    let nginx: Nginx

    init() throws { nginx = try Nginx.shared.get() }

    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let server: Nginx.Server
        var host = "127.0.0.1"
        var trust: String? = "authority.pem"
        var identity: String?
        var serverName: String?
        let message: String
        var testDescription: String { id }
    }

    @Test(
        "N2: a certificate that cannot be trusted is refused, and what is wrong with it named",
        arguments: [
            Case(
                id: "another authority", server: .tls13, trust: "stranger.pem",
                message: "cannot trust @: its certificate is not signed by the configured authority"),
            Case(
                id: "the system's authorities", server: .tls12, trust: nil,
                message: "cannot trust @: its certificate is not signed by an authority that this system trusts"),
            Case(
                id: "a name that is not in it", server: .named,
                message: "cannot trust @: its certificate is not for the name '127.0.0.1'"),
            Case(
                id: "a DNS name that is not in it", server: .named, host: "localhost",
                message: "cannot trust @: its certificate is not for the name 'localhost'"),
            Case(
                id: "a server name that is not in it", server: .tls13, serverName: "other.example",
                message: "cannot trust @: its certificate is not for the name 'other.example'"),
            Case(id: "expired", server: .expired, message: "cannot trust @: its certificate has expired"),
            Case(id: "not valid yet", server: .early, message: "cannot trust @: its certificate is not valid yet"),
            Case(id: "TLS 1.1", server: .old, message: "cannot reach @: the server does not speak TLS 1.2 or newer"),
        ])
    func refuses(_ it: Case) async throws {
        var configuration = HTTPConfiguration()
        if let trust = it.trust { configuration.trust = .authorities(try nginx.pem(trust)) }
        configuration.serverName = it.serverName
        let client = try HTTPClient(configuration)
        let url = nginx.url(it.server, "/what", host: it.host)
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.cause == .tls)
        let origin = try Origin(of: url).description
        #expect(error?.message == it.message.replacing("@", with: origin))
        #expect(error?.origin == origin)
    }

    @Test func believesAnybodyOnlyWhereToldTo() async throws {
        let client = try HTTPClient(HTTPConfiguration(trust: .anybody))
        for server in [Nginx.Server.tls13, .named, .expired] {
            #expect(try await client.send(HTTPRequest(.get, nginx.url(server, "/what"))).status > 0)
        }
    }

    @Test func doesNotSpeakTLSToAPlainServer() async throws {
        let client = try HTTPClient(nginx.configuration())
        let url = nginx.url(.plain, "/what").replacing("http:", with: "https:")
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.message == "cannot reach \(try Origin(of: url)): the server does not speak TLS")
    }

    @Test(arguments: [nil, "unknown-client"])
    func isTurnedAwayWithoutAGoodClientCertificate(_ name: String?) async throws {
        var configuration = try nginx.configuration()
        if let name {
            configuration.identity = HTTPConfiguration.Identity(
                certificate: try nginx.pem("\(name).pem"), key: try nginx.pem("\(name).key"))
        }
        let client = try HTTPClient(configuration)
        // nginx ends the handshake well and answers 400.
        #expect(try await client.send(HTTPRequest(.get, nginx.url(.mutual, "/what"))).status == 400)
    }

    @Test func saysThatTheClientCertificateIsUnusable() async throws {
        let identity = HTTPConfiguration.Identity(
            certificate: Array("no certificate".utf8), key: try nginx.pem("client.key"))
        let client = try HTTPClient(nginx.configuration { $0.identity = identity })
        let url = nginx.url(.mutual, "/what")
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(
            error?.message
                == "cannot log in to \(try Origin(of: url)): the client certificate or its key cannot be used")
    }

    @Test(arguments: [HTTPConfiguration.Trust.file("/nonexistent/ca.pem"), .authorities(Array("no certificate".utf8))])
    func saysThatTheAuthorityIsUnusable(_ trust: HTTPConfiguration.Trust) async throws {
        let client = try HTTPClient(HTTPConfiguration(trust: trust))
        let url = nginx.url(.tls13, "/what")
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.message == "cannot trust \(try Origin(of: url)): the certificate authority cannot be read")
    }
}
