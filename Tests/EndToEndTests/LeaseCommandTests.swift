import Foundation
import Synchronization
import TestSupport
import Testing

/// Who may write: paused environments, leases of the dead, and runs that were asleep.
@Suite struct LeaseCommandTests {
    @Test func aPausedEnvironmentIsAppliedToOnlyAfterResume() async throws {
        let fleet = try await FleetRepository(
            SmallFleet.files, sandbox: try SandboxServer(), environment: ["USER": "ada"])
        #expect(try await fleet.succeed("unlock").text == "nothing has been applied to sandbox yet\n")
        let paused = try await fleet.succeed("pause", "--reason", "the database is being moved")
        let words = #/sandbox is paused by ada@\S+ since \S+: the database is being moved\n/#
        #expect(try words.wholeMatch(in: paused.text) != nil, "\(paused.text)")
        // A second pause does not hide who was first.
        #expect(try await fleet.succeed("pause", "--reason", "another").text == paused.text)
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 6, "\(refused.text)\(refused.errors)")
        #expect(
            refused.errors.contains("the database is being moved; nothing more is written until `reconcile resume`"))
        #expect(try await fleet.stateCommits() == 0)
        #expect(try await fleet.reconcile("plan", "--detailed-exitcode").status == 2)

        #expect(try await fleet.succeed("resume").text.hasPrefix("sandbox goes on; it was paused by ada@"))
        #expect(try await fleet.succeed("resume").text == "sandbox was not paused\n")
        try await fleet.succeed("apply", "--yes")
    }

    @Test func aPauseEndsARunThatIsUnderWay() async throws {
        let fleet = try await ProxiedFleet()
        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let run = try RunningCommand(["apply", "--yes", "--lease-timeout", "4s"], in: fleet.repository)
        try await gate.wait()
        try await fleet.repository.succeed("pause", "--reason", "stop")
        try await Task.sleep(for: .seconds(2.5))
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains(": stop; nothing more is written until `reconcile resume`"), "\(end.text)")
        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("resume")
        try await fleet.repository.succeed("apply", "--yes")
    }

    @Test("A4: a run that was asleep while another took its lease writes nothing more")
    func aRunThatWasAsleepIsFenced() async throws {
        let fleet = try await ProxiedFleet()
        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let sleeper = try RunningCommand(["apply", "--yes", "--lease-timeout", "3s"], in: fleet.repository)
        try await gate.wait()
        sleeper.signal(SIGSTOP)
        gate.open()
        fleet.cluster.replace(nil)
        // Once the lease has run out the next one takes it.
        try await eventually("the lease runs out") {
            try await fleet.repository.reconcile("apply", "--yes").status == 0
        }
        let written = fleet.cluster.writes
        sleeper.signal(SIGCONT)
        let end = try await sleeper.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(fleet.cluster.writes == written)
        #expect(try await fleet.repository.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    @Test("A5: a lease is taken from the holder that was looked at, and from no other")
    func unlockTakesTheLeaseOfTheNamedHolder() async throws {
        let fleet = try await ProxiedFleet()
        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let run = try RunningCommand(["apply", "--yes", "--lease-timeout", "4s"], in: fleet.repository)
        try await gate.wait()
        let shown = try await fleet.repository.succeed("unlock").text
        let id = try #require(shown.firstMatch(of: #/To take it away: reconcile unlock (\S+)/#)?.1, "\(shown)")
        #expect(shown.contains("is held by process \(id.prefix { $0 != "-" }) on "), "\(shown)")
        let wrong = try await fleet.repository.reconcile("unlock", "1-1")
        #expect(wrong.status == 6, "\(wrong.text)")
        #expect(wrong.errors.contains("1-1 is not who holds the lease"), "\(wrong.errors)")
        #expect(
            try await fleet.repository.succeed("unlock", String(id)).text.hasPrefix(
                "sandbox is free; its lease was held by "))
        try await Task.sleep(for: .seconds(2.5))
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains("was taken over by another run"), "\(end.text)")
    }
}
