import Formats
import Foundation
import TestSupport
import Testing

/// `examples/ci/drift-issue.sh`: one issue, opened, changed and closed.
@Suite struct DriftIssueTests {
    /// Answers a listing, and keeps what is sent.
    private static let curl = """
        cat > "$PLAYED/config"
        previous=
        for word in "$@"; do
            case $word in @*) cp "${word#@}" "$PLAYED/sent.json" ;; esac
            [ "$previous" != --request ] || method=$word
            previous=$word
        done
        [ "$method" != GET ] || { cat "$PLAYED/open.json"; exit 0; }
        echo '{"number": 12, "iid": 12}'

        """

    private struct Forge {
        let name: String
        let issues: String
        let change: String
        let closed: JSON
        let body: String
        let number: String
    }

    private static let forges = [
        Forge(
            name: "github", issues: "https://forge.example/repos/example/fleet/issues", change: "PATCH",
            closed: ["state": "closed"], body: "body", number: "number"),
        Forge(
            name: "gitea", issues: "https://forge.example/repos/example/fleet/issues", change: "PATCH",
            closed: ["state": "closed"], body: "body", number: "number"),
        Forge(
            name: "gitlab", issues: "https://forge.example/projects/example/fleet/issues", change: "PUT",
            closed: ["state_event": "close"], body: "description", number: "iid"),
    ]

    /// What was asked, as method and address, and what was sent last.
    private func run(_ forge: Forge, open: String, drift: String) async throws -> (asked: [String], sent: JSON?) {
        let played = try PlayedScript(["curl": Self.curl])
        defer { played.folder.remove() }
        try played.folder.write(open, to: "open.json")
        try played.folder.write(drift, to: "work/drift.txt")
        let script = Pipelines.folder.appending(path: "drift-issue.sh").path
        let run = try await played.run(
            "sh '\(script)' \(forge.name) drift.txt",
            with: [
                "API": "https://forge.example", "PROJECT": "example/fleet", "TITLE": "Drift in prod",
                "ISSUE_TOKEN": "t0ken",
            ])
        #expect(run.status == 0, "\(run.errors)")
        let calls = try played.calls()
        #expect(!calls.contains { $0.contains("t0ken") }, "the token is in no process list")
        let config = try String(contentsOfFile: played.folder.file("config"), encoding: .utf8)
        #expect(config == "header = \"Authorization: Bearer t0ken\"\n")
        let methods = calls.indices.filter { calls[$0] == "--request" }.map { calls[$0 + 1] }
        let addresses = calls.filter { $0.hasPrefix("https://") }
        let sent = try? Data(contentsOf: URL(filePath: played.folder.file("sent.json")))
        return (zip(methods, addresses).map { "\($0) \($1)" }, try sent.map { try JSON.parse([UInt8]($0)) })
    }

    @Test(arguments: forges.indices) func keepsOneIssue(_ index: Int) async throws {
        let forge = Self.forges[index]
        let drift = "~ Deployment tenant-acme/web\n    spec.replicas: 2 -> 5 by kubectl\n```\n@everyone <b>\n"
        let others = #"{"title": "Another", "number": 3, "iid": 3}"#
        let pull = #"{"title": "Drift in prod", "number": 5, "iid": 5, "pull_request": {"url": "x"}}"#
        let ours = #"{"title": "Drift in prod", "number": 7, "iid": 7}"#

        let opened = try await run(forge, open: "[\(others), \(pull)]", drift: drift)
        #expect(opened.asked.last == "POST \(forge.issues)")
        #expect(opened.sent?["title"] == "Drift in prod")
        let text = try #require(opened.sent?[forge.body]?.string)
        #expect(
            text.contains("\n    ~ Deployment tenant-acme/web\n") && text.contains("\n    ```\n    @everyone <b>\n"))

        let changed = try await run(forge, open: "[\(others), \(ours)]", drift: drift)
        #expect(changed.asked.last == "\(forge.change) \(forge.issues)/7")
        let closed = try await run(forge, open: "[\(others), \(ours)]", drift: "")
        #expect(closed.asked.last == "\(forge.change) \(forge.issues)/7")
        #expect(closed.sent == forge.closed)
        let nothing = try await run(forge, open: "[\(others), \(pull)]", drift: "")
        #expect(nothing.asked.count == 1 && nothing.sent == nil)
    }
}
