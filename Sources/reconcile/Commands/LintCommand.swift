import Arguments
import Reconciliation

/// `reconcile lint`: what is allowed and yet unwise.
enum LintCommand {
    static let command = Command(
        "lint", "warn of what is allowed and yet unwise",
        details:
            "Says what validate says, and warns besides: of roles, tiers, blueprints and values that nothing uses, of containers without limits or probes, of images without a version, and of people who cannot sign in without a name.",
        options: Options.reading + [
            Options.findings, Option("strict", .flag, "end with 3 where something is warned of"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let prepared = try await invocation.run().lint()
        let findings = Findings(prepared.diagnostics, from: prepared.checkout)
        if outputs.hasText { findings.print(invocation) }
        try outputs.write(invocation.terminal) { output in
            guard output.format == .text else { return findings.content(output.format, of: "lint") }
            return (output.path == nil ? "" : findings.text())
                + (prepared.diagnostics.isEmpty ? "Nothing to warn of.\n" : "")
        }
        let isRefused = !findings.isSound || invocation.parsed.flag("strict") && !prepared.diagnostics.isEmpty
        return isRefused ? .invalidInput : .done
    }
}
