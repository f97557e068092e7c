import Formats
import Foundation
import Sandbox
import TestSupport
import Testing

/// The controllers held to the stages that the real ones went through.
@Suite struct ControllerStageTests {
    private static let pace = ControllerPace(start: .milliseconds(30), patience: .milliseconds(90))
    private static let namespace = "t-controllers"

    private static func stages(_ story: String) throws -> [(name: String, object: JSON)] {
        let document = try JSON.parse(Fixture.bytes("kubernetes/with-controllers/\(story).json"))
        return (document["stages"]?.array ?? []).map { ($0["stage"]?.string ?? "", $0["object"] ?? .null) }
    }

    private static func stage(_ story: String, _ name: String) throws -> JSON {
        try #require(stages(story).first { $0.name == name }?.object)
    }

    /// What was applied, taken from the first state of it.
    private static func manifest(_ object: JSON, change: (inout JSON) -> Void = { _ in }) -> JSON {
        var metadata: JSON = ["name": object["metadata"]?["name"] ?? ""]
        for key in ["labels", "annotations"] { metadata["\(key)"] = object["metadata"]?[key] }
        var value: JSON = [
            "apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "metadata": metadata,
        ]
        value["spec"] = object["spec"]
        if value["kind"] == "Job" {
            value["metadata"]?["labels"] = nil
            value["spec"]?["selector"] = nil
            value["spec"]?["template"]?["metadata"]?["labels"] = ["app": metadata["name"] ?? ""]
        }
        change(&value)
        return value
    }

    /// A status as text, without times and with hashes and generations of names made equal.
    private static func shape(_ status: JSON?) -> String {
        var text = (status ?? .null).text
        text = text.replacingOccurrences(
            of: #""\d{4}-\d\d-\d\dT[0-9:.]+Z""#, with: "\"<time>\"", options: .regularExpression)
        return text.replacingOccurrences(
            of: #"\b(web|owner|db)-[a-z0-9]{8,10}"#, with: "$1-<hash>", options: .regularExpression)
    }

    private static func collection(_ kind: String) -> String {
        let paths = [
            "Deployment": "/apis/apps/v1/namespaces/\(namespace)/deployments",
            "StatefulSet": "/apis/apps/v1/namespaces/\(namespace)/statefulsets",
            "Job": "/apis/batch/v1/namespaces/\(namespace)/jobs",
        ]
        return paths[kind] ?? "/api/v1/namespaces/\(namespace)/\(kind.lowercased())s"
    }

    /// Expects the statuses of these stages among the states, one after the other.
    private func expect(_ names: [String], of story: String, in recording: Recording) async throws {
        var begin = 0
        for name in names {
            let wanted = Self.shape(try Self.stage(story, name)["status"])
            var (seen, found): ([String], Int?) = ([], nil)
            // A watch tells a moment later what a read has already shown.
            for _ in 0..<50 where found == nil {
                seen = recording.states.map { Self.shape($0["status"]) }
                found = seen[begin...].firstIndex(of: wanted)
                if found == nil { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(found != nil, "\(story): \(name)\nwant \(wanted)\nseen \(seen.joined(separator: "\n     "))")
            begin = found ?? begin
        }
    }

    private func begin() async throws -> SandboxClient {
        let client = try SandboxClient(controllers: Self.pace)
        try await client.makeNamespace(Self.namespace)
        return client
    }

    private func condition(_ object: JSON, _ type: String) -> JSON? {
        object["status"]?["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    @Test func deploymentBecomesAvailableRollsAndStops() async throws {
        let client = try await begin()
        let path = Self.collection("Deployment")
        let recording = await client.record(path)
        let manifest = Self.manifest(try Self.stage("deployment", "applied"))
        try await client.send("POST", path, manifest)
        func settled(_ generation: Int64) -> @Sendable (Int, JSON) -> Bool {
            { _, object in
                let progress = object["status"]?["conditions"]?.array?.first { $0["type"]?.string == "Progressing" }
                return object["status"]?["observedGeneration"]?.int == generation
                    && progress?["reason"]?.string == "NewReplicaSetAvailable"
            }
        }
        _ = try await client.wait(for: "\(path)/web", until: settled(1))
        try await expect(
            ["applied", "observed, pods pending", "one of two ready", "available"], of: "deployment", in: recording)
        let image: JSON = [
            "spec": ["template": ["spec": ["containers": [["name": "web", "image": "registry.example/backend:2"]]]]]
        ]
        try await client.send("PATCH", "\(path)/web", image, type: "application/strategic-merge-patch+json")
        _ = try await client.wait(for: "\(path)/web", until: settled(2))
        try await expect(["a new image applied", "rolling", "rolled"], of: "deployment", in: recording)
        let pods = try await client.send("GET", "/api/v1/namespaces/\(Self.namespace)/pods")
        #expect(pods.value["items"]?.array?.count == 2)
        try await client.send(
            "PATCH", "\(path)/web/scale", ["spec": ["replicas": 0]], type: "application/merge-patch+json")
        _ = try await client.wait(for: "\(path)/web", until: settled(3))
        try await expect(["scaled to zero"], of: "deployment", in: recording)
    }

    @Test func deploymentThatCannotStartIsReported() async throws {
        let client = try await begin()
        let path = Self.collection("Deployment")
        let recording = await client.record(path)
        let manifest = Self.manifest(try Self.stage("deployment", "applied")) { value in
            value["spec"]?["template"]?["metadata"]?["annotations"] = ["sandbox.reconcile.dev/fail": "image"]
        }
        try await client.send("POST", path, manifest)
        _ = try await client.wait(for: "\(path)/web") { _, object in
            condition(object, "Progressing")?["reason"]?.string == "ProgressDeadlineExceeded"
        }
        try await expect(["observed, pods pending", "past the progress deadline"], of: "deployment", in: recording)
    }

    @Test func rolloutWithMissingImageStaysAvailable() async throws {
        let client = try await begin()
        let path = Self.collection("Deployment")
        let recording = await client.record(path)
        try await client.send("POST", path, Self.manifest(try Self.stage("deployment", "applied")))
        _ = try await client.wait(for: "\(path)/web") { _, object in
            object["status"]?["availableReplicas"]?.int == 2
        }
        let image: JSON = [
            "spec": [
                "template": ["spec": ["containers": [["name": "web", "image": "registry.example/backend:missing"]]]]
            ]
        ]
        try await client.send("PATCH", "\(path)/web", image, type: "application/strategic-merge-patch+json")
        _ = try await client.wait(for: "\(path)/web") { _, object in
            condition(object, "Progressing")?["reason"]?.string == "ProgressDeadlineExceeded"
        }
        try await expect(["rolling", "rolling, stuck"], of: "deployment", in: recording)
        let pods = try await client.send("GET", "/api/v1/namespaces/\(Self.namespace)/pods")
        let reasons = (pods.value["items"]?.array ?? []).compactMap { pod in
            pod["status"]?["containerStatuses"]?.array?.first?["state"]?["waiting"]?["reason"]?.string
        }
        #expect(reasons == ["ImagePullBackOff"])
    }

    @Test func statefulSetStartsAndRolls() async throws {
        let client = try await begin()
        let path = Self.collection("StatefulSet")
        let recording = await client.record(path)
        let claims = await client.record(Self.collection("PersistentVolumeClaim"))
        try await client.send("POST", path, Self.manifest(try Self.stage("statefulset", "applied")))
        _ = try await client.wait(for: "\(path)/db") { _, object in object["status"]?["readyReplicas"]?.int == 1 }
        try await expect(["applied", "observed", "ready"], of: "statefulset", in: recording)
        let claim = try Self.stage("statefulset", "its claim, pending")
        let first = try #require(claims.states.first)
        #expect(first["metadata"]?["name"] == claim["metadata"]?["name"])
        #expect(first["metadata"]?["labels"] == claim["metadata"]?["labels"])
        #expect(first["spec"] == claim["spec"])
        #expect(first["status"] == claim["status"])
        let image: JSON = [
            "spec": ["template": ["spec": ["containers": [["name": "pg", "image": "postgres:17"]]]]]
        ]
        try await client.send("PATCH", "\(path)/db", image, type: "application/strategic-merge-patch+json")
        _ = try await client.wait(for: "\(path)/db") { _, object in
            object["status"]?["observedGeneration"]?.int == 2 && object["status"]?["readyReplicas"]?.int == 1
                && object["status"]?["currentRevision"] == object["status"]?["updateRevision"]
        }
        try await expect(["a new image", "rolled"], of: "statefulset", in: recording)
    }

    @Test(arguments: ["migrate", "broken"]) func jobEnds(_ name: String) async throws {
        let client = try await begin()
        let path = Self.collection("Job")
        let recording = await client.record(path)
        let manifest = Self.manifest(try Self.stage("job-\(name)", "applied")) { value in
            guard name == "broken" else { return }
            value["spec"]?["template"]?["metadata"]?["annotations"] = ["sandbox.reconcile.dev/fail": "exit"]
        }
        try await client.send("POST", path, manifest)
        _ = try await client.wait(for: "\(path)/\(name)") { _, object in object["status"]?["conditions"] != nil }
        let last = name == "migrate" ? "succeeded" : "failed"
        try await expect(["applied", "active", last], of: "job-\(name)", in: recording)
    }

    @Test func namespaceIsFilledAndEmptied() async throws {
        let client = try await begin()
        let inside = "/api/v1/namespaces/\(Self.namespace)"
        _ = try await client.wait(for: "\(inside)/configmaps/kube-root-ca.crt") { status, _ in status == 200 }
        for (stage, path) in [
            ("its default service account", "serviceaccounts/default"),
            ("its certificate bundle", "configmaps/kube-root-ca.crt"),
        ] {
            let wanted = try Self.stage("namespace-contents", stage)
            let got = try await client.send("GET", "\(inside)/\(path)").value
            #expect(got["data"] == wanted["data"])
            #expect(got["metadata"]?["annotations"] == wanted["metadata"]?["annotations"])
        }
    }

    @Test func namespaceIsHeldByAFinalizer() async throws {
        let client = try SandboxClient(controllers: Self.pace)
        let name = "t-controllers-gone"
        try await client.makeNamespace(name)
        let path = "/api/v1/namespaces/\(name)"
        let held: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "held", "finalizers": ["example.dev/hold"]],
        ]
        try await client.send("POST", "\(path)/configmaps", held)
        let answered = try await client.send("DELETE", path)
        #expect(
            Self.shape(answered.value["status"])
                == Self.shape(try Self.stage("namespace-deletion", "delete answered")["status"]))
        let wanted = Self.shape(try Self.stage("namespace-deletion", "terminating, held by a finalizer")["status"])
        let terminating = try await client.wait(for: path) { _, object in Self.shape(object["status"]) == wanted }
        #expect(Self.shape(terminating.value["status"]) == wanted)
        try await client.send(
            "PATCH", "\(path)/configmaps/held", ["metadata": ["finalizers": .null]],
            type: "application/merge-patch+json")
        let gone = try await client.wait(for: path) { status, _ in status == 404 }
        #expect(gone.value == (try Self.stage("namespace-deletion", "gone")))
    }

    @Test func foregroundDeletionTakesReplicaSetsAndPodsAlong() async throws {
        let client = try SandboxClient(controllers: ControllerPace(patience: .seconds(60)))
        try await client.makeNamespace(Self.namespace)
        let path = Self.collection("Deployment")
        let recording = await client.record(path)
        let answered = try Self.stage("foreground-deletion", "foreground delete answered")
        try await client.send(
            "POST", path,
            Self.manifest(answered) { value in
                value["spec"]?["template"]?["metadata"]?["annotations"] = ["sandbox.reconcile.dev/fail": "scheduling"]
                value["metadata"]?["annotations"] = nil
            })
        _ = try await client.wait(for: "\(path)/owner") { _, object in object["status"]?["updatedReplicas"]?.int == 1 }
        try await client.send(
            "DELETE", "\(path)/owner",
            ["apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground"])
        let gone = try await client.wait(for: "\(path)/owner") { status, _ in status == 404 }
        #expect(gone.value == (try Self.stage("foreground-deletion", "gone")))
        try await expect(
            ["foreground delete answered", "waiting for its replica set and pods"], of: "foreground-deletion",
            in: recording)
        for kind in [
            "/apis/apps/v1/namespaces/\(Self.namespace)/replicasets", "/api/v1/namespaces/\(Self.namespace)/pods",
        ] {
            #expect(try await client.send("GET", kind).value["items"] == [])
        }
    }
}
