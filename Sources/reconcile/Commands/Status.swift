import Arguments
import Reconciliation

/// `reconcile status`: what the last run left, read from the state branch.
enum Status {
    static let command = Command(
        "status", "show what the last run left",
        details:
            "Prints the page that the last run committed to the state branch. Nothing is asked of the live systems.",
        options: Options.reading)

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let pages = try await invocation.run().status()
        invocation.terminal.result(pages.joined(separator: "\n"))
        return .done
    }
}
