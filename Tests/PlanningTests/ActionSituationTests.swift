import Formats
import KubernetesModel
import Planning
import Tenancy
import Testing

/// Jobs that run once for each version.
@Suite struct ActionSituationTests {
    private static var database: DesiredObject {
        var object = Sample.deployment("main", of: "acme").object
        object["spec"]?["serviceName"] = "main"
        return Sample.object("apps/v1", "StatefulSet", "tenant-acme", "main", tenant: "acme", object)
    }

    private static let web = Sample.deployment("web", of: "acme")

    private static func job(_ version: String) -> DesiredObject {
        var job = Sample.object(
            "batch/v1", "Job", "tenant-acme", "migrate-\(version)", tenant: "acme",
            [
                "spec": [
                    "template": [
                        "spec": ["restartPolicy": "Never", "containers": [["name": "migrate", "image": "app:1"]]]
                    ]
                ]
            ])
        var object = job.object
        object["metadata"]?["labels"]?[Marks.action] = "migrate"
        job = job.with(object: object)
        return job
    }

    private static func state(_ version: String, _ tenantState: TenantState = .active) -> DesiredState {
        let action = DesiredAction(
            key: "platform/migrate", version: version, job: job(version), needs: [database.id])
        let tenant = Sample.tenant(
            "acme", state: tenantState, isProtected: false, objects: [Sample.namespace("acme"), database, web],
            actions: tenantState == .active ? [action] : [], groups: [])
        return Sample.state(tenants: [tenant])
    }

    private static func end(_ world: inout World, _ version: String, _ type: String?, message: String = "") {
        world.add(job(version))
        guard let type else { return }
        world.change(job(version).id) {
            $0["status"] = ["conditions": [["type": .string(type), "status": "True", "message": .string(message)]]]
        }
    }

    static let situations: [Situation] = [
        Situation(
            "a new tenant", state("1"), World(),
            expect: [
                "+ Namespace tenant-acme", "+ StatefulSet tenant-acme/main",
                "+ Job tenant-acme/migrate-1 [action migrate, once for 1]", "+ Deployment tenant-acme/web",
            ]),
        Situation("the same version", state("1"), after: state("1"), expect: []),
        Situation(
            "a new version", state("2"), after: state("1"), by: { end(&$0, "1", "Complete") },
            expect: ["+ Job tenant-acme/migrate-2 [action migrate, once for 2]"]),
        Situation(
            "complete, and the lock does not know", state("1"), after: state("1"), remembers: false,
            by: { end(&$0, "1", "Complete") }, expect: []),
        Situation(
            "still running", state("2"), after: state("1"), by: { end(&$0, "2", nil) },
            expect: ["~ Job tenant-acme/migrate-2 [action migrate, once for 2] (still running)"]),
        Situation(
            "failed", state("2"), after: state("1"), by: { end(&$0, "2", "Failed", message: "no table") },
            expect: ["-/+ Job tenant-acme/migrate-2 [action migrate, once for 2] (failed before: no table)"]),
        Situation(
            "a tenant that is suspended", state("2", .suspended), after: state("1"),
            by: { end(&$0, "1", "Complete") }, expect: []),
        Situation(
            "a tenant that leaves", state("1", .absent), after: state("1"), by: { end(&$0, "1", "Complete") },
            expect: [
                "- Namespace tenant-acme [with 3 objects of ours and all data: StatefulSet main, Deployment web, Job migrate-1] (state: absent)"
            ]),
    ]

    @Test(arguments: situations) func plans(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    @Test func whatItNeedsComesBeforeIt() throws {
        let plan = try #require(Self.situations.first).plan
        let waves = Dictionary(uniqueKeysWithValues: plan.changes.map { ($0.title, $0.wave) })
        #expect(waves["StatefulSet tenant-acme/main"] == .configuration)
        #expect(waves["Job tenant-acme/migrate-1"] == .actions)
        #expect(waves["Deployment tenant-acme/web"] == .workloads)
        let run = plan.changes.compactMap { change -> ActionRun? in
            if case .cluster(.run(let run)) = change.operation { run } else { nil }
        }
        #expect(run.map { $0.needs.map(\.id) } == [[Self.database.id]])
    }
}
