import Arguments
import Formats
import Reconciliation

/// `reconcile validate`: everything that is wrong with the files, at once.
enum Validate {
    static let command = Command(
        "validate", "check the repository's files",
        details:
            "Reads every file, checks it against its schema and against the others, renders every environment, and reports all mistakes in one run. Nothing outside the repository is asked.",
        options: Options.reading + [Options.findings])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let prepared = try await invocation.run().validate()
        let findings = Findings(prepared.diagnostics, from: prepared.checkout)
        if outputs.hasText { findings.print(invocation) }
        let result = prepared.fleet.map { "Valid: \(Words.counts($0)).\n" } ?? ""
        try outputs.write(invocation.terminal) { output in
            guard output.format == .text else { return findings.content(output.format, of: "validate") }
            return (output.path == nil ? "" : findings.text()) + result
        }
        return ExitCode(prepared.diagnostics)
    }
}
