import Formats
import Foundation
import TestSupport
import Testing

/// What one tenant or one object cannot have does not concern the others.
@Suite struct PartialApplyTests {
    /// `SYMBOL title` of every change of a plan, in order.
    private func changes(_ fleet: FleetRepository) async throws -> [String] {
        let json = try JSON.parse(try await fleet.reconcile("plan", "--output", "json").output)
        return (json["changes"]?.array ?? []).map { change in
            let actions = (change["actions"]?.array ?? []).compactMap(\.string).joined(separator: "+")
            return "\(actions) \(change["address"]?.string ?? "")"
        }
    }

    @Test func aTenantThatFailsStopsNoOther() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        // A quota that is used up is something that no file tells.
        let quotas = "/api/v1/namespaces/tenant-acme/resourcequotas"
        try await world.cluster(
            "POST", "\(quotas)?fieldManager=kubectl-create",
            #"{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "tight"}, "spec": {"hard": {"count/configmaps": "1"}}}"#
        )
        try await world.cluster(
            "PATCH", "\(quotas)/tight/status",
            #"{"status": {"hard": {"count/configmaps": "1"}, "used": {"count/configmaps": "1"}}}"#,
            type: "application/merge-patch+json")
        let manifest = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: theme}\ndata: {color: blue}\n"
        let path = "blueprints/app/1.0.0/manifests/app.yaml"
        try fleet.write(try fleet.read(path) + manifest, to: path)
        try await fleet.commit("Give everybody a theme")

        let first = try await fleet.reconcile("apply", "--yes")
        #expect(first.status == 5, "\(first.text)\(first.errors)")
        #expect(
            first.text.contains(
                "ConfigMap tenant-acme/theme: failed: cannot apply ConfigMap tenant-acme/theme on https://127")
        )
        #expect(first.text.contains("exceeded quota: tight"), "\(first.text)")
        #expect(first.text.contains("Apply incomplete"))
        #expect(try await changes(fleet) == ["create k8s/sandbox/acme/core/ConfigMap/tenant-acme/theme"])
        #expect(try await fleet.lock("globex").contains("theme"))
        #expect(try await fleet.git("show", "reconcile/state/sandbox:state/sandbox/STATUS.md").contains("acme"))

        let again = try await fleet.reconcile("apply", "--yes")
        #expect(again.status == 5)
        try await world.cluster("DELETE", "\(quotas)/tight")
        try await fleet.succeed("apply", "--yes")
        #expect(try await changes(fleet) == [])
    }

    @Test func oneTenantBringsWhatItNeedsOfOthers() async throws {
        var files = SmallFleet.files
        // Somebody of acme works for globex too.
        files["users/globex.csv", default: ""] += "ada@acme.example,operator,Ada,Lovelace\n"
        let fleet = try await FleetRepository(files, sandbox: try SandboxServer())
        let first = try await fleet.succeed("apply", "--yes", "--tenant", "acme")
        #expect(first.text.contains("+ realm role operator"), "\(first.text)")
        #expect(first.text.contains("+ group globex/operator"), "\(first.text)")
        #expect(!first.text.contains("+ group globex/owner"), "\(first.text)")
        #expect(!first.text.contains("tenant-globex"), "\(first.text)")
        #expect(try await fleet.succeed("apply", "--yes", "--tenant", "acme").text.hasPrefix("No changes."))
        try await fleet.succeed("apply", "--yes")
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }

    @Test func whatIsThereAndNotOursIsLeftAndEverythingElseGoesOn() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        try await world.cluster(
            "POST", "/api/v1/namespaces/tenant-globex/configmaps?fieldManager=kubectl-create",
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theme"}, "data": {"color": "red"}}"#)
        try await world.realm(.post, "/users", ["username": "grace@acme.example", "enabled": true])

        let manifest = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: theme}\ndata: {color: blue}\n"
        let path = "blueprints/app/1.0.0/manifests/app.yaml"
        try fleet.write(try fleet.read(path) + manifest, to: path)
        let people = "grace@acme.example,operator,Grace,Hopper\nlinus@acme.example,operator,Linus,Torvalds\n"
        try fleet.write(try fleet.read("users/acme.csv") + people, to: "users/acme.csv")
        try await fleet.commit("Theme, and two people")

        let foreign = [
            "blocked k8s/sandbox/globex/core/ConfigMap/tenant-globex/theme",
            "blocked idp/sandbox/users/grace@acme.example",
        ]
        #expect(
            Set(try await changes(fleet))
                == Set(
                    foreign + [
                        "create k8s/sandbox/acme/core/ConfigMap/tenant-acme/theme",
                        "create idp/sandbox/users/linus@acme.example",
                    ]))
        let apply = try await fleet.reconcile("apply", "--yes")
        #expect(apply.status == 4, "\(apply.text)\(apply.errors)")
        #expect(apply.text.contains("! ConfigMap tenant-globex/theme"), "\(apply.text)")
        #expect(apply.text.contains("! user grace@acme.example"), "\(apply.text)")
        #expect(Set(try await changes(fleet)) == Set(foreign))
        let theme = try await world.cluster("GET", "/api/v1/namespaces/tenant-globex/configmaps/theme")
        #expect(theme[path: "data", "color"] == "red")
        let grace = try await world.realm(.get, "/users?username=grace@acme.example&exact=true").array?.first
        #expect(grace?["firstName"] == nil && grace?["attributes"] == nil, "\(String(describing: grace))")
        #expect(try await fleet.lock("globex").contains("theme") == false)
    }

    @Test(arguments: [["plan"], ["apply", "--yes"], ["drift"]])
    func aTenantThatThereIsNotIsNoTenantInOrder(_ words: [String]) async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let run = try await Products.reconcile(
            words + ["--tenant", "acne"], in: fleet.root, environment: fleet.environment)
        #expect(run.status == 64, "\(run.text)\(run.errors)")
        #expect(
            run.errors.contains("environment 'sandbox' has no tenant 'acne'; did you mean 'acme'?"), "\(run.errors)")
    }

    @Test func aTenantThatIsGoneFromTheFilesCanStillBeNamed() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        try fleet.remove("tenants/globex.yaml")
        try fleet.remove("users/globex.csv")
        let plan = try await fleet.reconcile("plan", "--tenant", "globex")
        #expect(plan.status != 64, "\(plan.text)\(plan.errors)")
    }
}
