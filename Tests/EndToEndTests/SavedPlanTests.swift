import Formats
import Foundation
import TestSupport
import Testing

/// A plan in a file: carried out as far as it is still the same, and no further.
@Suite struct SavedPlanTests {
    private static let image =
        #"{"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "registry.example/app:hotfix"}]}}}}"#

    private func setImage(_ world: World, _ tenant: String) async throws {
        try await world.cluster(
            "PATCH", "/apis/apps/v1/namespaces/tenant-\(tenant)/deployments/app?fieldManager=kubectl-set", Self.image,
            type: "application/strategic-merge-patch+json")
    }

    /// The small fleet, applied; then changed in both tenants and planned into a file.
    private func planned() async throws -> (FleetRepository, World, file: String) {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        try fleet.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try fleet.replace("replicas: 1", by: "replicas: 2", in: "blueprints/app/1.0.0/blueprint.yaml")
        try fleet.replace("Ada,Lovelace", by: "Ada,Byron", in: "users/acme.csv")
        try await fleet.commit("Change")
        let file = fleet.folder.file("saved.plan")
        try await fleet.succeed("plan", "--out", file)
        return (fleet, world, file)
    }

    @Test func isCarriedOutWhereNothingElseHappened() async throws {
        let (fleet, _, file) = try await planned()
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // A later commit is no reason to refuse what it leaves alone.
        try fleet.write("# Notes\n", to: "NOTES.md")
        try await fleet.commit("Note")
        let run = try await fleet.succeed("apply", file, "--yes")
        #expect(run.text.contains("3 changed"), "\(run.text)\(run.errors)")
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        let again = try await fleet.reconcile("apply", file, "--yes")
        #expect(again.status == 6, "\(again.text)")
        #expect(
            again.errors.contains("left alone: ConfigMap tenant-acme/branding: it is no longer needed"),
            "\(again.errors)")
    }

    @Test("A3: what is not as it was planned any more is named and left alone")
    func leavesAloneWhatIsNotTheSame() async throws {
        let (fleet, world, file) = try await planned()
        try await setImage(world, "globex")
        try fleet.replace("Acme Limited", by: "Acme Unlimited", in: "tenants/acme.yaml")
        try fleet.write(
            try fleet.read("users/globex.csv") + "eve@globex.example,operator,Eve,Moneypenny\n", to: "users/globex.csv")
        try await fleet.commit("Change again")
        let run = try await fleet.reconcile("apply", file, "--yes")
        #expect(run.status == 6, "\(run.text)\(run.errors)")
        #expect(
            run.errors == """
                left alone: ConfigMap tenant-acme/branding: the files ask for something else since it was planned
                left alone: Deployment tenant-globex/app: the live system has changed since it was planned
                1 other changes are needed that the saved plan does not hold: run `reconcile plan`

                """, "\(run.errors)")
        #expect(run.text.contains("0 added, 1 changed"), "\(run.text)")
        #expect(!run.text.contains("Unlimited") && !run.text.contains("eve@"), "\(run.text)")
        // What was left alone is not recorded as done, and so no drift of somebody else's.
        let plan = try await fleet.reconcile("plan", "--detailed-exitcode")
        #expect(plan.status == 2)
        #expect(plan.text.contains("\"Acme Corporation\" → \"Acme Unlimited\""), "\(plan.text)")
        #expect(plan.text.contains("Drift: 1."), "\(plan.text)")
    }

    @Test("A3: a file of another version, another fleet or environment, or one that was edited is refused")
    func refusesAForeignFile() async throws {
        let (fleet, world, file) = try await planned()
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let before = try world.writes().count
        for (id, old, new, words) in [
            ("edited", "\"action\": \"update\"", "\"action\": \"delete\"", "it was changed since it was written"),
            ("version", "\"saved_plan_version\": \"1.0\"", "\"saved_plan_version\": \"9.0\"", "it is of version 9.0"),
            ("cut", "\"digest\"", "\"digest", "it is no plan that `reconcile plan --out` wrote"),
        ] {
            #expect(text.contains(old), "\(id)")
            try text.replacing(old, with: new).write(toFile: file, atomically: true, encoding: .utf8)
            let run = try await fleet.reconcile("apply", file, "--yes")
            #expect(run.status == 6, "\(id): \(run.errors)")
            #expect(run.errors.contains(words), "\(id): \(run.errors)")
        }
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        var files = SmallFleet.files
        files["reconcile.yaml"] = files["reconcile.yaml"]?.replacing("name: small", with: "name: other")
        let other = try await FleetRepository(files, sandbox: try SandboxServer())
        let run = try await other.reconcile("apply", file, "--yes")
        #expect(run.status == 6, "\(run.errors)")
        #expect(
            run.errors.contains("the plan is for sandbox of fleet small, and this is sandbox of other"), "\(run.errors)"
        )
        let elsewhere = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let moved = try await elsewhere.reconcile("apply", file, "--yes")
        #expect(moved.status == 6, "\(moved.errors)")
        #expect(moved.errors.contains("the plan was made for the cluster at https://127.0.0.1:"), "\(moved.errors)")
        #expect(try world.writes().count == before)
    }
}
