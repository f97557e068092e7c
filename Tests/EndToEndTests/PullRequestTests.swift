import Formats
import Foundation
import TestSupport
import Testing

/// Plans of pull requests, which are held to the policy of what they go into.
@Suite struct PullRequestTests {
    /// On `main` an applied fleet; on a branch of that name, checked out, whatever the test writes.
    static func branched(_ files: [String: String] = SmallFleet.files) async throws -> FleetRepository {
        let fleet = try await FleetRepository(files, sandbox: SandboxServer())
        try await fleet.succeed("apply", "--yes")
        try await fleet.git("checkout", "--quiet", "-b", "change")
        return fleet
    }

    @Test("R10: a pull request's own limits, roles and policy are shown, and not in force")
    func policyIsThatOfTheBase() async throws {
        let fleet = try await Self.branched()
        try fleet.replace("  environments:", by: "  limits: {maxDeletes: 5000}\n  environments:", in: "reconcile.yaml")
        try fleet.replace("manageRoles: true", by: "manageRoles: false", in: "reconcile.yaml")
        try fleet.write(SmallFleet.role("owner", admin: false), to: "roles/owner.yaml")
        let plan = try await fleet.succeed("plan", "--base", "main")
        let main = try await fleet.git("rev-parse", "main").prefix(7)
        #expect(plan.text.contains("  policy change: an owner has to approve; this plan goes by \(main) (main)\n"))
        #expect(plan.text.contains("    + limits: (none) → {\"maxDeletes\":5000}"))
        #expect(plan.text.contains("    ~ environments.sandbox.identity.manageRoles: true → false"))
        #expect(plan.text.contains("    ~ roles.owner.admin: true → false"))
        #expect(plan.text.contains("No changes."))
        let json = try JSON.parse(
            Array(try await fleet.succeed("plan", "--base", "main", "--output", "json").text.utf8))
        #expect(json["base"]?["ref"] == "main" && json["base"]?["policyChanges"]?.array?.count == 3)
        let annotations = try await fleet.succeed("plan", "--base", "main", "--output", "github")
        #expect(annotations.text.contains("title=RCN3006::policy change: limits: "))
        let markdown = try await fleet.succeed("plan", "--base", "main", "--output", "markdown")
        #expect(
            markdown.text.contains(
                "**Policy change: an owner has to approve it.** This plan goes by `\(main) (main)`.\n\n```diff\n+ limits: "
            ))
        // Without a base the files are held to themselves.
        #expect(try await !fleet.succeed("plan").text.contains("policy change"))
    }

    @Test("R10: an endpoint is never taken from the pull request") func endpointsAreThoseOfTheBase() async throws {
        let fleet = try await Self.branched()
        try fleet.replace(
            "identity: {sandbox: {}, manageRoles: true}",
            by: "identity: {keycloak: {url: https://127.0.0.1:9, realm: r, clientId: c}}", in: "reconcile.yaml")
        let environment = "    - name: stolen\n      cluster: {kubernetes: {context: prod}, namespacePrefix: x-}\n"
        try fleet.replace("  environments:\n", by: "  environments:\n\(environment)", in: "reconcile.yaml")
        try await fleet.commit("Point elsewhere")
        let hostile = ["KEYCLOAK_URL": "https://127.0.0.1:9", "KEYCLOAK_CLIENT_SECRET": "hunter2hunter2"]
        #expect(try await fleet.reconcile("plan", "--environment", "sandbox", with: hostile).status == 7)
        // The work tree, a commit and a URL: the base is a commit of the same repository.
        let url = "file://\(fleet.root.path)"
        for options in [[], ["--ref", "change"], ["--repo", url, "--ref", "change"]] {
            let run = try await Products.reconcile(
                ["plan", "--base", "main"] + options, in: fleet.root,
                environment: fleet.environment.merging(hostile) { _, new in new })
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.text.contains("policy change: "))
            #expect(run.text.contains("No changes. sandbox matches "))
            #expect(run.text.contains("environments.stolen: (none) → "))
            #expect(!run.text.contains("Environment stolen"))
        }
    }

    @Test("R10: a manifest that needs a wider policy is refused until that is merged") func policyComesFirst()
        async throws
    {
        let fleet = try await Self.branched()
        let manifest = "\n---\napiVersion: example.dev/v1\nkind: Widget\nmetadata: {name: w}\nspec: {}\n"
        let path = "blueprints/app/1.0.0/manifests/app.yaml"
        try fleet.write(fleet.read(path) + manifest, to: path)
        try fleet.replace(
            "  environments:", by: "  policy: {tenantKinds: [example.dev/Widget]}\n  environments:",
            in: "reconcile.yaml")
        let run = try await fleet.reconcile("plan", "--base", "main")
        #expect(run.status == 4)
        #expect(run.errors.contains("[RCN3101]") && run.errors.contains("[RCN3006]"))
        #expect(try await fleet.reconcile("plan").status != 4)
    }

    @Test func aBaseThatIsNotThere() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: SandboxServer())
        let run = try await fleet.reconcile("plan", "--base", "origin/main")
        #expect(run.status == 3)
        #expect(run.errors.contains("the base 'origin/main' is not here: "))
        try fleet.write("a: [", to: "reconcile.yaml")
        try await fleet.commit("Break it")
        try fleet.write(SmallFleet.files["reconcile.yaml"] ?? "", to: "reconcile.yaml")
        let broken = try await fleet.reconcile("plan", "--base", "main")
        #expect(broken.status == 3)
        #expect(
            broken.errors.contains(
                "the base 'main' has mistakes, and its policy cannot be told: reconcile.yaml:2:1: error: "))
    }

    @Test("only what is affected is looked at, and nobody where nothing is") func onlyWhatIsAffected() async throws {
        let fleet = try await Self.branched()
        // Nothing differs: nobody is asked, so that a server that is away does no harm.
        let away = ["RECONCILE_SANDBOX_DATA": fleet.folder.file("no-sandbox"), "PATH": "/usr/bin"]
        let nothing = try await fleet.succeed("plan", "--base", "main", "--affected", with: away)
        #expect(nothing.text.contains("(main): nothing.\n"))
        // Another tenant's difference that is not the pull request's own: an edit of main that no apply has seen.
        try await fleet.git("checkout", "--quiet", "main")
        try fleet.write(SmallFleet.tenant("globex", "Globex International"), to: "tenants/globex.yaml")
        try await fleet.commit("Rename globex")
        try await fleet.git("checkout", "--quiet", "-B", "change")
        try fleet.write(SmallFleet.tenant("acme", "Acme Limited"), to: "tenants/acme.yaml")
        let whole = try await fleet.succeed("plan", "--base", "main")
        #expect(whole.text.contains("tenant-globex/branding") && whole.text.contains("tenant-acme/branding"))
        let affected = try await fleet.succeed("plan", "--base", "main", "--affected")
        #expect(affected.text.contains("(main): acme.\n"))
        #expect(affected.text.contains("~ ConfigMap tenant-acme/branding") && !affected.text.contains("tenant-globex"))
        #expect(affected.text.contains("Plan: 0 to add, 1 to change, 0 to destroy."))
        let json = try JSON.parse(
            Array(try await fleet.succeed("plan", "--base", "main", "--affected", "--output", "json").text.utf8))
        #expect(json[path: "base", "affected"] == ["tenants": ["acme"], "shared": false])
    }

    @Test("T3: without any credential a plan says what the files ask for otherwise") func offline() async throws {
        var files = SmallFleet.files
        let realm = "identity: {keycloak: {url: https://127.0.0.1:9, realm: r, clientId: c}}"
        files["reconcile.yaml"] = files["reconcile.yaml"]?
            .replacing(
                "cluster: {sandbox: {}, namespacePrefix: tenant-}", with: "cluster: {kubernetes: {context: none}}"
            )
            .replacing("identity: {sandbox: {}, manageRoles: true}", with: realm)
        let fleet = try await FleetRepository(files)
        try await fleet.git("checkout", "--quiet", "-b", "change")
        try fleet.write(SmallFleet.tenant("acme", "Acme Limited"), to: "tenants/acme.yaml")
        let header = "email,role,given_name,family_name\n"
        try fleet.write(
            header + "owner@acme.example,owner,Alan,Turing\nnew@acme.example,operator,N,N\n", to: "users/acme.csv")
        let plan = try await fleet.succeed("plan", "--base", "main", "--offline")
        #expect(plan.text.contains("No system was asked: "))
        #expect(plan.text.contains("~ ConfigMap acme/branding"))
        #expect(plan.text.contains("data.title: \"Acme Corporation\" → \"Acme Limited\""))
        #expect(plan.text.contains("+ user new@acme.example   +acme/operator"))
        #expect(plan.text.contains("x user ada@acme.example   disable, sessions end"))
        #expect(plan.text.contains("Plan: 0 to add, 1 to change, 0 to destroy."))
        #expect(try await fleet.reconcile("plan", "--base", "main").status == 7)
        for options in [["--offline"], ["--affected"], ["--offline", "--base", "main", "--out", "p.json"]] {
            let run = try await Products.reconcile(["plan"] + options, in: fleet.root, environment: fleet.environment)
            #expect(run.status == 64, "\(options)")
        }
    }
}
