import Arguments
import Planning
import Reconciliation

/// `reconcile apply`: the plan, carried out and recorded.
enum Apply {
    static let command = Command(
        "apply", "carry out the plan of one environment",
        details:
            "Plans, asks, carries out the plan, waits until what it touched is ready, and commits status and lock to the state branch. Reads a commit, never files that are not committed. Without a terminal it needs --yes. With a PLAN that `plan --out` wrote it carries out only the changes that the file holds and that are still the same, and leaves the others alone (6).",
        positionals: [Positional("PLAN", "a file that `plan --out` wrote")],
        options: Options.reading + [
            Options.tenant, Options.only, Options.approve, Options.adopt, Options.output, Options.parallelism,
            Options.timeout, Options.unverified,
            yes, waitTimeout, leaseTimeout, Option("check", .flag, "run the checks afterwards, as `reconcile check`"),
        ])

    static let yes = Option("yes", .flag, "do not ask")
    static let waitTimeout = Option(
        "wait-timeout", .one("DURATION"), "until what was applied has to be ready", default: "5m")
    static let leaseTimeout = Option(
        "lease-timeout", .one("DURATION"), "after which a lease without a sign of life may be taken", default: "60s")

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        try requireConsent(invocation, command: "apply")
        let outputs = try invocation.outputs()
        let stop = Signals.stopGently()
        let run = try invocation.run(stop: stop, saved: invocation.parsed.positionals.first)
        let step = try await run.apply { plan in agrees(plan, outputs, invocation, now: run.surroundings.now) }
        let code = report(step, outputs, invocation, now: run.surroundings.now)
        return Signals.code ?? code
    }

    /// That there is somebody to ask, or nobody to be asked.
    static func requireConsent(_ invocation: Invocation, command: String) throws(UsageError) {
        guard invocation.parsed.flag("yes") || invocation.terminal.isInteractive else {
            throw UsageError(
                "\(command) asks before it writes, and nobody is there to answer: add --yes", command: [command])
        }
    }

    static func agrees(_ plan: Plan, _ outputs: [Output], _ invocation: Invocation, now: Int64) -> Bool {
        if outputs.hasText { invocation.terminal.result(plan.text(now: now, isColored: invocation.hasColor)) }
        return invocation.parsed.flag("yes") || invocation.terminal.confirms("\nApply this plan?")
    }
}
