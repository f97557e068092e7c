import Formats
import Foundation
import TestSupport
import Testing

/// The main job on the sandbox, with the built programs, as a user runs them.
@Suite struct MainJobTests {
    @Test func aPlanWritesNothingAndAnApplyTwiceWritesOnce() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        let before = try world.writes().count
        #expect(try await fleet.reconcile("plan", "--detailed-exitcode").status == 2)
        #expect(try world.writes().count == before)
        #expect(try await fleet.stateCommits() == 0)

        let first = try await fleet.succeed("apply", "--yes")
        #expect(first.text.contains("Apply complete"))
        #expect(try await fleet.stateCommits() == 1)
        let written = try world.writes().count
        #expect(written > before)

        let second = try await fleet.succeed("apply", "--yes")
        #expect(second.text.hasPrefix("No changes. sandbox matches"))
        #expect(try await fleet.stateCommits() == 1)
        #expect(try world.writes().count == written)
        #expect(try await fleet.reconcile("plan", "--detailed-exitcode").status == 0)
    }

    @Test("A8: a hundred runs without a change write nothing anywhere")
    func aHundredRunsWithoutAChangeWriteNothing() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        #expect(try await fleet.git("log", "-1", "--format=%B", "reconcile/state/sandbox").contains("[skip ci]"))
        let (written, objects) = (try world.writes().count, try await fleet.git("count-objects"))
        for _ in 0..<100 {
            #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        }
        #expect(try world.writes().count == written)
        #expect(try await fleet.stateCommits() == 1)
        #expect(try await fleet.git("count-objects") == objects)
    }

    @Test func whatOthersWriteWithoutChangingAnythingIsNoChange() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        let deployment = "/apis/apps/v1/namespaces/tenant-acme/deployments/app"
        try await world.cluster(
            "PATCH", "\(deployment)/status?fieldManager=kube-controller-manager",
            #"{"status": {"observedGeneration": 7}}"#,
            type: "application/merge-patch+json")
        try await world.cluster(
            "PATCH", "\(deployment)?fieldManager=mesh", #"{"metadata": {"labels": {"mesh.example/injected": "true"}}}"#,
            type: "application/merge-patch+json")
        let respelt =
            #"[{"op": "replace", "path": "/spec/template/spec/containers/0/resources/requests/cpu", "value": "0.5"}]"#
        try await world.cluster(
            "PATCH", "\(deployment)?fieldManager=tuner", respelt, type: "application/json-patch+json")
        let written = try world.writes().count
        let again = try await fleet.succeed("apply", "--yes")
        #expect(again.text.hasPrefix("No changes."))
        #expect(try world.writes().count == written)
        #expect(try await fleet.stateCommits() == 1)
    }

    @Test func whatSomebodyDidByHandIsShownAsDriftAndNothingElse() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        try await world.cluster(
            "PATCH", "/apis/apps/v1/namespaces/tenant-acme/deployments/app?fieldManager=kubectl-set",
            #"{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "registry.example/app:hotfix"}]}}}}"#,
            type: "application/strategic-merge-patch+json")
        let people = try await world.realm(.get, "/users?username=ada@acme.example&exact=true")
        let groups = try await world.realm(.get, "/groups?search=owner&populateHierarchy=false")
        let ada = try #require(people.array?.first?["id"]?.string)
        let group = try #require(groups.array?.first { $0["path"] == "/acme/owner" }?["id"]?.string)
        try await world.realm(.put, "/users/\(ada)/groups/\(group)")

        let plan = try await fleet.succeed("plan", "--output", "json")
        let json = try JSON.parse(plan.output)
        let changes = (json["changes"]?.array ?? []).compactMap { $0["address"]?.string }
        #expect(
            changes == [
                "k8s/sandbox/acme/apps/Deployment/tenant-acme/app", "idp/sandbox/users/ada@acme.example",
            ])
        let text = try await fleet.succeed("plan").text
        #expect(text.contains("drift, \"…:hotfix\" by kubectl-set"))
        #expect(text.contains("Drift: 2."))

        try await fleet.succeed("apply", "--yes")
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }
}
