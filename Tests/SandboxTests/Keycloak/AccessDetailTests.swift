import Formats
import Sandbox
import Testing

/// What Keycloak lets a caller with one admin role do, beside what the transcripts show.
@Suite struct AccessDetailTests {
    private let admin: Administration
    private let user: String

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true, "organizationsEnabled": true])
        await admin.send("PUT", "/r", ["displayName": "A realm"])
        user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        await admin.send("POST", "/r/roles", ["name": "operator"])
    }

    /// A token of a service account with that role and no other.
    private func token(_ role: String) async -> String {
        let id = await admin.send(
            "POST", "/r/clients", ["clientId": "svc", "serviceAccountsEnabled": true, "secret": "s3"]
        ).id
        let account = await admin.send("GET", "/r/clients/\(id)/service-account-user").body["id"]?.string ?? ""
        let management = await management()
        let role = await admin.send("GET", "/r/clients/\(management)/roles/\(role)").body
        await admin.send("POST", "/r/users/\(account)/role-mappings/clients/\(management)", [role])
        let fields = ["grant_type": "client_credentials", "client_id": "svc", "client_secret": "s3"]
        return await admin.token(fields, realm: "r") ?? ""
    }

    private func management() async -> String {
        let found = await admin.send("GET", "/r/clients", query: [("clientId", "realm-management")]).body
        return found.array?.first?["id"]?.string ?? ""
    }

    @Test(
        "each admin role opens its own part of a realm",
        arguments: [
            ("view-users", "/users/profile", 200), ("query-groups", "/users/profile", 403),
            ("manage-realm", "/roles/operator/users", 403), ("view-realm", "/roles/operator/groups", 403),
            ("manage-users", "/roles/operator/users", 403), ("manage-identity-providers", "/roles", 200),
            ("view-identity-providers", "/roles", 403), ("query-organizations", "/organizations", 200),
            ("impersonation", "", 403), ("create-client", "", 200),
        ])
    func opensParts(role: String, path: String, status: Int) async {
        let token = await token(role)
        #expect(await admin.send("GET", "/r\(path)", token: token).status == status)
    }

    @Test("an administrator of one thing sees a realm's name, and little else")
    func showsLittle() async {
        let token = await token("query-groups")
        #expect(await admin.send("GET", "", token: token).body == [["realm": "r"]])
        #expect(await admin.send("GET", "/r", token: token).body["displayName"] == "A realm")
        #expect(await admin.send("POST", "/r/clients", ["clientId": "x"], token: token).status == 403)
    }

    @Test("who manages people may let others look at them, and passes nothing else on")
    func passesOn() async {
        let token = await token("manage-users")
        let management = await management()
        let path = "/r/users/\(user)/role-mappings/clients/\(management)"
        let free = await admin.send("GET", "\(path)/available", token: token).body.array
        #expect(
            free?.compactMap { $0["name"]?.string } == [
                "manage-users", "query-clients", "query-groups", "query-organizations", "query-realms", "query-users",
                "view-users",
            ])
        for (name, status) in [("view-users", 204), ("manage-realm", 403)] {
            let role = await admin.send("GET", "/r/clients/\(management)/roles/\(name)").body
            #expect(await admin.send("POST", path, [role], token: token).status == status, "\(name)")
        }
        let mappings = await admin.send("GET", "/r/users/\(user)/role-mappings", token: token).body
        #expect(mappings["realmMappings"] == nil)
        #expect(mappings["clientMappings"] != nil)
    }

    @Test("a role does not become part of another by the hand of who does not have it")
    func guardsComposites() async {
        let token = await token("manage-realm")
        let role = await admin.send("GET", "/r/clients/\(await management())/roles/view-users").body
        #expect(await admin.send("POST", "/r/roles/operator/composites", [role], token: token).status == 403)
        #expect(await admin.send("POST", "/r/roles/operator/composites", [role]).status == 204)
    }
}
