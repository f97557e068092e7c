import Formats
import Sandbox
import Testing

/// What Keycloak does with realms, their events, profiles, organizations and imports beside what the transcripts show.
@Suite struct RealmDetailTests {
    private let admin: Administration

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send(
            "POST", "",
            [
                "realm": "r", "enabled": true, "organizationsEnabled": true, "adminEventsEnabled": true,
                "adminEventsDetailsEnabled": true,
            ])
    }

    // MARK: Events

    @Test("the audit trail keeps what was sent, and whom a membership is about")
    func keepsRepresentations() async {
        let user = await admin.send("POST", "/r/users", ["username": "ada", "email": "ada@x.example"]).id
        let group = await admin.send("POST", "/r/groups", ["name": "acme"]).id
        let child = await admin.send("POST", "/r/groups/\(group)/children", ["name": "op"]).body["id"]?.string ?? ""
        await admin.send("PUT", "/r/users/\(user)/groups/\(group)")
        await admin.send("POST", "/r/roles", ["name": "x", "description": "X"])
        let role = await admin.send("GET", "/r/roles/x").body["id"]?.string ?? ""
        await admin.send(
            "POST", "/r/users/\(user)/role-mappings/realm", [["name": "x", "id": .string(role)]])
        await admin.send("DELETE", "/r/roles/x")
        await admin.send("DELETE", "/r/groups/\(group)")
        let events = await admin.send("GET", "/r/admin-events").body.array ?? []
        #expect(
            events.map { $0["representation"]?.string } == [
                "{\"id\":\"\(group)\",\"name\":\"acme\",\"subGroups\":[]}",
                "{\"id\":\"\(role)\",\"name\":\"x\",\"composite\":false}",
                "[{\"id\":\"\(role)\",\"name\":\"x\",\"composite\":false}]",
                "{\"id\":\"\(role)\",\"name\":\"x\",\"description\":\"X\",\"composite\":false}",
                "{\"id\":\"\(group)\",\"name\":\"acme\",\"path\":\"/acme\",\"subGroups\":[],\"attributes\":{},"
                    + "\"realmRoles\":[],\"clientRoles\":{}}",
                "{\"id\":\"\(child)\",\"name\":\"op\",\"subGroups\":[]}",
                "{\"id\":\"\(group)\",\"name\":\"acme\",\"subGroups\":[]}",
                "{\"username\":\"ada\",\"email\":\"ada@x.example\"}",
            ])
        #expect(events[4]["details"] == ["email": "ada@x.example", "username": "ada"])
    }

    @Test(
        "the audit trail is searched by path, time, author and kind",
        arguments: [
            ("resourcePath", "users/*", 200, 2), ("resourcePath", "users", 200, 0),
            ("operationTypes", "CREATE", 200, 3),
            ("operationTypes", "create", 500, 0), ("resourceTypes", "BOGUS", 500, 0), ("authUser", "x", 200, 0),
            ("dateTo", "2020-01-01", 200, 0), ("dateFrom", "2020-01-01", 200, 3), ("dateFrom", "soon", 400, 0),
        ])
    func searchesEvents(name: String, value: String, status: Int, count: Int) async {
        for name in ["ada", "bob"] { await admin.send("POST", "/r/users", ["username": .string(name)]) }
        await admin.send("POST", "/r/groups", ["name": "acme"])
        let found = await admin.send("GET", "/r/admin-events", query: [(name, value)])
        #expect(found.status == status)
        #expect(found.body.array?.count ?? 0 == count)
        let oldest = await admin.send("GET", "/r/admin-events", query: [("direction", "asc"), ("max", "1")])
        #expect(oldest.body.array?.first?["resourceType"] == "USER")
    }

    @Test("the audit trail keeps organizations, providers and mappers, and no secret")
    func keepsOtherRepresentations() async {
        let user = await admin.send(
            "POST", "/r/users", ["username": "ada", "credentials": [["type": "password", "value": "canary"]]]
        ).id
        let organization = await admin.send("POST", "/r/organizations", ["name": "a"]).id
        await admin.send("POST", "/r/organizations/\(organization)/members", .string(user))
        await admin.send("POST", "/r/identity-provider/instances", ["alias": "git", "providerId": "oidc"])
        let client = await admin.send("POST", "/r/clients", ["clientId": "svc", "secret": "canary"]).id
        let mappers = "/r/clients/\(client)/protocol-mappers/models"
        let mapper: JSON = ["name": "m", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper"]
        #expect(await admin.send("POST", mappers, mapper).status == 201)
        #expect(await admin.send("POST", mappers, mapper).status == 409)
        #expect(await admin.send("GET", mappers).body.array?.count == 1)
        await admin.send("POST", "/r/clients/\(client)/client-secret")
        let events = await admin.send("GET", "/r/admin-events").body.array ?? []
        #expect(
            events.map { $0["resourceType"]?.string } == [
                "CLIENT", "PROTOCOL_MAPPER", "CLIENT", "IDENTITY_PROVIDER", "ORGANIZATION_MEMBERSHIP", "ORGANIZATION",
                "USER",
            ])
        #expect(!JSON.array(events).text.contains("canary"))
        #expect(events[4]["details"] == ["username": "ada"])
        #expect(events[5]["representation"] == .string("{\"id\":\"\(organization)\",\"name\":\"a\",\"enabled\":true}"))
    }

    @Test("turning the audit trail off is its last entry")
    func recordsItsOwnEnd() async {
        await admin.send("PUT", "/r", ["adminEventsEnabled": false])
        await admin.send("POST", "/r/users", ["username": "ada"])
        let events = await admin.send("GET", "/r/admin-events").body.array ?? []
        #expect(events.map { $0["resourceType"] } == ["REALM"])
    }

    // MARK: Settings

    @Test(
        "a realm is not set to what it cannot be",
        arguments: [
            ["sslRequired": "bogus"], ["browserFlow": "nope"], ["defaultGroups": ["/none"]],
        ] as [JSON])
    func refusesSettings(body: JSON) async {
        let answer = await admin.send("PUT", "/r", body)
        #expect(answer.status == 500)
        #expect(answer.body["errorMessage"] == "Failed to update realm")
    }

    @Test("security headers that are left out are as in a new realm")
    func keepsHeaders() async {
        await admin.send("PUT", "/r", ["browserSecurityHeaders": ["xFrameOptions": "DENY"]])
        let headers = await admin.send("GET", "/r").body["browserSecurityHeaders"]
        #expect(headers?["xFrameOptions"] == "DENY")
        #expect(headers?["xContentTypeOptions"] == "nosniff")
    }

    @Test("an action that is everybody's is asked of new people")
    func asksNewPeople() async {
        let path = "/r/authentication/required-actions"
        #expect(await admin.send("GET", path).body.array?.count == 14)
        #expect(await admin.send("GET", "\(path)/none").status == 404)
        var action = await admin.send("GET", "\(path)/UPDATE_PROFILE").body
        action["defaultAction"] = true
        #expect(await admin.send("PUT", "\(path)/UPDATE_PROFILE", action).status == 204)
        let user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        #expect(await admin.send("GET", "/r/users/\(user)").body["requiredActions"] == ["UPDATE_PROFILE"])
    }

    // MARK: Profile

    @Test(
        "a profile's checks of values that are not there, of several, and of numbers",
        arguments: [
            (["not-blank": [:]], [], 400), (["not-blank": [:]], ["a"], 201),
            (["multivalued": ["min": "1", "max": "2"]], [], 400),
            (["multivalued": ["min": "1", "max": "2"]], ["a", "b"], 201), (["double": [:]], [" 5"], 201),
            (["double": [:]], ["0x10"], 400), ([:], ["a", "b"], 400),
        ] as [(JSON, [String], Int)])
    func checksValues(validations: JSON, values: [String], status: Int) async {
        await declare(["validations": validations])
        let body: JSON = ["username": "ada", "attributes": ["x": .array(values.map(JSON.string))]]
        #expect(await admin.send("POST", "/r/users", body).status == status)
    }

    @Test("some checks look at every value, and a default takes the place of none")
    func checksEveryValue() async {
        await declare(["validations": ["email": [:]]])
        let body: JSON = ["username": "ada", "attributes": ["x": ["a", "b"]]]
        #expect(await admin.send("POST", "/r/users", body).body["errors"]?.array?.count == 3)
        await declare(["defaultValue": "dv", "required": [:]])
        let user = await admin.send("POST", "/r/users", ["username": "bob"]).id
        #expect(await admin.send("GET", "/r/users/\(user)").body["attributes"] == ["x": ["dv"]])
    }

    /// Declares the attribute `x`, for administrators.
    private func declare(_ members: JSON) async {
        let permissions: JSON = ["view": ["admin"], "edit": ["admin"]]
        var attribute = members
        attribute["name"] = "x"
        attribute["permissions"] = permissions
        let own: [JSON] = ["username", "email"].map { ["name": .string($0), "permissions": permissions] }
        let answer = await admin.send("PUT", "/r/users/profile", ["attributes": .array(own + [attribute])])
        #expect(answer.status == 200)
    }

    // MARK: Organizations and imports

    @Test(
        "an organization's name, alias, address and domains are looked at",
        arguments: [
            (["name": " "], 400), (["name": "a/b"], 400), (["name": "a", "alias": ""], 201),
            (["name": "a", "redirectUrl": "bad url"], 400), (["name": "a", "domains": "x"], 400),
            (["name": "a", "domains": [["name": "plain"]]], 201),
            (["name": "a", "domains": [["name": "*.x.example"]]], 201),
            (["name": "a", "domains": [[:]]], 500),
            (["name": "a", "domains": [["name": "x.example", "bogus": 1]]], 400),
        ] as [(JSON, Int)])
    func checksOrganizations(body: JSON, status: Int) async {
        #expect(await admin.send("POST", "/r/organizations", body).status == status)
    }

    @Test("an organization that is written without saying so is switched on")
    func switchesOn() async {
        let id = await admin.send("POST", "/r/organizations", ["name": "a", "enabled": false]).id
        await admin.send("PUT", "/r/organizations/\(id)", ["name": "a"])
        #expect(await admin.send("GET", "/r/organizations/\(id)").body["enabled"] == true)
        let type = [(name: "membershipType", value: "bogus")]
        #expect(await admin.send("GET", "/r/organizations/\(id)/members", query: type).status == 500)
        #expect(await admin.send("GET", "/r/organizations/members/none/organizations").status == 404)
    }

    @Test("an import is not held against the profile, makes roles that are missing, and takes nobody twice")
    func imports() async {
        func add(_ users: JSON) async -> Int {
            await admin.send("POST", "/r/partialImport", ["users": users]).status
        }
        #expect(await add([["username": "a b", "email": "bad", "realmRoles": ["new"]]]) == 200)
        #expect(await admin.send("GET", "/r/roles/new").status == 200)
        #expect(await add([["username": "bob"], ["username": "BOB"]]) == 409)
        #expect(await add([["email": "bob@x.example"]]) == 500)
        #expect(await add([["username": "bob", "bogus": 1]]) == 500)
        #expect(await admin.send("POST", "/r/partialImport", text: "{").status == 500)
    }
}
