import Arguments
import Kubernetes
import Reconciliation

/// `reconcile unlock`: who holds an environment's Lease, and the way to take it away.
enum Unlock {
    static let command = Command(
        "unlock", "take an environment's lease away from a run that is dead",
        details:
            "Without an ID it shows who holds the lease, or the lock in Git where there is no cluster, since when, and the ID to give. A holder that lives after all cannot write any more. A lease whose holder is gone is taken by the next apply anyway, once it has run out.",
        positionals: [Positional("ID", "the holder's, as shown without one")],
        options: Options.reading + [Options.timeout, Options.unverified])

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let run = try invocation.run()
        guard let id = invocation.parsed.positionals.first else {
            let (environment, standing) = try await run.leaseStanding()
            invocation.terminal.result(text(environment, standing))
            return .done
        }
        let (environment, before) = try await run.unlock(id)
        invocation.terminal.result("\(environment) is free; its lease was held by \(text(before))\n")
        return .done
    }

    private static func text(_ environment: String, _ standing: LeaseStanding?) -> String {
        guard let standing else { return "nothing has been applied to \(environment) yet\n" }
        let paused = standing.pause.map { "\(environment) is \($0.text)\n" } ?? ""
        guard standing.holder != nil else { return paused + "the lease of \(environment) is held by nobody\n" }
        return paused + "the lease of \(environment) is held by \(text(standing))\n"
            + "To take it away: reconcile unlock \(standing.id)\n"
    }

    private static func text(_ standing: LeaseStanding) -> String {
        let since = standing.since.map { " since \($0.text)" } ?? ""
        let age = standing.age.map { ", renewed \($0) s ago" } ?? ""
        return "\(standing.holder ?? "nobody")\(since)\(age)"
    }
}
