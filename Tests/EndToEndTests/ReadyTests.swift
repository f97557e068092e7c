import Formats
import Foundation
import TestSupport
import Testing

/// What an apply waits for, and what it says of that which does not come.
@Suite struct ReadyTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"
    private static let widget = "/apis/shop.example/v1/namespaces/tenant-acme/widgets/main"

    @Test func aBlueprintSaysWhenItsObjectsAreReady() async throws {
        let fleet = try await ProxiedFleet()
        let (repository, world) = (fleet.repository, try World(fleet.sandbox))
        try await DefinitionTests.addKind(to: repository)
        let web = try repository.read(Self.manifests).components(separatedBy: "\n---\n")[2]
            .replacing("name: app}", with: "name: extra}").replacing(
                "${values.image}", with: "registry.example/app:missing")
        try repository.write(try repository.read(Self.manifests) + "\n---\n" + web, to: Self.manifests)
        let rules = """

              ready:
                - {kind: Widget, name: main, when: "object.status.phase == 'Up' && object.status.size == object.spec.size"}
                - {kind: Deployment, name: extra, required: false}

            """
        try repository.write(try repository.read(Self.blueprint) + rules, to: Self.blueprint)
        try await repository.commit("Wait for widgets")
        let first = try await fleet.transcript(["apply", "--yes", "--wait-timeout", "4s"])
        #expect(first.status == 5, "\(first.text)")
        let words =
            "+ Widget tenant-acme/main: not ready: in progress: object.status.phase == 'Up' && object.status.size == "
            + "object.spec.size has no answer yet (object.status.phase is not there, object.status.size is not there, "
            + "object.spec.size is 3)"
        #expect(first.text.contains(words), "\(first.text)")
        #expect(!first.text.contains("tenant-acme/extra: not ready"), "\(first.text)")
        #expect(try await repository.file("acme.status.yaml").contains("phase: NotReady"))

        for tenant in ["acme", "globex"] {
            try await world.cluster(
                "PATCH", "\(Self.widget.replacing("acme", with: tenant))/status",
                #"{"status": {"phase": "Up", "size": 3}}"#, type: "application/merge-patch+json")
        }
        try await repository.succeed("apply", "--yes")
        #expect(try await repository.file("acme.status.yaml").contains("phase: Ready"))
        #expect(try await repository.succeed("status", "--live").status == 0)
    }

    /// How the sandbox makes a workload fail, and what an apply says of it.
    private static let failures = [
        ("image", "cannot pull image registry.example/app:1.0.0"),
        ("quota", "pods cannot be made: "), ("scheduling", "cannot be placed on a node: "),
    ]

    @Test func anApplySaysWhatKeepsItsWorkloadsFromRunning() async throws {
        var files = SmallFleet.files
        let app = (files[Self.manifests] ?? "").components(separatedBy: "\n---\n")
        for (mode, _) in Self.failures {
            let web = app[2].replacing("metadata: {name: app}", with: "metadata: {name: web-\(mode)}")
                .replacing(
                    "{labels: {app: app}}",
                    with: "{labels: {app: app}, annotations: {sandbox.reconcile.dev/fail: \(mode)}}")
            files[Self.manifests, default: ""] += "\n---\n" + web
        }
        files[Self.manifests, default: ""] += """

            ---
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data, annotations: {sandbox.reconcile.dev/fail: storage}}
            spec: {accessModes: [ReadWriteOnce], storageClassName: nowhere, resources: {requests: {storage: 1Gi}}}
            """
        let fleet = try await FleetRepository(files, sandbox: try SandboxServer())
        let run = try await fleet.reconcile("apply", "--yes", "--tenant", "acme", "--wait-timeout", "6s")
        #expect(run.status == 5, "\(run.text)\(run.errors)")
        for (mode, words) in Self.failures {
            let line = run.text.split(separator: "\n").first {
                $0.contains("Deployment tenant-acme/web-\(mode): not ready")
            }
            #expect(line?.contains(words) == true, "\(mode): \(run.text)")
        }
        #expect(
            run.text.contains(
                "PersistentVolumeClaim tenant-acme/data: not ready: in progress: waiting for a volume of class nowhere"),
            "\(run.text)")
    }
}
