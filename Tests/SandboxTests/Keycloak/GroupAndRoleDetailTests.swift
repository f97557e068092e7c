import Formats
import Sandbox
import Testing

/// What Keycloak does with groups, roles and clients beside what the transcripts show.
@Suite struct GroupAndRoleDetailTests {
    private let admin: Administration
    private static let long = String(repeating: "x", count: 256)

    init() async throws {
        let sandbox = try IdentitySandbox(journal: nil, administrator: Administration.administrator)
        admin = Administration(handler: sandbox.handler)
        await admin.send("POST", "", ["realm": "r", "enabled": true])
    }

    @Test(
        "a column holds 255 characters, and more of them are an error of the server",
        arguments: [
            ("/r/groups", ["name": "a", "description": .string(Self.long)]),
            ("/r/groups", ["name": "a", "attributes": ["k": [.string(Self.long)]]]),
            ("/r/groups", ["name": .string(Self.long)]), ("/r/roles", ["name": .string(Self.long)]),
            ("/r/roles", ["name": "a", "description": .string(Self.long)]),
            ("/r/clients", ["clientId": .string(Self.long)]),
        ] as [(String, JSON)])
    func refusesLongTexts(path: String, body: JSON) async {
        #expect(await admin.send("POST", path, body).status == 500)
    }

    @Test(
        "a child is found by how its name begins, or by all of it",
        arguments: [
            ("search", "OPER", ["Operator", "operator"]), ("search", "rator", []),
            ("search", "*rator", ["Operator", "operator"]), ("search", "%", []), ("exact", "operator", ["operator"]),
        ])
    func searchesChildren(how: String, text: String, names: [String]) async {
        let parent = await admin.send("POST", "/r/groups", ["name": "acme"]).id
        for name in ["operator", "Operator", "admin"] {
            await admin.send("POST", "/r/groups/\(parent)/children", ["name": .string(name)])
        }
        var query: [(name: String, value: String)] = [("search", text)]
        if how == "exact" { query.append(("exact", "true")) }
        let found = await admin.send("GET", "/r/groups/\(parent)/children", query: query).body.array
        #expect(found?.compactMap { $0["name"]?.string } == names)
    }

    @Test("the parts of a new role count only when it says that it is composite")
    func takesParts() async {
        await admin.send("POST", "/r/roles", ["name": "part", "attributes": ["empty": [], "k": ["v"]]])
        #expect(await admin.send("GET", "/r/roles/part").body["attributes"] == ["k": ["v"]])
        let parts: JSON = ["realm": ["part"]]
        await admin.send("POST", "/r/roles", ["name": "plain", "composites": parts])
        await admin.send("POST", "/r/roles", ["name": "whole", "composite": true, "composites": parts])
        #expect(await admin.send("GET", "/r/roles/plain").body["composite"] == false)
        #expect(await admin.send("GET", "/r/roles/whole").body["composite"] == true)
        let id = await admin.send("GET", "/r/roles/whole").body["id"]?.string ?? ""
        let found = await admin.send("GET", "/r/roles-by-id/\(id)/composites", query: [("search", "zz")]).body
        #expect(found == [])
        #expect(await admin.send("GET", "/r/roles-by-id/\(id)/composites/realm").body.array?.count == 1)
        #expect(await admin.send("POST", "/r/roles/whole/composites").status == 500)
    }

    @Test(
        "a client's addresses are looked at",
        arguments: [
            (["rootUrl": "bad url"], "Root URL is not a valid URL"),
            (["baseUrl": "javascript:x"], "Base URL uses an illegal scheme"),
            (["redirectUris": ["http://x.example/#f"]], "A redirect URI must not contain an URL fragment"),
            (["redirectUris": ["javascript:x"]], "A redirect URI uses an illegal scheme"),
            (["protocol": "bogus"], "Invalid protocol: bogus"),
        ] as [(JSON, String)])
    func checksClients(members: JSON, text: String) async {
        var body = members
        body["clientId"] = "svc"
        let answer = await admin.send("POST", "/r/clients", body)
        #expect(answer.status == 400)
        #expect(answer.body["error_description"]?.string == text)
    }

    @Test("a realm keeps the clients that it was made with")
    func keepsBuiltInClients() async {
        for name in ["account", "admin-cli", "broker"] {
            let client = await admin.send("GET", "/r/clients", query: [("clientId", name)]).body.array?.first
            let answer = await admin.send("DELETE", "/r/clients/\(client?["id"]?.string ?? "")")
            #expect(answer.status == 400, "\(name)")
            #expect(answer.body["error_description"] == "Could not delete client")
        }
    }

    @Test("an attribute of a client that is null or blank goes")
    func clearsAttributes() async {
        let id = await admin.send(
            "POST", "/r/clients", ["clientId": "svc", "attributes": ["a": "1", "b": "2", "c": ""]]
        ).id
        await admin.send("PUT", "/r/clients/\(id)", ["attributes": ["a": .null]])
        let attributes = await admin.send("GET", "/r/clients/\(id)").body["attributes"]
        #expect(attributes?["a"] == nil)
        #expect(attributes?["b"] == "2")
        #expect(attributes?["c"] == nil)
    }
}
