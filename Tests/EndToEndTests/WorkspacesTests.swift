import Formats
import Foundation
import TestSupport
import Testing

/// `examples/workspaces` on the sandbox, as its README says.
@Suite struct WorkspacesTests {
    @Test func everybodyHasAnAddress() async throws {
        let fleet = try await FleetRepository.example("workspaces")
        let json = try JSON.parse(
            try await fleet.succeed("render", "--outputs", "--tenant", "claims", "--output", "json").output)
        let sara = json["tenants"]?["claims"]?["people"]?["e-2002"]
        #expect(sara?["outputs"]?["url"] == "https://e-2002.claims.work.lumen.example")
        #expect(json["tenants"]?["imaging"] == nil)
    }

    /// One line more is a workspace more; one less stops it and keeps the disk.
    @Test func aLineIsAWorkspace() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example("workspaces", sandbox: sandbox)
        try await fleet.succeed("apply", "--yes")
        let world = try World(sandbox)
        let editor = try await world.cluster("GET", "/apis/apps/v1/namespaces/team-claims/deployments/workspace-e-2002")
        #expect(editor["status"]?["readyReplicas"] == 1)
        let people = try await world.realm(.get, "/users?username=sara@lumen.example&exact=true")
        #expect(people.array?.count == 1)
        try await fleet.succeed(
            "new", "user", "noor@lumen.example", "--tenant", "claims", "--role", "operator", "--given-name", "Noor",
            "--family-name", "Haddad")
        try await fleet.commit("Noor joins")
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains("+ Deployment team-claims/workspace-noor-lumen-example-"))
        #expect(plan.contains("+ user noor@lumen.example   +claims/operator"))
        try await fleet.succeed("apply", "--yes")
        try fleet.replace("e-1002,Ines,Kallio,true", by: "e-1002,Ines,Kallio,false", in: "users/imaging.csv")
        try await fleet.commit("Ines is away")
        let away = try await fleet.succeed("plan").text
        #expect(away.contains("spec.replicas: 1 → 0"))
        #expect(away.contains("x user ines@lumen.example"))
        #expect(!away.contains("PersistentVolumeClaim"))
    }
}
