import Foundation
import TestSupport
import Testing

/// Fields that cannot be changed on an object that is there.
@Suite struct ImmutableTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/fixed.yaml"
    private static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"

    /// What each object says first, and then.
    private static let changes: [(kind: String, name: String, before: String, after: String, reason: String)] = [
        ("Deployment", "web", "{app: web-a}", "{app: web-b}", "spec.selector: field is immutable"),
        ("Job", "seed", "image: seed:1", "image: seed:2", "spec.template: field is immutable"),
        ("Service", "db", "clusterIP: None", "clusterIP: 10.96.0.77", "may not change once set"),
        (
            "PersistentVolumeClaim", "data", "storageClassName: slow", "storageClassName: fast",
            "spec is immutable after creation"
        ),
        (
            "PersistentVolumeClaim", "cache", "storage: 2Gi", "storage: 1Gi",
            "field can not be less than status.capacity"
        ),
        ("Secret", "login", "type: Opaque", "type: kubernetes.io/basic-auth", "type: field is immutable"),
        ("Secret", "sealed", "a2V5LTE=", "a2V5LTI=", "data: field is immutable when `immutable` is set"),
        ("ConfigMap", "frozen", "color: blue", "color: red", "field is immutable when `immutable` is set"),
    ]

    private static let text = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web-a}}
          template:
            metadata: {labels: {app: web-a}}
            spec: {containers: [{name: web, image: "web:1"}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: seed}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: seed, image: seed:1}]}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: db}
        spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: cache}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: login}
        type: Opaque
        data: {username: YQ==, password: Yg==}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: sealed}
        immutable: true
        data: {key: a2V5LTE=}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: frozen}
        immutable: true
        data: {color: blue}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: watchers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: watchers}]

        """

    @Test("A15: what cannot be changed is told before anything is written, and made anew only where that is allowed")
    func toldBeforehand() async throws {
        let sandbox = try SandboxServer()
        var files = SmallFleet.files
        files["reconcile.yaml", default: ""] += "\n  limits: {maxDeletePercent: 100}\n"
        files[Self.manifests] = Self.text
        let (fleet, world) = (try await FleetRepository(files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes", "--wait-timeout", "60s")

        var text = Self.text
        for change in Self.changes { text = text.replacing(change.before, with: change.after) }
        try fleet.write(text.replacing("name: view}", with: "name: edit}"), to: Self.manifests)
        try await fleet.commit("Change what cannot be changed")
        let before = try world.writes().count
        let plan = try await fleet.reconcile("plan", "--tenant", "acme")
        #expect(plan.status == 4, "\(plan.text)")
        for change in Self.changes {
            let line = plan.text.split(separator: "\n").first {
                $0.contains("! \(change.kind) tenant-acme/\(change.name) ")
            }
            #expect(line?.contains("needs to be replaced: ") == true, "\(change.name): \(plan.text)")
            #expect(line?.contains(change.reason) == true, "\(change.name): \(line ?? "nothing")")
            #expect(line?.contains("under the blueprint's replace") == true)
        }
        #expect(plan.text.contains("-/+ RoleBinding tenant-acme/watchers"), "\(plan.text)")
        #expect(try world.writes().count == before)

        let rules = Self.changes.map { "    - {kind: \($0.kind), name: \($0.name)}" }.joined(separator: "\n")
        try fleet.write(try fleet.read(Self.blueprint) + "\n  replace:\n\(rules)\n", to: Self.blueprint)
        try await fleet.commit("Allow it")
        let allowed = try await fleet.succeed("plan", "--tenant", "acme")
        for change in Self.changes {
            #expect(allowed.text.contains("-/+ \(change.kind) tenant-acme/\(change.name)"), "\(allowed.text)")
        }
        let run = try await fleet.reconcile("apply", "--yes", "--tenant", "acme", "--wait-timeout", "60s")
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        let end = try await fleet.succeed("plan", "--tenant", "acme")
        #expect(end.text.hasPrefix("No changes."), "\(end.text)")
    }
}
