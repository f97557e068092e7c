import Planning
import TestSupport
import Testing

/// Who leaves is disabled and can come back; deletion, where it is configured, is a change of its own.
@Suite struct DepartureTests {
    private static let owner = PeopleFleet.row("owner", "owner")
    private static let ada = PeopleFleet.row("ada", "operator", id: "u-1")

    @Test(arguments: IdentityServer.all) func isDeletedWhenTheGracePeriodIsOver(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(
            server, identity: ["deleteAfter: 30d"], people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply(on: "2026-11-01")
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.set("acme", [Self.owner])
        let left = try await fleet.apply(on: "2026-11-21")
        #expect(left.titles == ["x user ada@acme.example"])
        let record = try await fleet.record()
        #expect(record.contains("left: \"2026-11-21\"") || record.contains("left: 2026-11-21"))

        // No time in the record moves by itself.
        for day in ["2026-11-22", "2026-12-20"] {
            let quiet = try await fleet.apply(on: day)
            #expect(quiet.titles == [] && !quiet.isRecorded, "\(day)")
        }
        #expect(try await fleet.admin.get("/users/\(subject)")["enabled"] == false)
        #expect(try await fleet.plan(on: "2026-12-20").isEmpty)

        let due = try await fleet.plan(on: "2026-12-21")
        #expect(due.text(now: 0).contains("- user ada@acme.example"), "\(due.text(now: 0))")
        #expect(due.text(now: 0).contains("(disabled since 2026-11-21, deleteAfter is 30d)"), "\(due.text(now: 0))")
        let done = try await fleet.apply(on: "2026-12-21")
        #expect(done.failures == [] && done.isRecorded)
        #expect(try await fleet.admin.user("ada@acme.example") == nil)
        #expect(try await !fleet.record().contains(subject))
        let quiet = try await fleet.apply(on: "2026-12-22")
        #expect(quiet.titles == [] && !quiet.isRecorded)

        try await fleet.set("acme", [Self.owner, Self.ada])
        #expect(try await fleet.apply(on: "2027-01-01").titles == ["+ user ada@acme.example"])
        #expect(try await fleet.admin.subject("ada@acme.example") != subject)
    }

    @Test(arguments: IdentityServer.all) func whoComesBackInTimeKeepsTheSubject(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(
            server, identity: ["deleteAfter: 30d"], people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply(on: "2026-11-01")
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.admin.prepareLogIn(of: subject, password: "correct-horse")
        try await fleet.set("acme", [Self.owner])
        try await fleet.apply(on: "2026-11-21")
        #expect(try await fleet.admin.logIn("ada@acme.example", "correct-horse").status == 400)
        #expect(try await fleet.admin.groups(subject) == [])
        try await fleet.set("acme", [Self.owner, PeopleFleet.row("ada", "owner", id: "u-1")])
        let back = try await fleet.apply(on: "2026-12-20")
        #expect(back.titles == ["~ user ada@acme.example"])
        #expect(try await fleet.admin.subject("ada@acme.example") == subject)
        #expect(try await fleet.admin.groups(subject) == ["/acme/owner"])
        #expect(try await fleet.admin.logIn("ada@acme.example", "correct-horse").status == 200)
        // Leaving again begins a new time.
        try await fleet.set("acme", [Self.owner])
        try await fleet.apply(on: "2026-12-24")
        #expect(try await fleet.plan(on: "2027-01-22").isEmpty)
        #expect(try await fleet.plan(on: "2027-01-23").changes.map(\.action) == [.delete])
    }

    @Test(arguments: IdentityServer.all) func sessionsEndWithTheAccount(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.admin.prepareLogIn(of: subject, password: "correct-horse")
        #expect(try await fleet.admin.logIn("ada@acme.example", "correct-horse").status == 200)
        #expect(try await fleet.admin.get("/users/\(subject)/sessions").array?.count == 1)
        try await fleet.set("acme", [Self.owner])
        try await fleet.apply()
        #expect(try await fleet.admin.get("/users/\(subject)/sessions").array?.isEmpty == true)
        #expect(try await !fleet.record().contains(subject), "without deleteAfter nothing is remembered")
    }

    @Test(arguments: IdentityServer.all) func deletionStartsWhenItIsConfigured(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply(on: "2026-11-01")
        try await fleet.set("acme", [Self.owner])
        try await fleet.apply(on: "2026-11-02")
        // The account was disabled before anything was to be remembered: it is never deleted.
        try fleet.repository.replace(
            "clientId: reconcile}", by: "clientId: reconcile}\n        deleteAfter: 1d", in: "reconcile.yaml")
        try await fleet.repository.commit("Delete after a day")
        #expect(try await fleet.apply(on: "2027-11-02").titles == [])
        #expect(try await fleet.apply(on: "2028-11-02").titles == [])
        #expect(try await fleet.admin.user("ada@acme.example")?["enabled"] == false)
    }

    @Test(arguments: IdentityServer.all) func whatChangedSinceThePlanIsNotDeleted(_ server: IdentityServer) async throws
    {
        let fleet = try await PeopleFleet(
            server, identity: ["deleteAfter: 1d"], people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply(on: "2026-11-01")
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.set("acme", [Self.owner])
        try await fleet.apply(on: "2026-11-02")
        // An administrator lets her in again: that is drift, and no time for deletion.
        try await fleet.admin.send(.put, "/users/\(subject)", ["enabled": true])
        #expect(try await fleet.plan(on: "2026-12-01").changes.map(\.action) == [.disable])
    }
}
