import Formats
import Foundation
import TestSupport
import Testing

/// Jobs that run once for each version of a blueprint, and on demand.
@Suite struct ActionTests {
    private static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"

    private static func job(_ name: String, arguments: String = "", annotations: String = "{}") -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: \(name), annotations: \(annotations)}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers: [{name: \(name), image: "${values.image}"\(arguments)}]

        """
    }

    private static var files: [String: String] {
        var files = SmallFleet.files
        files[blueprint, default: ""] += """

              actions:
                migrate: {job: jobs/migrate.yaml, run: once-per-version, before: workloads}
                restore: {job: jobs/restore.yaml, run: on-demand, inputs: {date: {type: string}}}
            """
        files["blueprints/app/1.0.0/jobs/migrate.yaml"] = job("migrate")
        files["blueprints/app/1.0.0/jobs/restore.yaml"] = job("restore", arguments: #", args: ["${inputs.date}"]"#)
        return files
    }

    private func jobs(_ world: World) async throws -> [String] {
        let list = try await world.cluster("GET", "/apis/batch/v1/namespaces/tenant-acme/jobs")
        return (list["items"]?.array ?? []).compactMap { $0[path: "metadata", "name"]?.string }.sorted()
    }

    @Test func aMigrationRunsOnceForEachVersionBeforeTheWorkloads() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(Self.files, sandbox: sandbox), try World(sandbox))
        let first = try await fleet.reconcile("apply", "--yes", "--wait-timeout", "60s")
        #expect(first.status == 0, "\(first.text)\(first.errors)")
        #expect(
            first.text.contains("+ Job tenant-acme/migrate-1-0-0   action migrate, once for 1.0.0"), "\(first.text)")
        let writes = try world.writes().filter { $0.contains("tenant-acme") && $0.contains("PATCH") }
        let (job, deployment) = (
            writes.firstIndex { $0.contains("/jobs/migrate-1-0-0") },
            writes.firstIndex { $0.contains("/deployments/app") }
        )
        #expect(try #require(job) < #require(deployment), "\(writes)")
        let lock = try await fleet.lock("acme")
        #expect(lock.contains("app/migrate: \"1.0.0\""), "\(lock)")

        // It clears itself away, and is not run again.
        try await world.cluster(
            "DELETE", "/apis/batch/v1/namespaces/tenant-acme/jobs/migrate-1-0-0?propagationPolicy=Background")
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))

        // A new version, whose migration fails: its workloads are not touched.
        try await fleet.git("mv", "blueprints/app/1.0.0", "blueprints/app/1.1.0")
        let blueprint = "blueprints/app/1.1.0/blueprint.yaml"
        try fleet.replace("version: 1.0.0", by: "version: 1.1.0", in: blueprint)
        try fleet.replace("app:1.0.0\"", by: "app:1.1.0\"", in: blueprint)
        try fleet.replace("app: 1.0.0", by: "app: 1.1.0", in: "reconcile.yaml")
        let failing = Self.job("migrate", annotations: "{sandbox.reconcile.dev/fail: exit}")
        try fleet.write(failing, to: "blueprints/app/1.1.0/jobs/migrate.yaml")
        try await fleet.commit("Version 1.1.0")
        let failed = try await fleet.reconcile("apply", "--yes", "--wait-timeout", "60s")
        #expect(failed.status == 5, "\(failed.text)\(failed.errors)")
        #expect(failed.text.contains("action migrate is not complete: failed: "), "\(failed.text)")
        #expect(failed.text.contains("~ Deployment tenant-acme/app: skipped: "), "\(failed.text)")
        let app = "/apis/apps/v1/namespaces/tenant-acme/deployments/app"
        #expect(try await world.cluster("GET", app).text.contains("app:1.0.0"))

        try fleet.write(Self.job("migrate"), to: "blueprints/app/1.1.0/jobs/migrate.yaml")
        try await fleet.commit("Mend the migration")
        let again = try await fleet.reconcile("apply", "--yes", "--wait-timeout", "60s")
        #expect(again.status == 0, "\(again.text)\(again.errors)")
        #expect(again.text.contains("-/+ Job tenant-acme/migrate-1-1-0"), "\(again.text)")
        #expect(try await world.cluster("GET", app).text.contains("app:1.1.0"))
        #expect(try await fleet.lock("acme").contains("app/migrate: \"1.1.0\""))
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }

    @Test func anActionOnDemandRunsWhenSomebodyAsks() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(Self.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes", "--wait-timeout", "60s")
        let commits = try await fleet.stateCommits()
        for (arguments, words) in [
            (["run", "restore", "--yes"], "add --tenant NAME"),
            (["run", "restore", "--tenant", "acme", "--yes"], "needs --input date=STRING"),
            (["run", "restor", "--tenant", "acme", "--yes"], "did you mean 'restore'?"),
            (["run", "restore", "--tenant", "acme", "--input", "date=x"], "add --yes"),
        ] {
            let run = try await Products.reconcile(arguments, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 64 && run.errors.contains(words), "\(arguments): \(run.errors)")
        }
        let run = try await fleet.reconcile(
            "run", "restore", "--tenant", "acme", "--input", "date=2026-01-31", "--yes", "--wait-timeout", "60s")
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(run.text.contains("action restore, date=2026-01-31"), "\(run.text)")
        let name = try #require(try await jobs(world).first { $0.hasPrefix("restore-") })
        let job = try await world.cluster("GET", "/apis/batch/v1/namespaces/tenant-acme/jobs/\(name)")
        #expect(job.text.contains(#""args":["2026-01-31"]"#))
        #expect(try await fleet.stateCommits() == commits)
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."), "what ran is not pruned")
    }
}
