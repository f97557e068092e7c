import Formats
import Foundation
import TestSupport
import Testing

/// What the README of `examples/workshop` says is so.
@Suite struct WorkshopTests {
    @Test func databaseThenMigrationThenTheRestAndDemosEnd() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example("workshop", sandbox: sandbox)
        let world = try World(sandbox)
        let web = "/apis/apps/v1/namespaces/mill-brass/deployments"
        // Without the operator nothing becomes ready, and no workload is begun.
        let waiting = try await fleet.reconcile("apply", "--yes", "--wait-timeout", "2s")
        #expect(waiting.status == 5, "\(waiting.text)\(waiting.errors)")
        #expect(waiting.text.contains("object.status.phase"), "\(waiting.text)")
        #expect(try await world.cluster("GET", web)["items"]?.array?.isEmpty == true)

        let applied = try await DatabaseOperator.working(in: world) { try await fleet.succeed("apply", "--yes") }
        #expect(applied.text.contains("Apply complete"), "\(applied.text)")
        #expect(try await world.cluster("GET", web)["items"]?.array?.count == 2)
        let outputs = try await fleet.succeed("render", "--outputs", "--tenant", "corvid").text
        #expect(
            outputs.contains("url: https://plan.corvid.example") && outputs.contains("billing: cus_C12"), "\(outputs)")

        // The demo is over, and another customer takes the next tier.
        try fleet.replace("2099-03-31", by: "2020-03-31", in: "tenants/alder.yaml")
        try fleet.replace("tier: starter", by: "tier: enterprise", in: "tenants/brass.yaml")
        try await fleet.commit("The demo is over; Brass grows")
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains("x user june@alder.example"), "\(plan)")
        #expect(plan.contains("spec.replicas: 1 → 0") && !plan.contains("- DatabaseCluster"), "\(plan)")
        #expect(plan.contains("spec.instances: 1 → 3") && plan.contains("+ Deployment mill-brass/search"), "\(plan)")
    }
}
