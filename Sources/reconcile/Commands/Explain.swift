import Arguments
import Reconciliation
import Tenancy

/// `reconcile explain`: what a code means.
enum Explain {
    static let command = Command(
        "explain", "say what a code means, with an example and the way out",
        details: "Every finding ends with its code, as RCN1012. Without a code, all of them are listed.",
        positionals: [Positional("CODE", "the code, as RCN1012")])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        guard let text = invocation.parsed.positionals.first else {
            let lines = DiagnosticCode.allCases.sorted { $0.rawValue < $1.rawValue }.map {
                "\($0.rawValue)  \($0.title)\n"
            }
            invocation.terminal.result(lines.joined())
            return .done
        }
        let digits = text.uppercased().hasPrefix("RCN") ? text.dropFirst(3) : text[...]
        guard let code = DiagnosticCode(rawValue: "RCN\(digits)") else {
            throw UsageError("there is no code '\(text)'; `reconcile explain` lists them all", command: ["explain"])
        }
        invocation.terminal.result(code.page)
        return .done
    }
}
