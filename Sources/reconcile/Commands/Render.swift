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
        if invocation.parsed.flag("outputs") { return try await printOutputs(invocation) }
        let outputs = try invocation.outputs()
        let tenants = Set(invocation.parsed.all("tenant"))
        let isExplained = invocation.parsed.flag("explain")
        // Piece by piece: the manifests of a large fleet take far more memory than their text.
        let rendered = try await invocation.run().render { part in
            ManifestText.text(of: part, tenants: tenants, explained: isExplained)
        }
        let findings = Findings(rendered.diagnostics, from: rendered.checkout)
        findings.print(invocation)
        try outputs.write(invocation.terminal) { output in
            output.format == .text ? rendered.parts : [findings.content(output.format, of: "render")]
        }
        return ExitCode(rendered.diagnostics)
    }

    private static func printOutputs(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let rendered = try await invocation.run().render()
        let findings = Findings(rendered.diagnostics, from: rendered.checkout)
        findings.print(invocation)
        let tenants = Set(invocation.parsed.all("tenant"))
        try outputs.write(invocation.terminal) { output in
            if output.format == .json, rendered.isSound {
                return rendered.parts.map { OutputsText.json(of: $0, tenants: tenants).prettyText }
            }
            guard output.format == .text else { return [findings.content(output.format, of: "render")] }
            return rendered.parts.map { OutputsText.text(of: $0, tenants: tenants) }
        }
        return ExitCode(rendered.diagnostics)
    }
}
