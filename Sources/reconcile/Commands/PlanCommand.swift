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
            Options.tenant, Options.only, Options.approve, Options.output, Options.timeout,
            Option("detailed-exitcode", .flag, "end with 2 where changes are pending"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let run = try invocation.run()
        let result = try await run.plan()
        Report.print(result.diagnostics, from: result.checkout, invocation)
        guard result.isSound else { return .invalidInput }
        for planned in result.planned {
            invocation.terminal.result(
                invocation.isJSON
                    ? planned.plan.json.prettyText
                    : planned.plan.text(now: run.surroundings.now, isColored: invocation.hasColor))
        }
        return ExitCode.worst(of: result.planned.map { code(of: $0.plan, invocation) })
    }

    private static func code(of plan: Plan, _ invocation: Invocation) -> ExitCode {
        let pending: ExitCode = invocation.parsed.flag("detailed-exitcode") && !plan.isEmpty ? .changesPending : .done
        return ExitCode.worst(of: [ExitCode(plan), pending])
    }
}
