import Formats
import Planning
import TestSupport
import Testing

/// Realms that drop or refuse what a fleet needs: the plan finds it, and says how to mend it.
@Suite struct RealmTroubleTests {
    private static let owner = PeopleFleet.row("owner", "owner")
    private static let ada = PeopleFleet.row("ada", "operator", id: "u-1")
    private static let department: JSON = [
        "name": "department", "required": ["roles": ["admin", "user"]],
        "permissions": ["view": ["admin"], "edit": ["admin"]], "multivalued": false, "validations": [:],
    ]

    private static func require(_ profile: inout JSON) {
        profile["attributes"] = .array((profile["attributes"]?.array ?? []) + [department])
    }

    private static func relax(_ profile: inout JSON) {
        profile["attributes"] = .array(
            (profile["attributes"]?.array ?? []).filter { $0["name"] != "department" })
    }

    @Test(arguments: IdentityServer.all) func aRealmThatDropsMarks(_ server: IdentityServer) async throws {
        let home = try await PeopleFleet.Home(server, skipping: ["Let the marks stay"])
        let fleet = try await PeopleFleet(home, people: ["acme": [Self.owner]])
        let held = try await fleet.apply()
        #expect(
            held.blocked == [
                "user owner@acme.example: the realm drops our marks; set unmanaged attributes to 'Only administrators can "
                    + "write' in its user profile, or say manageProfile: true"
            ])
        #expect(try await fleet.admin.get("/users/count") == 0)
        try await fleet.admin.changeProfile { $0["unmanagedAttributePolicy"] = "ADMIN_EDIT" }
        #expect(try await fleet.apply().titles == ["+ user owner@acme.example"])
    }

    @Test(arguments: IdentityServer.all) func aRealmThatMayBeToldToKeepMarks(_ server: IdentityServer) async throws {
        let home = try await PeopleFleet.Home(server, skipping: ["Let the marks stay"])
        let fleet = try await PeopleFleet(home, identity: ["manageProfile: true"], people: ["acme": [Self.owner]])
        // What is needed for it besides, as the documentation says.
        try await fleet.admin.grant("manage-realm")
        let report = try await fleet.apply()
        #expect(report.titles.contains("~ realm user profile") && report.failures == [], "\(report.failures)")
        #expect(try await fleet.admin.subject("owner@acme.example") != nil)
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func aRealmThatHidesTheMarksOfNow(_ server: IdentityServer) async throws {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        let subject = try await fleet.admin.subject("ada@acme.example")
        try await fleet.admin.changeProfile { $0["unmanagedAttributePolicy"] = nil }
        try await fleet.set("acme", [Self.owner])
        // Nobody is ours to see: nobody is touched, and the plan says why.
        let held = try await fleet.apply()
        #expect(held.blocked.count == 1 && held.titles.count == 1)
        #expect(held.blocked[0].contains("set unmanaged attributes to 'Only administrators can write'"))
        try await fleet.admin.changeProfile { $0["unmanagedAttributePolicy"] = "ADMIN_EDIT" }
        #expect(try await fleet.apply().titles == ["x user ada@acme.example"])
        #expect(try await fleet.admin.subject("ada@acme.example") == subject)
    }

    @Test(arguments: IdentityServer.all) func aStricterProfile(_ server: IdentityServer) async throws {
        let bob = PeopleFleet.row("bob", "operator", id: "u-2")
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada, bob]])
        try await fleet.apply()
        try await fleet.admin.changeProfile(Self.require)
        #expect(try await fleet.apply().titles == [], "nothing is to be written")

        let renamed = "bob@acme.example,owner,u-2,Robert,Person,,"
        try await fleet.set("acme", [Self.owner, renamed, PeopleFleet.row("eve", "operator")])
        let why =
            "the realm's user profile requires department, which the files do not give: take administrators off those of "
            + "whom it is required there"
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        let plan = try await fleet.plan()
        #expect(plan.text(now: 0).contains("stays enabled, since \(why)"), "\(plan.text(now: 0))")
        let report = try await fleet.apply()
        #expect(report.blocked == ["user eve@acme.example: \(why)", "user bob@acme.example: \(why)"])
        #expect(report.failures.count == 1)
        #expect(
            report.failures.allSatisfy {
                $0.contains(
                    "the account is still enabled; its sessions have ended; it is in none of its groups any more")
            })
        // What can be taken is taken, what can be given is given.
        #expect(try await fleet.admin.groups(subject) == [])
        let two = try #require(try await fleet.admin.subject("bob@acme.example"))
        #expect(try await fleet.admin.groups(two) == ["/acme/owner"])

        try await fleet.admin.changeProfile(Self.relax)
        let mended = try await fleet.apply()
        #expect(
            Set(mended.titles) == ["x user ada@acme.example", "~ user bob@acme.example", "+ user eve@acme.example"])
        #expect(mended.failures == [])
        #expect(try await fleet.apply().titles == [])
    }

    /// The new admin is one whom only the server knows to refuse.
    @Test(arguments: IdentityServer.all) func theLastAdminStaysWhenTheNextIsRefused(_ server: IdentityServer)
        async throws
    {
        let fleet = try await PeopleFleet(server, people: ["acme": [Self.owner, Self.ada]])
        try await fleet.apply()
        let owner = try #require(try await fleet.admin.subject("owner@acme.example"))
        try await fleet.set("acme", [Self.ada, "next@acme.example,owner,,Ne<x>t,Person,,"])
        let report = try await fleet.apply()
        #expect(report.failures.count == 2, "\(report.failures)")
        #expect(report.failures.contains("user owner@acme.example: skipped, what has to come before it is not done"))
        #expect(try await fleet.admin.groups(owner) == ["/acme/owner"])
        #expect(try await fleet.admin.user("owner@acme.example")?["enabled"] == true)
        try await fleet.set("acme", [Self.ada, "next@acme.example,owner,,Next,Person,,"])
        #expect(try await fleet.apply().failures == [])
        #expect(try await fleet.admin.enabled() == ["ada@acme.example", "next@acme.example"])
    }
}
