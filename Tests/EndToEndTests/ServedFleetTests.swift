import Foundation
import TestSupport
import Testing

/// A fleet behind real Git servers, read and recorded by https and by ssh.
@Suite(.enabled(if: GitServer.isThere)) struct ServedFleetTests {
    private struct Served {
        let sandbox: SandboxServer
        let fleet: FleetRepository
        let server: GitServer
        let folder: TemporaryFolder

        /// What a CI job has beside the repository's address.
        var variables: [String: String] {
            [
                "RECONCILE_GIT_USERNAME": "alice", "RECONCILE_GIT_TOKEN": GitServer.token,
                "RECONCILE_GIT_SSH_KEY_FILE": server.path("client"),
                "RECONCILE_GIT_KNOWN_HOSTS_FILE": server.path("known"),
                "SSL_CERT_FILE": server.path("authority.pem"), "XDG_CACHE_HOME": "\(folder.url.path)/cache",
            ]
        }

        init() async throws {
            sandbox = try SandboxServer()
            fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
            folder = try TemporaryFolder()
            try await fleet.git("clone", "--quiet", "--bare", ".", folder.file("fleet.git"))
            server = try GitServer(folder.url.path)
        }

        func git(_ arguments: String...) async throws -> String {
            let run = try await Command.run(
                "git", ["-C", folder.file("fleet.git")] + arguments,
                environment: ["HOME": folder.url.path, "GIT_CONFIG_NOSYSTEM": "1"])
            return run.text.trimmingCharacters(in: .newlines)
        }

        /// The requests to the Git server that one run needs, and what it printed.
        func requests(_ arguments: String...) async throws -> (count: Int, text: String) {
            let before = try server.requests().count
            let run = try await Products.reconcile(
                arguments, in: folder.url, environment: fleet.environment.merging(variables) { _, given in given })
            guard run.status == 0 else { throw FleetRepository.Failed(description: "\(run.text)\(run.errors)") }
            return (try server.requests().count - before, run.text)
        }
    }

    private static let branch = "reconcile/state/sandbox"

    @Test func isAppliedFromAURLWithoutAClone() async throws {
        let served = try await Served()
        for url in [served.server.url("fleet.git"), served.server.secureShellURL("fleet.git")] {
            let doctor = try await served.requests("doctor", "--repo", url)
            #expect(doctor.text.contains(#/ok +push +/#), "\(doctor.text)")
            let plan = try await served.requests("plan", "--repo", url)
            #expect(plan.text.contains("Plan: ") || plan.text.hasPrefix("No changes."), "\(plan.text)")
            _ = try await served.requests("apply", "--yes", "--repo", url)
        }
        #expect(try await served.git("rev-list", "--count", Self.branch) == "1")
        // Nothing to do: no commit, no write, three questions at most.
        let again = try await served.requests("apply", "--yes", "--repo", served.server.url("fleet.git"))
        #expect(again.text.hasPrefix("No changes."), "\(again.text)")
        #expect(again.count <= 3)
        #expect(try await served.git("rev-list", "--count", Self.branch) == "1")
        for line in try served.server.requests() {
            #expect(
                line.hasPrefix("GET /private/fleet.git/info/refs ") || line.hasPrefix("POST /private/fleet.git/git-"))
        }
    }

    @Test func theLockInGitHoldsByHTTPSAndBySSH() async throws {
        let served = try await Served()
        try served.fleet.replace(
            "      cluster: {sandbox: {}, namespacePrefix: tenant-}\n", by: "", in: "reconcile.yaml")
        try await served.fleet.commit("People alone")
        let pushed = try await served.fleet.git("push", "--quiet", served.folder.file("fleet.git"), "main")
        #expect(pushed.isEmpty)
        let (https, ssh) = (served.server.url("fleet.git"), served.server.secureShellURL("fleet.git"))
        #expect(try await served.requests("pause", "--repo", https, "--reason", "moving").text.contains(": moving\n"))
        let refused = try await Products.reconcile(
            ["apply", "--yes", "--repo", ssh], in: served.folder.url,
            environment: served.fleet.environment.merging(served.variables) { _, given in given })
        #expect(refused.status == 6, "\(refused.text)\(refused.errors)")
        #expect(refused.errors.contains(": moving; nothing more is written until"), "\(refused.errors)")
        #expect(try await served.requests("resume", "--repo", ssh).text.contains("goes on; it was paused by"))
        let applied = try await served.requests("apply", "--yes", "--repo", https)
        #expect(applied.text.contains("Apply complete"), "\(applied.text)")
        let lock = try await served.git("show", "reconcile/lock/sandbox:lock.json")
        #expect(lock.contains(#""holder": """#), "\(lock)")
        #expect(try await served.requests("unlock", "--repo", ssh).text.contains("is held by nobody"))
    }

    @Test("A8: a hundred applies by https without a change: no commit, no write, three requests to Git each at most")
    func aHundredAppliesWithoutAChange() async throws {
        let served = try await Served()
        let (url, world) = (served.server.url("fleet.git"), try World(served.sandbox))
        _ = try await served.requests("apply", "--yes", "--repo", url)
        let (tip, writes) = (try await served.git("rev-parse", Self.branch), try world.writes().count)
        for number in 0..<100 {
            let run = try await served.requests("apply", "--yes", "--repo", url)
            #expect(run.text.hasPrefix("No changes."), "\(number): \(run.text)")
            #expect(run.count <= 3, "\(number)")
        }
        #expect(try await served.git("rev-parse", Self.branch) == tip)
        #expect(try world.writes().count == writes)
    }

    @Test func aCloneRecordsAtItsOrigin() async throws {
        let served = try await Served()
        for (way, url) in [
            ("https", served.server.url("fleet.git")), ("ssh", served.server.secureShellURL("fleet.git")),
        ] {
            _ = try? await served.fleet.git("remote", "remove", "origin")
            try await served.fleet.git("remote", "add", "origin", url)
            let replicas = way == "https" ? 2 : 3
            try served.fleet.replace(
                "{replicas: \(replicas - 1),", by: "{replicas: \(replicas),", in: "blueprints/app/1.0.0/blueprint.yaml")
            try await served.fleet.commit("By \(way)")
            let before = try await served.git("rev-list", "--count", Self.branch)
            let run = try await served.fleet.succeed("apply", "--yes", with: served.variables)
            #expect(run.text.contains("Recorded as"), "\(run.text)\(run.errors)")
            #expect(!run.errors.contains("remote: "), "\(run.errors)")
            let tip = try await served.git("rev-parse", Self.branch)
            // The clone knows what its origin holds.
            #expect(try await served.fleet.git("rev-parse", "refs/remotes/origin/\(Self.branch)") == tip)
            #expect(before != tip)
            let again = try await served.fleet.succeed("apply", "--yes", with: served.variables)
            #expect(again.text.hasPrefix("No changes."), "\(again.text)")
        }
    }

    @Test func whatTheServerRefusesIsSaidWithoutAnySecret() async throws {
        let served = try await Served()
        var variables = served.variables
        variables["RECONCILE_GIT_TOKEN"] = "not-the-token"
        let url = served.server.url("fleet.git")
        let plan = try await served.fleet.reconcile("plan", "--repo", url, with: variables)
        #expect(plan.status == 7)
        #expect(plan.errors.contains("does not accept the token (RECONCILE_GIT_TOKEN)"), "\(plan.errors)")
        #expect(!plan.errors.contains("not-the-token"))
        let shown = try await served.fleet.reconcile(
            "plan", "--repo", "https://bob:hunter22@127.0.0.1/fleet.git", with: variables)
        #expect(shown.status == 3)
        #expect(!shown.errors.contains("hunter22"), "\(shown.errors)")
    }

    @Test("A7: a token that may only read applies and says what is missing") func readOnlyToken() async throws {
        let served = try await Served()
        let url = served.server.url("fleet.git", "open")
        let doctor = try await served.fleet.reconcile("doctor", "--repo", url, with: served.variables)
        #expect(doctor.status == 7, "\(doctor.text)")
        #expect(doctor.text.contains(#/failed +push +cannot push to \S+: /#), "\(doctor.text)")
        #expect(!doctor.text.contains(GitServer.token))
        let run = try await served.fleet.reconcile("apply", "--yes", "--repo", url, with: served.variables)
        #expect(run.status == 5, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("error: applied, but not recorded: "), "\(run.errors)")
        #expect(run.errors.contains("the repository may not be pushed to"), "\(run.errors)")
        // Reading and pushing apart: the token for pushes is another one, and the repair is recorded.
        let repaired = try await served.requests("apply", "--yes", "--repo", served.server.url("fleet.git"))
        #expect(repaired.text.contains("Recorded as"), "\(repaired.text)")
    }
}
