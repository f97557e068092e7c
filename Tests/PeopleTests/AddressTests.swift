import Formats
import TestSupport
import Testing

/// E-mails that change: the account stays, with its subject and its password.
@Suite struct AddressTests {
    private static func row(_ name: String, _ id: String, _ role: String = "operator") -> String {
        "\(name)@acme.example,\(role),\(id),Some,Body,,"
    }

    private static func fleet(_ server: IdentityServer, _ people: [(String, String)], edits: Bool = true)
        async throws -> PeopleFleet
    {
        let fleet = try await PeopleFleet(
            server, people: ["acme": [PeopleFleet.row("owner", "owner")] + people.map { row($0.0, $0.1) }])
        if edits { try await fleet.admin.set(["editUsernameAllowed": true]) }
        try await fleet.apply()
        return fleet
    }

    private func subjects(_ fleet: PeopleFleet, _ names: [String]) async throws -> [String?] {
        var subjects: [String?] = []
        for name in names { subjects.append(try await fleet.admin.subject("\(name)@acme.example")) }
        return subjects
    }

    private func set(_ fleet: PeopleFleet, _ people: [(String, String)]) async throws {
        try await fleet.set("acme", [PeopleFleet.row("owner", "owner")] + people.map { Self.row($0.0, $0.1) })
    }

    @Test(arguments: IdentityServer.all) func aRenameKeepsTheSubjectAndThePassword(_ server: IdentityServer)
        async throws
    {
        let fleet = try await Self.fleet(server, [("ada", "u-1")], edits: false)
        let subject = try #require(try await fleet.admin.subject("ada@acme.example"))
        try await fleet.admin.prepareLogIn(of: subject, password: "correct-horse")
        try await set(fleet, [("ada.king", "u-1")])
        let report = try await fleet.apply()
        #expect(report.titles == ["~ user ada.king@acme.example"] && report.failures == [])
        #expect(try await fleet.admin.subject("ada.king@acme.example") == subject)
        #expect(try await fleet.admin.logIn("ada.king@acme.example", "correct-horse").status == 200)
        #expect(try await fleet.apply().titles == [])

        // An id may come and go as well.
        try await fleet.set("acme", [PeopleFleet.row("owner", "owner"), Self.row("ada.king", "")])
        #expect(try await fleet.apply().titles == ["~ user ada.king@acme.example"])
        #expect(try await fleet.admin.subject("ada.king@acme.example") == subject)
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func twoPeopleExchangeTheirEmails(_ server: IdentityServer) async throws {
        let fleet = try await Self.fleet(server, [("ada", "u-1"), ("bob", "u-2")])
        let before = try await subjects(fleet, ["ada", "bob"])
        try await set(fleet, [("bob", "u-1"), ("ada", "u-2")])
        let report = try await fleet.apply()
        #expect(report.failures == [] && report.blocked == [])
        #expect(try await subjects(fleet, ["bob", "ada"]) == before)
        #expect(try await fleet.admin.user("bob@acme.example")?["username"] == "bob@acme.example")
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func aRingAndWhoIsNewGetWhatBecomesFree(_ server: IdentityServer) async throws
    {
        let fleet = try await Self.fleet(server, [("a1", "u-1"), ("a2", "u-2"), ("a3", "u-3"), ("a4", "u-4")])
        let before = try await subjects(fleet, ["a1", "a2", "a3", "a4"])
        try await set(fleet, [("a2", "u-1"), ("a3", "u-2"), ("a1", "u-3"), ("a5", "u-4"), ("a4", "u-5")])
        let report = try await fleet.apply()
        #expect(report.failures == [] && report.blocked == [])
        #expect(try await subjects(fleet, ["a2", "a3", "a1", "a5"]) == before)
        let new = try await fleet.admin.subject("a4@acme.example")
        #expect(new != nil && !before.contains(new))
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func whereUsernamesAreFixedThePlanSaysWhatToAllow(_ server: IdentityServer)
        async throws
    {
        let fleet = try await Self.fleet(server, [("ada", "u-1"), ("bob", "u-2")], edits: false)
        let before = try await subjects(fleet, ["ada", "bob"])
        try await set(fleet, [("bob", "u-1"), ("ada", "u-2")])
        let held = try await fleet.apply()
        #expect(held.blocked.count == 2 && held.titles.count == 2)
        #expect(held.blocked.allSatisfy { $0.contains("allow 'Edit username' in the realm's login settings") })
        #expect(try await subjects(fleet, ["ada", "bob"]) == before)
        try await fleet.admin.set(["editUsernameAllowed": true])
        #expect(try await fleet.apply().failures == [])
        #expect(try await subjects(fleet, ["bob", "ada"]) == before)
    }

    @Test(arguments: IdentityServer.all) func whereTheEmailIsTheUsernameTheyMoveTogether(_ server: IdentityServer)
        async throws
    {
        let fleet = try await Self.fleet(server, [("ada", "u-1"), ("bob", "u-2")], edits: false)
        try await fleet.admin.set(["registrationEmailAsUsername": true])
        let before = try await subjects(fleet, ["ada", "bob"])
        try await set(fleet, [("bob", "u-1"), ("ada", "u-2")])
        #expect(try await fleet.apply().failures == [])
        #expect(try await subjects(fleet, ["bob", "ada"]) == before)
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func anExchangeThatWasCutShortIsCompleted(_ server: IdentityServer)
        async throws
    {
        let fleet = try await Self.fleet(server, [("ada", "u-1"), ("bob", "u-2")])
        let before = try await subjects(fleet, ["ada", "bob"])
        let parked = "\(before[0] ?? "")@reconcile.invalid"
        try await set(fleet, [("bob", "u-1"), ("ada", "u-2")])
        // As it is right after the first write of the exchange.
        var user = try await fleet.admin.get("/users/\(before[0] ?? "")")
        user["email"] = .string(parked)
        user["username"] = .string(parked)
        try await fleet.admin.send(.put, "/users/\(before[0] ?? "")", user)
        #expect(try await fleet.apply().failures == [])
        #expect(try await subjects(fleet, ["bob", "ada"]) == before)
        #expect(try await fleet.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func namesAreKeptAsTheyAreWritten(_ server: IdentityServer) async throws {
        let names = ["\" Ada \"", "A\u{0301}da", "Ada  Maria", "\u{1F642}", "O'Neill-Großmann", " "]
        let rows = names.enumerated().map { "p\($0)@acme.example,operator,,\($1),\($1),," }
        let fleet = try await PeopleFleet(server, people: ["acme": [PeopleFleet.row("owner", "owner")] + rows])
        #expect(try await fleet.apply().failures == [])
        let again = try await fleet.apply()
        #expect(
            again.titles == [], "what the server makes of names is no difference for ever: \(again.plan.text(now: 0))")
    }
}
