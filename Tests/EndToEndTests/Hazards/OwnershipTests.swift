import Formats
import Foundation
import TestSupport
import Testing

/// What was there before, what others own, and names that come back: nothing is taken over in silence.
@Suite struct OwnershipTests {
    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"
    private static let extra = "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\ndata: {a: ours}\n"

    private static func extra(_ labels: String) -> String {
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"extra","labels":{\#(labels)}},"data":{"a":"theirs"}}"#
    }

    @Test("P7: objects that are there already, or another's, end with 4 and stay as they are; all else goes on")
    func objectsOfOthers() async throws {
        let sandbox = try SandboxServer()
        let world = try World(sandbox)
        try await world.cluster(
            "POST", "/api/v1/namespaces",
            #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"tenant-initech"}}"#)
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
        try await fleet.succeed("apply", "--yes")
        for (tenant, labels) in [
            ("acme", #""app.kubernetes.io/managed-by":"Helm""#),
            (
                "globex",
                #""app.kubernetes.io/managed-by":"reconcile","reconcile.dev/fleet":"rival","#
                    + #""reconcile.dev/environment":"prod","reconcile.dev/tenant":"globex""#
            ),
        ] {
            try await world.cluster("POST", "/api/v1/namespaces/tenant-\(tenant)/configmaps", Self.extra(labels))
        }
        try fleet.write(fleet.read(Self.manifests) + Self.extra, to: Self.manifests)
        try fleet.write(SmallFleet.tenant("initech", "Initech"), to: "tenants/initech.yaml")
        try fleet.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try await fleet.commit("Ask for what others have")

        let refusals = [
            "! ConfigMap tenant-acme/extra",
            "(exists and is not ours (managed by Helm); reconcile adopt k8s/sandbox/acme/core/ConfigMap/tenant-acme/extra)",
            "! ConfigMap tenant-globex/extra", "belongs to fleet rival, environment prod",
            "! Namespace tenant-initech",
            "(exists and is not ours (written by Python-urllib); reconcile adopt k8s/sandbox/initech/core/Namespace/tenant-initech)",
        ]
        for words in [["plan"], ["apply", "--yes"], ["apply", "--yes"]] {
            let run = try await Products.reconcile(words, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 4, "\(words): \(run.text)\(run.errors)")
            guard words == ["plan"] else { continue }
            for refusal in refusals { #expect(run.text.contains(refusal), "\(refusal): \(run.text)") }
        }
        for tenant in ["acme", "globex"] {
            let object = try await world.cluster("GET", "/api/v1/namespaces/tenant-\(tenant)/configmaps/extra")
            #expect(object[path: "data", "a"] == "theirs")
        }
        let namespace = try await world.cluster("GET", "/api/v1/namespaces/tenant-initech")
        #expect(namespace[path: "metadata", "labels", "reconcile.dev/tenant"] == nil)
        let branding = try await world.cluster("GET", "/api/v1/namespaces/tenant-acme/configmaps/branding")
        #expect(branding[path: "data", "title"] == "Acme Limited")
    }

    @Test(
        "P7: accounts and groups that are there already end with 4 and stay as they are", arguments: IdentityServer.all)
    func peopleOfOthers(_ server: IdentityServer) async throws {
        let realm = "o-" + UUID().uuidString.lowercased().prefix(13)
        let secret = try await server.setUp(realm: realm, roles: ["operator", "owner"])
        let admin = try RealmAdministrator(server, realm)
        try await admin.send(.post, "/groups", ["name": "globex"])
        try await admin.send(
            .post, "/users",
            ["username": "ada@acme.example", "email": "ada@acme.example", "firstName": "A", "enabled": true])
        // Another fleet's, by its marks.
        try await admin.send(
            .post, "/users",
            [
                "username": "owner@acme.example", "email": "owner@acme.example", "enabled": true,
                "attributes": [
                    "reconcile.key": ["r-1"], "reconcile.owners": ["rival/prod"], "reconcile.home": ["rival/prod"],
                ],
            ])
        let before = try await admin.get("/users?briefRepresentation=false")
        let files = SmallFleet.files.merging(["reconcile.yaml": PersonLifeTests.fleet(server.url, realm)]) { $1 }
        let fleet = try await FleetRepository(
            files, environment: ["KEYCLOAK_URL": server.url, "KEYCLOAK_CLIENT_SECRET": secret])
        for words in [["plan"], ["apply", "--yes"]] {
            let run = try await Products.reconcile(words, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 4, "\(words): \(run.text)\(run.errors)")
            for refusal in [
                "(exists and is not ours; reconcile adopt idp/sandbox/users/ada@acme.example)",
                "used by the account of rival/prod with key r-1",
                "(exists and is not ours; reconcile adopt idp/sandbox/groups/globex)",
            ] {
                #expect(words == ["apply", "--yes"] || run.text.contains(refusal), "\(refusal): \(run.text)")
            }
        }
        #expect(try await admin.get("/users?briefRepresentation=false") == before)
        #expect(try await admin.get("/groups?search=globex&exact=true").array?.first?["subGroupCount"] == 0)
        #expect(try await admin.get("/groups?search=acme&exact=true").array?.first?["subGroupCount"] == 2)
    }

    @Test("P8: a name that comes back before the earlier tenant is gone is refused until nothing is left of it")
    func aNameThatComesBack() async throws {
        let sandbox = try SandboxServer()
        let world = try World(sandbox)
        var files = SmallFleet.files
        files["tenants/globex.yaml"]? += "\n  deletion: {protect: false}\n"
        files["reconcile.yaml"]? += "\n  limits: {maxDeletePercent: 100}\n"
        let fleet = try await FleetRepository(files, sandbox: sandbox)
        try await fleet.succeed("apply", "--yes")
        let bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-globex/rolebindings"
        try await world.cluster(
            "POST", bindings,
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"old-friends"},"#
                + #""roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},"#
                + #""subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"hank"}]}"#)
        try fleet.replace("  deletion:", by: "  state: absent\n  deletion:", in: "tenants/globex.yaml")
        try await fleet.commit("Globex leaves")
        let leaving = try await fleet.reconcile("apply", "--yes")
        #expect(leaving.status == 4, "\(leaving.text)\(leaving.errors)")
        #expect(leaving.text.contains("RoleBinding old-friends"), "\(leaving.text)")

        // Somebody else takes the name.
        let earlier = try fleet.read("tenants/globex.yaml")
        try fleet.remove("tenants/globex.yaml")
        try fleet.write(SmallFleet.tenant("globex", "Another Globex"), to: "tenants/new/globex.yaml")
        try await fleet.commit("Another Globex")
        let writes = try world.writes().count
        for words in [["plan"], ["apply", "--yes"]] {
            let run = try await Products.reconcile(words, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 3, "\(run.text)\(run.errors)")
            #expect(
                run.errors.contains("tenants/new/globex.yaml:1:1: error: an earlier tenant 'globex' is not gone yet"))
            #expect(run.errors.contains("bring back tenants/globex.yaml with 'state: absent'"), "\(run.errors)")
        }
        #expect(try world.writes().count == writes)

        // The first one is cleaned up, then the name is free.
        try fleet.remove("tenants/new/globex.yaml")
        try fleet.write(earlier, to: "tenants/globex.yaml")
        try await fleet.commit("First things first")
        try await world.cluster("DELETE", "\(bindings)/old-friends")
        try await fleet.succeed("apply", "--yes")
        try fleet.remove("tenants/globex.yaml")
        try fleet.write(SmallFleet.tenant("globex", "Another Globex"), to: "tenants/new/globex.yaml")
        try await fleet.commit("Another Globex")
        try await eventually("the earlier namespace is gone") {
            try await fleet.reconcile("plan").text.contains("+ Namespace tenant-globex")
        }
        try await fleet.succeed("apply", "--yes")
    }

    @Test("P8: a tenant that is renamed is another one: the first has to leave before anything is done")
    func aRename() async throws {
        let sandbox = try SandboxServer()
        let world = try World(sandbox)
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
        try await fleet.succeed("apply", "--yes")
        let writes = try world.writes().count
        try await fleet.git("mv", "users/globex.csv", "users/globex-2.csv")
        try fleet.remove("tenants/globex.yaml")
        try fleet.write(SmallFleet.tenant("globex-2", "Globex"), to: "tenants/globex-2.yaml")
        try await fleet.commit("Rename Globex")
        let run = try await fleet.reconcile("apply", "--yes")
        #expect(run.status == 3, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("tenants/globex.yaml:1:1: error: the file has vanished since"), "\(run.errors)")
        #expect(try world.writes().count == writes)
    }
}
