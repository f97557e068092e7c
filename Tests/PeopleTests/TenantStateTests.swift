import Formats
import TestSupport
import Testing

/// Tenants that are suspended, that expire, that leave and that come back: their people with them.
@Suite struct TenantStateTests {
    private static let people = [
        "acme": [PeopleFleet.row("owner", "owner"), PeopleFleet.row("ada", "operator", id: "u-1")],
        "beta": [
            PeopleFleet.row("boss", "owner", of: "beta"), "ada@acme.example,operator,u-1,Ada,Person,,",
        ],
    ]

    private static let everybody = ["ada@acme.example", "boss@beta.example", "owner@acme.example"]

    @Test(arguments: IdentityServer.all) func suspendedLocksOutAndComesBack(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: Self.people)
        try await fleet.apply()
        let owner = try #require(try await fleet.admin.subject("owner@acme.example"))
        let ada = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.set("acme", file: ", state: suspended")
        let report = try await fleet.apply()
        #expect(Set(report.titles) == ["x user owner@acme.example", "~ user ada@acme.example"])
        // Who belongs to another tenant as well stays for that one.
        #expect(try await fleet.admin.enabled() == ["ada@acme.example", "boss@beta.example"])
        #expect(try await fleet.admin.groups(ada) == ["/beta/operator"])
        #expect(try await fleet.apply().titles == [])

        try await fleet.set("acme", file: "")
        #expect(try await fleet.apply().failures == [])
        #expect(try await fleet.admin.enabled() == Self.everybody)
        #expect(try await fleet.admin.subject("owner@acme.example") == owner)
        #expect(try await fleet.admin.groups(owner) == ["/acme/owner"])
        #expect(try await fleet.admin.groups(ada) == ["/acme/operator", "/beta/operator"])
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func expiresAfterAWarning(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(
            server, identity: ["deleteAfter: 3d"], people: Self.people)
        try await fleet.set("acme", file: ", expires: 2027-01-31")
        let early = try await fleet.apply(on: "2027-01-16")
        #expect(early.diagnostics.map(\.message) == [])
        for (day, when) in [("2027-01-17", "in 14 days"), ("2027-01-29", "in 2 days"), ("2027-01-30", "tomorrow")] {
            let report = try await fleet.apply(on: day)
            #expect(
                report.diagnostics.map(\.message) == [
                    "tenant 'acme' expires \(when), on 2027-01-31, and is suspended then; move or remove 'expires' to keep it active"
                ])
            #expect(report.titles == [] && !report.isRecorded, "\(day): a warning changes nothing")
        }
        let over = try await fleet.apply(on: "2027-01-31")
        #expect(Set(over.titles) == ["x user owner@acme.example", "~ user ada@acme.example"])
        // Its people keep their rows: nobody is deleted.
        #expect(try await fleet.apply(on: "2027-03-01").titles == [])
        #expect(try await fleet.admin.user("owner@acme.example")?["enabled"] == false)
        try await fleet.set("acme", file: ", expires: 2028-01-31")
        #expect(try await fleet.apply(on: "2027-03-02").failures == [])
        #expect(try await fleet.admin.enabled() == Self.everybody)
    }

    @Test(arguments: IdentityServer.all) func absentIsForgottenWhenItsPeopleAreDeleted(_ server: IdentityServer)
        async throws
    {
        let fleet = try await PeopleFleet(
            server, identity: ["deleteAfter: 3d"], people: Self.people)
        try await fleet.set("acme", file: ", deletion: {protect: false}")
        try await fleet.apply(on: "2027-01-01")
        try await fleet.set("acme", file: ", state: absent, deletion: {protect: false}")
        let leaving = try await fleet.apply(on: "2027-01-02")
        #expect(leaving.failures == [] && leaving.blocked == [], "\(leaving.blocked)")
        #expect(try await fleet.admin.enabled() == ["ada@acme.example", "boss@beta.example"])
        let groups = try await fleet.admin.get("/groups").array?.compactMap { $0["name"]?.string }
        #expect(groups == ["beta"])
        // Its file goes; the record still knows whom to delete.
        try fleet.repository.remove("tenants/acme.yaml")
        try fleet.repository.remove("users/acme.csv")
        try await fleet.repository.commit("Acme has left")
        #expect(try await fleet.apply(on: "2027-01-04").titles == [])
        #expect(try await fleet.apply(on: "2027-01-05").titles == ["- user owner@acme.example"])
        #expect(try await !fleet.record().contains("acme"))
        #expect(try await fleet.apply(on: "2027-01-06").titles == [])
    }
}
