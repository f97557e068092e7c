import Formats
import Planning
import TestSupport
import Testing

/// People from whom no run takes anything, and grants that come before revocations.
@Suite struct ProtectionTests {
    private static let owner = PeopleFleet.row("owner", "owner")
    private static let ada = PeopleFleet.row("ada", "operator", id: "u-1")
    private static let root = PeopleFleet.row("root", "owner", id: "u-0")
    private static let glass = "user root@acme.example: is a break-glass account, from which nothing is taken"

    @Test("C10: a break-glass account outlives its row, and the list that it is on", arguments: IdentityServer.all)
    func breakGlassOutlivesItsRowAndTheList(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(
            server, identity: ["breakGlass: [ROOT@acme.example]"], people: ["acme": [Self.owner, Self.root]])
        try await fleet.apply()
        #expect(try await !fleet.record().contains("root@"), "no address is recorded")
        try await fleet.set("acme", [Self.owner])
        #expect(try await fleet.apply().blocked == [Self.glass])
        // The list and the row in one commit: the list of the last apply still holds, once.
        try fleet.repository.replace("breakGlass: [ROOT@acme.example]", by: "breakGlass: []", in: "reconcile.yaml")
        try await fleet.repository.commit("Nobody is special")
        let held = try await fleet.apply()
        #expect(held.blocked == [Self.glass])
        #expect(held.diagnostics.map(\.code) == ["RCN3001"])
        #expect(try await fleet.apply().titles == ["x user root@acme.example"])
    }

    @Test("C10: the account that we run as is never touched", arguments: IdentityServer.all)
    func ourOwnAccountIsNeverTouched(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        let client = try await fleet.admin.get("/clients?clientId=reconcile").array?.first?["id"]?.string ?? ""
        let own = try await fleet.admin.get("/clients/\(client)/service-account-user")
        let subject = try #require(own["id"]?.string)
        // Somebody marks it as one of the fleet's people and puts it into a group.
        var marked = own
        marked["attributes"] = [
            "reconcile.key": ["u-9"], "reconcile.owners": ["small/prod"], "reconcile.home": ["small/prod"],
        ]
        marked["email"] = "robot@acme.example"
        try await fleet.admin.send(.put, "/users/\(subject)", marked)
        let report = try await fleet.apply()
        #expect(report.titles.allSatisfy { $0.hasPrefix("!") }, "\(report.titles)")
        #expect(try await fleet.admin.get("/users/\(subject)")["enabled"] == true)
        try await fleet.set("acme", [Self.owner, Self.ada, "robot@acme.example,operator,u-9,Ro,Bot,,"])
        let asked = try await fleet.apply()
        #expect(asked.titles.allSatisfy { $0.hasPrefix("!") }, "\(asked.titles)")
        #expect(try await fleet.admin.groups(subject) == [])
    }

    @Test("C10: the last admin of a tenant stays", arguments: IdentityServer.all)
    func theLastAdminStays(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        for rows in [[Self.ada], [Self.ada, PeopleFleet.row("owner", "owner", active: false)]] {
            try await fleet.set("acme", rows)
            #expect(
                try await fleet.apply().blocked == [
                    "user owner@acme.example: acme would have 0 admins, and at least 1 must stay; make somebody else an admin first"
                ])
        }
        try await fleet.set("acme", [Self.ada, PeopleFleet.row("owner", "operator")])
        let report = try await fleet.apply()
        #expect(
            report.blocked == [
                "user owner@acme.example: acme would have 0 admins, and at least 1 must stay; make somebody else an admin first"
            ])
        let owner = try #require(try await fleet.admin.subject("owner@acme.example"))
        #expect(try await fleet.admin.groups(owner) == ["/acme/operator", "/acme/owner"])
    }

    @Test(arguments: IdentityServer.all) func grantsComeBeforeRevocations(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        try await fleet.admin.set(["adminEventsEnabled": true])
        try await fleet.set(
            "acme",
            [
                PeopleFleet.row("owner", "operator"), PeopleFleet.row("next", "owner"),
                PeopleFleet.row("bob", "operator"),
            ])
        #expect(try await fleet.apply().failures == [])
        let events = try await fleet.admin.get("/admin-events?max=100").array ?? []
        let steps = events.reversed().map { event in
            "\(event["operationType"]?.string ?? "") \(event["resourceType"]?.string ?? "")"
        }
        let last = steps.lastIndex { $0 == "CREATE USER" || $0 == "CREATE GROUP_MEMBERSHIP" }
        let first = steps.firstIndex { $0 == "DELETE GROUP_MEMBERSHIP" || $0 == "UPDATE USER" }
        #expect(try #require(last) < #require(first), "\(steps)")
        #expect(steps.count { $0 == "DELETE GROUP_MEMBERSHIP" } == 2)
    }
}
