import Arguments
import Reconciliation

/// `reconcile pause`: nobody applies until `resume`.
enum Pause {
    static let command = Command(
        "pause", "keep everybody from applying to an environment",
        details:
            "Notes in the environment's Lease, or in its lock in Git where it has no cluster, who paused it, when and why. An apply that is under way notices within a quarter of its lease's time, 15 s by default (100 s in Git), and writes no more; plan and status go on. `reconcile resume` ends it.",
        options: Options.reading + [
            Options.timeout, Options.unverified,
            Option("reason", .one("TEXT"), "why, for those who are kept from applying"),
        ])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let (environment, pause) = try await invocation.run().pause(reason: invocation.parsed.value("reason"))
        invocation.terminal.result("\(environment) is \(pause.text)\n")
        return .done
    }
}
