import Formats
import Foundation
import TestSupport
import Testing

/// Namespaces that do not go, and what is wanted in them meanwhile.
@Suite struct NamespaceTests {
    private static let branding = "/api/v1/namespaces/tenant-globex/configmaps/branding"
    private static let hold = #"{"metadata": {"finalizers": ["example.com/backup"]}}"#
    private static let free = #"{"metadata": {"finalizers": null}}"#

    private func fleet() async throws -> (ProxiedFleet, World) {
        let fleet = try await ProxiedFleet()
        try fleet.repository.write(
            SmallFleet.tenant("globex", "Globex") + "\n  deletion: {protect: false}\n", to: "tenants/globex.yaml")
        try await fleet.repository.commit("Let Globex go")
        try await fleet.repository.succeed("apply", "--yes")
        return (fleet, try World(fleet.sandbox))
    }

    @Test("A13: a namespace that does not go says why, in every run, and nothing is made in it")
    func heldByItsContent() async throws {
        let (fleet, world) = try await fleet()
        let repository = fleet.repository
        try await world.cluster("PATCH", Self.branding, Self.hold, type: "application/merge-patch+json")
        let present = try repository.read("tenants/globex.yaml")
        try repository.write(present + "  state: absent\n", to: "tenants/globex.yaml")
        try repository.write("email,role,given_name,family_name\n", to: "users/globex.csv")
        try await repository.commit("Globex leaves")
        for _ in 1...2 {
            let run = try await fleet.transcript(["apply", "--yes", "--wait-timeout", "2s"])
            #expect(run.status == 5, "\(run.text)")
            #expect(run.text.contains("- Namespace tenant-globex: not ready: terminating: "), "\(run.text)")
            #expect(
                run.text.contains("finalizers remaining: example.com/backup in 1 resource instances"), "\(run.text)")
        }
        let status = try await repository.file("globex.status.yaml")
        #expect(status.contains("phase: Removing"), "\(status)")

        try repository.write(present, to: "tenants/globex.yaml")
        try await repository.commit("Globex comes back")
        let plan = try await fleet.transcript(["plan"])
        #expect(
            plan.text.contains("+ Namespace tenant-globex   once the one that is being deleted is gone"), "\(plan.text)"
        )
        let early = try await fleet.transcript(["apply", "--yes", "--only", "cluster", "--wait-timeout", "1s"])
        #expect(early.status == 5, "\(early.text)")
        #expect(early.text.contains("the old one was not gone within 1 s"), "\(early.text)")
        let held = try await world.cluster("GET", Self.branding)
        #expect(held[path: "metadata", "finalizers"] == ["example.com/backup"], "no finalizer is ever taken away")

        try await world.cluster("PATCH", Self.branding, Self.free, type: "application/merge-patch+json")
        try await repository.succeed("apply", "--yes")
        let end = try await repository.succeed("plan", "--detailed-exitcode")
        #expect(end.text.hasPrefix("No changes."), "\(end.text)")
    }

    @Test("A13: what is to be made in a namespace that begins to go is refused with the server's reason")
    func creationInANamespaceThatGoes() async throws {
        let (fleet, world) = try await fleet()
        let repository = fleet.repository
        try await world.cluster("PATCH", Self.branding, Self.hold, type: "application/merge-patch+json")
        let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
        let extra = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: b}\n"
        try repository.write(try repository.read(manifests) + extra, to: manifests)
        try await repository.commit("Make an extra")
        let gate = Gate()
        fleet.cluster.replace(gate.holdBefore("PATCH", "/namespaces/tenant-globex/configmaps/extra"))
        let run = try RunningCommand(["apply", "--yes"], in: repository)
        try await gate.wait()
        try await world.cluster("DELETE", "/api/v1/namespaces/tenant-globex")
        gate.open()
        let end = try await run.end()
        #expect(end.status == 5, "\(end.text)\(end.errors)")
        #expect(end.text.contains("because it is being terminated (403); apply again when it is gone"), "\(end.text)")
        #expect(try await repository.lock("acme").contains("extra"))
    }
}

extension FleetRepository {
    /// A recorded file by its name, wherever it lies.
    func file(_ name: String) async throws -> String {
        let branch = "reconcile/state/sandbox"
        let files = try await git("ls-tree", "-r", "--name-only", branch).split(separator: "\n")
        guard let path = files.first(where: { $0.hasSuffix("/\(name)") }) else { return "" }
        return try await git("show", "\(branch):\(path)")
    }
}
