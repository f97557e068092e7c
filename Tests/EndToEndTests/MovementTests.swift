import Formats
import Foundation
import TestSupport
import Testing

/// The world moves between two applies: what the next plan says of each movement.
@Suite struct MovementTests {
    private static let deployment = "/apis/apps/v1/namespaces/tenant-acme/deployments/app"
    private static let merge = "application/merge-patch+json"
    private static let strategic = "application/strategic-merge-patch+json"

    private static let autoscaler = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: app}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app}
          minReplicas: 1
          maxReplicas: 4
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
        """

    /// A fleet that has been applied once, and its world.
    private static func applied(_ files: [String: String] = [:]) async throws -> (FleetRepository, World) {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository(
            SmallFleet.files.merging(files) { _, new in new }, sandbox: sandbox)
        let world = try World(sandbox)
        try await fleet.succeed("apply", "--yes")
        return (fleet, world)
    }

    /// The lines of a plan that tell what would change, without what leads to it.
    private static func changes(_ fleet: FleetRepository) async throws -> [String] {
        let plan = try JSON.parse(try await fleet.succeed("plan", "--output", "json").output)
        return (plan["changes"]?.array ?? []).flatMap { change -> [String] in
            let address = change["address"]?.string ?? ""
            let fields = (change["fields"]?.array ?? []).map { field in
                let manager = field["manager"]?.string.map { " by \($0)" } ?? ""
                return "\(address) \(field["path"]?.string ?? "")\(manager)"
            }
            return fields.isEmpty ? [address] : fields
        }
    }

    @Test func whatTheClusterDoesByItselfIsNoChange() async throws {
        let (fleet, world) = try await Self.applied(["blueprints/app/1.0.0/manifests/scaling.yaml": Self.autoscaler])
        let metadata: (String) -> String = { #"{"metadata": {\#($0)}}"# }
        let movements: [(name: String, path: String, type: String, body: String)] = [
            (
                "a controller writes a status", "\(Self.deployment)/status?fieldManager=kube-controller-manager",
                Self.merge, #"{"status": {"availableReplicas": 0, "observedGeneration": 99}}"#
            ),
            (
                "an autoscaler scales",
                "/apis/autoscaling/v2/namespaces/tenant-acme/horizontalpodautoscalers/app?fieldManager=metrics",
                Self.merge, metadata(#""annotations": {"sandbox.reconcile.dev/replicas": "3"}"#)
            ),
            (
                "an amount is spelt another way", "\(Self.deployment)?fieldManager=tuner", Self.strategic,
                """
                {"spec": {"template": {"spec": {"containers": [
                  {"name": "app", "resources": {"requests": {"cpu": "0.5", "memory": "1048576Ki"}}}]}}}}
                """
            ),
            (
                "somebody labels what the manifest does not", "\(Self.deployment)?fieldManager=kubectl-label",
                Self.merge,
                metadata(#""labels": {"team": "blue"}"#)
            ),
            (
                "a rollout is restarted", "\(Self.deployment)?fieldManager=kubectl-rollout", Self.strategic,
                """
                {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}
                """
            ),
        ]
        for movement in movements {
            try await world.cluster("PATCH", movement.path, movement.body, type: movement.type)
            if movement.name.hasPrefix("an autoscaler") {
                try await world.wait(for: Self.deployment) { $0.replicas == 3 }
            }
            let plan = try await fleet.succeed("plan")
            #expect(plan.text.hasPrefix("No changes."), "\(movement.name): \(plan.text)")
        }
        let written = try world.writes().count
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        #expect(try world.writes().count == written)
        // The number of copies is still the autoscaler's.
        #expect(try await world.cluster("GET", Self.deployment).replicas == 3)
    }

    @Test func whatSomebodyDoesByHandIsDrift() async throws {
        let (fleet, world) = try await Self.applied()
        let address = "k8s/sandbox/acme/apps/Deployment/tenant-acme/app"
        let movements: [(name: String, path: String, body: String, change: String)] = [
            (
                "kubectl scale", "\(Self.deployment)/scale?fieldManager=kubectl", #"{"spec": {"replicas": 5}}"#,
                "\(address) spec.replicas by kubectl"
            ),
            (
                "kubectl label --overwrite", "\(Self.deployment)?fieldManager=kubectl-label",
                #"{"metadata": {"labels": {"app.kubernetes.io/managed-by": "me"}}}"#,
                "\(address) metadata.labels[app.kubernetes.io/managed-by] by kubectl-label"
            ),
            (
                "kubectl edit", "/api/v1/namespaces/tenant-acme/configmaps/branding?fieldManager=kubectl-edit",
                #"{"data": {"title": "ACME!"}}"#,
                "k8s/sandbox/acme/core/ConfigMap/tenant-acme/branding data.title by kubectl-edit"
            ),
        ]
        for movement in movements {
            try await world.cluster("PATCH", movement.path, movement.body, type: Self.merge)
            let found = try await Self.changes(fleet)
            #expect(found == [movement.change], "\(movement.name): \(found)")
            try await fleet.succeed("apply", "--yes")
            #expect(try await Self.changes(fleet) == [], "\(movement.name), put back")
        }
    }

    @Test func whatAWebhookAddsIsNoChange() async throws {
        let sandbox = try SandboxServer()
        let fleet = try await FleetRepository(SmallFleet.files, sandbox: sandbox)
        let world = try World(sandbox)
        try await world.control(
            "POST", "/sandbox/webhooks",
            [
                "name": "mesh.example.dev", "resource": "deployments.apps",
                "patch": [
                    "metadata": ["annotations": ["mesh.example.dev/injected": "true"]],
                    "spec": [
                        "template": [
                            "spec": [
                                "containers": [["name": "proxy", "image": "mesh.example.dev/proxy:1"]],
                                "priorityClassName": "tenants",
                            ]
                        ]
                    ],
                ],
            ])
        try await fleet.succeed("apply", "--yes")
        let live = try await world.cluster("GET", Self.deployment)
        #expect(live["spec"]?["template"]?["spec"]?["containers"]?.array?.count == 2)
        #expect(try await Self.changes(fleet) == [])
        let written = try world.writes().count
        #expect(try await fleet.succeed("apply", "--yes").text.hasPrefix("No changes."))
        #expect(try world.writes().count == written)
    }

    @Test func whatAWebhookRefusesIsNamed() async throws {
        let (fleet, world) = try await Self.applied()
        try await world.control(
            "POST", "/sandbox/webhooks",
            ["name": "policy.example.dev", "resource": "configmaps", "deny": "titles are frozen"])
        try fleet.replace("Acme Corporation", by: "Acme Ltd", in: "tenants/acme.yaml")
        try await fleet.commit("Rename acme")
        let refused = try await fleet.reconcile("apply", "--yes")
        #expect(refused.status == 5)
        #expect(
            (refused.text + refused.errors).contains(
                #"admission webhook "policy.example.dev" denied the request: titles are frozen"#))
        try await world.control("DELETE", "/sandbox/webhooks")
        try await fleet.succeed("apply", "--yes")
        #expect(try await Self.changes(fleet) == [])
    }

    @Test func whatSomebodyEditsInTheAdminConsoleIsDrift() async throws {
        let (fleet, world) = try await Self.applied()
        func ada() async throws -> JSON {
            let found = try await world.realm(.get, "/users?username=ada@acme.example&exact=true")
            return try #require(found.array?.first)
        }
        let before = try await ada()
        let path = "/users/\(before["id"]?.string ?? "")"
        let address = "idp/sandbox/users/ada@acme.example"
        // The console sends the whole person back.
        var edited = before
        edited["lastName"] = "King"
        try await world.realm(.put, path, edited)
        #expect(try await Self.changes(fleet).first?.hasPrefix(address) == true)
        #expect(try await fleet.succeed("plan").text.contains("King"))
        try await fleet.succeed("apply", "--yes")
        #expect(try await ada()["lastName"] == "Lovelace")

        edited = try await ada()
        edited["enabled"] = false
        try await world.realm(.put, path, edited)
        #expect(try await Self.changes(fleet).first?.hasPrefix(address) == true)
        try await fleet.succeed("apply", "--yes")
        #expect(try await ada()["enabled"] == true)

        // What is nobody's in the fleet stays as it is.
        edited = try await ada()
        edited["emailVerified"] = true
        try await world.realm(.put, path, edited)
        #expect(try await Self.changes(fleet) == [])
    }
}

extension JSON {
    /// How many copies a workload wants.
    fileprivate var replicas: Int64? { self["spec"]?["replicas"]?.int }
}
