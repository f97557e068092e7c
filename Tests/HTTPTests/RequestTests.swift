import HTTP
import TestSupport
import Testing

/// What goes over the wire, what is refused before, and to whom credentials go.
@Suite struct RequestTests {
    @Test func sendsMethodHeadersAndBody() async throws {
        let server = try FaultServer { _ in [.json("{}", status: 201)] }
        let client = try HTTPClient(HTTPConfiguration(userAgent: "reconcile/1"))
        let body = Array("{\"a\":\"\u{0}ü\"}".utf8)
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            let headers = [("Accept", "application/json"), ("X-Empty", "")]
            let sent = method == .get ? nil : body
            _ = try await client.send(HTTPRequest(method, server.url + "/p?q=1", headers: headers, body: sent))
        }
        #expect(server.requests.map(\.method) == ["GET", "POST", "PUT", "PATCH", "DELETE"])
        for request in server.requests {
            #expect(request.path == "/p?q=1")
            #expect(request.body == (request.method == "GET" ? [] : body))
            let names = request.headers.map(\.name)
            let expected = ["Host", "User-Agent", "Accept-Encoding", "Accept", "X-Empty"]
            #expect(names == expected + (request.method == "GET" ? [] : ["Content-Length"]))
            #expect(request.header("user-agent") == "reconcile/1")
        }
        #expect(server.connections == 1)
    }

    @Test func anEmptyPostHasALengthAndADeleteHasNoBody() async throws {
        let server = try FaultServer { _ in [.json("{}")] }
        let client = try HTTPClient()
        _ = try await client.send(HTTPRequest(.post, server.url + "/"))
        _ = try await client.send(HTTPRequest(.delete, server.url + "/"))
        #expect(server.requests.map { $0.header("content-length") } == ["0", nil])
    }

    @Test(arguments: [
        ("https://user:secret@127.0.0.1/", "a URL must not hold a user name or a password"),
        ("https://token@127.0.0.1/", "a URL must not hold a user name or a password"),
        ("ftp://127.0.0.1/", "it does not begin with https:// or http://"),
        ("file:///etc/passwd", "it does not begin with https:// or http://"),
        ("127.0.0.1:6443/", "it does not begin with https:// or http://"),
        ("https:/127.0.0.1", "it does not begin with https:// or http://"),
        ("https://a\\@b.example/", "it holds a character that a URL cannot have"),
        ("https://a.example/\r\nX: y", "it holds a character that a URL cannot have"),
        ("https://ä.example/", "it holds a character that a URL cannot have"),
        ("https:///path", "its host is malformed"),
        ("https://a%2fb/", "its host is malformed"),
        ("https://[::1/", "its host has no closing ]"),
        ("https://[::1]x/", "its host is malformed"),
        ("https://a.example:0/", "its port is malformed"),
        ("https://a.example:65536/", "its port is malformed"),
        ("https://a.example:6443x/", "its port is malformed"),
    ])
    func refusesTheURL(_ url: String, _ reason: String) async throws {
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, url)) }
        #expect(error?.cause == .refused)
        #expect(error?.message == "cannot use the URL: \(reason)")
    }

    @Test(arguments: [
        ("https://A.example/x", "https://a.example"), ("HTTPS://a.example:443", "https://a.example"),
        ("http://a.example:80?q", "http://a.example"), ("http://a.example:443/", "http://a.example:443"),
        ("https://[::1]:6443/", "https://[::1]:6443"), ("https://127.0.0.1:/x", "https://127.0.0.1"),
    ])
    func readsTheOrigin(_ url: String, _ origin: String) throws {
        #expect(try Origin(of: url).description == origin)
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-C: d"), ("X-A\r\nX-B", "c"), ("X A", "b"), ("X:A", "b"), ("", "b"), ("X-A", "\u{0}"),
    ])
    func refusesAHeaderThatWouldSplit(_ name: String, _ value: String) async throws {
        let server = try FaultServer { _ in [.json("{}")] }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, server.url, headers: [(name, value)]))
        }
        #expect(error?.cause == .refused)
        #expect(server.requests.isEmpty)
    }

    @Test func aCredentialGoesToItsOriginAlone() async throws {
        let (mine, other) = (try FaultServer { _ in [.json("{}")] }, try FaultServer { _ in [.json("{}")] })
        let credential = Credential(origin: try Origin(of: mine.url), bearer: "c4nary")
        let client = try HTTPClient(HTTPConfiguration(credential: credential))
        _ = try await client.send(HTTPRequest(.get, mine.url))
        #expect(mine.requests.first?.header("authorization") == "Bearer c4nary")
        let error = await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, other.url)) }
        #expect(error?.cause == .refused)
        #expect(error?.message == "cannot send a request to \(other.url): the credential is for \(mine.url)")
        #expect(other.requests.isEmpty)

        let own = Credential(origin: try Origin(of: other.url), authorization: "Basic b3RoZXI=")
        _ = try await client.send(HTTPRequest(.get, other.url, credential: own))
        #expect(other.requests.first?.header("authorization") == "Basic b3RoZXI=")
        await #expect(throws: HTTPError.self) { try await client.send(HTTPRequest(.get, mine.url, credential: own)) }
        #expect(mine.requests.count == 1)
    }

    @Test(arguments: ["Authorization", "authorization", "Cookie", "Proxy-Authorization"])
    func aHeaderCannotSmuggleACredential(_ name: String) async throws {
        let server = try FaultServer { _ in [.json("{}")] }
        let client = try HTTPClient()
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, server.url, headers: [(name, "Bearer c4nary")]))
        }
        #expect(error?.cause == .refused)
        #expect(error?.message.contains("c4nary") == false)
        #expect(server.requests.isEmpty)
    }

    @Test func aCredentialIsNeverShown() throws {
        let credential = Credential(origin: try Origin(of: "https://a.example"), bearer: "c4nary")
        let identity = HTTPConfiguration.Identity(certificate: Array("c4nary".utf8), key: Array("c4nary".utf8))
        let configuration = HTTPConfiguration(identity: identity, credential: credential)
        var dumped = ""
        dump(configuration, to: &dumped)
        dump(HTTPRequest(.get, "https://a.example", credential: credential), to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), "\(configuration)", dumped] {
            #expect(!text.contains("c4nary"))
        }
        #expect("\(credential)" == "credential for https://a.example")
    }

    @Test func aProxyIsUsedOnlyAsConfigured() async throws {
        let proxy = try FaultServer { _ in [.json("{}")] }
        let server = try FaultServer { _ in [.json("{}", status: 202)] }
        let through = try HTTPClient(HTTPConfiguration(proxy: .init(url: proxy.url)))
        #expect(try await through.send(HTTPRequest(.get, server.url + "/a")).status == 200)
        #expect(proxy.requests.map(\.path) == [server.url + "/a"])
        let past = try HTTPClient(HTTPConfiguration(proxy: .init(url: proxy.url, except: "127.0.0.1")))
        #expect(try await past.send(HTTPRequest(.get, server.url + "/b")).status == 202)
        #expect(server.requests.map(\.path) == ["/b"])
    }

    @Test func aProxyThatRefusesIsNamedAsSuch() async throws {
        let proxy = try FaultServer { _ in [.answer(403)] }
        let client = try HTTPClient(HTTPConfiguration(proxy: .init(url: proxy.url)))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(HTTPRequest(.get, "https://a.example/"))
        }
        #expect(error?.message == "cannot reach https://a.example: the proxy refused the connection")
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }
}
