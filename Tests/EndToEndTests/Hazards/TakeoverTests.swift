import Formats
import Foundation
import TestSupport
import Testing

/// What is there and not ours, or somebody else's: it is left alone until somebody names it.
@Suite struct TakeoverTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let theme = "/api/v1/namespaces/tenant-globex/configmaps/theme"
    private static let object = "k8s/sandbox/globex/core/ConfigMap/tenant-globex/theme"
    private static let person = "idp/sandbox/users/grace@acme.example"

    /// A ConfigMap and an account that others have made, and files that ask for both and for one more person.
    private func fleet() async throws -> (FleetRepository, World) {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        try await fleet.succeed("apply", "--yes")
        try await world.cluster(
            "POST", "/api/v1/namespaces/tenant-globex/configmaps?fieldManager=helm",
            #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theme", "labels": "#
                + #"{"app.kubernetes.io/managed-by": "Helm"}}, "data": {"color": "red", "font": "serif"}}"#)
        try await world.realm(.post, "/users", ["username": "grace@acme.example", "enabled": true])
        let manifest = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: theme}\ndata: {color: blue}\n"
        try fleet.write(try fleet.read(Self.manifests) + manifest, to: Self.manifests)
        let people = "grace@acme.example,operator,Grace,Hopper\nlinus@acme.example,operator,Linus,Torvalds\n"
        try fleet.write(try fleet.read("users/acme.csv") + people, to: "users/acme.csv")
        try await fleet.commit("Theme, and two people")
        return (fleet, world)
    }

    private func grace(_ world: World) async throws -> JSON {
        let people = try await world.realm(
            .get, "/users?username=grace@acme.example&exact=true&briefRepresentation=false")
        return try #require(people.array?.first)
    }

    @Test("P7: what is there already is adopted by its address, and by nothing else")
    func adoptAndForget() async throws {
        let (fleet, world) = try await fleet()
        let plan = try await fleet.reconcile("plan")
        #expect(plan.status == 4, "\(plan.text)")
        #expect(
            plan.text.contains("(exists and is not ours (managed by Helm); reconcile adopt \(Self.object))"),
            "\(plan.text)")
        #expect(try await fleet.reconcile("adopt", Self.object).status == 64, "nobody is there to answer")
        let wrong = try await fleet.reconcile("adopt", Self.object + "s", "--yes")
        #expect(wrong.status == 64, "\(wrong.text)\(wrong.errors)")
        #expect(wrong.errors.contains("did you mean '\(Self.object)'?"), "\(wrong.errors)")
        let preview = try await fleet.reconcile("plan", "--adopt", Self.object)
        #expect(preview.text.contains("^ ConfigMap tenant-globex/theme"), "\(preview.text)")

        let adopted = try await fleet.reconcile("adopt", Self.object, Self.person, "--yes")
        #expect(adopted.status == 0, "\(adopted.text)\(adopted.errors)")
        #expect(adopted.text.contains("^ ConfigMap tenant-globex/theme"), "\(adopted.text)")
        #expect(adopted.text.contains(#"data.color: "red" by helm"#), "\(adopted.text)")
        #expect(adopted.text.contains("^ user grace@acme.example   +acme/operator"), "\(adopted.text)")
        #expect(!adopted.text.contains("linus"), "nothing else is carried out: \(adopted.text)")
        #expect(try await world.cluster("GET", Self.theme)["data"] == ["color": "blue", "font": "serif"])
        #expect(try await grace(world)[path: "attributes", "reconcile.key"] == ["grace@acme.example"])
        #expect(try await fleet.lock("globex").contains("name: theme"))
        let rest = try await fleet.succeed("plan")
        #expect(
            rest.text.contains("linus") && !rest.text.contains("grace") && !rest.text.contains("tenant-globex/theme"),
            "\(rest.text)"
        )
        try await fleet.succeed("apply", "--yes")

        let forgotten = try await fleet.reconcile("forget", Self.object, Self.person, "--yes")
        #expect(forgotten.status == 0, "\(forgotten.text)\(forgotten.errors)")
        #expect(forgotten.text.contains(". ConfigMap tenant-globex/theme"), "\(forgotten.text)")
        let left = try await world.cluster("GET", Self.theme)
        #expect(left["data"] == ["color": "blue", "font": "serif"])
        #expect(left[path: "metadata", "labels"] == nil, "\(left.text)")
        #expect(!(left[path: "metadata", "managedFields"]?.text.contains("reconcile") ?? false), "\(left.text)")
        let grace = try await grace(world)
        #expect(grace["enabled"] == true && grace[path: "attributes", "reconcile.key"] == nil, "\(grace.text)")
        #expect(!(try await fleet.lock("globex").contains("name: theme")))
        let blocked = try await fleet.reconcile("plan")
        #expect(blocked.status == 4 && blocked.text.contains("! ConfigMap tenant-globex/theme"), "\(blocked.text)")
        #expect(blocked.text.contains("! user grace@acme.example"), "\(blocked.text)")

        // Once the files do not ask for them, nothing is left to say of them, and nothing happens to them.
        try await fleet.git("revert", "--no-edit", "HEAD")
        let end = try await fleet.succeed("apply", "--yes")
        #expect(!end.text.contains("tenant-globex/theme") && !end.text.contains("grace"), "\(end.text)")
        try await world.cluster("GET", Self.theme)
    }

    @Test("P7: what another fleet has is taken over only from that fleet, by its name")
    func anotherFleet() async throws {
        let (fleet, _) = try await fleet()
        var files = SmallFleet.files.mapValues { $0.replacing("name: small", with: "name: other") }
        files["reconcile.yaml"]?.replace("identity: {sandbox: {}, manageRoles: true}", with: "")
        let other = try await FleetRepository(files, sandbox: fleet.sandbox)
        let plan = try await other.reconcile("plan")
        #expect(plan.status == 4, "\(plan.text)\(plan.errors)")
        let address = "k8s/sandbox/acme/core/Namespace/tenant-acme"
        let words =
            "belongs to fleet small, environment sandbox; to take it over: reconcile adopt \(address) --from small/sandbox"
        #expect(plan.text.contains(words), "\(plan.text)")
        let refused = try await other.reconcile("adopt", address, "--yes")
        #expect(refused.status == 4 && refused.text.contains("! Namespace tenant-acme"), "\(refused.text)")
        let taken = try await other.reconcile("adopt", address, "--from", "small/sandbox", "--yes")
        #expect(taken.status == 0, "\(taken.text)\(taken.errors)")
        #expect(taken.text.contains("^ Namespace tenant-acme"), "\(taken.text)")
        let first = try await fleet.reconcile("plan")
        #expect(first.status == 4, "\(first.text)")
        #expect(first.text.contains("! Namespace tenant-acme"), "\(first.text)")
    }

    @Test("P8: a name that is used again waits until nothing is left of the tenant before")
    func aNameUsedAgain() async throws {
        let sandbox = try SandboxServer()
        let (fleet, world) = (try await FleetRepository(SmallFleet.files, sandbox: sandbox), try World(sandbox))
        let path = "tenants/globex.yaml"
        func globex(_ rest: String) throws {
            try fleet.write(SmallFleet.tenant("globex", "Globex") + "\n  deletion: {protect: false}\n" + rest, to: path)
        }
        try globex("  id: cus-1\n")
        try await fleet.commit("The first Globex")
        try await fleet.succeed("apply", "--yes")
        try globex("  id: cus-2\n")
        try await fleet.commit("Another Globex")
        let before = try world.writes().count
        for command in ["plan", "apply"] {
            let run =
                command == "plan" ? try await fleet.reconcile("plan") : try await fleet.reconcile("apply", "--yes")
            #expect(run.status == 4, "\(run.text)\(run.errors)")
            #expect(run.text.contains("! tenant globex"), "\(run.text)")
            #expect(run.text.contains("belongs to the tenant of this name with id cus-1, and the file says cus-2"))
        }
        // Whoever runs an apply takes the lease at most.
        #expect(try world.writes().dropFirst(before).allSatisfy { $0.contains("/leases") })

        // A lost record changes nothing: the objects themselves say whose they are.
        try await fleet.git("update-ref", "-d", "refs/heads/reconcile/state/sandbox")
        #expect(try await fleet.reconcile("plan").text.contains("! tenant globex"))
        try globex("  id: cus-1\n  state: absent\n")
        try fleet.write("email,role,given_name,family_name\n", to: "users/globex.csv")
        try await fleet.commit("The first Globex leaves")
        try await fleet.succeed("apply", "--yes")
        try globex("  id: cus-2\n")
        try await fleet.commit("The second Globex comes")
        let second = try await fleet.succeed("apply", "--yes")
        #expect(second.text.contains("+ Namespace tenant-globex"), "\(second.text)")
    }

    @Test("P8: a tenant that is renamed is two tenants, and the first does not vanish")
    func renamed() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        try await fleet.succeed("apply", "--yes")
        try await fleet.git("mv", "tenants/globex.yaml", "tenants/initech.yaml")
        try await fleet.git("mv", "users/globex.csv", "users/initech.csv")
        try fleet.replace("name: globex", by: "name: initech", in: "tenants/initech.yaml")
        try await fleet.commit("Rename Globex")
        let run = try await fleet.reconcile("apply", "--yes")
        #expect(run.status == 3, "\(run.text)")
        #expect(run.errors.contains("tenants/globex.yaml:1:1: error: the file has vanished since"), "\(run.errors)")
    }
}
