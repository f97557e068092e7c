import Arguments
import Formats
import Reconciliation

/// `reconcile init`: a fleet repository to begin with.
enum Init {
    static let command = Command(
        "init", "begin a fleet repository",
        details:
            "Writes a small fleet that validates, plans and applies to the sandbox as it is: one environment, one tenant with two people, one blueprint, and the schemas for editors. Makes the Git repository where there is none. Refuses where there is a fleet already.",
        positionals: [Positional("DIR", "the folder, by default the current one")],
        options: [Option("name", .one("NAME"), "the fleet's name, by default the folder's")])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let path = invocation.parsed.positionals.first ?? "."
        let written = try await invocation.run().begin(at: path, name: invocation.parsed.value("name"))
        if written.madeRepository {
            invocation.terminal.result("Made a Git repository in \(TerminalText.escaped(written.root)).\n")
        }
        let shown = written.paths.filter { !$0.hasPrefix(".") }
        invocation.terminal.result(shown.map { "  + \($0)\n" }.joined())
        invocation.terminal.result(
            """

            Next:
              reconcile validate && reconcile plan
              git add --all && git commit --message "Begin a fleet"
              reconcile apply --yes

            """)
        return .done
    }
}
