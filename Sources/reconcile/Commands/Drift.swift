import Arguments
import Formats
import Planning
import Reconciliation

/// `reconcile drift`: what others changed in the live systems.
enum Drift {
    static let command = Command(
        "drift", "show what others changed by hand",
        details:
            "Plans, and shows only what somebody else changed since: which field, who, when. Writes nothing. The next apply takes it back.",
        options: Options.reading + [
            Options.tenant, Options.only, Options.output, Options.timeout, Options.unverified,
            Option("detailed-exitcode", .flag, "end with 2 where there is drift"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let outputs = try invocation.outputs()
        let run = try invocation.run()
        let result = try await run.plan()
        Findings(result.diagnostics, from: result.checkout).print(invocation)
        guard result.isSound else { return ExitCode(result.diagnostics) }
        let plans = result.planned.map(\.plan.drift)
        try outputs.write(invocation.terminal) { output in
            let isColored = output.path == nil && invocation.hasColor
            return plans.map { plan in
                output.format == .json
                    ? plan.json.prettyText : plan.driftText(now: run.surroundings.now, isColored: isColored)
            }.joined()
        }
        let isFound = invocation.parsed.flag("detailed-exitcode") && plans.contains { !$0.sections.isEmpty }
        return ExitCode.worst(of: plans.map { ExitCode($0) } + [isFound ? .changesPending : .done])
    }
}
