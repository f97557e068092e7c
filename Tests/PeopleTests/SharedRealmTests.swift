import Formats
import TestSupport
import Testing

/// Fleets and environments that share a realm, each with its own people, and some whom both have.
@Suite struct SharedRealmTests {
    private static func person(_ name: String, _ role: String = "operator", id: String = "", given: String = "")
        -> String
    {
        "\(name)@x.example,\(role),\(id),\(given),\(given.isEmpty ? "" : "Person"),,"
    }

    @Test(arguments: IdentityServer.all) func twoFleetsHaveOwnPeopleAndSomeInCommon(_ server: IdentityServer)
        async throws
    {
        let home = try await PeopleFleet.Home(server)
        let east = try await PeopleFleet(
            home, name: "east", identity: ["groupPrefix: east-"],
            people: ["acme": [Self.person("eva", "owner"), Self.person("both", given: "Bea")]])
        let west = try await PeopleFleet(
            home, name: "west", identity: ["groupPrefix: west-"],
            people: ["acme": [Self.person("will", "owner"), Self.person("both", given: "Other")]])
        try await east.apply()
        let joined = try await west.apply()
        #expect(joined.failures == [] && joined.blocked == [])
        let both = try #require(try await east.admin.subject("both@x.example"))
        #expect(try await east.admin.groups(both) == ["/east-acme/operator", "/west-acme/operator"])
        // East made the account: east writes the profile.
        #expect(try await east.admin.user("both@x.example")?["firstName"] == "Bea")
        #expect(try await east.apply().titles == [])
        #expect(try await west.apply().titles == [])

        // East lets go: west keeps the account, and writes its profile now.
        try await east.set("acme", [Self.person("eva", "owner")])
        #expect(try await east.apply().titles == [". user both@x.example"])
        #expect(try await east.admin.groups(both) == ["/west-acme/operator"])
        #expect(try await west.admin.enabled() == ["both@x.example", "eva@x.example", "will@x.example"])
        #expect(try await west.apply().titles == ["~ user both@x.example"])
        #expect(try await east.admin.user("both@x.example")?["firstName"] == "Other")
        #expect(try await east.apply().titles == [])

        // The last owner disables.
        try await west.set("acme", [Self.person("will", "owner")])
        #expect(try await west.apply().titles == ["x user both@x.example"])
        #expect(try await west.admin.enabled() == ["eva@x.example", "will@x.example"])

        // East alone: nothing of west is touched by a fleet that loses everybody else.
        #expect(try await east.apply().titles == [])
        try await east.set("acme", [Self.person("eva", "owner"), Self.person("both", given: "Bea")])
        #expect(try await east.apply().failures == [])
        #expect(try await east.admin.subject("both@x.example") == both)
    }

    @Test(arguments: IdentityServer.all) func otherKeysAreOtherPeople(_ server: IdentityServer) async throws {
        let home = try await PeopleFleet.Home(server)
        let east = try await PeopleFleet(
            home, name: "east", identity: ["groupPrefix: east-"],
            people: ["acme": [Self.person("eva", "owner"), Self.person("ada", id: "u-1")]])
        let west = try await PeopleFleet(
            home, name: "west", identity: ["groupPrefix: west-"],
            people: ["acme": [Self.person("will", "owner"), Self.person("ada"), Self.person("amy", id: "u-1")]])
        try await east.apply()
        let report = try await west.apply()
        #expect(
            report.blocked == [
                "user ada@x.example: e-mail ada@x.example is used by the account of east/prod with key u-1; to share the account, "
                    + "give the row the id u-1"
            ])
        // The same id in another fleet is not the same person.
        let amy = try #require(try await west.admin.subject("amy@x.example"))
        #expect(try await west.admin.subject("ada@x.example") != amy)
        #expect(try await west.admin.groups(amy) == ["/west-acme/operator"])
        #expect(try await east.apply().titles == [])
    }

    @Test(arguments: IdentityServer.all) func twoEnvironmentsOfAFleet(_ server: IdentityServer) async throws {
        let home = try await PeopleFleet.Home(server)
        let prod = try await PeopleFleet(
            home, people: ["acme": [Self.person("owner", "owner", id: "o"), Self.person("ada", id: "u-1")]])
        let text = try prod.repository.read("reconcile.yaml")
        let environment = text.split(separator: "environments:\n")[1].replacing("name: prod", with: "name: dev")
        try prod.repository.write(
            text
                + environment.replacing("clientId: reconcile}", with: "clientId: reconcile}\n        groupPrefix: dev-"),
            to: "reconcile.yaml")
        try prod.repository.write(
            PeopleFleet.tenant("beta").replacing("[prod]", with: "[prod, dev]"), to: "tenants/beta.yaml")
        try prod.repository.write(
            "email,role,id\nboth@x.example,owner,b\nada@x.example,operator,u-1\n", to: "users/beta.csv")
        try await prod.repository.commit("Add an environment")
        for environment in ["prod", "dev"] {
            let run = try await prod.repository.reconcile("apply", "--yes", "--environment", environment)
            #expect(run.status == 0, "\(run.text)\(run.errors)")
        }
        let ada = try #require(try await prod.admin.subject("ada@x.example"))
        #expect(
            try await prod.admin.groups(ada) == ["/acme/operator", "/beta/operator", "/dev-beta/operator"])
        let owners = try await prod.admin.get("/users/\(ada)")[path: "attributes", "reconcile.owners"]
        #expect(owners == ["small/prod", "small/dev"])

        // She leaves beta: dev lets go of her, prod keeps her by acme.
        try prod.repository.write("email,role,id\nboth@x.example,owner,b\n", to: "users/beta.csv")
        try await prod.repository.commit("Ada leaves beta")
        for environment in ["dev", "prod"] {
            try await prod.repository.succeed("apply", "--yes", "--environment", environment)
            let again = try await prod.repository.succeed("apply", "--yes", "--environment", environment)
            #expect(again.text.hasPrefix("No changes."))
        }
        #expect(try await prod.admin.groups(ada) == ["/acme/operator"])
        #expect(try await prod.admin.get("/users/\(ada)")["enabled"] == true)
    }

    @Test(arguments: IdentityServer.all) func anotherFleetsGroupsAreLeftAlone(_ server: IdentityServer) async throws {
        let home = try await PeopleFleet.Home(server)
        let east = try await PeopleFleet(home, name: "east", people: ["acme": [Self.person("eva", "owner")]])
        let west = try await PeopleFleet(home, name: "west", people: ["acme": [Self.person("will", "owner")]])
        try await east.apply()
        let report = try await west.apply()
        #expect(
            report.blocked.first == "group acme: exists and is not ours; reconcile adopt idp/prod/groups/acme",
            "\(report.blocked)")
        #expect(report.titles.allSatisfy { $0.hasPrefix("!") })
        #expect(try await west.admin.enabled() == ["eva@x.example"])
    }
}
