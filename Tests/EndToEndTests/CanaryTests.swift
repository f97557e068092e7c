import Cryptography
import Formats
import Foundation
import HTTP
import TestSupport
import Testing

/// No credential and no generated value leaves the systems that it is for.
@Suite struct CanaryTests {
    @Test("S1: no credential and no value is seen anywhere, in no form, whatever works or fails")
    func noSecretIsSeenAnywhere() async throws {
        let scene = try await Scene()
        var seen = Sightings()

        // What works.
        for words in [
            ["validate"], ["validate", "--output", "json"], ["render", "--explain"], ["plan"],
            ["plan", "--output", "json"], ["apply", "--yes"], ["apply", "--yes"], ["plan"], ["status"], ["doctor"],
        ] {
            #expect(try await scene.run(words, into: &seen) == 0, "\(words)")
        }
        // A rotation, printed as JSON.
        try scene.fleet.replace(
            "key: {generate: {length: 64}}", by: "key: {generate: {length: 64}, rotation: 1}", in: Scene.blueprint)
        try await scene.fleet.commit("Rotate a key")
        #expect(try await scene.run(["apply", "--yes", "--output", "json"], into: &seen) == 0)

        // What fails.
        for (name, variables) in try scene.failures() {
            let code = try await scene.run(["plan"], with: variables, into: &seen, as: name)
            #expect(code == 7, "\(name)")
            #expect(
                try await scene.run(["apply", "--yes", "--output", "json"], with: variables, into: &seen, as: name) == 7
            )
        }
        try await scene.refuseSecrets(into: &seen)
        try await scene.refuseRecord(into: &seen)

        let canaries = scene.canaries + (try await scene.generated())
        #expect(canaries.count >= 12)
        try await scene.collect(into: &seen)
        #expect(seen.bytes > 50_000)
        #expect(seen.findings(of: canaries) == [])
        // Whoever never finds anything does not look.
        var proof = Sightings()
        try proof.add(filesOf: scene.secrets.url)
        #expect(proof.findings(of: scene.canaries).count >= 2)
    }

    @Test("S1: the sandbox that a run starts gets no credential")
    func theSandboxThatARunStartsGetsNoCredential() async throws {
        let fleet = try await FleetRepository(SmallFleet.files)
        let data = try #require(fleet.environment["RECONCILE_SANDBOX_DATA"])
        try await fleet.succeed(
            "plan", with: ["KEYCLOAK_CLIENT_SECRET": "not-for-children", "RECONCILE_SECRET_X": "nor-this-one"])
        let report = try JSON.parse([UInt8](try Data(contentsOf: URL(filePath: "\(data)/server.json"))))
        let pid = try #require(report["pid"]?.int)
        var seen = Sightings()
        for name in ["environ", "cmdline"] {
            seen.add(name, try #require(FileManager.default.contents(atPath: "/proc/\(pid)/\(name)")))
        }
        try seen.add(filesOf: URL(filePath: data), except: ["journal.jsonl", "secrets.json", "server.json"])
        let password = try #require(report["password"]?.string)
        try await fleet.succeed("sandbox", "stop", "--data", data)
        let canaries = [
            Canary("client secret", "not-for-children"), Canary("variable", "nor-this-one"),
            Canary("administrator's password", password),
        ]
        #expect(seen.findings(of: canaries) == [])
    }
}

/// A fleet on a sandbox, with an origin, whose every secret is known.
private final class Scene: Sendable {
    static let blueprint = "blueprints/app/1.0.0/blueprint.yaml"
    let sandbox: SandboxServer
    let fleet: FleetRepository
    let secrets: TemporaryFolder
    let canaries: [Canary]
    private let cluster: SandboxCluster
    private let proxy: FaultProxy
    private let strangers: CertificateAuthority

    /// With everything that encodings spell otherwise.
    private static let variable = #"ghp_"quoted"/back\slash+plus é%20 & end of it"#

    init() async throws {
        sandbox = try SandboxServer()
        cluster = try SandboxCluster(sandbox)
        proxy = try FaultProxy(cluster.url, cluster.configuration)
        strangers = try CertificateAuthority(commonName: "stranger")
        secrets = try TemporaryFolder()
        for name in ["home", "tmp"] {
            try FileManager.default.createDirectory(atPath: secrets.file(name), withIntermediateDirectories: true)
        }
        let clientSecret = try String(contentsOfFile: "\(sandbox.dataFolder)/client-secret", encoding: .utf8)
        try clientSecret.write(toFile: secrets.file("client-secret"), atomically: true, encoding: .utf8)
        try cluster.kubeconfig(server: cluster.url, authority: cluster.authority)
            .write(toFile: secrets.file("kubeconfig"), atomically: true, encoding: .utf8)
        var files = SmallFleet.files
        files["reconcile.yaml"] = ProxiedFleet.fleet(identity: sandbox["identity"])
        files[Self.blueprint] = files[Self.blueprint]?
            .replacing("secrets:\n", with: "secrets:\n    hub:\n      token: {env: RECONCILE_SECRET_HUB}\n")
        fleet = try await FleetRepository(
            files, sandbox: sandbox,
            environment: [
                "HOME": secrets.file("home"), "TMPDIR": secrets.file("tmp"), "KUBECONFIG": secrets.file("kubeconfig"),
                "KEYCLOAK_URL": sandbox["identity"], "KEYCLOAK_CLIENT_SECRET_FILE": secrets.file("client-secret"),
                "RECONCILE_SECRET_HUB": Self.variable,
            ])
        try await fleet.git("clone", "--quiet", "--bare", ".", fleet.folder.file("origin.git"))
        try await fleet.git("remote", "add", "origin", fleet.folder.file("origin.git"))
        canaries = [
            Canary("client secret", clientSecret.trimmingCharacters(in: .newlines)),
            Canary("administrator's password", sandbox["password"]),
            Canary("cluster token", cluster.token ?? "none"), Canary("RECONCILE_SECRET_HUB", Self.variable),
            Canary("bad token", Self.badToken), Canary("bad client secret", Self.badSecret),
        ]
    }

    deinit { secrets.remove() }

    private static let badToken = "bad.token.9sdk2jf83hdk20sk3hd8"
    private static let badSecret = "bad-client-secret-k20dj3h58s"

    /// Runs `reconcile` and remembers everything that could be seen of it.
    func run(
        _ words: [String], with variables: [String: String] = [:], into seen: inout Sightings, as name: String = ""
    ) async throws -> Int32 {
        let command = try RunningCommand(words, in: fleet, with: variables)
        let watch = ProcessWatch(root: command.processID)
        let end = try await command.end()
        let label = "\(name) \(words.joined(separator: " "))"
        seen.add("processes during \(label)", watch.end())
        seen.add("output of \(label)", end.text)
        seen.add("errors of \(label)", end.errors)
        for file in try FileManager.default.subpathsOfDirectory(atPath: secrets.file("tmp")) {
            Issue.record("\(label) left \(file) in TMPDIR")
        }
        return end.status
    }

    /// Credentials that are not good, and servers that are not the right ones.
    func failures() throws -> [(String, [String: String])] {
        let (badToken, wrongAuthority) = (secrets.file("bad-token"), secrets.file("wrong-authority"))
        try cluster.kubeconfig(server: cluster.url, authority: cluster.authority, token: Self.badToken)
            .write(toFile: badToken, atomically: true, encoding: .utf8)
        try cluster.kubeconfig(server: cluster.url, authority: Array(strangers.identity.certificate.utf8))
            .write(toFile: wrongAuthority, atomically: true, encoding: .utf8)
        return [
            ("bad token", ["KUBECONFIG": badToken]), ("wrong authority", ["KUBECONFIG": wrongAuthority]),
            ("bad client secret", ["KEYCLOAK_CLIENT_SECRET": Self.badSecret]),
        ]
    }

    /// A server that quotes what it was sent, as API servers do where a value is invalid.
    func refuseSecrets(into seen: inout Sightings) async throws {
        let way = secrets.file("by-proxy")
        try cluster.kubeconfig(server: proxy.url).write(toFile: way, atomically: true, encoding: .utf8)
        proxy.replace { exchange in
            guard exchange.isWrite, exchange.path.contains("/secrets") else { return nil }
            let sent = String(decoding: exchange.request.body, as: UTF8.self)
            let status: JSON = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422,
                "message": .string("Secret is invalid: data: Invalid value: \(sent)"),
                "details": ["causes": [["reason": "FieldValueInvalid", "field": "data", "message": .string(sent)]]],
            ]
            return [.json(status.text, status: 422)]
        }
        try fleet.replace(
            "secrets:\n", by: "secrets:\n    late:\n      token: {env: RECONCILE_SECRET_HUB}\n", in: Self.blueprint)
        try await fleet.commit("Add a secret")
        let variables = ["KUBECONFIG": way]
        #expect(try await run(["apply", "--yes"], with: variables, into: &seen, as: "refused") == 5)
        #expect(try await run(["status"], with: variables, into: &seen, as: "refused") == 0)
        proxy.replace(nil)
    }

    /// A hook that sees what git's server side is given, and says no.
    func refuseRecord(into seen: inout Sightings) async throws {
        let hook = URL(filePath: fleet.folder.file("origin.git/hooks/pre-receive"))
        let log = fleet.folder.file("hook")
        let script = "#!/bin/sh\n{ env; cat /proc/$PPID/environ /proc/$PPID/cmdline; } >'\(log)'\necho no >&2; exit 1\n"
        try Data(script.utf8).write(to: hook)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
        #expect(try await run(["apply", "--yes"], into: &seen, as: "hook") == 5)
        seen.add("variables of the hook", try Data(contentsOf: URL(filePath: log)))
        try FileManager.default.removeItem(at: hook)
        #expect(try await run(["apply", "--yes"], into: &seen, as: "repair") == 0)
    }

    /// The values that the cluster holds now.
    func generated() async throws -> [Canary] {
        let world = try World(sandbox)
        let list = try await world.cluster("GET", "/api/v1/secrets")
        return (list["items"]?.array ?? []).flatMap { secret -> [Canary] in
            let name =
                "\(secret[path: "metadata", "namespace"]?.string ?? "")/\(secret[path: "metadata", "name"]?.string ?? "")"
            return (secret["data"]?.object ?? JSONObject()).compactMap { entry in
                guard let bytes = Data(base64Encoded: entry.value.string ?? "") else { return nil }
                return Canary("\(name) \(entry.key)", String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// What is left when all is over: repositories, folders, the sandbox's logs and its dump.
    func collect(into seen: inout Sightings) async throws {
        for repository in ["fleet", "origin.git"] {
            let objects = try await Command.run(
                "git", ["-C", fleet.folder.file(repository), "cat-file", "--batch-all-objects", "--batch"])
            #expect(objects.status == 0 && objects.output.count > 10_000)
            seen.add("objects of \(repository)", Data(objects.output))
        }
        try seen.add(filesOf: fleet.folder.url)
        try seen.add(filesOf: secrets.url.appending(path: "home"))
        // The journal is the systems themselves, and those files are how clients get their credentials.
        try seen.add(
            filesOf: sandbox.folder.url,
            except: ["journal.jsonl", "secrets.json", "client-secret", "kubeconfig", "server.json", "out"])
        // `out` begins with the report that `sandbox start` hands on, the password in it.
        let out = try String(contentsOfFile: sandbox.folder.file("out"), encoding: .utf8)
        seen.add("the sandbox's log", out.split(separator: "\n").dropFirst().joined(separator: "\n"))
        seen.add("dump", try await World(sandbox).dump())
    }
}
