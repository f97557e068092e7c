import Formats
import Foundation
import HTTP
import TestSupport

/// The small fleet, whose two systems are a sandbox's, each behind a proxy that can be told to misbehave.
final class ProxiedFleet: Sendable {
    let sandbox: SandboxServer
    let cluster: FaultProxy
    let identity: FaultProxy
    let repository: FleetRepository
    private let secrets: TemporaryFolder

    init(_ sandbox: SandboxServer? = nil) async throws {
        let sandbox = try sandbox ?? SandboxServer()
        let behind = try SandboxCluster(sandbox)
        self.sandbox = sandbox
        secrets = try TemporaryFolder()
        cluster = try FaultProxy(behind.url, behind.configuration)
        identity = try FaultProxy(sandbox["identity"])
        try behind.kubeconfig(server: cluster.url)
            .write(toFile: secrets.file("kubeconfig"), atomically: true, encoding: .utf8)
        let secret = try String(contentsOfFile: "\(sandbox.dataFolder)/client-secret", encoding: .utf8)
        var files = SmallFleet.files
        files["reconcile.yaml"] = Self.fleet(identity: identity.url)
        repository = try await FleetRepository(
            files, sandbox: sandbox,
            environment: [
                "KUBECONFIG": secrets.file("kubeconfig"), "KEYCLOAK_URL": identity.url,
                "KEYCLOAK_CLIENT_SECRET": secret.trimmingCharacters(in: .newlines),
            ])
    }

    deinit { secrets.remove() }

    /// `reconcile.yaml` with that identity provider.
    static func fleet(identity: String) -> String {
        """
        apiVersion: reconcile.dev/v1
        kind: Fleet
        metadata: {name: small}
        spec:
          environments:
            - name: sandbox
              cluster: {kubernetes: {}, namespacePrefix: tenant-}
              identity:
                keycloak: {url: "\(identity)", realm: sandbox, clientId: reconcile}
                manageRoles: true
              blueprints: {app: 1.0.0}
          limits: {maxDeletePercent: 100}

        """
    }

    /// Something to add, to change and to take away in each of the systems.
    func change() async throws {
        try repository.replace("Acme Corporation", by: "Acme Limited", in: "tenants/acme.yaml")
        try repository.replace(
            "name: app}\nspec:\n  selector: {app", by: "name: web}\nspec:\n  selector: {app", in: Self.manifests)
        try repository.replace(
            "ada@acme.example,operator,Ada", by: "grace@acme.example,operator,Grace", in: "users/acme.csv")
        try await repository.commit("Change a little of everything")
    }

    private static let manifests = "blueprints/app/1.0.0/manifests/app.yaml"

    /// The text of a run without what differs from run to run.
    func plain(_ text: String) -> String {
        text.replacing(cluster.url, with: "http://cluster").replacing(identity.url, with: "http://identity")
            .replacing(secrets.file("kubeconfig"), with: "KUBECONFIG")
            .replacing(#/127\.0\.0\.1:\d+/#, with: "127.0.0.1:PORT")
            .replacing(#/\b[0-9a-f]{7}\b/#, with: "COMMIT").replacing(
                #/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#, with: "ID"
            )
            // Whether a reset is seen as one is the kernel's choice. How often there was time to try, and where an answer was cut, differ from run to run.
            .replacing(#/ \(\d+ attempts\)/#, with: "")
            .replacing("the connection was closed; try", with: "the connection was reset; try")
            .replacing(#/after \d+ bytes/#, with: "after some bytes")
            .replacing(#/at line 1, column \d+/#, with: "at line 1, column N")
    }

    /// A command with what it printed and how it ended, as golden files show it.
    func transcript(_ arguments: [String], with variables: [String: String] = [:]) async throws -> (
        text: String, status: Int32
    ) {
        let run = try await Products.reconcile(
            arguments, in: repository.root, environment: repository.environment.merging(variables) { $1 })
        var text = "$ reconcile \(arguments.joined(separator: " "))\n\(run.text)"
        if !run.errors.isEmpty { text += "--- standard error\n\(run.errors)" }
        return (plain(text) + "--- exit \(run.status)\n", run.status)
    }

    /// What may not have changed while something was wrong: both systems, and the record.
    func memory() async throws -> String {
        let branch = try? await repository.git("rev-parse", "--verify", "--quiet", "reconcile/state/sandbox")
        var dump = try JSON.parse(try await World(sandbox).dump())
        var cluster = dump["kubernetes"] ?? [:]
        // Whoever tries an apply takes the Lease and gives it back.
        cluster["leases.coordination.k8s.io"] = nil
        dump["kubernetes"] = cluster
        return dump.text + "\n" + (branch ?? "no record")
    }

    /// The same, once controllers have nothing more to do.
    func settledMemory() async throws -> String {
        var before = try await memory()
        for _ in 0..<100 {
            try await Task.sleep(for: .milliseconds(300))
            let now = try await memory()
            if now == before { return now }
            before = now
        }
        throw FleetRepository.Failed(description: "the sandbox does not come to rest")
    }
}
