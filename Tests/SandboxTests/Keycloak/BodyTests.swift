import Formats
import HTTPServer
import Sandbox
import Testing

/// What Keycloak makes of bodies and paths that are a little off.
@Suite struct BodyTests {
    private let admin: Administration

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true])
    }

    @Test(
        "a body is read leniently up to the end of its first value",
        arguments: [
            (#"{"username": "one-user"} x"#, 201), (#"{"username": "one-user"}{}"#, 201),
            ("\u{FEFF}{\"username\": \"one-user\"}", 201), (#"{"username": "one-user", "enabled": " true "}"#, 201),
            (#"{"username": "one-user", "enabled": "null"}"#, 201),
            (#"{"username": "one-user", "enabled": "yes"}"#, 400),
            (#"{"username": "one-user", "createdTimestamp": 1.5}"#, 201),
            (#"{"username": "one-user", "createdTimestamp": ""}"#, 201),
            (#"{"username": "one-user", "notBefore": 2147483648}"#, 400),
            (#"{"username": "one-user", "access": {"manage": "x"}}"#, 400),
            (#"{"username": "one-user", "attributes": {"k": {"a": 1}}}"#, 201),
            (#"{"username": "one-user", "groups": ["//acme"]}"#, 500),
            (#"{"username": "one-user", "credentials": [{}]}"#, 500),
            (#"{"username": "one-user", "credentials": [null]}"#, 500),
        ])
    func readsBodiesAsTheServerDoes(body: String, status: Int) async {
        await admin.send("POST", "/r/groups", ["name": "acme"])
        #expect(await admin.send("POST", "/r/users", text: body).status == status)
    }

    @Test(
        "what a type cannot hold is told from what is no JSON",
        arguments: [
            ("{", "invalid_request"), ("{\"username\": \"a\nb\"}", "HTTP 400 Bad Request"),
            (#"{"createdTimestamp": 1e400}"#, "HTTP 400 Bad Request"),
            (#"{"notBefore": 2147483648}"#, "HTTP 400 Bad Request"), (#"{"enabled": []}"#, "unknown_error"),
        ])
    func tellsWhatIsOutOfRange(body: String, code: String) async {
        let answer = await admin.send("POST", "/r/users", text: body)
        #expect(answer.status == 400)
        #expect(answer.body["error"]?.string == code)
    }

    @Test(
        "a path's parts are looked up before its method is refused",
        arguments: [
            ("POST", "/r/users/USER", 404, "HTTP 404 Not Found"),
            ("PATCH", "/r/users/USER", 405, "HTTP 405 Method Not Allowed"),
            ("GET", "/r/users/USER/groups/x", 404, "HTTP 404 Not Found"),
            ("GET", "/r/users/none/bogus", 404, "User not found"),
            ("PUT", "/r/users/USER/role-mappings", 405, "HTTP 405 Method Not Allowed"),
            ("DELETE", "/r/users", 405, "HTTP 405 Method Not Allowed"),
            ("POST", "/r/users/profile", 405, "HTTP 405 Method Not Allowed"),
            ("GET", "/r/groups/none/bogus", 404, "Could not find group by id"),
            ("GET", "/r/clients/none/bogus", 404, "Could not find client"),
            ("PUT", "/r/roles", 404, "HTTP 404 Not Found"),
            ("PATCH", "/r/nope", 404, "HTTP 404 Not Found"),
            ("GET", "/r/group-by-path", 404, "Group path does not exist"),
        ])
    func refusesUnknownRequests(method: String, path: String, status: Int, text: String) async {
        let user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        let answer = await admin.send(method, path.replacing("USER", with: user))
        #expect(answer.status == status)
        #expect(answer.body["error"]?.string == text)
    }

    @Test("OPTIONS is answered wherever it is asked, without a right")
    func answersOptions() async {
        #expect(await admin.send("OPTIONS", "/r/users", token: "none").status == 200)
        #expect(await admin.send("OPTIONS", "/nowhere", token: "none").status == 200)
    }
}
