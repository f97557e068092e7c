import Formats
import HTTPServer
import Sandbox
import Testing

/// What Keycloak does with users beside what the transcripts show.
@Suite struct UserDetailTests {
    private let admin: Administration

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true])
    }

    @Test("a new password takes the place, the id and the label of the one before")
    func keepsTheCredential() async throws {
        let user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        let password = "/r/users/\(user)/reset-password"
        await admin.send("PUT", password, ["value": "one"])
        let before = try #require(await admin.send("GET", "/r/users/\(user)/credentials").body.array?.first)
        let credential = "/r/users/\(user)/credentials/\(try #require(before["id"]?.string))"
        let text = "text/plain"
        #expect(await admin.send("PUT", "\(credential)/userLabel", text: " ", type: text).status == 400)
        #expect(await admin.send("PUT", "\(credential)/userLabel", text: "mine", type: text).status == 204)
        #expect(await admin.send("PUT", "\(credential)/userLabel", text: "\"x\"").status == 415)
        #expect(await admin.send("POST", "\(credential)/moveToFirst").status == 204)
        await admin.send("PUT", password, ["value": "two"])
        let after = try #require(await admin.send("GET", "/r/users/\(user)/credentials").body.array)
        #expect(after.map { $0["id"] } == [before["id"]])
        #expect(after.map { $0["userLabel"] } == ["mine"])
        #expect(await admin.send("DELETE", credential).status == 204)
        #expect(await admin.send("DELETE", credential).body["error"] == "Credential not found")
    }

    @Test(
        "a filter that is empty is none, a time is a day or a number, and search may name people",
        arguments: [
            ("enabled", "", 200, 2), ("exact", "", 200, 2), ("idpAlias", "", 200, 2), ("search", "", 200, 2),
            ("createdAfter", "2000", 200, 1), ("createdBefore", "1970-01-01", 200, 2),
            ("createdAfter", "1970-01-02", 200, 0), ("createdAfter", "-1", 400, 0), ("createdBefore", "soon", 400, 0),
            ("search", "username:ADA", 200, 1), ("search", "a\0", 400, 0), ("q", "k:1 k:2", 200, 1),
        ])
    func filtersUsers(name: String, value: String, status: Int, count: Int) async {
        await admin.send(
            "PUT", "/r/users/profile",
            [
                "unmanagedAttributePolicy": "ENABLED",
                "attributes": [
                    ["name": "username", "permissions": ["view": ["admin"], "edit": ["admin"]]],
                    ["name": "email", "permissions": ["view": ["admin"], "edit": ["admin"]]],
                ],
            ])
        for (index, name) in ["ada", "bob"].enumerated() {
            await admin.send(
                "POST", "/r/users",
                [
                    "username": .string(name), "createdTimestamp": .int(Int64(index + 1) * 1000 + 500),
                    "enabled": true, "attributes": ["k": [.string("\(index + 1)")]],
                ])
        }
        let list = await admin.send("GET", "/r/users", query: [(name, value)])
        #expect(list.status == status)
        #expect(list.body.array?.count ?? 0 == count)
        let counted = await admin.send("GET", "/r/users/count", query: [(name, value)])
        #expect(counted.status == status)
        #expect(counted.body.int ?? 0 == Int64(count))
    }

    @Test("a name that may not change and is taken is taken first")
    func refusesTakenNames() async {
        let user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        await admin.send("POST", "/r/users", ["username": "bob"])
        #expect(await admin.send("PUT", "/r/users/\(user)", ["username": "bob"]).status == 409)
        #expect(await admin.send("PUT", "/r/users/\(user)", ["username": "cat"]).status == 400)
        await admin.send("PUT", "/r", ["registrationEmailAsUsername": true])
        let answer = await admin.send("PUT", "/r/users/\(user)", ["username": "cat"])
        #expect(answer.body["errors"]?.array?.compactMap { $0["field"]?.string } == ["username", "email"])
    }

    @Test("who people are at other providers is kept, and shown while the realm has the provider")
    func keepsIdentities() async {
        let user = await admin.send("POST", "/r/users", ["username": "ada"]).id
        let links = "/r/users/\(user)/federated-identity"
        #expect(await admin.send("POST", "\(links)/git", ["userId": "7", "userName": "ada7"]).status == 204)
        #expect(await admin.send("GET", links).body == [])
        let providers = "/r/identity-provider/instances"
        #expect(await admin.send("POST", providers, ["alias": "git", "providerId": "nope"]).status == 400)
        let unsafe: JSON = ["alias": "git", "providerId": "oidc", "config": ["tokenUrl": "http://x.example/t"]]
        #expect(
            await admin.send("POST", providers, unsafe).body["errorMessage"]
                == "The url [token_url] requires secure connections")
        #expect(await admin.send("POST", providers, ["alias": "git", "providerId": "oidc"]).id == "git")
        #expect(await admin.send("POST", providers, ["alias": "git", "providerId": "oidc"]).status == 409)
        let shown: JSON = [["identityProvider": "git", "userId": "7", "userName": "ada7"]]
        #expect(await admin.send("GET", links).body == shown)
        #expect(await admin.send("GET", "/r/users/\(user)").body["federatedIdentities"] == shown)
        #expect(await admin.send("POST", "\(links)/git", ["userId": "8"]).status == 409)
        #expect(await admin.send("GET", "/r/users/count", query: [("idpAlias", "git")]).body == 1)
        #expect(await admin.send("GET", "/r/users/count", query: [("idpUserId", "8")]).body == 0)
        #expect(await admin.send("PUT", "\(providers)/git", ["alias": "got"]).status == 400)
        #expect(await admin.send("DELETE", "\(providers)/git").status == 204)
        #expect(await admin.send("DELETE", "\(links)/git").body["error"] == "Link not found")
    }
}
