import Formats
import HTTPServer
import Sandbox
import TestSupport
import Testing

@Suite struct FaultsTests {
    private static let credentials = "admin:pw"

    /// A server that counts what it was asked, with faults in front of it.
    private func listen() throws -> HTTPListener {
        let faults = Faults(user: "admin", password: "pw")
        return try HTTPListener(
            handler: faults.control(
                faults.around(
                    { ServerResponse(status: 200, body: .bytes(Array("own \($0.path)".utf8))) }, named: "identity")))
    }

    private func curl(_ listener: HTTPListener, _ path: String, _ arguments: String...) async throws -> Command {
        try await Command.run(
            "curl",
            ["-sS", "--max-time", "30", "-w", " %{http_code}"] + arguments + [
                "http://127.0.0.1:\(listener.port)\(path)"
            ],
            environment: [:])
    }

    private func schedule(_ fault: JSON, on listener: HTTPListener) async throws {
        let done = try await curl(listener, Faults.path, "-u", Self.credentials, "-d", fault.text)
        #expect(done.text == " 204")
    }

    @Test func answersInPlaceOfTheServerAsOftenAsAsked() async throws {
        let listener = try listen()
        try await schedule(
            [
                "method": "GET", "path": "/admin/*/users", "skip": 1, "times": 2,
                "answer": ["status": 503, "headers": ["Retry-After": "1"], "body": "busy"],
            ], on: listener)
        var answers: [String] = []
        for path in ["/admin/r/users", "/admin/r/users", "/admin/r/users/1", "/admin/r/users", "/admin/r/users"] {
            answers.append(try await curl(listener, path).text)
        }
        #expect(
            answers == [
                "own /admin/r/users 200", "busy 503", "own /admin/r/users/1 200", "busy 503", "own /admin/r/users 200",
            ])
        await listener.stop()
    }

    struct Broken: CustomTestStringConvertible {
        let answer: JSON
        /// What curl may end with: whether it sees the reset or only the end is the kernel's choice.
        let statuses: [Int32]
        let text: String
        var testDescription: String { answer.text }
    }

    @Test(arguments: [
        Broken(answer: "reset", statuses: [52, 56], text: " 000"),
        Broken(answer: ["cut": "{\"half\":"], statuses: [18], text: "{\"half\": 200"),
    ])
    func breaksAnswersOff(_ broken: Broken) async throws {
        let listener = try listen()
        try await schedule(["path": "/x", "answer": broken.answer], on: listener)
        let answer = try await curl(listener, "/x")
        #expect(broken.statuses.contains(answer.status))
        #expect(answer.text == broken.text)
        #expect(try await curl(listener, "/x").text == "own /x 200")
        await listener.stop()
    }

    @Test func keepsSilentUntilTheClientGoes() async throws {
        let listener = try listen()
        try await schedule(["path": "/x", "answer": "silence"], on: listener)
        #expect(try await curl(listener, "/x", "--max-time", "1").status == 28)
        await listener.stop()
    }

    @Test func forgetsAndAsksForTheAdministrator() async throws {
        let listener = try listen()
        #expect(try await curl(listener, Faults.path, "-d", "{}").text == " 401")
        #expect(try await curl(listener, Faults.path, "-u", Self.credentials, "-d", "{}").text.hasSuffix(" 400"))
        try await schedule(["on": "kubernetes", "path": "*", "answer": "reset"], on: listener)
        #expect(try await curl(listener, "/x").text == "own /x 200")
        #expect(try await curl(listener, Faults.path, "-u", Self.credentials).text.contains("\"kubernetes\""))
        #expect(try await curl(listener, Faults.path, "-u", Self.credentials, "-X", "DELETE").text == " 204")
        #expect(try await curl(listener, Faults.path, "-u", Self.credentials).text == "[] 200")
        await listener.stop()
    }
}
