import Formats
import Foundation
import TestSupport
import Testing

/// The commands that help whoever writes the files.
@Suite struct AuthoringTests {
    private func folder() throws -> TemporaryFolder { try TemporaryFolder() }

    private func run(_ arguments: String..., in folder: URL) async throws -> Command {
        try await Products.reconcile(arguments, in: folder)
    }

    @Test func whatInitWritesIsValidAndApplied() async throws {
        let sandbox = try SandboxServer()
        let place = try folder()
        defer { place.remove() }
        let made = try await run("init", "Acme Fleet", in: place.url)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.text.contains("+ reconcile.yaml\n"))
        let root = place.url.appending(path: "Acme Fleet")
        for (command, expected) in [
            ("validate", "Valid: 1 tenant, 2 people, 1 environment.\n"), ("lint", "Nothing to warn of.\n"), ("fmt", ""),
        ] {
            let ran = try await run(command, in: root)
            #expect(ran.status == 0 && ran.text == expected && ran.errors.isEmpty, "\(command): \(ran.errors)")
        }
        let head = try String(contentsOf: root.appending(path: "reconcile.yaml"), encoding: .utf8)
        #expect(head.contains("name: acme-fleet\n"))
        #expect(FileManager.default.fileExists(atPath: root.appending(path: ".reconcile/schemas/tenant.json").path))

        let fleet = try await FleetRepository(try files(of: root), sandbox: sandbox)
        #expect(try await fleet.succeed("plan").text.contains("to add, 0 to change, 0 to destroy."))
        #expect(try await fleet.succeed("apply", "--yes").text.contains("Apply complete"))
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
    }

    private func files(of root: URL) throws -> [String: String] {
        var files: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) where !path.hasPrefix(".git/") {
            files[path] = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        return files
    }

    @Test func initNeverOverwrites() async throws {
        let place = try folder()
        defer { place.remove() }
        try place.write("# ours\n", to: "README.md")
        #expect(try await run("init", "--name", "one", in: place.url).status == 0)
        #expect(try String(contentsOfFile: place.file("README.md"), encoding: .utf8) == "# ours\n")
        let again = try await run("init", in: place.url)
        #expect(again.status == 3)
        #expect(again.errors.contains("there is a fleet already: blueprints/app/1.0.0/blueprint.yaml"))
        let inner = try await run("init", "inner", in: place.url)
        #expect(inner.status == 3 && inner.errors.contains("lies within the repository"))
        let name = try await run("init", "../other", "--name", "No_Label", in: place.url)
        #expect(name.status == 3 && name.errors.contains("cannot name a fleet"))
    }

    @Test func whatNewWritesIsValid() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        try await fleet.succeed("new", "tenant", "initech", "--environment", "sandbox")
        try await fleet.succeed("new", "role", "auditor")
        try await fleet.succeed("new", "tier", "gold")
        try await fleet.succeed("new", "blueprint", "shop", "--version", "2.0.0")
        try await fleet.succeed(
            "new", "user", "bill@initech.example", "--tenant", "initech", "--role", "owner", "--role", "auditor",
            "--given-name", "Bill", "--family-name", "Lumbergh, Jr.")
        try await fleet.succeed("new", "user", "zoe@acme.example", "--tenant", "acme", "--role", "operator")
        #expect(
            try fleet.read("users/initech.csv")
                == "email,role,given_name,family_name\nbill@initech.example,owner;auditor,Bill,\"Lumbergh, Jr.\"\n")
        #expect(try fleet.read("users/acme.csv").hasSuffix("\nzoe@acme.example,operator,,\n"))
        #expect(try await fleet.succeed("validate").text == "Valid: 3 tenants, 5 people, 1 environment.\n")
        #expect(try await fleet.reconcile("fmt", "--check").text.contains("initech") == false)
    }

    /// Calls of `new` that make no sense, and what is said of them.
    static let refusals: [(words: [String], status: Int32, message: String)] = [
        (["tenant", "acme"], 3, "there is a tenant 'acme' already"),
        (["tenant", "Kube"], 3, "cannot name a tenant"), (["tenant", "kube-system"], 3, "is reserved"),
        (["tenant", "x", "--tier", "bsic"], 3, "there is no tier 'bsic'; did you mean 'basic'?"),
        (["tenant", "x", "--environment", "prod"], 3, "there is no environment 'prod'"),
        (["role", "owner"], 3, "there is a role 'owner' already"), (["tier", "basic"], 3, "already"),
        (["blueprint", "app"], 3, "there is a version 1.0.0 of blueprint 'app' already"),
        (["blueprint", "app", "--version", "../x"], 3, "'../x' is no version"),
        (["user", "ada@acme.example", "--tenant", "acme", "--role", "owner"], 3, "already, at users/acme.csv:3"),
        (["user", "x@acme.example", "--tenant", "acmee", "--role", "owner"], 3, "did you mean 'acme'?"),
        (["user", "x@acme.example", "--tenant", "acme", "--role", "ownr"], 3, "did you mean 'owner'?"),
        (["user", "nobody", "--tenant", "acme", "--role", "owner"], 3, "'@' is missing"),
        (["user", "x@acme.example"], 64, "add --tenant NAME --role NAME"), (["tenant"], 64, "NAME is missing"),
    ]

    @Test func newRefusesWhatMakesNoSense() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        for (words, status, message) in Self.refusals {
            let run = try await Products.reconcile(["new"] + words, in: fleet.root, environment: fleet.environment)
            #expect(run.status == status && run.errors.contains(message), "\(words): \(run.errors)")
        }
        #expect(try await fleet.git("status", "--short") == "")
    }

    @Test func newWritesThroughNoLink() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let outside = fleet.folder.url.appending(path: "outside")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        try fleet.remove("users")
        try FileManager.default.createSymbolicLink(at: fleet.root.appending(path: "users"), withDestinationURL: outside)
        #expect(try await fleet.reconcile("new", "tenant", "initech").status == 3)
        #expect(try await fleet.reconcile("fmt").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
    }

    @Test func fmtLaysOutAndChecks() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        try fleet.write(
            "apiVersion: reconcile.dev/v1\nkind:   Tier\nmetadata:\n    name: basic # x\nspec: { }\n",
            to: "tiers/basic.yaml")
        try fleet.write("email,role\r\n\"ada@acme.example\",operator", to: "users/acme.csv")
        let check = try await fleet.reconcile("fmt", "--check")
        #expect(check.status == 2)
        #expect(check.text.contains("tiers/basic.yaml\nusers/acme.csv\n"))
        #expect(try await fleet.git("diff", "--stat").contains("tiers/basic.yaml"))
        try await fleet.succeed("fmt")
        #expect(
            try fleet.read("tiers/basic.yaml")
                == "apiVersion: reconcile.dev/v1\nkind: Tier\nmetadata:\n  name: basic # x\nspec: {}\n")
        #expect(try fleet.read("users/acme.csv") == "email,role\nada@acme.example,operator\n")
        #expect(try await fleet.succeed("fmt", "--check").text == "")
        try fleet.write("a: [", to: "tiers/basic.yaml")
        let broken = try await fleet.reconcile("fmt", "--check")
        #expect(broken.status == 3 && broken.errors.contains("tiers/basic.yaml:"))
        #expect(try fleet.read("tiers/basic.yaml") == "a: [")
    }

    /// What the description for pre-commit calls, on a fleet that has nothing to be said of.
    @Test func hooksCallWhatThereIs() async throws {
        let place = try folder()
        defer { place.remove() }
        #expect(try await run("init", "--name", "hooks", in: place.url).status == 0)
        let file = Fixture.root.appending(path: ".pre-commit-hooks.yaml")
        let hooks = YAML.parse([UInt8](try Data(contentsOf: file)), file: "hooks").document?.sequence ?? []
        #expect(hooks.count == 3)
        for hook in hooks {
            let words = (hook["entry"]?.scalar?.text ?? "").split(separator: " ").map(String.init)
            #expect(words.first == "reconcile")
            let ran = try await Products.reconcile(Array(words.dropFirst()), in: place.url)
            #expect(ran.status == 0, "\(words): \(ran.errors)")
        }
    }

    @Test func schemasAndShellsAndCodes() async throws {
        let place = try folder()
        defer { place.remove() }
        #expect(
            try await run("schema", in: place.url).text.contains(
                "tenants/NAME.yaml\n    # yaml-language-server: $schema="))
        #expect(try await run("schema", "Tenant", in: place.url).text.contains("\"title\": \"Tenant\""))
        #expect(try await run("schema", "tenantt", in: place.url).errors.contains("did you mean 'tenant'?"))
        #expect(try await run("schema", "--out", "a/b", in: place.url).status == 0)
        #expect(FileManager.default.fileExists(atPath: place.file("a/b/fleet.json")))
        #expect(try await run("completion", "bash", in: place.url).text.contains("complete -o default -F _reconcile"))
        #expect(try await run("completion", "tcsh", in: place.url).status == 64)
        #expect(try await run("explain", "rcn1012", in: place.url).text.hasPrefix("RCN1012: "))
        #expect(try await run("explain", "RCN9999", in: place.url).status == 64)
        #expect(try await run("explain", in: place.url).text.split(separator: "\n").count > 60)
    }
}
