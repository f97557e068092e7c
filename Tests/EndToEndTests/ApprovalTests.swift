import Foundation
import TestSupport
import Testing

/// Refused removals and the two ways past them: an approval of exactly these, and a limit that was loosened before.
@Suite struct ApprovalTests {
    private static let ada = "ada@acme.example,operator,Ada,Lovelace\n"

    /// The small fleet, applied, in which nobody may be removed.
    private func strictFleet() async throws -> FleetRepository {
        var files = SmallFleet.files
        files["reconcile.yaml", default: ""] += "\n  limits: {maxDeletes: 0}\n"
        let fleet = try await FleetRepository(files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        return fleet
    }

    private func removeAda(_ fleet: FleetRepository) async throws {
        try fleet.replace(Self.ada, by: "", in: "users/acme.csv")
        try await fleet.commit("Remove Ada")
    }

    private func digest(_ text: String) throws -> String {
        let match = try #require(text.firstMatch(of: #/To proceed: reconcile approve ([0-9a-f]{32})/#), "\(text)")
        return String(match.1)
    }

    @Test func anApprovalLetsExactlyTheseChangesPassOnce() async throws {
        let fleet = try await strictFleet()
        try await removeAda(fleet)
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 4, "\(refused.text)\(refused.errors)")
        let digest = try digest(refused.text)

        let wrong = try await fleet.reconcile("approve", "00000000")
        #expect(wrong.status == 6, "\(wrong.errors)")
        #expect(wrong.errors.contains("no refused changes have the digest 00000000"), "\(wrong.errors)")
        let approved = try await fleet.succeed("approve", String(digest.prefix(8)), "--reason", "Ada left on Friday")
        let file = "approvals/\(digest.prefix(12)).yaml"
        #expect(approved.text.hasPrefix("Wrote \(file) for sandbox, until "), "\(approved.text)")
        #expect(try fleet.read(file).contains("reason: Ada left on Friday"))
        let again = try await fleet.reconcile("approve", digest)
        #expect(again.errors.contains("is approved already"), "\(again.errors)")
        try await fleet.commit("Approve")
        let done = try await fleet.succeed("apply", "--yes")
        #expect(done.text.contains("1 disabled"), "\(done.text)")

        // Ada comes back and goes again: what was approved once does not go for this.
        try fleet.write(try fleet.read("users/acme.csv") + Self.ada, to: "users/acme.csv")
        try await fleet.commit("Ada comes back")
        try await fleet.succeed("apply", "--yes")
        try await removeAda(fleet)
        let second = try await fleet.reconcile("apply", "--yes")
        #expect(second.status == 4, "\(second.text)")
        #expect(second.errors.contains("lets nothing pass again; remove the file"), "\(second.errors)")
        #expect(try await fleet.reconcile("apply", "--yes", "--approve", digest).status == 0)
    }

    @Test func anApprovalOfThePastLetsNothingPass() async throws {
        let fleet = try await strictFleet()
        try await removeAda(fleet)
        let digest = try digest(try await fleet.reconcile("plan").text)
        try await fleet.succeed("approve", digest, "--days", "3")
        let file = "approvals/\(digest.prefix(12)).yaml"
        let text = try fleet.read(file)
        try fleet.write(text.replacing(#/expires: .*/#, with: "expires: 2020-01-31"), to: file)
        try await fleet.commit("Approve too late")
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 4)
        #expect(refused.errors.contains("warning: this approval held until 2020-01-31"), "\(refused.errors)")
    }

    @Test func aLooserLimitIsInForceFromTheApplyAfterTheNextOne() async throws {
        let fleet = try await strictFleet()
        try fleet.replace("maxDeletes: 0", by: "maxDeletes: 1", in: "reconcile.yaml")
        try await removeAda(fleet)
        let first = try await fleet.reconcile("apply", "--yes")
        #expect(first.status == 4, "\(first.text)")
        #expect(first.errors.contains("maxDeletes: 1 is looser than 0, which was applied last"), "\(first.errors)")
        let second = try await fleet.succeed("apply", "--yes")
        #expect(second.text.contains("1 disabled"), "\(second.text)")
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }
}
