import Arguments
import Formats
import Planning
import Reconciliation

/// `reconcile plan`: what would change, in both systems.
enum PlanCommand {
    static let command = Command(
        "plan", "show what would change",
        details:
            "Compares the repository with the live systems and prints every change with the file and line that asks for it. Writes nothing anywhere. A local path without --ref means the work tree.",
        options: Options.reading + [
            Options.tenant, Options.only, Options.approve, Options.adopt, Options.findings, Options.timeout,
            Option("out", .one("FILE"), "write the plan of one environment for `apply FILE`"),
            Option("detailed-exitcode", .flag, "end with 2 where changes are pending"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let run = try invocation.run()
        let result = try await run.plan()
        let plans = result.planned.map(\.plan)
        Findings(result.diagnostics, from: result.checkout).print(invocation)
        // What is wrong with a live system stands in the plan's own text and JSON.
        let findings = Findings(result.diagnostics + plans.flatMap(\.diagnostics), from: result.checkout)
        try outputs.write(invocation.terminal) { output in
            switch output.format {
            case .text:
                let isColored = output.path == nil && invocation.hasColor
                return plans.map { $0.text(now: run.surroundings.now, isColored: isColored) }.joined()
            case .json where result.isSound: return plans.map(\.json.prettyText).joined()
            default: return findings.content(output.format)
            }
        }
        guard result.isSound else { return ExitCode(result.diagnostics) }
        if let file = invocation.parsed.value("out") { try save(result.planned, to: file) }
        return ExitCode.worst(of: plans.map { code(of: $0, invocation) })
    }

    private static func save(_ planned: [Planned], to file: String) throws {
        guard planned.count == 1, let one = planned.first else {
            throw UsageError("--out takes the plan of one environment: add --environment", command: ["plan"])
        }
        try NewFile.write(one.saved.json.prettyText, to: file)
    }

    private static func code(of plan: Plan, _ invocation: Invocation) -> ExitCode {
        let pending: ExitCode = invocation.parsed.flag("detailed-exitcode") && !plan.isEmpty ? .changesPending : .done
        return ExitCode.worst(of: [ExitCode(plan), pending])
    }
}
