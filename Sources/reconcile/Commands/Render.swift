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
            Options.tenant, Option("explain", .flag, "say behind every object which file gave which value"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let rendered = try await invocation.run().render()
        Report.print(rendered.diagnostics, from: rendered.checkout, invocation)
        guard rendered.isSound else { return .invalidInput }
        for state in rendered.states {
            invocation.terminal.result(
                ManifestText.text(
                    of: state, tenants: Set(invocation.parsed.all("tenant")),
                    explained: invocation.parsed.flag("explain")))
        }
        return .done
    }
}
