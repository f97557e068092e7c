import Foundation
import TestSupport
import Testing

/// Going back: a new commit, through the same limits as every other.
@Suite struct RollbackTests {
    /// The small fleet with two commits that were applied: the first, and one that changes both tenants.
    private func fleet(limits: String = "") async throws -> (FleetRepository, first: String) {
        var files = SmallFleet.files
        files["reconcile.yaml", default: ""] += limits
        let fleet = try await FleetRepository(files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        let first = try await fleet.git("rev-parse", "HEAD")
        try fleet.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try fleet.replace("Globex", by: "Globex Limited", in: "tenants/globex.yaml")
        try fleet.write(
            try fleet.read("users/globex.csv") + "ada@globex.example,operator,Ada,Byron\n", to: "users/globex.csv")
        try await fleet.commit("Rename both, add Ada")
        try await fleet.succeed("apply", "--yes")
        return (fleet, first)
    }

    @Test func takesEverythingBackByANewCommit() async throws {
        let (fleet, first) = try await fleet()
        let refused = try await fleet.reconcile("rollback", "--to", first)
        #expect(refused.status == 64)
        let done = try await fleet.succeed("rollback", "--to", first, "--yes")
        #expect(done.text.contains("\"Acme Limited\" → \"Acme Corporation\""), "\(done.text)")
        #expect(done.text.contains("1 disabled"), "\(done.text)")
        #expect(try await fleet.git("diff", "--stat", first, "HEAD") == "")
        #expect(try await fleet.git("status", "--porcelain") == "")
        #expect(try await fleet.git("log", "-1", "--format=%s") == "Roll back to \(first.prefix(7))")
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        let again = try await fleet.reconcile("rollback", "--to", first, "--yes")
        #expect(again.errors.contains("the files are as they were at \(first.prefix(7)) already"), "\(again.errors)")
    }

    @Test func takesOneTenantBackAndLeavesTheOthers() async throws {
        let (fleet, first) = try await fleet()
        let done = try await fleet.succeed("rollback", "--to", first, "--tenant", "globex", "--yes")
        #expect(!done.text.contains("Acme"), "\(done.text)")
        #expect(try fleet.read("tenants/acme.yaml").contains("Acme Limited"))
        #expect(try fleet.read("tenants/globex.yaml").contains("Limited") == false)
        #expect(try await fleet.git("status", "--porcelain") == "")
        #expect(try fleet.read("users/globex.csv").contains("ada@") == false)
    }

    @Test func isHeldAgainstTheLimits() async throws {
        let (fleet, first) = try await fleet(limits: "\n  limits: {maxDeletes: 0}\n")
        let refused = try await fleet.reconcile("rollback", "--to", first, "--yes")
        #expect(refused.status == 4, "\(refused.text)\(refused.errors)")
        #expect(refused.text.contains("To proceed: reconcile approve "), "\(refused.text)")
        #expect(refused.text.contains("0 disabled"), "\(refused.text)")
        #expect(
            try await fleet.succeed("who-has-access", "--user", "ada@globex.example").text.contains("globex/operator"))
    }

    @Test func appliesNothingWhereTheBranchIsProtected() async throws {
        let served = try await Served(
            hook:
                "while read old new ref; do [ $ref != refs/heads/main ] || { echo 'main is protected' >&2; exit 1; }; done"
        )
        try await served.fleet.succeed("apply", "--yes")
        let first = try await served.fleet.git("rev-parse", "HEAD")
        try served.fleet.replace("Globex", by: "Globex Limited", in: "tenants/globex.yaml")
        try await served.fleet.commit("Rename")
        try await served.fleet.succeed("apply", "--yes")
        let (head, written) = (try await served.fleet.git("rev-parse", "HEAD"), try served.world.changes())
        let refused = try await served.fleet.reconcile("rollback", "--to", first, "--yes")
        #expect(refused.status != 0)
        #expect(
            refused.errors.contains("main is protected; nothing was applied. Where the branch is protected"),
            "\(refused.errors)")
        #expect(try await served.fleet.git("rev-parse", "HEAD") == head)
        #expect(try await served.fleet.git("status", "--porcelain") == "")
        #expect(try served.world.changes() == written)
    }
}
