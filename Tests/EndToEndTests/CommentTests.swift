import Formats
import Foundation
import Synchronization
import TestSupport
import Testing

/// A forge with one pull request and its comments, as its API answers.
private final class FakeForge: Sendable {
    struct Comment: Sendable {
        var id: Int
        var author: String
        var body: String
    }

    static let token = "s3cr3t-t0ken-of-the-bot"

    let forge: String
    let server: FaultServer
    private let state: State

    /// What it holds now.
    var comments: [Comment] { state.held }

    /// - Parameter isApp: the token is an app's: GitHub does not let it ask for its user.
    init(_ forge: String, comments: [Comment] = [], isApp: Bool = false) throws {
        let state = State(forge: forge, isApp: isApp, comments: comments)
        (self.forge, self.state) = (forge, state)
        server = try FaultServer { request in [state.answer(request)] }
    }

    private final class State: Sendable {
        let forge: String
        let isApp: Bool
        private let comments: Mutex<[Comment]>

        init(forge: String, isApp: Bool, comments: [Comment]) {
            self.forge = forge
            self.isApp = isApp
            self.comments = Mutex(comments)
        }

        var held: [Comment] { comments.withLock { $0 } }

        private var collection: String {
            forge == "gitlab"
                ? "/projects/group%2Ffleet/merge_requests/17/notes" : "/repos/group/fleet/issues/17/comments"
        }

        func answer(_ request: FaultServer.Request) -> FaultServer.Step {
            guard request.header("Authorization") == "Bearer \(FakeForge.token)" else {
                return .json(#"{"message":"Bad credentials"}"#, status: 401)
            }
            let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
            let text = (try? JSON.parse(request.body))?["body"]?.string ?? ""
            switch (request.method, parts[0]) {
            case ("GET", "/user") where isApp:
                return .json(#"{"message":"Resource not accessible by integration"}"#, status: 403)
            case ("GET", "/user"): return .json(#"{"id":7,"login":"bot","username":"bot"}"#)
            case ("POST", "/graphql"): return .json(#"{"data":{"viewer":{"login":"bot"}}}"#)
            case ("GET", collection): return list(parts.count > 1 ? parts[1] : "")
            case ("POST", collection): return add(text)
            case ("PATCH", _), ("PUT", _): return change(parts[0], text)
            default: return .json(#"{"message":"404 Not Found"}"#, status: 404)
            }
        }

        private func list(_ query: String) -> FaultServer.Step {
            let all = held
            let page = query.split(separator: "&").first { $0.hasPrefix("page=") }.flatMap { Int($0.dropFirst(5)) } ?? 1
            let shown = forge == "gitea" ? all[...] : all.dropFirst((page - 1) * 100).prefix(100)
            return .json(JSON.array(shown.map(json)).text)
        }

        private func add(_ text: String) -> FaultServer.Step {
            let comment = comments.withLock { comments in
                let comment = Comment(id: 900 + comments.count, author: "bot", body: text)
                comments.append(comment)
                return comment
            }
            return .json(json(comment).text, status: 201)
        }

        private func change(_ path: String, _ text: String) -> FaultServer.Step {
            let expected = forge == "gitlab" ? "\(collection)/" : "/repos/group/fleet/issues/comments/"
            guard path.hasPrefix(expected), let id = Int(path.dropFirst(expected.count)) else {
                return .json(#"{"message":"404 Not Found"}"#, status: 404)
            }
            let changed: Comment? = comments.withLock { comments in
                guard let index = comments.firstIndex(where: { $0.id == id && $0.author == "bot" }) else { return nil }
                comments[index].body = text
                return comments[index]
            }
            return changed.map { .json(json($0).text) } ?? .json(#"{"message":"403 Forbidden"}"#, status: 403)
        }

        private func json(_ comment: Comment) -> JSON {
            let id: JSON = comment.author == "bot" ? 7 : 8
            let user: JSON = ["id": id, "login": .string(comment.author), "username": .string(comment.author)]
            return [
                "id": .int(Int64(comment.id)), "body": .string(comment.body), "user": user, "author": user,
                "system": false,
                "html_url": .string("https://forge.example/c/\(comment.id)"),
            ]
        }
    }
}

/// `reconcile comment`: one comment, ours alone, on three forges.
@Suite struct CommentTests {
    private static let mark = "<!-- reconcile:plan -->\n"

    private func comment(
        _ forge: FakeForge, _ markdown: String, _ more: [String] = [], token: String? = FakeForge.token
    ) async throws -> Command {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try Data(markdown.utf8).write(to: folder.url.appending(path: "plan.md"))
        var variables = Products.inherited
        variables["RECONCILE_COMMENT_TOKEN"] = token
        let place = ["--forge", forge.forge, "--api", forge.server.url, "--project", "group/fleet", "--number", "17"]
        return try await Products.reconcile(
            ["comment", "plan.md"] + place + more, in: folder.url, environment: variables)
    }

    @Test(arguments: ["github", "gitlab", "gitea"]) func oneCommentIsWrittenAnew(_ name: String) async throws {
        let forge = try FakeForge(name)
        let first = try await comment(forge, "### Plan\n")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.hasPrefix("Commented"))
        #expect(try await comment(forge, "### Plan\n").errors.hasPrefix("Unchanged"))
        #expect(try await comment(forge, "### Another\n").errors.hasPrefix("Updated"))
        #expect(forge.comments.map(\.body) == [Self.mark + "### Another\n"])
        // Comments with another key are others.
        #expect(try await comment(forge, "### Drift\n", ["--key", "drift"]).errors.hasPrefix("Commented"))
        #expect(forge.comments.count == 2)
        #expect(forge.server.requests.allSatisfy { !$0.path.contains(FakeForge.token) })
    }

    @Test("S5: somebody else's comment with our mark is left alone", arguments: ["github", "gitlab", "gitea"])
    func othersAreLeftAlone(_ name: String) async throws {
        let theirs = FakeForge.Comment(id: 1, author: "mallory", body: Self.mark + "All is well.")
        let quoting = FakeForge.Comment(id: 2, author: "bot", body: "> \(Self.mark)")
        let forge = try FakeForge(name, comments: [theirs, quoting])
        #expect(try await comment(forge, "### Plan\n").errors.hasPrefix("Commented"))
        #expect(forge.comments.map(\.body) == [theirs.body, quoting.body, Self.mark + "### Plan\n"])
    }

    @Test("pages are walked", arguments: ["github", "gitlab", "gitea"]) func pages(_ name: String) async throws {
        var comments = (1...250).map { FakeForge.Comment(id: $0, author: "ada", body: "\($0)") }
        comments.append(FakeForge.Comment(id: 251, author: "bot", body: Self.mark + "old"))
        let forge = try FakeForge(name, comments: comments)
        #expect(try await comment(forge, "new").errors.hasPrefix("Updated"))
        #expect(forge.comments.last?.body == Self.mark + "new" && forge.comments.count == 251)
        let lists = forge.server.requests.filter { $0.method == "GET" && !$0.path.hasSuffix("/user") }
        #expect(lists.count == (name == "gitea" ? 1 : 3))
    }

    @Test func aTokenOfAnAppFindsOutWhoItIs() async throws {
        let forge = try FakeForge("github", isApp: true)
        #expect(try await comment(forge, "one").errors.hasPrefix("Commented"))
        #expect(try await comment(forge, "two").errors.hasPrefix("Updated"))
        #expect(forge.comments.count == 1)
    }

    @Test("a dry run sends nothing and masks the credential", arguments: ["github", "gitlab", "gitea"])
    func dryRun(_ name: String) async throws {
        let forge = try FakeForge(name)
        let run = try await comment(forge, "### Plan\n::error::x\n", ["--dry-run"])
        #expect(run.status == 0 && forge.server.requests.isEmpty)
        #expect(run.text.contains("Authorization: Bearer ***\n") && !run.text.contains(FakeForge.token))
        #expect(run.text.contains("POST \(forge.server.url)/"))
        #expect(run.text.contains(#""body": "<!-- reconcile:plan -->\n### Plan\n"#))
        let without = try await comment(forge, "x", ["--dry-run"], token: nil)
        #expect(without.status == 0)
    }

    @Test func whatGoesWrongIsNamed() async throws {
        let forge = try FakeForge("github")
        let wrong = try await comment(forge, "x", token: "another-token")
        #expect(wrong.status == 7 && wrong.errors.contains("401: \"Bad credentials\""))
        #expect(!wrong.errors.contains("another-token"))
        let none = try await comment(forge, "x", token: nil)
        #expect(none.status == 7 && none.errors.contains("set RECONCILE_COMMENT_TOKEN"))
        let elsewhere = try await comment(forge, "x", ["--number", "18"])
        #expect(elsewhere.status == 7 && elsewhere.errors.contains("there is no such pull request"))
        let clear = try await comment(forge, "x", ["--api", "http://forge.example/api"])
        #expect(clear.status == 4 && clear.errors.contains("in the clear"))
        let long = try await comment(forge, String(repeating: "x", count: 70_000))
        #expect(long.status == 3 && long.errors.contains("65536"))
        let json = try await comment(forge, "{\"format_version\": \"1.0\"}")
        #expect(json.status == 3 && json.errors.contains("not that of one plan"))
        let key = try await comment(forge, "x", ["--key", "a -->"])
        #expect(key.status == 64)
    }

    @Test(
        "the place is what the CI system says",
        arguments: [
            (
                "github", ["GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/9/merge"],
                "https://api.github.com/repos/o/r/issues/9/comments"
            ),
            (
                "gitea",
                [
                    "GITHUB_ACTIONS": "true", "GITEA_ACTIONS": "true", "GITHUB_API_URL": "https://git.example/api/v1/",
                    "GITHUB_REPOSITORY": "o/r", "GITHUB_REF": "refs/pull/9/head",
                ], "https://git.example/api/v1/repos/o/r/issues/9/comments"
            ),
            (
                "gitlab",
                ["CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "9"],
                "https://gitlab.example/api/v4/projects/42/merge_requests/9/notes"
            ),
        ])
    func places(_ one: (String, [String: String], String)) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try Data("x".utf8).write(to: folder.url.appending(path: "plan.md"))
        let run = try await Products.reconcile(
            ["comment", "plan.md", "--dry-run"], in: folder.url,
            environment: Products.inherited.merging(one.1) { _, new in new })
        #expect(run.text.contains("POST \(one.2)\n"), "\(run.errors)")
    }
}
