import Formats
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite struct IdentitySandboxTests {
    private func sandbox(_ folder: TemporaryFolder) throws -> IdentitySandbox {
        try IdentitySandbox(
            journal: Journal(folder: folder.url.path), administrator: Administration.administrator)
    }

    @Test func remembersEverythingAcrossARestart() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let before: JSON
        do {
            let sandbox = try sandbox(folder)
            let admin = Administration(handler: sandbox.handler)
            await admin.send("POST", "", ["realm": "r", "enabled": true, "organizationsEnabled": true])
            await admin.send("PUT", "/r", ["displayName": "A realm", "attributes": ["a": "b"]])
            let group = await admin.send("POST", "/r/groups", ["name": "acme", "attributes": ["k": ["v"]]]).id
            await admin.send("POST", "/r/groups/\(group)/children", ["name": "operator", "description": "D"])
            await admin.send("POST", "/r/roles", ["name": "operator"])
            let role = await admin.send("GET", "/r/roles/operator").body
            await admin.send("POST", "/r/groups/\(group)/role-mappings/realm", [role])
            let user = await admin.send(
                "POST", "/r/users",
                [
                    "username": "ada", "email": "ada@x.example", "groups": ["/acme/operator"],
                    "credentials": [["type": "password", "value": "pw"]], "requiredActions": ["VERIFY_EMAIL"],
                ]
            ).id
            await admin.send("PUT", "/r/users/\(user)", ["enabled": true])
            await admin.send("POST", "/r/users", ["username": "gone"])
            let gone = await admin.send("GET", "/r/users", query: [("username", "gone")]).body.array?.first
            await admin.send("DELETE", "/r/users/\(gone?["id"]?.string ?? "")")
            await admin.send("POST", "/r/clients", ["clientId": "svc", "serviceAccountsEnabled": true])
            let organization = await admin.send("POST", "/r/organizations", ["name": "acme"]).id
            #expect(await admin.send("POST", "/r/organizations/\(organization)/members", .string(user)).status == 201)
            await admin.send("POST", "", ["realm": "other"])
            await admin.send("DELETE", "/other")
            before = sandbox.dump()
        }
        let again = try sandbox(folder)
        #expect(again.dump() == before)
        let admin = Administration(handler: again.handler)
        #expect(before["other"] == nil)
        #expect(before["r"]?["users"]?["ada"]?["groups"] == ["/acme/operator"])
        #expect(await admin.send("GET", "/r/users/count").body == 1)
        #expect(await admin.send("GET", "/r/group-by-path/acme/operator").status == 200)
    }

    @Test func undoesARequestThatFailsHalfway() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        let admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r"])
        let before = sandbox.dump()
        let answer = await admin.send(
            "POST", "/r/partialImport",
            ["users": [["username": "one"], ["username": "two", "groups": ["/none"]]]])
        #expect(answer.status == 500)
        #expect(sandbox.dump() == before)
        #expect(await admin.send("POST", "", ["realm": "q", "passwordPolicy": "bogus(1)"]).status == 400)
        #expect(sandbox.dump() == before)
    }

    @Test func showsNoSecretInADump() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        let admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r"])
        await admin.send("POST", "/r/clients", ["clientId": "svc", "secret": "canary-secret"])
        await admin.send(
            "POST", "/r/users",
            ["username": "ada", "credentials": [["type": "password", "value": "canary-password"]]])
        let text = sandbox.dump().text
        #expect(!text.contains("canary"))
        #expect(text.contains("\"ada\""))
    }

    @Test func endsTokensWhenTheirTimeIsOver() async throws {
        let now = Mutex<Int64>(1_800_000_000_000)
        let sandbox = try IdentitySandbox(
            journal: nil, administrator: Administration.administrator, clock: { now.withLock { $0 } })
        let admin = Administration(handler: sandbox.handler)
        let token = try #require(await admin.token(["username": "admin", "password": "admin"]))
        now.withLock { $0 += 59_000 }
        #expect(await admin.send("GET", "", token: token).status == 200)
        now.withLock { $0 += 1_000 }
        #expect(await admin.send("GET", "", token: token).status == 401)
    }

    @Test func letsAPersonInUntilDisabled() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        let admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true])
        await admin.send(
            "POST", "/r/clients", ["clientId": "app", "publicClient": true, "directAccessGrantsEnabled": true])
        let user = await admin.send(
            "POST", "/r/users",
            [
                "username": "ada", "email": "ada@x.example", "firstName": "Ada", "lastName": "L", "enabled": true,
                "credentials": [["type": "password", "value": "pw"]],
            ]
        ).id
        let login = ["client_id": "app", "username": "ada", "password": "pw"]
        #expect(await admin.tokens(login, realm: "r").status == 200)
        await admin.send("PUT", "/r/users/\(user)", ["enabled": false])
        let refused = await admin.tokens(login, realm: "r")
        #expect(refused.status == 400)
        #expect(refused.body["error_description"] == "Account disabled")
    }

    @Test func preparesWhatAFleetNeeds() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        for _ in 0..<2 { try sandbox.prepareFleet(realm: "fleet", client: "reconcile", secret: "s3cret") }
        let admin = Administration(handler: sandbox.handler)
        let token = try #require(
            await admin.token(
                ["grant_type": "client_credentials", "client_id": "reconcile", "client_secret": "s3cret"],
                realm: "fleet"))
        let made = await admin.send(
            "POST", "/fleet/users", ["username": "ada", "attributes": ["reconcile.key": ["u-1"]]], token: token)
        #expect(made.status == 201)
        let read = await admin.send("GET", "/fleet/users/\(made.id)", token: token)
        #expect(read.body["attributes"]?["reconcile.key"] == ["u-1"])
        for path in ["/fleet/users/count", "/fleet/groups", "/fleet/roles", "/fleet/users/profile", "/fleet"] {
            #expect(await admin.send("GET", path, token: token).status == 200, "\(path)")
        }
        #expect(await admin.send("GET", "/master", token: token).status == 403)
    }
}
