import Formats
import KubernetesModel
import Planning
import Tenancy
import Testing

@testable import Kubernetes

/// The client and the sandbox's API server together: what one writes the other keeps, and what is asked again is the same.
@Suite struct SandboxTests {
    private let api: SandboxAPI
    private let values = SecretValues(variable: { _ in nil }, generate: { String(repeating: "x", count: $0) })
    private let pace = Pace(timeout: 20, interval: 0.02, maxInterval: 0.1)

    init() throws { api = try SandboxAPI() }

    private static func workload(_ kind: String, _ name: String, image: String = "nginx:1") -> JSON {
        var spec: JSON = [
            "replicas": 2, "selector": ["matchLabels": ["app": .string(name)]],
            "template": [
                "metadata": ["labels": ["app": .string(name)]],
                "spec": ["containers": [["name": "main", "image": .string(image)]]],
            ],
        ]
        if kind == "StatefulSet" {
            spec["serviceName"] = .string(name)
            spec["volumeClaimTemplates"] = [
                [
                    "metadata": ["name": "data"],
                    "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
                ]
            ]
        }
        return Desired.manifest("apps/v1", kind, name, spec: spec)
    }

    private let secret = Desired.object(
        Desired.secret, secret: [SecretKey(name: "jwt", source: .generate(length: 4))])

    private func perform(_ operation: ClusterOperation) async throws(Failure) -> String? {
        try await api.cluster.perform(operation, values: values, pace: pace)
    }

    private func apply(_ manifests: JSON...) async throws {
        for manifest in manifests { _ = try await perform(.apply(Desired.object(manifest), uid: nil, forced: false)) }
    }

    private func observe(_ objects: [DesiredObject], _ inventory: PlanInventory = Desired.inventory) async throws
        -> LiveCluster
    {
        try #require(await api.cluster.observe(ObservationScope(Desired.state(objects), inventory)).value)
    }

    private func settle(_ targets: [SettlingTarget]) async throws -> [String: String] {
        let unready = try await api.cluster.settle(targets, fleet: "saas", environment: "prod", pace: pace)
        return unready.reduce(into: [:]) { $0[$1.key.description] = $1.value.description }
    }

    private func target(_ manifest: JSON, goingUID: String? = nil) -> SettlingTarget {
        let object = Desired.object(manifest)
        return SettlingTarget(object.id, apiVersion: object.apiVersion, goingUID: goingUID)
    }

    @Test func aTenantFromItsNamespaceToItsRemoval() async throws {
        let (web, database) = (Self.workload("Deployment", "web"), Self.workload("StatefulSet", "database"))
        try await apply(Desired.namespace, Desired.configMap)
        _ = try await perform(.createSecret(secret))
        try await apply(web, database)
        #expect(try await settle([web, database, Desired.namespace, Desired.configMap].map { target($0) }).isEmpty)

        // Without a lock, everything is found by its marks, over all discovered kinds.
        api.forget()
        let live = try await observe([], PlanInventory())
        let expected = ["Namespace", "ConfigMap", "Deployment", "Secret", "StatefulSet"].sorted()
        #expect(live.objects.keys.map(\.kind).sorted() == expected)
        #expect(live.objects[secret.id]?.dataKeys == ["jwt"])
        #expect(api.writes.isEmpty)
        #expect(api.requests.count <= 40)

        let namespace = try #require(live.namespaces["tenant-acme"])
        _ = try await perform(.delete(namespace.id, apiVersion: "v1", uid: namespace.uid))
        #expect(try await settle([target(Desired.namespace, goingUID: namespace.uid)]).isEmpty)
        #expect(try await observe([]).namespaces["tenant-acme"] == nil)
    }

    @Test func aRolloutThatCannotSucceedIsNotWaitedFor() async throws {
        let web = Self.workload("Deployment", "web", image: "nginx:missing")
        try await apply(Desired.namespace, web)
        let reason = try await settle([target(web)])["Deployment tenant-acme/web"]
        #expect(reason?.hasPrefix("failed: no progress within ") == true, "\(reason ?? "ready")")
    }

    @Test func aNamespaceThatIsHeldSaysByWhat() async throws {
        var held = Desired.configMap
        held["metadata"]?["finalizers"] = ["example.dev/hold"]
        try await apply(Desired.namespace, held)
        let namespace = try #require(try await observe([]).namespaces["tenant-acme"])
        _ = try await perform(.delete(namespace.id, apiVersion: "v1", uid: namespace.uid))
        let unready = try await api.cluster.settle(
            [target(Desired.namespace, goingUID: namespace.uid)], fleet: "saas", environment: "prod",
            pace: Pace(timeout: 1, interval: 0.05))
        #expect(unready.count == 1)
        #expect(unready.first?.value.state == .terminating)
        #expect(unready.first?.value.reason.contains("example.dev/hold") == true, "\(unready)")
    }

    @Test func theUidInTheBodyIsAPrecondition() async throws {
        try await apply(Desired.namespace, Desired.configMap)
        let object = Desired.object(Desired.configMap)
        let uid = try #require(try await observe([object]).objects[object.id]?.uid)
        #expect(try await perform(.apply(object, uid: uid, forced: false)) == uid)
        for manifest in [Desired.configMap, Desired.manifest("v1", "ConfigMap", "absent")] {
            let failure = await #expect(throws: Failure.self) {
                try await perform(
                    .apply(Desired.object(manifest), uid: "00000000-0000-0000-0000-000000000000", forced: false))
            }
            #expect(failure?.kind == .conflict, "\(String(describing: failure))")
        }
        #expect(try await observe([]).objects.values.allSatisfy { $0.id.name != "absent" })
    }

    @Test func aSecretKeepsItsOldValueWhenItIsRotated() async throws {
        try await apply(Desired.namespace)
        let uid = try #require(try await perform(.createSecret(secret)))
        #expect(try await perform(.createSecret(secret)) == uid, "made once")
        var manifest = Desired.secret
        manifest["metadata"]?["annotations"] = ["reconcile.dev/rotations": "jwt=1"]
        _ = try await perform(
            .updateSecret(
                Desired.object(manifest, secret: []), uid: uid,
                add: [SecretKey(name: "new", source: .generate(length: 1))],
                rotate: [SecretKey(name: "jwt", source: .generate(length: 6), rotation: 1)]))
        let kept = try #require(api.objects("secrets").first { $0[path: "metadata", "name"] == "credentials" })
        #expect(kept["data"] == ["jwt": "eHh4eHh4", "jwt.previous": "eHh4eA==", "new": "eA=="])
        let live = try #require(try await observe([secret]).objects[secret.id])
        #expect(live.dataKeys == ["jwt", "jwt.previous", "new"])
        #expect(live.object[path: "metadata", "annotations", "reconcile.dev/rotations"] == "jwt=1")
    }

    @Test func aFieldOfAnotherManagerIsTakenOnlyByForce() async throws {
        let web = Self.workload("Deployment", "web")
        try await apply(Desired.namespace, web)
        let path = "/apis/apps/v1/namespaces/tenant-acme/deployments/web"
        let edited = await api.send(
            .patch, path + "?fieldManager=kubectl-edit", ["spec": ["replicas": 5]], type: "application/merge-patch+json"
        )
        #expect(edited == 200)
        let failure = await #expect(throws: Failure.self) {
            try await perform(.apply(Desired.object(web), uid: nil, forced: false))
        }
        #expect(failure?.kind == .conflict)
        #expect(
            failure?.message.contains(".spec.replicas belongs to kubectl-edit; ") == true,
            "\(String(describing: failure))")
        _ = try await perform(.apply(Desired.object(web), uid: nil, forced: true))
        #expect(api.objects("deployments.apps").first?[path: "spec", "replicas"] == 2)
    }

    @Test func theLeaseIsTakenRenewedAndGivenBack() async throws {
        let lease = try await api.cluster.lease("saas-prod", holder: .current(), patience: 0)
        try lease.check()
        #expect(await lease.renew())
        let other = LeaseHolder(host: "elsewhere", pid: 1, start: "1", boot: "x", namespace: "y")
        let failure = await #expect(throws: Failure.self) {
            _ = try await api.cluster.lease("saas-prod", holder: other, patience: 0)
        }
        #expect(failure?.kind == .conflict)
        await lease.release()
        let second = try await api.cluster.lease("saas-prod", holder: other, patience: 0)
        try second.check()
    }

    @Test(arguments: [1, 2]) func whatIsPlannedOfAHundredTenantsCostsFewRequests(_ times: Int) async throws {
        let kinds = ["ConfigMap", "Service", "ServiceAccount", "LimitRange"]
        var objects: [DesiredObject] = []
        for tenant in 0..<100 {
            for (index, kind) in kinds.enumerated() {
                objects.append(
                    Desired.object(Desired.manifest("v1", kind, "n\(index)", namespace: "tenant-\(tenant)")))
            }
        }
        _ = try await observe(objects, PlanInventory())
        #expect(api.requests.count <= 40)
    }
}
