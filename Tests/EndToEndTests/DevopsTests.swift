import Formats
import Foundation
import TestSupport
import Testing

/// What the README of `examples/devops` says is so.
@Suite struct DevopsTests {
    private func jobs(_ namespace: String, in world: World) async throws -> [String] {
        let list = try await world.cluster("GET", "/apis/batch/v1/namespaces/\(namespace)/jobs")
        return (list["items"]?.array ?? []).compactMap { $0[path: "metadata", "name"]?.string }.sorted()
    }

    /// Once for each organisation and environment: not with the next apply, not after its Job is gone, not with a new version of the
    /// instance, which migrates. A version goes where it is pinned, and brings a new token where it raises a rotation.
    @Test func theFirstAdministratorIsMadeOnce() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example("devops", sandbox: sandbox)
        let world = try World(sandbox)
        try await fleet.succeed("apply", "--environment", "dev", "--yes")
        for tenant in ["ferro", "maris", "quanta"] {
            #expect(try await jobs("dev-\(tenant)", in: world) == ["first-admin-1-0-0", "migrate-3-2-0"])
        }
        let path = "/apis/batch/v1/namespaces/dev-maris/jobs/first-admin-1-0-0"
        let job = try await world.cluster("GET", path)
        #expect(job.text.contains("--email=elena@maris.example"))
        #expect(job[path: "status", "succeeded"] == 1)
        try await world.cluster("DELETE", "\(path)?propagationPolicy=Background")
        let tokens = "/api/v1/namespaces/dev-maris/secrets/api-tokens"
        let before = try await world.cluster("GET", tokens)["data"]

        try await raiseDev(of: fleet, from: "3.2.0", to: "3.3.0")
        let plan = try await fleet.succeed("plan", "--environment", "dev").text
        #expect(plan.contains("+ Job dev-maris/migrate-3-3-0   action migrate, once for 3.3.0"), "\(plan)")
        #expect(!plan.contains("first-admin"), "\(plan)")
        #expect(plan.contains("~ Secret dev-maris/api-tokens   new value of deploy"), "\(plan)")
        #expect(plan.contains("~ Deployment dev-maris/server"), "\(plan)")
        let preprod = try await fleet.succeed("plan", "--environment", "preprod").text
        #expect(preprod.contains("migrate-3-2-0") && !preprod.contains("3-3-0"), "\(preprod)")
        try await fleet.succeed("apply", "--environment", "dev", "--yes")
        #expect(try await jobs("dev-maris", in: world) == ["migrate-3-2-0", "migrate-3-3-0"])

        let after = try await world.cluster("GET", tokens)["data"]
        #expect(after?["deploy"] != before?["deploy"])
        #expect(after?["deploy.previous"] == before?["deploy"])
        #expect(after?["metrics"] == before?["metrics"])
    }

    /// A version beside the one before, with a new token, pinned in dev alone.
    private func raiseDev(of fleet: FleetRepository, from old: String, to new: String) async throws {
        let folder = "blueprints/instance"
        try await fleet.git("mv", "\(folder)/\(old)", "\(folder)/\(new)")
        try await fleet.git("checkout", "--quiet", "HEAD", "--", "\(folder)/\(old)")
        let blueprint = "\(folder)/\(new)/blueprint.yaml"
        try fleet.replace("version: \(old)", by: "version: \(new)", in: blueprint)
        try fleet.replaceFirst("length: 40}, rotation: 0", by: "length: 40}, rotation: 1", in: blueprint)
        try fleet.replaceFirst("{instance: \(old)", by: "{instance: \(new)", in: "reconcile.yaml")
        try await fleet.commit("Version \(new) in dev")
    }

    @Test func aBackupIsRestoredWhereThereAreBackups() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository.example("devops", sandbox: sandbox)
        try await fleet.succeed("apply", "--environment", "preprod", "--yes")
        let run = try await fleet.succeed(
            "run", "restore", "--environment", "preprod", "--tenant", "ferro", "--input", "backup=2026-01-31", "--yes")
        #expect(run.text.contains("action restore, backup=2026-01-31"), "\(run.text)")
        #expect(try await jobs("preprod-ferro", in: try World(sandbox)).contains { $0.hasPrefix("restore-") })
    }
}

extension FleetRepository {
    /// Replaces the first occurrence alone.
    fileprivate func replaceFirst(_ old: String, by new: String, in path: String) throws {
        let text = try read(path)
        guard let range = text.range(of: old) else { throw Failed(description: "no '\(old)' in \(path)") }
        try write(text.replacingCharacters(in: range, with: new), to: path)
    }
}
