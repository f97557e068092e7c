import Formats
import Foundation
import TestSupport
import Testing

/// What the README of `examples/assistant` says is so.
@Suite struct AssistantTests {
    private static let people = "users/support.csv"

    @Test func apiKeysFollowThePeople() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example("assistant", sandbox: sandbox)
        let world = try World(sandbox)
        try await fleet.succeed("apply", "--yes")
        let secrets = "/api/v1/namespaces/assistant-support/secrets/api-key-p-202"
        let key = try await world.cluster("GET", secrets)["data"]

        // One becomes an administrator, one is away.
        try fleet.replace("oskar@lectern.example,user", by: "oskar@lectern.example,admin;user", in: Self.people)
        try fleet.replace("Verhoef,true", by: "Verhoef,false", in: Self.people)
        try fleet.replace("Verhoef,true", by: "Verhoef,false", in: "users/legal.csv")
        try await fleet.commit("Oskar runs it, Maud is away")
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains("-/+ Job assistant-support/api-key-p-202"), "\(plan)")
        #expect(plan.contains(#""--roles=user" → "--roles=admin,user""#), "\(plan)")
        #expect(plan.contains("x user maud@lectern.example   disable, sessions end"), "\(plan)")
        #expect(!plan.contains("Secret"), "keys stay: \(plan)")
        try await fleet.succeed("apply", "--yes")
        #expect(try await world.cluster("GET", secrets)["data"] == key)
        let maud = try await world.realm(.get, "/users?username=maud@lectern.example&exact=true")
        #expect(maud.array?.first?["enabled"] == false)

        let access = try await fleet.succeed("who-has-access", "--tenant", "support").text
        #expect(access.contains("support/admin  oskar@lectern.example"), "\(access)")
        #expect(!access.contains("maud"), "\(access)")
        #expect(try await fleet.succeed("history").text.components(separatedBy: "recorded as").count == 3)

        // The department with models of its own asks no other server, and reads its sources again when somebody says so.
        let api = try await world.cluster("GET", "/api/v1/namespaces/assistant-legal/configmaps/api")["data"]
        #expect(api?["MODEL_SERVER"] == "http://models")
        try await fleet.succeed("run", "reindex", "--tenant", "legal", "--yes")
        let list = try await world.cluster("GET", "/apis/batch/v1/namespaces/assistant-legal/jobs").text
        #expect(list.contains("--source=all") && list.contains("--model=bge-small@1.5"))
    }
}
