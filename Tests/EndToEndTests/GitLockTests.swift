import Foundation
import TestSupport
import Testing

/// One run at a time where there is no cluster to hold a Lease.
@Suite struct GitLockTests {
    private static let branch = "reconcile/lock/sandbox"
    private static let people = "/users"

    /// A fleet of people alone.
    private func fleet() async throws -> ProxiedFleet {
        let fleet = try await ProxiedFleet()
        try fleet.repository.replace(
            "      cluster: {kubernetes: {}, namespacePrefix: tenant-}\n", by: "", in: "reconcile.yaml")
        try await fleet.repository.commit("No cluster")
        return fleet
    }

    private func holder(_ fleet: ProxiedFleet) async throws -> String {
        try await fleet.repository.git("show", "\(Self.branch):lock.json")
    }

    @Test("A4: without a cluster, of two applies at once one wins, and the other names it")
    func oneWins() async throws {
        let fleet = try await fleet()
        let (winner, gate) = try await heldRun(of: fleet, leaseTimeout: "60s")
        let written = fleet.identity.writes
        let loser = try await fleet.repository.reconcile("apply", "--yes")
        #expect(loser.status == 6, "\(loser.text)\(loser.errors)")
        let words =
            #/error: the lock reconcile/lock/sandbox is held by process (\d+) on \S+ since \S+, renewed \d+ s ago; try again/#
        let named = try #require(try words.firstMatch(in: loser.errors), "\(loser.errors)")
        #expect(String(named.1) == String(winner.processID))
        #expect(fleet.identity.writes == written)
        gate.open()
        let end = try await winner.end()
        #expect(end.status == 0, "\(end.text)\(end.errors)")
        #expect(try await holder(fleet).contains(#""holder": """#))
        // What has nothing to write takes no lock.
        let tip = try await fleet.repository.git("rev-parse", Self.branch)
        #expect(try await fleet.repository.succeed("apply", "--yes").text.hasPrefix("No changes."))
        #expect(try await fleet.repository.git("rev-parse", Self.branch) == tip)
    }

    @Test("A4: without a cluster, a run that was asleep while another took its lock writes nothing more")
    func theSleeperIsFenced() async throws {
        let fleet = try await fleet()
        let (sleeper, gate) = try await heldRun(of: fleet)
        sleeper.signal(SIGSTOP)
        gate.open()
        fleet.identity.replace(nil)
        // Once the lock has run out the next one takes it.
        try await eventually("the lock runs out") {
            try await fleet.repository.reconcile("apply", "--yes").status == 0
        }
        let written = fleet.identity.writes
        sleeper.signal(SIGCONT)
        let end = try await sleeper.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains("was taken over by another run"), "\(end.text)\(end.errors)")
        #expect(fleet.identity.writes == written)
        #expect(try await fleet.repository.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    @Test("A5: without a cluster, the lock of a dead process is taken at once, and what is no lock never")
    func ofTheDead() async throws {
        let fleet = try await fleet()
        let gate = Gate()
        fleet.identity.replace(gate.hold(Self.people))
        let victim = try RunningCommand(["apply", "--yes"], in: fleet.repository)
        try await gate.wait()
        victim.signal(SIGKILL)
        _ = try await victim.end()
        gate.open()
        fleet.identity.replace(nil)
        #expect(try await holder(fleet).contains("/\(victim.processID)/"))
        try await fleet.repository.succeed("apply", "--yes")

        let repository = fleet.repository
        try await repository.git("update-ref", "refs/heads/\(Self.branch)", "HEAD")
        let tip = try await repository.git("rev-parse", "HEAD")
        try repository.replace("ada@acme.example", by: "lin@acme.example", in: "users/acme.csv")
        try await repository.commit("Another person")
        let refused = try await repository.reconcile("apply", "--yes")
        #expect(refused.status == 6, "\(refused.text)\(refused.errors)")
        #expect(refused.errors.contains("the branch reconcile/lock/sandbox holds no lock"), "\(refused.errors)")
        #expect(try await repository.git("rev-parse", Self.branch) == tip)
    }

    @Test func aPauseWithoutAClusterLiesInGit() async throws {
        let proxied = try await fleet()
        let fleet = proxied.repository
        defer { withExtendedLifetime(proxied) {} }
        #expect(try await fleet.succeed("unlock").text == "nothing has been applied to sandbox yet\n")
        #expect(try await fleet.succeed("resume").text == "sandbox was not paused\n")
        let paused = try await fleet.succeed("pause", "--reason", "the realm is being moved")
        let words = #/sandbox is paused by \S+ since \S+: the realm is being moved\n/#
        #expect(try words.wholeMatch(in: paused.text) != nil, "\(paused.text)")
        #expect(try await fleet.succeed("pause", "--reason", "another").text == paused.text)
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 6, "\(refused.text)\(refused.errors)")
        #expect(
            refused.errors.contains("the realm is being moved; nothing more is written until `reconcile resume`"),
            "\(refused.errors)")
        #expect(try await fleet.stateCommits() == 0)
        #expect(try await fleet.succeed("resume").text.hasPrefix("sandbox goes on; it was paused by "))
        try await fleet.succeed("apply", "--yes")
        let free = try await fleet.succeed("unlock")
        #expect(free.text == "the lease of sandbox is held by nobody\n")
        #expect(try await fleet.reconcile("unlock", "1-1").status == 6)
    }

    /// An apply that a server holds at its first person until the gate is opened.
    private func heldRun(of fleet: ProxiedFleet, leaseTimeout: String = "1s") async throws -> (
        run: RunningCommand, gate: Gate
    ) {
        let gate = Gate()
        fleet.identity.replace(gate.hold(Self.people))
        // The lock is renewed after a third of five times the lease's time.
        let run = try RunningCommand(
            ["apply", "--yes", "--parallelism", "1", "--lease-timeout", leaseTimeout], in: fleet.repository)
        try await gate.wait()
        return (run, gate)
    }

    @Test func aPauseInGitEndsARunThatIsUnderWay() async throws {
        let fleet = try await fleet()
        let (run, gate) = try await heldRun(of: fleet)
        let standing = try await fleet.repository.succeed("unlock")
        #expect(standing.text.contains("is held by process \(run.processID) on "), "\(standing.text)")
        try await fleet.repository.succeed("pause", "--reason", "stop")
        try await Task.sleep(for: .seconds(2))
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains(": stop; nothing more is written until `reconcile resume`"), "\(end.text)")
        fleet.identity.replace(nil)
        // It gave the lock back, pause and all.
        #expect(try await holder(fleet).contains(#""holder": """#))
        try await fleet.repository.succeed("resume")
        try await fleet.repository.succeed("apply", "--yes")
    }

    @Test func unlockTakesTheLockInGitFromItsHolder() async throws {
        let fleet = try await fleet()
        let (run, gate) = try await heldRun(of: fleet)
        let standing = try await fleet.repository.succeed("unlock")
        let id = try #require(standing.text.firstMatch(of: #/reconcile unlock (\S+)/#), "\(standing.text)").1
        let freed = try await fleet.repository.succeed("unlock", String(id))
        #expect(freed.text.contains("is free; its lease was held by process \(run.processID) on "), "\(freed.text)")
        try await Task.sleep(for: .seconds(2))
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains("was taken over by another run"), "\(end.text)")
    }

    @Test func peopleAloneAreWrittenUnderTheClustersLease() async throws {
        let fleet = try await ProxiedFleet()
        try await fleet.repository.succeed("pause", "--reason", "moving")
        let refused = try await fleet.repository.reconcile("apply", "--yes", "--only", "identity")
        #expect(refused.status == 6, "\(refused.text)\(refused.errors)")
        #expect(refused.errors.contains("moving"), "\(refused.errors)")
        try await fleet.repository.succeed("resume")
        try await fleet.repository.succeed("apply", "--yes", "--only", "identity")
        #expect(fleet.cluster.hasSeen("PUT", "/apis/coordination.k8s.io/v1/"))
    }
}
