import Arguments
import Formats
import Planning
import Reconciliation

/// `reconcile comment`: one comment on a pull request, written anew with every run.
enum CommentCommand {
    static let command = Command(
        "comment", "put a plan under its pull request, as one comment that every run writes anew",
        details:
            "Takes a file that `plan --output markdown=FILE` or `json=FILE` wrote. Finds the comment of an earlier run by a mark in its first line and by its author, who has to be the token's own user, and updates it; where there is none, it makes one. The token is RECONCILE_COMMENT_TOKEN or RECONCILE_COMMENT_TOKEN_FILE. In GitHub Actions, GitLab CI and the Actions of Gitea and Forgejo the place is known.",
        positionals: [Positional("FILE", "Markdown, or the JSON of one plan", isRequired: true)],
        options: [
            Option(
                "forge", .one("NAME"), "whose API it is; Forgejo's is gitea's", choices: Forge.allCases.map(\.rawValue)),
            Option("api", .one("URL"), "where the API is: https://git.example/api/v1"),
            Option("project", .one("NAME"), "the repository: owner/name, with GitLab also a number"),
            Option("number", .one("N"), "the number of the pull request"),
            Option("key", .one("NAME"), "tells comments of one user apart", default: "plan"),
            Option("dry-run", .flag, "print the requests, with the credential masked, and send nothing"),
            Options.timeout,
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let surroundings = invocation.surroundings
        let comment = try StickyComment(
            on: PullRequest(wish(invocation), surroundings), key: invocation.parsed.value("key") ?? "plan",
            markdown: markdown(surroundings.text(of: invocation.parsed.positionals.first ?? ""), invocation))
        guard !invocation.parsed.flag("dry-run") else {
            invocation.terminal.result(comment.preview)
            return .done
        }
        let timeout = try invocation.parsed.seconds("timeout") ?? 60
        let (outcome, page) = try await comment.post(with: surroundings, timeout: timeout)
        invocation.terminal.note(outcome.rawValue + (page.map { ": \($0)" } ?? "."))
        return .done
    }

    /// The file's text, or what it comes to where it is a plan's JSON.
    private static func markdown(_ text: String, _ invocation: Invocation) throws -> String {
        guard text.first(where: { !$0.isWhitespace }) == "{" else { return text }
        guard let plan = (try? JSON.parse(Array(text.utf8))).flatMap(Plan.init(shown:)) else {
            throw Problem(
                .invalid,
                "the file is JSON, and not that of one plan: take `plan --output json=FILE` or `markdown=FILE`")
        }
        return PlanMarkdown.text(
            [plan], findings: Findings([], from: nil).report, now: invocation.surroundings.now,
            log: invocation.logAddress)
    }

    private static func wish(_ invocation: Invocation) throws(UsageError) -> PullRequest.Wish {
        var wish = PullRequest.Wish()
        wish.forge = invocation.parsed.value("forge").flatMap(Forge.init)
        wish.api = invocation.parsed.value("api")
        wish.project = invocation.parsed.value("project")
        wish.number = try invocation.parsed.count("number")
        return wish
    }
}
