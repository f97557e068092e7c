import Foundation
import Synchronization
import TestSupport
import Testing

/// Runs that are told to stop, and runs that meet.
@Suite struct InterruptionTests {
    @Test(
        "A2: a signal lets finish what is in flight, and records it",
        arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
    func aSignalLetsFinishWhatIsInFlightAndRecordsIt(_ signal: Int32, _ code: Int32) async throws {
        let fleet = try await ProxiedFleet()
        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let run = try RunningCommand(["apply", "--yes"], in: fleet.repository)
        try await gate.wait()
        run.signal(signal)
        // Long enough for the signal to arrive before the answer does.
        try await Task.sleep(for: .milliseconds(300))
        gate.open()
        let end = try await run.end()
        #expect(end.status == code, "\(end.text)\(end.errors)")
        #expect(end.text.contains("Apply incomplete"), "\(end.text)")
        #expect(end.text.contains("skipped: the run was told to stop"), "\(end.text)")
        let lock = try await fleet.repository.lock("acme")
        #expect(lock.contains("branding"), "\(lock)")
        #expect(!lock.contains("Deployment"), "\(lock)")

        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
        let plan = try await fleet.repository.succeed("plan", "--detailed-exitcode")
        #expect(plan.text.hasPrefix("No changes."), "\(plan.text)")
        #expect(try await fleet.repository.lock("acme").contains("Deployment"))
    }

    @Test("A2: a signal ends the wait for an overloaded server")
    func aSignalEndsTheWaitForAnOverloadedServer() async throws {
        let fleet = try await ProxiedFleet()
        let isBusy = Atomic<Bool>(false)
        fleet.identity.replace { exchange in
            guard exchange.isWrite else { return nil }
            isBusy.store(true, ordering: .releasing)
            return [.answer(503, headers: ["Retry-After: 25"])]
        }
        let run = try RunningCommand(["apply", "--yes", "--only", "identity"], in: fleet.repository)
        try await eventually("a write is turned away") { isBusy.load(ordering: .acquiring) }
        let asked = ContinuousClock.now
        run.signal(SIGTERM)
        let end = try await run.end()
        #expect(end.status == 143, "\(end.text)\(end.errors)")
        // The server asked for 25 s, and for more after that: a run that had waited would be far beyond.
        #expect(ContinuousClock.now - asked < .seconds(20))
    }

    @Test("A4: of two applies at once one wins, and the other names it")
    func ofTwoAppliesAtOnceOneWinsAndTheOtherNamesIt() async throws {
        let fleet = try await ProxiedFleet()
        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let winner = try RunningCommand(["apply", "--yes"], in: fleet.repository)
        try await gate.wait()
        let written = try await fleet.cluster.settledWrites()
        let loser = try await fleet.repository.reconcile("apply", "--yes")
        #expect(loser.status == 6, "\(loser.text)\(loser.errors)")
        let words =
            #/error: the lease reconcile-system/small-sandbox on http://127\.0\.0\.1:\d+ is held by process \d+ on \S+ since \S+, renewed \d+ s ago; try again when that run is over/#
        #expect(loser.errors.contains(words), "\(loser.errors)")
        #expect(fleet.cluster.writes == written)
        gate.open()
        let end = try await winner.end()
        #expect(end.status == 0, "\(end.text)\(end.errors)")
        #expect(try await fleet.repository.stateCommits() == 1)
        #expect(try await fleet.repository.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }
}

extension FaultProxy {
    /// How many requests so far asked for a change; renewing a Lease is none.
    var writes: Int {
        requests.count { $0.method != "GET" && !$0.path.contains("/leases") && !$0.path.hasSuffix("/token") }
    }

    /// The same, once what was under way beside a held write has been carried out.
    fileprivate func settledWrites() async throws -> Int {
        var count = writes
        for _ in 0..<50 {
            try await Task.sleep(for: .milliseconds(500))
            if writes == count { return count }
            count = writes
        }
        return count
    }
}

extension FleetRepository {
    /// The tenant's lock on the state branch.
    func lock(_ tenant: String) async throws -> String {
        let branch = "reconcile/state/sandbox"
        let files = try await git("ls-tree", "-r", "--name-only", branch).split(separator: "\n")
        guard let file = files.first(where: { $0.hasSuffix("/\(tenant).lock.yaml") }) else { return "" }
        return try await git("show", "\(branch):\(file)")
    }
}
