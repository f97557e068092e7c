import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Answers with what it was asked, one fact a line.
let echo: ServerHandler = { request in
    var lines = ["\(request.method) \(request.path)"]
    lines += request.query.map { "query \($0.name)=\($0.value)" }
    lines += request.headers.filter { $0.name.lowercased().hasPrefix("x-") }.map { "header \($0.name)=\($0.value)" }
    lines.append("body \(request.body.count)")
    if let name = request.clientCommonName { lines.append("client \(name)") }
    return ServerResponse(
        status: 200, headers: [("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2")],
        body: .bytes(Array(lines.joined(separator: "\n").utf8)))
}

@Suite struct HTTPListenerTests {
    @Test func handsOverTheRequest() async throws {
        let listener = try HTTPListener(handler: echo)
        let answer = try await Command.run(
            "curl",
            [
                "-sS", "-H", "X-B: one", "-H", "X-B: two", "-d", "hello",
                "http://127.0.0.1:\(listener.port)/a%2Fb/c%20d?q=a%3Ab+c&q=2&flag&x=%zz",
            ])
        #expect(
            answer.text == """
                POST /a%2Fb/c%20d
                query q=a:b c
                query q=2
                query flag=
                query x=%zz
                header X-B=one
                header X-B=two
                body 5
                """)
        await listener.stop()
    }

    @Test func answersHeadAndKeepsTheConnection() async throws {
        let listener = try HTTPListener { request in
            request.path == "/none"
                ? ServerResponse(status: 204) : ServerResponse(status: 200, body: .bytes(Array("abc".utf8)))
        }
        let url = "http://127.0.0.1:\(listener.port)"
        let head = try await Command.run("curl", ["-sS", "--head", "\(url)/"])
        #expect(head.text.hasPrefix("HTTP/1.1 200"))
        #expect(head.text.contains("Content-Length: 3"))
        let reused = try await Command.run(
            "curl",
            ["-sS", "-w", "%{http_code} %{num_connects}\n", "\(url)/none", "\(url)/", "\(url)/none"])
        #expect(reused.text.split(separator: "\n").sorted() == ["204 0", "204 1", "abc200 0"])
        await listener.stop()
    }

    @Test(arguments: [false, true]) func carriesLongBodies(secure: Bool) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let authority = try await secure ? TestAuthority.make(in: folder) : nil
        let listener = try HTTPListener(tls: authority?.identity) {
            ServerResponse(status: 200, body: .bytes($0.body.reversed()))
        }
        let bytes = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        try Data(bytes).write(to: folder.url.appending(path: "body"))
        let answer = try await Command.run(
            "curl",
            [
                "-sS", "--data-binary", "@\(folder.file("body"))", "--cacert", folder.file("ca.crt"),
                "\(secure ? "https" : "http")://127.0.0.1:\(listener.port)/",
            ])
        #expect(answer.output == bytes.reversed())
        await listener.stop()
    }

    @Test(arguments: ["Content-Length: \(HTTPListener.bodyLimit + 1)", "Transfer-Encoding: chunked"])
    func refusesBodiesBeyondTheLimit(framing: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let listener = try HTTPListener(handler: echo)
        _ = FileManager.default.createFile(atPath: folder.file("body"), contents: nil)
        let file = try FileHandle(forWritingTo: folder.url.appending(path: "body"))
        try file.truncate(atOffset: UInt64(HTTPListener.bodyLimit + 1))
        let answer = try await Command.run(
            "curl",
            [
                "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-H", framing, "-T", folder.file("body"),
                "http://127.0.0.1:\(listener.port)/",
            ])
        #expect(answer.text == "413")
        await listener.stop()
    }

    @Test func servesManyAtOnceWithoutWaitingForAnyone() async throws {
        let running = Mutex(0)
        let most = Mutex(0)
        let listener = try HTTPListener { request in
            let now = running.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            while most.withLock({ $0 < 64 }), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            running.withLock { $0 -= 1 }
            return ServerResponse(status: 200, body: .bytes(Array(request.path.utf8)))
        }
        let answers = try await Command.run(
            "curl",
            [
                "-sS", "--parallel", "--parallel-immediate", "--parallel-max", "64", "-w", "%{http_code} ",
                "http://127.0.0.1:\(listener.port)/[100-363]",
            ])
        #expect(answers.text.components(separatedBy: "200 ").count == 265)
        #expect(most.withLock { $0 } == 64)
        await listener.stop()
    }

    @Test func refusesAPortThatIsTaken() async throws {
        let listener = try HTTPListener(handler: echo)
        #expect(throws: ListenError.self) { try HTTPListener(port: listener.port, handler: echo) }
        await listener.stop()
    }

    @Test func refusesAKeyThatIsNone() throws {
        #expect(throws: ListenError.self) {
            try HTTPListener(tls: TLSIdentity(certificate: "none", key: "none"), handler: echo)
        }
    }
}

@Suite struct TLSListenerTests {
    @Test func namesTheClientOfAVerifiedCertificate() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let authority = try await TestAuthority.make(in: folder)
        let stranger = try TemporaryFolder()
        defer { stranger.remove() }
        _ = try await TestAuthority.make(in: stranger)
        let listener = try HTTPListener(tls: authority.identity, handler: echo)
        let url = "https://127.0.0.1:\(listener.port)/"
        let trust = ["-sS", "--cacert", folder.file("ca.crt")]
        func credentials(_ folder: TemporaryFolder) -> [String] {
            ["--cert", folder.file("client.crt"), "--key", folder.file("client.key")]
        }

        let known = try await Command.run("curl", trust + credentials(folder) + [url])
        #expect(known.text == "GET /\nbody 0\nclient ada")
        let anonymous = try await Command.run("curl", trust + [url])
        #expect(anonymous.text == "GET /\nbody 0")
        let unknown = try await Command.run("curl", trust + credentials(stranger) + [url])
        #expect(!unknown.text.contains("client"))
        let untrusting = try await Command.run("curl", ["-sS", "--cacert", stranger.file("ca.crt"), url])
        #expect(untrusting.status == 60)
        await listener.stop()
    }
}

/// A certificate authority made by the openssl program, with a leaf for loopback and one for a client named ada.
struct TestAuthority {
    let identity: TLSIdentity

    static func make(in folder: TemporaryFolder) async throws -> TestAuthority {
        func openssl(_ line: String) async throws {
            let done = try await Command.run(
                "openssl", line.split(separator: " ").map(String.init), in: folder.url, environment: [:])
            try #require(done.status == 0, "\(done.errors)")
        }
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        try await openssl("req -x509 \(key) -days 2 -subj /CN=ca -keyout ca.key -out ca.crt")
        for (name, subject, extensions) in [
            ("server", "localhost", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
            ("client", "ada", "extendedKeyUsage=clientAuth"),
        ] {
            try await openssl(
                "req -x509 \(key) -days 2 -CA ca.crt -CAkey ca.key -subj /CN=\(subject) -addext \(extensions) "
                    + "-addext basicConstraints=critical,CA:FALSE -keyout \(name).key -out \(name).crt")
        }
        func read(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }
        return TestAuthority(
            identity: TLSIdentity(
                certificate: try read("server.crt"), key: try read("server.key"), clientAuthority: try read("ca.crt")))
    }
}
