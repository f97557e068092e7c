import Formats
import Foundation
import TestSupport
import Testing

/// What `doctor` finds: everything in order, and one thing after the other that is not.
@Suite struct DoctorTests {
    /// Something that an apply would not get through with.
    private struct Trouble: @unchecked Sendable {  // because a Regex is not, and nothing changes it
        let id: String
        let status: Int32
        let words: Regex<Substring>
        let make: @Sendable (FleetRepository) async throws -> [String: String]
    }

    private static let troubles = [
        Trouble(
            id: "a mistake in a file", status: 3, words: #/failed +read +\S+ at the work tree: 1 error/#
        ) {
            try $0.replace("tier: basic", by: "tier: basics", in: "tenants/acme.yaml")
            return [:]
        },
        Trouble(
            id: "a kubeconfig that is not there", status: 7,
            words: #/failed +settings +there is no kubeconfig at /#
        ) {
            try $0.replace("cluster: {sandbox: {}", by: "cluster: {kubernetes: {}", in: "reconcile.yaml")
            return ["KUBECONFIG": "/nowhere/config"]
        },
        Trouble(
            id: "a server that is not there", status: 7,
            words: #/failed +address +cannot reach https:\/\/127.0.0.1:1: connection refused/#
        ) {
            try $0.replace("cluster: {sandbox: {}", by: "cluster: {kubernetes: {}", in: "reconcile.yaml")
            try $0.write(Self.nobody, to: "../kubeconfig")
            return ["KUBECONFIG": $0.root.appending(path: "../kubeconfig").path, "RECONCILE_TIMEOUT": "2s"]
        },
        Trouble(
            id: "no secret for the identity provider", status: 7,
            words: #/failed +settings +the fleet names https:\/\/sso.example.com: set KEYCLOAK_URL/#
        ) {
            try $0.replace(
                "identity: {sandbox: {}, manageRoles: true}",
                by: "identity: {keycloak: {url: \"https://sso.example.com\", realm: prod, clientId: reconcile}}",
                in: "reconcile.yaml")
            return [:]
        },
        Trouble(
            id: "a folder that takes no files", status: 7,
            words: #/failed +temporary files +cannot write to \/nowhere: /#
        ) { _ in
            ["TMPDIR": "/nowhere"]
        },
        Trouble(
            id: "a removal over the limit", status: 4,
            words: #/failed +limits +.*: too many removals, .* To proceed: reconcile approve /#
        ) {
            let limits = "\n  limits: {maxDeletes: 0}\n"
            try $0.write(try $0.read("reconcile.yaml") + limits, to: "reconcile.yaml")
            try await $0.commit("Be strict")
            try await $0.succeed("apply", "--yes")
            try $0.replace("ada@acme.example,operator,Ada,Lovelace\n", by: "", in: "users/acme.csv")
            return [:]
        },
    ]

    private static let nobody = """
        apiVersion: v1
        kind: Config
        current-context: none
        contexts: [{name: none, context: {cluster: none, user: none}}]
        clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: none, user: {token: not-to-be-seen}}]
        """

    @Test func findsEverythingInOrder() async throws {
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let secrets = [
            "KEYCLOAK_CLIENT_SECRET": "canary-one", "RECONCILE_SECRET_API": "canary-two",
            "HTTPS_PROXY": "http://ada:canary-three@proxy.example:3128",
            "RECONCILE_GIT_TOKEN": "canary-four",
        ]
        let run = try await fleet.reconcile("doctor", with: secrets)
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(!run.text.contains("canary"), "\(run.text)")
        #expect(run.text.contains("…@proxy.example:3128"), "\(run.text)")
        #expect(run.text.hasSuffix("An apply would get through.\n"), "\(run.text)")
        for subject in [
            "libraries", "read", "state branch", "push", "address", "clock", "version", "login", "user profile", "plan",
        ] {
            #expect(run.text.contains("\n  ok       \(subject) "), "\(subject): \(run.text)")
        }
        let document = try JSON.parse(try await fleet.reconcile("doctor", "--output", "json").text)
        #expect(document["fine"]?.bool == true)
        #expect(document["version"]?.string?.isEmpty == false)
        // Nothing was made anywhere.
        #expect(try await fleet.git("branch", "--list", "reconcile/*") == "")
        #expect(try await fleet.reconcile("plan", "--detailed-exitcode").status == 2)
    }

    @Test(arguments: troubles.indices) func saysWhatAnApplyWouldNotGetThroughWith(_ index: Int) async throws {
        let trouble = Self.troubles[index]
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: try SandboxServer())
        let variables = try await trouble.make(fleet)
        let run = try await fleet.reconcile("doctor", with: variables)
        #expect(run.status == trouble.status, "\(trouble.id): \(run.text)\(run.errors)")
        #expect(run.text.contains(trouble.words), "\(run.text)\(run.errors)")
        #expect(run.text.contains("An apply would not get through: "), "\(run.text)")
        #expect(!run.text.contains("not-to-be-seen"), "\(run.text)")
    }
}
