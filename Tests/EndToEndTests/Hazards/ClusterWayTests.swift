import Foundation
import TestSupport
import Testing

/// Ways to a cluster that are not the plain one.
@Suite struct ClusterWayTests {
    /// The fleet of two tenants with a kubeconfig for the sandbox, of which `change` makes another.
    private static func fleet(
        _ change: (String) -> String
    ) async throws -> (fleet: ProxiedFleet, variables: [String: String], secrets: TemporaryFolder) {
        let fleet = try await ProxiedFleet()
        let secrets = try TemporaryFolder()
        let behind = try SandboxCluster(fleet.sandbox)
        let plain = behind.kubeconfig(server: behind.url, authority: behind.authority)
        let changed = change(plain)
        #expect(changed != plain)
        try changed.write(toFile: secrets.file("kubeconfig"), atomically: true, encoding: .utf8)
        return (fleet, ["KUBECONFIG": secrets.file("kubeconfig")], secrets)
    }

    @Test("N5: the server's proof is skipped only where a flag allows it, and the status says so")
    func skippedVerification() async throws {
        let (fleet, variables, secrets) = try await Self.fleet {
            $0.replacing(#/certificate-authority-data: [A-Za-z0-9+\/=]+/#, with: "insecure-skip-tls-verify: true")
        }
        defer { secrets.remove() }
        let repository = fleet.repository
        let refused = try await repository.reconcile("apply", "--yes", with: variables)
        #expect(refused.status == 7, "\(refused.text)\(refused.errors)")
        #expect(refused.text.contains("or allow it with --insecure-skip-tls-verify"), "\(refused.text)")
        #expect(try World(fleet.sandbox).writes().allSatisfy { !$0.hasPrefix("kubernetes ") })

        let flag = "--insecure-skip-tls-verify"
        try await repository.succeed("apply", "--yes", flag, with: variables)
        let commits = try await repository.stateCommits()
        let status = try await Self.status(repository)
        #expect(status.contains("type: ClusterVerified\n    status: \"False\"\n"), "\(status)")
        #expect(status.contains("phase: Ready"), "\(status)")
        let second = try await repository.succeed("apply", "--yes", flag, with: variables)
        #expect(second.text.hasPrefix("No changes."), "\(second.text)")
        #expect(try await repository.stateCommits() == commits)
        let doctor = try await repository.succeed("doctor", flag, with: variables)
        #expect(doctor.text.contains(#/warning +TLS +not verified: /#), "\(doctor.text)")

        // The record ends with the next change that a verified server gets.
        try await fleet.change()
        try await repository.succeed("apply", "--yes")
        #expect(try await !Self.status(repository).contains("ClusterVerified"))
    }

    private static func status(_ repository: FleetRepository) async throws -> String {
        let branch = "reconcile/state/sandbox"
        let files = try await repository.git("ls-tree", "-r", "--name-only", branch).split(separator: "\n")
        let file = try #require(files.first { $0.hasSuffix("/acme.status.yaml") })
        return try await repository.git("show", "\(branch):\(file)")
    }

    @Test("N5: the kubeconfig's proxy is used, and named by doctor without its login")
    func proxy() async throws {
        let proxy = try FaultServer { _ in [.answer(403)] }
        let (fleet, variables, secrets) = try await Self.fleet {
            $0.replacing(
                "certificate-authority-data:",
                with: "proxy-url: \"\(proxy.url.replacing("//", with: "//ada:c4nary@"))\", certificate-authority-data:")
        }
        defer { secrets.remove() }
        let doctor = try await fleet.repository.reconcile("doctor", with: variables)
        #expect(doctor.status == 7, "\(doctor.text)")
        let place = proxy.url.dropFirst("http://".count)
        #expect(doctor.text.contains(", through the proxy http://…@\(place)\n"), "\(doctor.text)")
        #expect(doctor.text.contains("the proxy refused the connection"), "\(doctor.text)")
        #expect(!doctor.text.contains("c4nary"), "\(doctor.text)")
        #expect(proxy.requests.contains { $0.method == "CONNECT" })
    }

    @Test func theEnvironmentsProxyIsForNobodyOnThisMachine() async throws {
        let proxy = try FaultServer { _ in [.answer(403)] }
        let (fleet, variables, secrets) = try await Self.fleet { $0 + "\n" }
        defer { secrets.remove() }
        let proxied = variables.merging(["HTTPS_PROXY": proxy.url]) { old, _ in old }
        try await fleet.repository.succeed("plan", with: proxied)
        #expect(proxy.connections == 0)
    }
}
