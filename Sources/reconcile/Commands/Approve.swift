import Arguments
import Reconciliation

/// `reconcile approve`: a file that lets refused removals pass, once, after it was reviewed.
enum Approve {
    static let command = Command(
        "approve", "let refused removals pass, once",
        details:
            "Plans, looks for the refused changes with that digest, and writes approvals/DIGEST.yaml into the work tree. Once the file is merged, an apply carries out exactly those changes; it does so once, and until the day it names. By hand, `apply --approve DIGEST` does the same for one run.",
        positionals: [Positional("DIGEST", "as the refusal names it; its first 8 digits will do", isRequired: true)],
        options: [
            Options.repo, Options.environment, Options.timeout, Options.unverified,
            Option("days", .one("N"), "how long the approval holds", default: "7"),
            Option("reason", .one("TEXT"), "why, for those who review it"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let parsed = invocation.parsed
        let days = try parsed.count("days") ?? 7
        let file = try await invocation.run().approve(
            parsed.positionals.first ?? "", days: days, reason: parsed.value("reason"))
        invocation.terminal.result(
            """
            Wrote \(file.path) for \(file.environment), until \(file.expires):
              \(file.gate.finding)
            Commit it and have it reviewed; the next apply carries those changes out, once.

            """)
        return .done
    }
}
