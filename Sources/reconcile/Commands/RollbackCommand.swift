import Arguments
import Reconciliation

/// `reconcile rollback`: the files as they were at an earlier commit, planned and applied.
enum RollbackCommand {
    static let command = Command(
        "rollback", "go back to an earlier commit, by a new one",
        details:
            "Makes a commit on the branch that is checked out that takes the fleet's files, or those of the named tenants, back to what they were, shows its plan, asks, pushes it to the origin where there is one, and applies it: through the same limits as everything else. A tenant that was not there yet stays; it leaves by `state: absent`.",
        options: [
            Options.repo, Options.environment,
            Option("to", .one("COMMIT"), "the commit to go back to; `reconcile history` names them"),
            Options.tenant, Options.approve, Options.output, Options.parallelism, Options.timeout, Options.unverified,
            Apply.yes,
            Apply.waitTimeout, Apply.leaseTimeout,
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        guard let target = invocation.parsed.value("to") else {
            throw UsageError("say --to COMMIT", command: ["rollback"])
        }
        try Apply.requireConsent(invocation, command: "rollback")
        let outputs = try invocation.outputs()
        let run = try invocation.run(stop: Signals.stopGently())
        let step = try await run.rollback(to: target) { plan in
            Apply.agrees(plan, outputs, invocation, now: run.surroundings.now)
        }
        let code = Apply.report(step, outputs, invocation, now: run.surroundings.now)
        return Signals.code ?? code
    }
}
