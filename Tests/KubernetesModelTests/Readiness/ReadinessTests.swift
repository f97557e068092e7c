import Formats
import Foundation
import KubernetesModel
import TestSupport
import Testing

@Suite struct ReadinessTests {
    /// What to make of every stage of every recorded story.
    static let stages: [String: [(stage: String, readiness: String)]] = [
        "cronjob": [("applied", "ready"), ("some seconds later", "ready")],
        "deployment": [
            ("applied", "in progress: its controller has not seen generation 1 yet"),
            ("observed, pods pending", "in progress: 0 of 2 pods ready"),
            ("past the progress deadline", "failed: no progress within 3 s: 0 of 2 pods ready"),
            ("one of two ready", "in progress: 1 of 2 pods ready"), ("available", "ready"),
            ("a new image applied", "in progress: its controller has not seen generation 2 yet"),
            ("rolling", "in progress: 1 of 2 pods updated"),
            (
                "the new pod cannot pull its image",
                "failed: cannot pull image registry.example/backend:2 (ImagePullBackOff)"
            ),
            ("rolling, stuck", "failed: no progress within 3 s: 1 of 2 pods updated"), ("rolled", "ready"),
            ("scaled to zero", "ready"),
        ],
        "foreground-deletion": [
            ("foreground delete answered", "terminating: held by foregroundDeletion"),
            ("waiting for its replica set and pods", "terminating: held by foregroundDeletion"),
        ],
        "horizontalpodautoscaler": [("applied", "ready"), ("some seconds later", "ready")],
        "ingress": [("applied", "ready"), ("some seconds later", "ready")],
        "job-broken": [
            ("applied", "in progress: not started yet"), ("active", "in progress: 0 of 1 pods complete"),
            ("failed", "failed: job has reached the specified backoff limit"),
        ],
        "job-migrate": [
            ("applied", "in progress: not started yet"), ("active", "in progress: 0 of 1 pods complete"),
            ("succeeded", "ready: complete"),
        ],
        "namespace-contents": [
            ("a fresh namespace", "ready"), ("its default service account", "ready"),
            ("its certificate bundle", "ready"),
        ],
        "namespace-deletion": [
            ("active", "ready"), ("delete answered", "terminating"),
            (
                "terminating, held by a finalizer",
                "terminating: some content in the namespace has finalizers remaining: "
                    + "example.dev/hold in 1 resource instances"
            ),
        ],
        "persistentvolumeclaim": [
            ("applied", "in progress: waiting for a volume"),
            ("some seconds later", "in progress: waiting for a volume"),
        ],
        "poddisruptionbudget": [("applied", "ready"), ("some seconds later", "ready")],
        "resourcequota": [("applied", "ready"), ("some seconds later", "ready")],
        "service": [("applied", "ready"), ("some seconds later", "ready")],
        "statefulset": [
            ("applied", "in progress: its controller has not seen generation 1 yet"),
            ("observed", "in progress: 0 of 1 pods ready"), ("its claim, pending", "in progress: waiting for a volume"),
            ("ready", "ready"), ("a new image", "in progress: 0 of 1 pods ready"), ("rolled", "ready"),
        ],
    ]

    @Test func knowsEveryStory() throws {
        let names = try Fixture.names(in: "kubernetes/with-controllers", ending: ".json").map { String($0.dropLast(5)) }
        #expect(names == Self.stages.keys.sorted())
    }

    @Test(arguments: stages.keys.sorted()) func followsTheStages(story: String) throws {
        let recording = try JSON.parse(Fixture.bytes("kubernetes/with-controllers/\(story).json"))
        let objects = (recording["stages"]?.array ?? []).filter { $0[path: "object", "kind"] != "Status" }
        let want = try #require(Self.stages[story])
        #expect(objects.compactMap { $0["stage"]?.string } == want.map(\.stage))
        for (stage, expected) in zip(objects, want) {
            let readiness = Readiness.of(try #require(stage["object"]))
            #expect(readiness.description == expected.readiness, "\(story): \(expected.stage)")
        }
    }

    private func stage(_ story: String, _ name: String) throws -> JSON {
        let recording = try JSON.parse(Fixture.bytes("kubernetes/with-controllers/\(story).json"))
        return try #require(recording["stages"]?.array?.first { $0["stage"]?.string == name }?["object"])
    }

    @Test func takesTheCauseFromPodsAndClaims() throws {
        let stuck = try stage("deployment", "rolling, stuck")
        let pod = try stage("deployment", "the new pod cannot pull its image")
        #expect(
            Readiness.of(stuck, pods: [pod]).reason
                == "no progress within 3 s: 1 of 2 pods updated; pod web-f8ddd845b-nkdq2: "
                + "cannot pull image registry.example/backend:2 (ImagePullBackOff)")
        let database = try stage("statefulset", "observed")
        let claim = try stage("statefulset", "its claim, pending")
        #expect(
            Readiness.of(database, claims: [claim]).reason
                == "0 of 1 pods ready; claim data-db-0: waiting for a volume")
    }

    @Test(arguments: [
        (
            #"{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"pods \"web-1\" is forbidden: exceeded quota: quota"}],"observedGeneration":1}"#,
            "in progress: pods cannot be made: pods \"web-1\" is forbidden: exceeded quota: quota"
        ),
        (
            #"{"observedGeneration":1,"replicas":3,"updatedReplicas":2,"readyReplicas":3,"availableReplicas":3}"#,
            "in progress: 1 old pod still running"
        ),
        (
            #"{"observedGeneration":1,"replicas":4,"updatedReplicas":4,"readyReplicas":4,"availableReplicas":4}"#,
            "in progress: 2 surplus pods still running"
        ),
    ])
    func explainsDeployments(status: String, readiness: String) throws {
        let object: JSON = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["generation": 1], "spec": ["replicas": 2],
            "status": try JSON.parse(status),
        ]
        #expect(Readiness.of(object).description == readiness)
    }

    @Test(arguments: [
        (
            #"{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient cpu."}]}"#,
            "in progress: cannot be placed on a node: 0/3 nodes are available: 3 Insufficient cpu"
        ),
        (
            #"{"phase":"Running","containerStatuses":[{"name":"a","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1}}}]}"#,
            "failed: container a keeps ending with code 1 (4 restarts)"
        ),
        (
            #"{"phase":"Pending","containerStatuses":[{"name":"a","state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"credentials\" not found"}}}]}"#,
            "failed: container a cannot start: secret \"credentials\" not found"
        ),
        (
            #"{"phase":"Pending","containerStatuses":[{"name":"a","state":{"waiting":{"reason":"ContainerCreating"}}}]}"#,
            "in progress: starting"
        ),
        (
            #"{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: memory."}"#,
            "failed: the node was low on resource: memory"
        ),
        (#"{"phase":"Succeeded"}"#, "ready: complete"),
        (#"{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}"#, "ready"),
    ])
    func explainsPods(status: String, readiness: String) throws {
        let object: JSON = ["apiVersion": "v1", "kind": "Pod", "status": try JSON.parse(status)]
        #expect(Readiness.of(object).description == readiness)
    }

    @Test(arguments: [
        (
            #"{"conditions":[{"type":"Ready","status":"False","message":"Waiting for primary."}]}"#,
            "in progress: waiting for primary"
        ),
        (#"{"observedGeneration":1}"#, "in progress: its controller has not seen generation 2 yet"),
        (#"{"conditions":[{"type":"Stalled","status":"True","reason":"BadSpec"}]}"#, "failed: BadSpec"),
        ("{}", "ready"),
    ])
    func followsTheUsualConditions(status: String, readiness: String) throws {
        let object: JSON = [
            "apiVersion": "example.dev/v1", "kind": "Widget", "metadata": ["generation": 2],
            "status": try JSON.parse(status),
        ]
        #expect(Readiness.of(object).description == readiness)
    }
}
