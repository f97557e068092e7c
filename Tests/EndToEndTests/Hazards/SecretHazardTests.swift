import Formats
import Foundation
import TestSupport
import Testing

/// Values that change, credentials in addresses, and files that are left: what nobody may read is nowhere to be read.
@Suite struct SecretHazardTests {
    private static let manifest = "blueprints/app/1.0.0/manifests/plain.yaml"
    private static let values = ["first-Qz81-hunter", "second-Rk47-salmon", "third-Tb93-walrus"]

    private static func secret(_ value: String, type: String = "Opaque") -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: plain}
        type: \(type)
        stringData: {token: "\(value)"}

        """
    }

    @Test("S2: a Secret that changes, by the files or by hand, shows that it does and nothing of what")
    func changesOfSecrets() async throws {
        let sandbox = try SandboxServer()
        let world = try World(sandbox)
        let fleet = try await FleetRepository(
            SmallFleet.files.merging([Self.manifest: Self.secret(Self.values[0])]) { $1 },
            sandbox: sandbox)
        var seen = Sightings()
        func run(_ words: String...) async throws -> Command {
            let run = try await Products.reconcile(words, in: fleet.root, environment: fleet.environment)
            seen.add("\(words)", run.text + run.errors)
            return run
        }
        func plans(_ name: String, contain words: String) async throws {
            let plan = try await run("plan")
            #expect(plan.text.contains(words), "\(name): \(plan.text)")
            _ = try await run("plan", "--output", "json")
            #expect(try await run("apply", "--yes", "--output", "json").status == 0, "\(name)")
        }
        try await plans("new", contain: "+ Secret tenant-acme/plain")
        // As kubectl leaves it, with the old value in the annotation too.
        let path = "/api/v1/namespaces/tenant-acme/secrets/plain"
        let last = #"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"stringData\":{\"token\":\"\#(Self.values[2])\"}}"#
        try await world.cluster(
            "PATCH", "\(path)?fieldManager=kubectl-client-side-apply",
            #"{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"\#(last)"}},"#
                + #""data":{"token":"\#(Data(Self.values[2].utf8).base64EncodedString())"}}"#,
            type: "application/merge-patch+json")
        try await plans("by hand", contain: "data.token: (sensitive) drift, by kubectl-client-side-apply")
        try fleet.write(Self.secret(Self.values[1]), to: Self.manifest)
        try await fleet.commit("Another value")
        try await plans("by the files", contain: "data.token: (sensitive)\n")
        let live = try await world.cluster("GET", path)
        #expect(live[path: "data", "token"]?.string == Data(Self.values[1].utf8).base64EncodedString())
        // A type never changes: the plan says so, and quotes nothing.
        try fleet.write(Self.secret(Self.values[1], type: "example.com/token"), to: Self.manifest)
        try await fleet.commit("Another type")
        _ = try await run("plan")
        _ = try await run("apply", "--yes")
        try fleet.remove(Self.manifest)
        try await fleet.commit("No Secret")
        try await plans("gone", contain: "- Secret tenant-acme/plain")
        seen.add("record", try await fleet.git("log", "--patch", "reconcile/state/sandbox"))
        #expect(seen.bytes > 5_000)
        #expect(seen.findings(of: Self.values.map { Canary($0, $0) }) == [])
    }

    @Test("S2: text that looks like our mask is shown as text")
    func theMaskIsNotForged() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        try fleet.replace("Acme Corporation", by: "(sensitive)", in: "tenants/acme.yaml")
        let manifest = "blueprints/app/1.0.0/manifests/app.yaml"
        try await fleet.commit("A title")
        try await fleet.succeed("apply", "--yes")
        try fleet.replace(
            "displayName: (sensitive)", by: "displayName: (sensitive) drift, by nobody", in: "tenants/acme.yaml")
        let plan = try await fleet.succeed("plan").text
        #expect(plan.contains(#"data.title: "(sensitive)" → "(sensitive) drift, by nobody""#), "\(plan)")
        #expect(!plan.contains("data.title: (sensitive)"), "\(plan) \(manifest)")
    }

    private static let addresses: [(id: String, arguments: [String], variables: [String: String])] = [
        ("repository", ["plan", "--repo", "https://ada:pw-canary-1@127.0.0.1:1/fleet?token=pw-canary-1"], [:]),
        (
            "repository of doctor",
            ["doctor", "--repo", "https://ada:pw-canary-1@127.0.0.1:1/fleet?token=pw-canary-1"], [:]
        ),
        (
            "identity provider of doctor", ["doctor"],
            ["KEYCLOAK_URL": "https://ada:pw-canary-1@127.0.0.1:1?token=pw-canary-1"]
        ),
        ("file", ["plan", "--repo", "file://ada:pw-canary-1@localhost/none"], [:]),
        ("proxy", ["plan"], ["HTTPS_PROXY": "http://ada:pw-canary-1@127.0.0.1:1"]),
        ("proxy for http", ["plan"], ["http_proxy": "http://ada:pw-canary-1@127.0.0.1:1"]),
        ("identity provider", ["plan"], ["KEYCLOAK_URL": "https://ada:pw-canary-1@127.0.0.1:1?token=pw-canary-1"]),
        ("an option that there is not", ["plan", "--client-secret=pw-canary-1"], [:]),
        ("a command that there is not", ["pw-canary-1"], [:]),
    ]

    @Test("S3: no output holds the credentials of an address", arguments: addresses.indices)
    func addressesLoseTheirCredentials(_ index: Int) async throws {
        let (id, arguments, variables) = Self.addresses[index]
        var files = SmallFleet.files
        files["reconcile.yaml"] = files["reconcile.yaml"]?.replacing(
            "identity: {sandbox: {}, manageRoles: true}",
            with: "identity: {keycloak: {url: \"https://127.0.0.1:1\", realm: r, clientId: reconcile}}")
        let fleet = try await FleetRepository(files, environment: ["KEYCLOAK_CLIENT_SECRET": "pw-canary-1"])
        try await fleet.git(
            "remote", "add", "origin", "https://ada:pw-canary-1@127.0.0.1:1/fleet.git?token=pw-canary-1")
        for words in [arguments, arguments + ["--output", "json"]] {
            let run = try await Products.reconcile(
                words + ["--only", "identity", "--timeout", "5s"].filter { _ in arguments == ["plan"] },
                in: fleet.root, environment: fleet.environment.merging(variables) { $1 })
            #expect(run.status != 0, "\(id): \(run.text)")
            var seen = Sightings()
            seen.add("\(words)", run.text + run.errors)
            let echoed = seen.findings(of: [Canary(id, "pw-canary-1")])
            #expect(echoed == [] || id == "a command that there is not", "\(id): \(run.text)\(run.errors)")
        }
    }

    @Test("S8: files that are written are the user's alone, whole, and nothing else is left, after SIGTERM too")
    func filesOnDisk() async throws {
        let fleet = try await ProxiedFleet()
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let temporary = folder.file("tmp")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        // There before, and for everybody to read.
        let (plan, report) = (folder.file("plan"), folder.file("report.json"))
        for path in [plan, report] {
            try Data(repeating: 0x78, count: 1_000_000).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        }
        let words = "umask 000; exec \"$0\" plan --out '\(plan)' --output 'json=\(report)'"
        let run = try await Command.run(
            "bash", ["-c", words, Products.url("reconcile").path], in: fleet.repository.root,
            environment: fleet.repository.environment.merging(["TMPDIR": temporary]) { $1 })
        #expect(run.status == 0, "\(run.errors)")
        for path in [plan, report] {
            #expect(try mode(path) == 0o600, "\(path)")
            #expect(try JSON.parse([UInt8](Data(contentsOf: URL(filePath: path)))).object != nil, "\(path)")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == [
                "plan", "report.json", "tmp",
            ])

        let gate = Gate()
        fleet.cluster.replace(gate.hold("/namespaces/tenant-acme/configmaps/branding"))
        let origin = fleet.repository.folder.file("origin.git")
        try await fleet.repository.git("clone", "--quiet", "--bare", ".", origin)
        let apply = try RunningCommand(
            ["apply", "--yes", "--repo", "file://\(origin)", "--ref", "refs/heads/main"], in: fleet.repository,
            with: ["TMPDIR": temporary])
        try await gate.wait()
        apply.signal(SIGTERM)
        try await Task.sleep(for: .milliseconds(300))
        gate.open()
        #expect(try await apply.end().status == 143)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    }
}
