import Formats
import Foundation
import TestSupport
import Testing

/// Others write between the plan and the apply: nothing of theirs is overwritten or removed.
@Suite struct RaceTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let branding = "/api/v1/namespaces/tenant-acme/configmaps/branding"
    private static let theme = "/api/v1/namespaces/tenant-acme/configmaps/theme"
    private static let manifest =
        "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: theme}\ndata: {color: blue}\n"

    private static let modified =
        #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Operation cannot be fulfilled "#
        + #"on configmaps \"branding\": the object has been modified; please apply your changes to the latest version and "#
        + #"try again","reason":"Conflict","details":{"name":"branding","kind":"configmaps"},"code":409}"#

    private func appliedFleet() async throws -> (ProxiedFleet, World) {
        let fleet = try await ProxiedFleet()
        try await fleet.repository.succeed("apply", "--yes")
        return (fleet, try World(fleet.sandbox))
    }

    @Test("A12: a lost race inside the server is run again, and not for ever", arguments: [2, 1_000])
    func aConflictOfVersions(_ times: Int) async throws {
        let (fleet, _) = try await appliedFleet()
        try fleet.repository.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try await fleet.repository.commit("Rename Acme")
        let sent = Counter()
        fleet.cluster.replace { exchange in
            guard exchange.request.method == "PATCH", exchange.path == Self.branding else { return nil }
            return sent.next() <= times ? [.json(Self.modified, status: 409)] : nil
        }
        let run = try await fleet.transcript(["apply", "--yes"])
        #expect(run.status == (times > 5 ? 6 : 0), "\(run.text)")
        #expect(sent.value == (times > 5 ? 5 : 3))
        fleet.cluster.replace(nil)
        try await fleet.repository.succeed("apply", "--yes")
    }

    @Test("A12: a field that another manager owns is a conflict that names both, and is left alone")
    func aConflictOfManagers() async throws {
        let (fleet, world) = try await appliedFleet()
        let edit =
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "branding"}, "data": {"title": "Ours"}}"#
        try await world.cluster(
            "PATCH", "\(Self.branding)?fieldManager=theme-operator&force=true", edit,
            type: "application/apply-patch+yaml")
        for command in ["plan", "apply"] {
            let run = try await fleet.transcript(command == "plan" ? ["plan"] : ["apply", "--yes"])
            #expect(run.status == 6, "\(run.text)")
            #expect(
                run.text.contains("! ConfigMap tenant-acme/branding")
                    && run.text.contains("(conflict with theme-operator, which owns data.title"), "\(run.text)")
        }
        #expect(try await world.cluster("GET", Self.branding)[path: "data", "title"] == "Ours")
    }

    @Test("A12: a conflict that comes up after the plan names manager and field")
    func aConflictAfterThePlan() async throws {
        let (fleet, world) = try await appliedFleet()
        try fleet.repository.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try await fleet.repository.commit("Rename Acme")
        let gate = Gate()
        fleet.cluster.replace(gate.holdBefore("PATCH", Self.branding))
        let run = try RunningCommand(["apply", "--yes"], in: fleet.repository)
        try await gate.wait()
        let edit =
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "branding"}, "data": {"title": "Ours"}}"#
        try await world.cluster(
            "PATCH", "\(Self.branding)?fieldManager=theme-operator&force=true", edit,
            type: "application/apply-patch+yaml")
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains(".data.title belongs to theme-operator"), "\(end.text)")
        #expect(try await world.cluster("GET", Self.branding)[path: "data", "title"] == "Ours")
    }

    @Test("A12: an object that somebody else makes meanwhile is left as it was made")
    func madeMeanwhile() async throws {
        let (fleet, world) = try await appliedFleet()
        let repository = fleet.repository
        try repository.write(try repository.read(Self.manifests) + Self.manifest, to: Self.manifests)
        try await repository.commit("Theme")
        let gate = Gate()
        fleet.cluster.replace(gate.holdBefore("PATCH", Self.theme))
        let run = try RunningCommand(["apply", "--yes"], in: repository)
        try await gate.wait()
        try await world.cluster(
            "POST", "/api/v1/namespaces/tenant-acme/configmaps?fieldManager=designer",
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theme"}, "data": {"font": "serif"}}"#)
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(
            end.text.contains("somebody else made it since it was looked for, and it was left as it is"), "\(end.text)")
        let theme = try await world.cluster("GET", Self.theme)
        #expect(theme["data"] == ["font": "serif"])
        #expect(theme[path: "metadata", "labels"] == nil, "\(theme.text)")
        #expect(!(try await repository.lock("acme").contains("theme")))
        let plan = try await fleet.transcript(["plan"])
        #expect(plan.status == 4, "\(plan.text)")
        #expect(plan.text.contains("(exists and is not ours (written by designer); reconcile adopt "), "\(plan.text)")
    }

    @Test("A12: an object of the same name that is another by now is not removed")
    func anotherOfTheSameName() async throws {
        let (fleet, world) = try await appliedFleet()
        let repository = fleet.repository
        let text = try repository.read(Self.manifests)
        try repository.write(text + Self.manifest, to: Self.manifests)
        try await repository.commit("Theme")
        try await repository.succeed("apply", "--yes")
        try repository.write(text, to: Self.manifests)
        try await repository.commit("No theme")
        let gate = Gate()
        fleet.cluster.replace(gate.holdBefore("DELETE", Self.theme))
        let run = try RunningCommand(["apply", "--yes"], in: repository)
        try await gate.wait()
        try await world.cluster("DELETE", Self.theme)
        try await world.cluster(
            "POST", "/api/v1/namespaces/tenant-acme/configmaps?fieldManager=designer",
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theme"}, "data": {"font": "serif"}}"#)
        gate.open()
        let end = try await run.end()
        #expect(end.status == 6, "\(end.text)\(end.errors)")
        #expect(end.text.contains("it is another ConfigMap than the planned one by now"), "\(end.text)")
        #expect(try await world.cluster("GET", Self.theme)["data"] == ["font": "serif"])
        #expect(try await repository.succeed("plan").text.hasPrefix("No changes."))
    }
}
