import Arguments
import Formats
import Reconciliation

/// `reconcile validate`: everything that is wrong with the files, at once.
enum Validate {
    static let command = Command(
        "validate", "check the repository's files",
        details:
            "Reads every file, checks it against its schema and against the others, renders every environment, and reports all mistakes in one run. Nothing outside the repository is asked.",
        options: Options.reading + [Options.output])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let prepared = try await invocation.run().validate()
        if invocation.isJSON {
            invocation.terminal.result(Report.json(prepared.diagnostics).prettyText)
        } else {
            Report.print(prepared.diagnostics, from: prepared.checkout, invocation)
            if let fleet = prepared.fleet { invocation.terminal.result("Valid: \(Report.counts(fleet)).\n") }
        }
        return prepared.fleet == nil ? .invalidInput : .done
    }
}
