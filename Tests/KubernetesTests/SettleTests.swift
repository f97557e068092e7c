import Formats
import HTTP
import KubernetesModel
import Planning
import Synchronization
import Testing

@testable import Kubernetes

/// What is waited for after an apply, how long, and what is said of what does not come.
@Suite struct SettleTests {
    private let time = FakeTime()
    private var pace: Pace { Pace(timeout: 30, interval: 1, world: time.world) }

    private func settle(_ api: FakeAPI, _ manifests: [JSON], goingUID: String? = nil) async throws -> [String: String] {
        let targets = manifests.map { manifest in
            let object = Desired.object(manifest)
            return SettlingTarget(object.id, apiVersion: object.apiVersion, goingUID: goingUID)
        }
        let unready = try await api.cluster.settle(targets, fleet: "saas", environment: "prod", pace: pace)
        return unready.reduce(into: [:]) { $0[$1.key.description] = $1.value.description }
    }

    /// A Deployment of two pods, so many of which are ready.
    private func deployment(ready: Int) -> JSON {
        var object = Desired.deployment
        object["spec"] = ["replicas": 2, "selector": ["matchLabels": ["app": "backend"]]]
        let count = JSON.int(Int64(ready))
        object["status"] = [
            "replicas": 2, "updatedReplicas": 2, "readyReplicas": count, "availableReplicas": count,
            "conditions": [["type": "Available", "status": ready == 2 ? "True" : "False"]],
        ]
        return object
    }

    @Test func whatIsAsItIsAtOnceIsNotAskedFor() async throws {
        let api = FakeAPI()
        #expect(try await settle(api, [Desired.configMap, Desired.secret]).isEmpty)
        #expect(api.requests.isEmpty)
    }

    @Test func waitsUntilItIsReady() async throws {
        let api = FakeAPI()
        api.add(deployment(ready: 0))
        let later = deployment(ready: 2)
        api.setRule { [time] _ in
            if time.now >= 5 { api.add(later) }
            return nil
        }
        #expect(try await settle(api, [Desired.deployment]).isEmpty)
        #expect(time.now >= 5 && time.now < 10)
        let lists = api.requests.map(FakeAPI.path)
        #expect(Set(lists) == ["/apis/apps/v1/deployments"], "one list for each look")
    }

    @Test func saysWhatThePodsSay() async throws {
        let api = FakeAPI()
        api.add(deployment(ready: 1))
        // The first is of another workload with the same labels, and tells nothing of this one.
        for (name, reason) in [("another", "CrashLoopBackOff"), ("backend", "ImagePullBackOff")] {
            api.add([
                "apiVersion": "v1", "kind": "Pod",
                "metadata": [
                    "name": .string("\(name)-1"), "namespace": "tenant-acme",
                    "labels": ["app": "backend", "pod-template-hash": "5f6"],
                    "ownerReferences": [
                        ["kind": "ReplicaSet", "name": .string("\(name)-5f6"), "uid": "r", "controller": true]
                    ],
                ],
                "status": [
                    "phase": "Pending",
                    "containerStatuses": [
                        [
                            "name": "main",
                            "state": ["waiting": ["reason": .string(reason), "message": "no such image"]],
                        ]
                    ],
                ],
            ])
        }
        let reason = try #require(try await settle(api, [Desired.deployment])["Deployment tenant-acme/backend"])
        #expect(reason.hasPrefix("in progress: "))
        #expect(reason.contains("ImagePullBackOff"))
        #expect(time.now == 30)
    }

    @Test func saysWhatAControllerWarnedOf() async throws {
        let api = FakeAPI()
        var object = deployment(ready: 0)
        object["kind"] = "StatefulSet"
        api.add(object)
        let uid = try #require(
            api["/apis/apps/v1/namespaces/tenant-acme/statefulsets/backend"]?[path: "metadata", "uid"])
        api.add([
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": "backend.1", "namespace": "tenant-acme"],
            "involvedObject": ["uid": uid], "type": "Warning", "reason": "FailedCreate",
            "message": "pods \"backend-0\" is forbidden: exceeded quota: small",
            "lastTimestamp": "2026-01-01T00:00:00Z",
        ])
        let manifest = Desired.manifest("apps/v1", "StatefulSet", "backend")
        let reason = try #require(try await settle(api, [manifest])["StatefulSet tenant-acme/backend"])
        #expect(reason.hasSuffix("; FailedCreate: pods \"backend-0\" is forbidden: exceeded quota: small"), "\(reason)")
    }

    @Test func whatFailedIsNotWaitedFor() async throws {
        let api = FakeAPI()
        var job = Desired.manifest("batch/v1", "Job", "migrate")
        job["status"] = [
            "conditions": [
                ["type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"]
            ]
        ]
        api.add(job)
        let reason = try await settle(api, [job])["Job tenant-acme/migrate"]
        #expect(reason?.hasPrefix("failed: ") == true)
        #expect(time.now == 0)
    }

    @Test func anObjectThatVanishesIsNotReady() async throws {
        let api = FakeAPI()
        #expect(
            try await settle(api, [Desired.deployment])
                == ["Deployment tenant-acme/backend": "in progress: it is gone again"])
    }

    @Test func aRemovalIsOverWhenThatObjectIsGone() async throws {
        let api = FakeAPI()
        api.add(Desired.configMap)
        #expect(try await settle(api, [Desired.configMap], goingUID: "another").isEmpty)
        #expect(
            try await settle(api, [Desired.configMap], goingUID: "uid-1")
                == ["ConfigMap tenant-acme/branding": "terminating: it is still there"])
    }

    @Test func aLookThatFailsIsTriedAgain() async throws {
        let api = FakeAPI()
        api.add(deployment(ready: 2))
        let isAway = Mutex(true)
        api.setRule { _ in
            let wasAway = isAway.withLock { away in
                defer { away = false }
                return away
            }
            return wasAway ? .failure(HTTPError(.interrupted, origin: FakeAPI.base, "gone")) : nil
        }
        #expect(try await settle(api, [Desired.deployment]).isEmpty)
        api.setRule { _ in .failure(HTTPError(.interrupted, origin: FakeAPI.base, "gone")) }
        await #expect(throws: Failure.self) { try await settle(api, [Desired.deployment]) }
    }
}
