import Formats
import Testing

@testable import KubernetesModel

@Suite struct DifferTests {
    private static func kind(_ manifest: JSON) throws -> ResourceKind {
        try #require(
            BuiltinKinds.kind(
                apiVersion: manifest["apiVersion"]?.string ?? "", kind: manifest["kind"]?.string ?? ""))
    }

    /// The object as the server stores it after writers applied their manifests, one after the other.
    private static func applied(_ manifests: [(manager: String, manifest: JSON)]) throws -> JSON {
        var live: JSON?
        for (index, step) in manifests.enumerated() {
            let writer = try #require(
                ObjectWriter(
                    kind: try kind(step.manifest), manager: step.manager, time: "2026-01-0\(index + 1)T00:00:00Z"))
            live = try writer.apply(step.manifest, to: live, force: true, Allocations(uid: "u", clusterIP: "10.0.0.1"))
        }
        return try #require(live)
    }

    private static func deployment(image: String = "backend:1", replicas: Int64 = 2, env: [JSON] = []) -> JSON {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "backend", "namespace": "acme", "labels": ["app.kubernetes.io/name": "backend"]],
            "spec": [
                "replicas": .int(replicas), "selector": ["matchLabels": ["app": "backend"]],
                "template": [
                    "metadata": ["labels": ["app": "backend"]],
                    "spec": [
                        "containers": [
                            [
                                "name": "backend", "image": .string(image), "env": .array(env),
                                "resources": ["limits": ["cpu": "1000m", "memory": "1024Mi"]],
                                "ports": [["containerPort": 80], ["containerPort": 53, "protocol": "UDP"]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static func difference(_ desired: JSON, _ live: JSON) throws -> ObjectDifference {
        Differ().difference(desired: desired, live: live, kind: try kind(desired))
    }

    @Test func findsNothingAfterAnApply() throws {
        let manifest = Self.deployment(env: [["name": "A", "value": "1"], ["name": "B", "value": "2"]])
        let found = try Self.difference(manifest, try Self.applied([("reconcile", manifest)]))
        #expect(found.isSame && found.pointers.isEmpty && !found.changesOwnership && found.conflicts.isEmpty)
    }

    private static func agree(_ desired: JSON, _ live: JSON) throws -> Bool {
        let agreement = Agreement(live: live, manager: "reconcile", apiVersion: desired["apiVersion"]?.string)
        let schema = try #require(ObjectSchema.of(try kind(desired).gvk))
        return agreement?.holds(of: desired, live: live, schema.root) ?? false
    }

    /// What a run without changes does for every object: no merge is needed to see that all is as it should be.
    @Test func seesAtOnceThatNothingIsToBeDone() throws {
        var spelt = Self.deployment(env: [["name": "A", "value": "1"], ["name": "B", "value": "2"]])
        spelt["spec"]?["template"]?["spec"]?["containers"] = .array([
            [
                "name": "backend", "image": "backend:1", "env": [["name": "A", "value": "1"]],
                "resources": ["limits": ["cpu": "1", "memory": "1Gi"]], "ports": [["containerPort": 80]],
            ]
        ])
        let live = try Self.applied([("reconcile", spelt)])
        #expect(try Self.agree(spelt, live))
        // Whatever is not letter for letter so is looked at closely.
        var less = spelt
        less["metadata"]?["labels"] = nil
        #expect(try !Self.agree(less, live))
        var more = spelt
        more["metadata"]?["annotations"] = ["note": ""]
        #expect(try !Self.agree(more, live))
        var other = spelt
        other["spec"]?["replicas"] = 3
        #expect(try !Self.agree(other, live))
        #expect(try !Self.agree(spelt, try Self.applied([("reconcile", spelt), ("helm", other)])))
        #expect(try !Self.agree(spelt, try Self.applied([("helm", spelt)])))
        var elsewhere = live
        elsewhere["metadata"]?["namespace"] = "globex"
        #expect(try !Self.agree(spelt, elsewhere))
    }

    @Test func takesOtherSpellingsForTheSame() throws {
        let live = try Self.applied([("reconcile", Self.deployment())])
        var desired = Self.deployment()
        var container = desired[path: "spec", "template", "spec", "containers"]?.array?[0] ?? .null
        container["resources"] = ["limits": ["cpu": 1, "memory": "1Gi"]]
        container["ports"] = [["containerPort": 53, "protocol": "UDP"], ["containerPort": 80, "protocol": "TCP"]]
        container["imagePullPolicy"] = "IfNotPresent"
        desired["spec"]?["template"]?["spec"]?["containers"] = [container]
        #expect(try Self.difference(desired, live).isSame)
    }

    @Test func namesTheElementAndThePlaceInTheManifest() throws {
        let env: [JSON] = [["name": "A", "value": "1"], ["name": "B", "value": "2"]]
        let live = try Self.applied([("reconcile", Self.deployment(env: env))])
        let found = try Self.difference(
            Self.deployment(env: [["name": "B", "value": "3"], ["name": "A", "value": "1"]]), live)
        #expect(found.fields.map(\.displayPath) == ["spec.template.spec.containers[backend].env[B].value"])
        #expect(found.fields.first?.before == "2")
        #expect(found.fields.first?.after == "3")
        #expect(found.fields.first?.owner == nil)
        #expect(found.fields.first?.desiredPointer?.description == "/spec/template/spec/containers/0/env/0/value")
        #expect(found.fields.first?.isConflict == false)
    }

    @Test func showsADriftWithItsWriter() throws {
        let live = try Self.applied([
            ("reconcile", Self.deployment()), ("kubectl-edit", Self.deployment(replicas: 5)),
        ])
        let found = try Self.difference(Self.deployment(), live)
        let field = try #require(found.fields.first)
        #expect(found.fields.count == 1)
        #expect(field.displayPath == "spec.replicas")
        #expect(field.before == 5 && field.after == 2)
        #expect(field.owner == .init(manager: "kubectl-edit", time: "2026-01-02T00:00:00Z", isPerson: true))
        #expect(field.isConflict)
        #expect(found.conflicts.map(\.path.description) == [".spec.replicas"])
    }

    @Test func removesWhatWeAloneHadApplied() throws {
        let config: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c", "namespace": "acme"],
            "data": ["ours": "1", "shared": "1"],
        ]
        var theirs = config
        theirs["data"] = ["shared": "1", "theirs": "1"]
        let live = try Self.applied([("reconcile", config), ("other", theirs)])
        var desired = config
        desired["data"] = nil
        let found = try Self.difference(desired, live)
        #expect(found.fields.map(\.displayPath) == ["data.ours"])
        #expect(found.fields.first?.before == "1")
        #expect(found.fields.first?.after == nil)
        #expect(found.changesOwnership)
    }

    @Test func leavesAloneWhatTheManifestDoesNotSay() throws {
        let live = try Self.applied([
            ("reconcile", Self.deployment()),
            (
                "mesh",
                [
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": ["name": "backend", "namespace": "acme", "annotations": ["mesh": "on"]],
                ]
            ),
        ])
        #expect(try Self.difference(Self.deployment(), live).isSame)
    }

    @Test func comparesKindsWithoutATypeAsTheyAre() throws {
        let widget: JSON = [
            "apiVersion": "example.dev/v1", "kind": "Widget", "metadata": ["name": "w", "namespace": "acme"],
            "spec": ["size": 1, "parts": [["name": "a"]]],
        ]
        let kind = ResourceKind(
            gvk: .init(group: "example.dev", version: "v1", kind: "Widget"), plural: "widgets", singular: "widget",
            isNamespaced: true)
        let writer = try #require(ObjectWriter(kind: kind, manager: "reconcile", time: "2026-01-01T00:00:00Z"))
        let live = try writer.apply(widget, to: nil, force: false, Allocations(uid: "u"))
        var desired = widget
        #expect(Differ().difference(desired: desired, live: live, kind: kind).isSame)
        desired["spec"] = ["size": 2, "parts": [["name": "a"], ["name": "b"]]]
        let found = Differ().difference(desired: desired, live: live, kind: kind)
        #expect(found.fields.map(\.displayPath) == ["spec.parts", "spec.size"])
    }

    @Test func knowsPersons() {
        #expect(Differ().isPerson("kubectl-edit"))
        #expect(!Differ().isPerson("kube-controller-manager"))
        #expect(Differ(persons: ["k9s"]).isPerson("k9s"))
    }
}
