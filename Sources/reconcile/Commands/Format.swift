import Arguments
import Formats
import Reconciliation

/// `reconcile fmt`: the files as everybody lays them out.
enum Format {
    static let command = Command(
        "fmt", "lay out the YAML and CSV files alike",
        details:
            "Rewrites white space alone in YAML files: indentation, blanks behind ':' and '-', blank lines, line ends. Comments, order and quotes stay. Users files lose quotes that they do not need. Prints the paths of the files that it changes.",
        options: [Options.repo, Option("check", .flag, "write nothing; end with 2 where a file would change")])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let isCheck = invocation.parsed.flag("check")
        let formatted = try await invocation.run().format(isDry: isCheck)
        Findings(formatted.diagnostics, from: formatted.checkout).print(invocation)
        invocation.terminal.result(formatted.changed.map { "\(TerminalText.escaped($0))\n" }.joined())
        let changes: ExitCode = isCheck && !formatted.changed.isEmpty ? .changesPending : .done
        return ExitCode.worst(of: [formatted.diagnostics.isEmpty ? .done : .invalidInput, changes])
    }
}
