import Formats
import Foundation
import Sandbox
import Testing

/// A sandbox that is ended at any point holds everything that it has answered.
@Suite struct RestartTests {
    private static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sandbox-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private static func fill(_ client: SandboxClient) async throws {
        try await client.makeNamespace("t")
        for name in ["a", "b", "c"] {
            try await client.send(
                "POST", "/api/v1/namespaces/t/configmaps",
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["k": "v"]])
        }
        try await client.send("DELETE", "/api/v1/namespaces/t/configmaps/b")
        try await client.send(
            "PATCH", "/api/v1/namespaces/t/configmaps/c", ["data": ["k": "w"]], type: "application/merge-patch+json")
    }

    @Test func everythingAnsweredIsThereAgain() async throws {
        try await Self.withFolder { folder in
            let before = try await {
                let client = try SandboxClient(controllers: nil, journal: try Journal(folder: folder))
                try await Self.fill(client)
                return (client.sandbox.dump(), try await client.send("GET", "/api/v1/configmaps").value)
            }()
            let client = try SandboxClient(controllers: nil, journal: try Journal(folder: folder))
            #expect(client.sandbox.dump() == before.0)
            #expect(try await client.send("GET", "/api/v1/configmaps").value == before.1)
            // The counter goes on where it stood.
            let version = before.1["metadata"]?["resourceVersion"]?.string.flatMap { Int($0) } ?? 0
            try await client.send(
                "POST", "/api/v1/namespaces/t/configmaps",
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "d"]])
            let made = try await client.send("GET", "/api/v1/namespaces/t/configmaps/d").value
            #expect(made["metadata"]?["resourceVersion"] == .string(String(version + 1)))
            let old = try await client.send("GET", "/api/v1/configmaps?resourceVersion=2&resourceVersionMatch=Exact")
            #expect(old.status == 410)
        }
    }

    @Test func workloadsBecomeReadyAfterARestart() async throws {
        try await Self.withFolder { folder in
            try await {
                let client = try SandboxClient(controllers: nil, journal: try Journal(folder: folder))
                try await client.makeNamespace("t")
                let container: JSON = ["name": "web", "image": "web:1"]
                try await client.send(
                    "POST", "/apis/apps/v1/namespaces/t/deployments",
                    [
                        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
                        "spec": [
                            "selector": ["matchLabels": ["app": "web"]],
                            "template": ["metadata": ["labels": ["app": "web"]], "spec": ["containers": [container]]],
                        ],
                    ])
            }()
            let client = try SandboxClient(
                controllers: ControllerPace(start: .milliseconds(5)), journal: try Journal(folder: folder))
            let ready = try await client.wait(for: "/apis/apps/v1/namespaces/t/deployments/web") { _, object in
                object["status"]?["availableReplicas"]?.int == 1
            }
            #expect(ready.value["status"]?["availableReplicas"] == 1)
            client.sandbox.stop()
        }
    }
}
