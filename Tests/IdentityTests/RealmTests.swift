import Formats
import Foundation
import HTTP
import Identity
import Planning
import Tenancy
import TestSupport
import Testing

/// The client against every server at hand, the real one included: what one shows alone is not shown.
@Suite struct RealmTests {
    @Test(arguments: IdentityServer.all) func makesGroupsAndPeopleAndReadsThemBack(_ server: IdentityServer)
        async throws
    {
        let bench = try await Bench(server)
        #expect(try await bench.observe().groups.isEmpty)
        for group in [DesiredGroup.tenant("acme"), .role("operator", of: "acme"), .role("analyst", of: "acme")] {
            _ = try await bench.realm.perform(.createGroup(group))
        }
        let subject = try await bench.realm.perform(.createPerson(.ada(["acme/operator", "acme/analyst"])))

        let live = try await bench.observe()
        #expect(live.groups.keys.sorted() == ["/acme", "/acme/analyst", "/acme/operator"])
        #expect(live.groups["/acme/operator"]?.realmRoles == ["operator"])
        #expect(live.groups.values.allSatisfy { $0.owners == ["knowton/prod"] })
        #expect(live.keepsMarks)
        let ada = try #require(live.people[subject ?? ""])
        #expect(ada.username == "ada@acme.example")
        #expect(ada.key == "u-1" && ada.owners == ["knowton/prod"] && ada.home == "knowton/prod")
        #expect(ada.groups == ["/acme/operator", "/acme/analyst"])
        #expect(ada.isEnabled && ada.givenName == "Ada")
        #expect(try await bench.adminJSON("/users/\(ada.id)")["requiredActions"] == ["UPDATE_PASSWORD"])
        #expect(live.ownSubject != nil)
    }

    @Test(arguments: IdentityServer.all) func everyOperationTwiceComesOutTheSame(_ server: IdentityServer) async throws
    {
        let bench = try await Bench(server)
        var subjects: Set<String?> = []
        for _ in 0..<2 {
            for group in [DesiredGroup.tenant("acme"), .role("operator", of: "acme")] {
                _ = try await bench.realm.perform(.createGroup(group))
            }
            subjects.insert(try await bench.realm.perform(.createPerson(.ada())))
        }
        #expect(subjects.count == 1)
        #expect(try await bench.adminJSON("/users/count").int == 1)
        #expect(try await bench.adminJSON("/groups/count")["count"]?.int == 2)
    }

    @Test(arguments: IdentityServer.all) func changesAProfileAndKeepsWhatOthersPutThere(_ server: IdentityServer)
        async throws
    {
        let bench = try await Bench(server)
        for group in [DesiredGroup.tenant("acme"), .role("operator", of: "acme"), .role("analyst", of: "acme")] {
            _ = try await bench.realm.perform(.createGroup(group))
        }
        let subject = try #require(try await bench.realm.perform(.createPerson(.ada())))
        var user = try await bench.adminJSON("/users/\(subject)")
        user["attributes"]?["phone"] = ["123"]
        #expect(try await bench.admin(.put, "/users/\(subject)", user).status == 204)

        let update = PersonUpdate(
            id: subject, person: .ada(["acme/analyst"], family: "King"), writesProfile: true, join: ["/acme/analyst"],
            leave: ["/acme/operator"])
        _ = try await bench.realm.perform(.updatePerson(update))
        let ada = try #require(try await bench.observe().people[subject])
        #expect(ada.familyName == "King" && ada.email == "ada@acme.example")
        #expect(ada.attributes["phone"] == ["123"] && ada.key == "u-1")
        #expect(ada.groups == ["/acme/analyst"])
    }

    @Test(arguments: IdentityServer.all) func whoIsDisabledIsRefused(_ server: IdentityServer) async throws {
        let bench = try await Bench(server)
        for group in [DesiredGroup.tenant("acme"), .role("operator", of: "acme")] {
            _ = try await bench.realm.perform(.createGroup(group))
        }
        let subject = try #require(try await bench.realm.perform(.createPerson(.ada())))
        try await bench.admin(
            .post, "/clients",
            [
                "clientId": "login", "publicClient": true, "directAccessGrantsEnabled": true,
                "standardFlowEnabled": false,
            ])
        let password: JSON = ["type": "password", "value": "correct horse", "temporary": false]
        #expect(try await bench.admin(.put, "/users/\(subject)/reset-password", password).status == 204)
        try await bench.admin(.put, "/users/\(subject)", ["requiredActions": []])
        #expect(try await bench.logIn("ada@acme.example", "correct%20horse").status == 200)

        _ = try await bench.realm.perform(.disablePerson(id: subject, leave: ["/acme/operator"]))
        let refused = try await bench.logIn("ada@acme.example", "correct%20horse")
        #expect(refused.status == 400)
        #expect(try JSON.parse(refused.body)["error_description"] == "Account disabled")
        let ada = try #require(try await bench.observe().people[subject])
        #expect(!ada.isEnabled && ada.groups.isEmpty && ada.key == "u-1")
        #expect(try await bench.adminJSON("/users/\(subject)/sessions") == [])
    }

    @Test(arguments: IdentityServer.all) func aRealmThatDropsMarksIsSeenAndNobodyIsLeftBehind(_ server: IdentityServer)
        async throws
    {
        let bench = try await Bench(server, skipping: ["Let the marks stay"])
        #expect(try await bench.observe().keepsMarks == false)
        for group in [DesiredGroup.tenant("acme"), .role("operator", of: "acme")] {
            _ = try await bench.realm.perform(.createGroup(group))
        }
        await #expect(throws: Failure.self) { try await bench.realm.perform(.createPerson(.ada())) }
        #expect(try await bench.adminJSON("/users/count").int == 0)
    }

    @Test(arguments: IdentityServer.all) func missingRightsAreNoEmptyRealm(_ server: IdentityServer) async throws {
        let bench = try await Bench(server, skipping: ["Its two roles"])
        guard case .unknown(let reason) = await bench.realm.observe() else {
            Issue.record("a client without rights saw the realm")
            return
        }
        #expect(reason.contains(server.url) && reason.contains("manage-users"))
    }
}
