import Arguments
import Formats
import Reconciliation
import Tenancy

/// `reconcile render`: the manifests that the repository comes to.
enum Render {
    static let command = Command(
        "render", "print the manifests of every tenant",
        details:
            "Prints what would be applied, as YAML documents in the order of tenants. Values of Secrets are never part of it.",
        options: Options.reading + [
            Options.tenant, Options.findings,
            Option("explain", .flag, "say behind every object which file gave which value"),
            Option("outputs", .flag, "print what tenants and people are told instead, as their addresses"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let rendered = try await invocation.run().render()
        let findings = Findings(rendered.diagnostics, from: rendered.checkout)
        findings.print(invocation)
        let tenants = Set(invocation.parsed.all("tenant"))
        let (isExplained, hasOutputs) = (invocation.parsed.flag("explain"), invocation.parsed.flag("outputs"))
        try outputs.write(invocation.terminal) { output in
            if output.format == .json, hasOutputs, rendered.isSound {
                return rendered.states.map { OutputsText.json(of: $0, tenants: tenants).prettyText }.joined()
            }
            guard output.format == .text else { return findings.content(output.format) }
            guard rendered.isSound else { return "" }
            if hasOutputs { return rendered.states.map { OutputsText.text(of: $0, tenants: tenants) }.joined() }
            return rendered.states.map { ManifestText.text(of: $0, tenants: tenants, explained: isExplained) }.joined()
        }
        return ExitCode(rendered.diagnostics)
    }
}
