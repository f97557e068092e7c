import Arguments
import Reconciliation

/// `reconcile run`: an action of a blueprint, now.
enum RunCommand {
    static let command = Command(
        "run", "run an action of a tenant's blueprint",
        details:
            "Makes the Job of the action in the tenant's namespace, with the inputs that it takes, and waits until it is complete. Reads a commit, as apply does. The Job goes by itself some time after it ended.",
        positionals: [
            Positional("ACTION", "restore, or platform/restore where several blueprints have one", isRequired: true)
        ],
        options: Options.reading + [
            Option("tenant", .one("NAME"), "the tenant that it is run for"),
            Option("input", .many("NAME=VALUE"), "what the action takes"),
            Options.output, Options.timeout, Options.unverified, Apply.yes, Apply.waitTimeout, Apply.leaseTimeout,
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        try Apply.requireConsent(invocation, command: "run")
        let outputs = try invocation.outputs()
        let call = try call(invocation)
        let run = try invocation.run(stop: Signals.stopGently())
        let now = run.surroundings.now
        let step = try await run.runAction(call) { plan in Apply.agrees(plan, outputs, invocation, now: now) }
        let code = Apply.report(step, outputs, invocation, now: now)
        return Signals.code ?? code
    }

    private static func call(_ invocation: Invocation) throws(UsageError) -> ActionCall {
        guard let tenant = invocation.parsed.value("tenant") else {
            throw UsageError("an action is run for one tenant: add --tenant NAME", command: ["run"])
        }
        var inputs: [String: String] = [:]
        for text in invocation.parsed.all("input") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, inputs.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw UsageError("--input takes NAME=VALUE, each name once, and not '\(text)'", command: ["run"])
            }
        }
        return ActionCall(name: invocation.parsed.positionals.first ?? "", tenant: tenant, inputs: inputs)
    }
}
