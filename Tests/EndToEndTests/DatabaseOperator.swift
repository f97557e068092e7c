import Formats
import Foundation
import TestSupport

/// Plays the operator of `examples/workshop`: whatever database cluster is there becomes healthy.
struct DatabaseOperator {
    let world: World
    private static let path = "/apis/data.millrace.example/v1"

    /// What the closure gives, while the operator works.
    static func working<Value: Sendable>(
        in world: World, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let worker = Task {
            while !Task.isCancelled {
                // Before the kind is defined there is nothing to look at.
                try? await DatabaseOperator(world: world).heal()
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        defer { worker.cancel() }
        return try await body()
    }

    private func heal() async throws {
        let list = try await world.cluster("GET", "\(Self.path)/databaseclusters")
        for cluster in list["items"]?.array ?? [] {
            let instances = cluster["spec"]?["instances"]?.int ?? 1
            guard cluster["status"]?["readyInstances"]?.int != instances,
                let namespace = cluster[path: "metadata", "namespace"]?.string
            else { continue }
            try await world.cluster(
                "PATCH", "\(Self.path)/namespaces/\(namespace)/databaseclusters/database/status",
                #"{"status": {"phase": "Healthy", "readyInstances": \#(instances)}}"#,
                type: "application/merge-patch+json")
        }
    }
}
