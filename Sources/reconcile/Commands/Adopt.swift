import Arguments
import Planning
import Reconciliation

/// `reconcile adopt`: what is there already becomes ours.
enum Adopt {
    static let command = Command(
        "adopt", "take over objects, groups and people that are there already",
        details:
            "Shows what would change in each of them, asks, and makes them ours: their fields become what the files say, whoever wrote them, and from then on they are removed when the files no longer ask for them. Nothing else is changed. The address is the one that the plan names. What belongs to another fleet or environment is taken over only with --from.",
        positionals: [
            Positional(
                "ADDRESS", "as the plan names it: k8s/prod/acme/…, idp/prod/…", isRequired: true, isRepeated: true)
        ],
        options: Options.reading + [
            Option("from", .one("FLEET/ENVIRONMENT"), "take it over from there"),
            Options.output, Options.timeout, Options.unverified, Apply.yes, Apply.waitTimeout, Apply.leaseTimeout,
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        try await Wishes.run(invocation, command: "adopt") { $0.adopt = Set(invocation.parsed.positionals) }
    }
}

/// `reconcile forget`: what is ours stays as it is, and is not ours any more.
enum Forget {
    static let command = Command(
        "forget", "let go of objects, groups and people, and leave them as they are",
        details:
            "Takes our marks off and nothing else: they are not changed, not removed and not looked after any more. While the files still ask for them, plans show them as blocked; take them out of the files next. Nothing else is changed.",
        positionals: [
            Positional("ADDRESS", "as plans name it: k8s/prod/acme/…, idp/prod/…", isRequired: true, isRepeated: true)
        ],
        options: Options.reading + [
            Options.output, Options.timeout, Options.unverified, Apply.yes, Apply.waitTimeout, Apply.leaseTimeout,
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        try await Wishes.run(invocation, command: "forget") { $0.forget = Set(invocation.parsed.positionals) }
    }
}

/// What the two have in common.
private enum Wishes {
    static func run(
        _ invocation: Invocation, command: String, _ set: (inout OwnershipWishes) -> Void
    ) async throws -> ExitCode {
        try Apply.requireConsent(invocation, command: command)
        let outputs = try invocation.outputs()
        var request = try invocation.request()
        set(&request.wishes)
        let run = Run(request, invocation.surroundings, stop: Signals.stopGently())
        let now = run.surroundings.now
        let step = try await run.carryOutWishes { plan in Apply.agrees(plan, outputs, invocation, now: now) }
        let code = Apply.report(step, outputs, invocation, now: now)
        return Signals.code ?? code
    }
}
