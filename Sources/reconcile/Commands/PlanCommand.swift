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
            Options.base, Options.tenant, Options.only, Options.approve, Options.adopt, Options.findings,
            Options.timeout, Options.unverified,
            Option(
                "affected", .flag, "only tenants that the differences from --base can reach: only they are looked at"),
            Option("offline", .flag, "ask no system: what is asked for otherwise than at --base; needs no credential"),
            Option("out", .one("FILE"), "write the plan of one environment for `apply FILE`"),
            Option("detailed-exitcode", .flag, "end with 2 where changes are pending"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        if invocation.parsed.flag("offline"), invocation.parsed.value("out") != nil {
            throw UsageError("--offline plans nothing that could be carried out: leave --out away", command: ["plan"])
        }
        let run = try invocation.run()
        let result = try await run.plan()
        Findings(result.diagnostics, from: result.checkout).print(invocation)
        try outputs.write(invocation.terminal) { content(of: result, $0, invocation, now: run.surroundings.now) }
        guard result.isSound else { return ExitCode(result.diagnostics) }
        if let file = invocation.parsed.value("out") { try save(result.planned, to: file) }
        return ExitCode.worst(of: result.planned.map { code(of: $0.plan, invocation) })
    }

    private static func content(of result: PlanResult, _ output: Output, _ invocation: Invocation, now: Int64) -> String
    {
        let plans = result.planned.map(\.plan)
        let ofFiles = Findings(result.diagnostics, from: result.checkout)
        switch output.format {
        case .text:
            let isColored = output.path == nil && invocation.hasColor
            return plans.map { $0.text(now: now, isColored: isColored) }.joined()
        case .json where result.isSound: return plans.map(\.json.prettyText).joined()
        case .markdown:
            return PlanMarkdown.text(plans, findings: ofFiles.report, now: now, log: invocation.logAddress)
        case .junit: return JUnitReport([ofFiles.report.junit("files")] + plans.map(\.junit)).xml
        default:
            let all = Findings(result.diagnostics + plans.flatMap(\.findings), from: result.checkout)
            return all.content(output.format, of: "plan")
        }
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
