import Formats
import KubernetesModel
import Planning
import Tenancy
import Testing

@Suite struct UpdateSituationTests {
    private static let deployment = Sample.deployment("backend", of: "acme")
    private static let image = "spec.template.spec.containers[backend].image"

    private static func state(_ objects: DesiredObject...) -> DesiredState {
        Sample.state(tenants: [Sample.tenant("acme", objects: [Sample.namespace("acme")] + objects, groups: [])])
    }

    private static func binding(_ role: String) -> DesiredObject {
        Sample.object(
            "rbac.authorization.k8s.io/v1", "RoleBinding", "tenant-acme", "operators", tenant: "acme",
            ["roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role)]])
    }

    private static func selecting(_ app: String) -> DesiredObject {
        var object = deployment.object
        object["spec"]?["selector"] = ["matchLabels": ["app": .string(app)]]
        object["spec"]?["template"]?["metadata"] = ["labels": ["app": .string(app)]]
        return Sample.object("apps/v1", "Deployment", "tenant-acme", "backend", tenant: "acme", object)
    }

    private static func claim(_ storageClass: String) -> DesiredObject {
        Sample.object(
            "v1", "PersistentVolumeClaim", "tenant-acme", "data", tenant: "acme",
            [
                "spec": [
                    "accessModes": ["ReadWriteOnce"], "storageClassName": .string(storageClass),
                    "resources": ["requests": ["storage": "1Gi"]],
                ]
            ])
    }

    private static func scaler(_ name: String) -> DesiredObject {
        Sample.object(
            "autoscaling/v2", "HorizontalPodAutoscaler", "tenant-acme", name, tenant: "acme",
            [
                "spec": [
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "backend"],
                    "minReplicas": 2, "maxReplicas": 5,
                ]
            ])
    }

    private static func quota(_ cpu: JSON) -> DesiredObject {
        Sample.object(
            "v1", "ResourceQuota", "tenant-acme", "quota", tenant: "acme", ["spec": ["hard": ["limits.cpu": cpu]]])
    }

    private static func plain(_ value: String) -> DesiredObject {
        Sample.object(
            "v1", "Secret", "tenant-acme", "plain", tenant: "acme", ["type": "Opaque", "data": ["key": .string(value)]])
    }

    private static let wayOut = "give it another name, or list it under the blueprint's replace"

    private static var replaceable: ObjectRules {
        var rules = ObjectRules()
        rules.mayBeReplaced = true
        return rules
    }

    private static func conflicts(_ resolution: ConflictRule.Resolution) -> ObjectRules {
        var rules = ObjectRules()
        rules.onConflict = [ConflictRule(path: "spec.replicas", resolution: resolution)]
        return rules
    }

    static let situations: [Situation] = [
        Situation(
            "a new image", state(Sample.deployment("backend", of: "acme", image: "b:2")),
            after: state(Sample.deployment("backend", of: "acme", image: "b:1")),
            expect: [#"~ Deployment tenant-acme/backend \#(image): "b:1" -> "b:2""#]),
        Situation(
            "an image set by hand", state(deployment), after: state(deployment),
            by: {
                $0.edit(
                    deployment.id, by: "kubectl-set", "spec", "template", "spec", "containers", "0", "image",
                    to: "registry.example/backend:1.3.9")
            },
            expect: [
                "~ Deployment tenant-acme/backend \(image): \"registry.example/backend:1.3.9\" -> "
                    + "\"registry.example/backend:1.4.0\" (drift)"
            ]),
        Situation(
            "a field of the manifest held by a controller", state(deployment), after: state(deployment),
            by: { $0.edit(deployment.id, by: "tuner", "spec", "replicas", to: 7) },
            expect: [
                "! Deployment tenant-acme/backend spec.replicas: 7 -> 3 (drift) "
                    + "(conflict with tuner, which owns spec.replicas; say in the blueprint's onConflict whether to "
                    + "takeBack or leave it)"
            ]),
        Situation(
            "a field that the manifest does not set", state(deployment), after: state(deployment),
            by: { $0.edit(deployment.id, by: "tuner", "metadata", "labels", "team", to: "ops") }, expect: []),
        Situation(
            "scaled by a desired autoscaler", state(deployment, scaler("backend")),
            after: state(deployment, scaler("backend")),
            by: { $0.edit(deployment.id, by: "kube-controller-manager", "spec", "replicas", to: 5) }, expect: []),
        Situation(
            "another image while scaled",
            state(Sample.deployment("backend", of: "acme", image: "b:2"), scaler("backend")),
            after: state(Sample.deployment("backend", of: "acme", image: "b:1"), scaler("backend")),
            by: { $0.edit(deployment.id, by: "kube-controller-manager", "spec", "replicas", to: 5) },
            expect: [#"~ Deployment tenant-acme/backend \#(image): "b:1" -> "b:2""#]),
        Situation("an amount spelled otherwise", state(quota("1")), after: state(quota("1000m")), expect: []),
        Situation(
            "another amount", state(quota("2")), after: state(quota("1000m")),
            expect: [#"~ ResourceQuota tenant-acme/quota spec.hard[limits.cpu]: "1" -> "2""#]),
        Situation(
            "a key that the manifest drops", state(Sample.configMap("branding", of: "acme", data: ["a": "1"])),
            after: state(Sample.configMap("branding", of: "acme", data: ["a": "1", "b": "2"])),
            expect: [#"~ ConfigMap tenant-acme/branding data.b: "2" -> none"#]),
        Situation(
            "our labels taken off", state(Sample.configMap("branding", of: "acme")),
            after: state(Sample.configMap("branding", of: "acme")),
            by: {
                $0.edit(Sample.configMap("branding", of: "acme").id, by: "kubectl-label", "metadata", "labels", to: nil)
            },
            expect: [
                "~ ConfigMap tenant-acme/branding "
                    + "metadata.labels: none -> {\"app.kubernetes.io/managed-by\":\"reconcile\","
                    + "\"reconcile.dev/environment\":\"prod\",\"reconcile.dev/fleet\":\"knowton\","
                    + "\"reconcile.dev/tenant\":\"acme\"} (drift)"
            ]),
        Situation(
            "a selector that cannot change", state(selecting("b")), after: state(selecting("a")),
            expect: [
                #"! Deployment tenant-acme/backend spec.selector.matchLabels.app: "a" -> "b" "#
                    + #"spec.template.metadata.labels.app: "a" -> "b" "#
                    + "(needs to be replaced: spec.selector: field is immutable; \(wayOut))"
            ]),
        Situation(
            "a selector that cannot change, of an object that may be replaced",
            state(selecting("b").with(rules: replaceable)), after: state(selecting("a")),
            expect: [
                #"-/+ Deployment tenant-acme/backend spec.selector.matchLabels.app: "a" -> "b" "#
                    + #"spec.template.metadata.labels.app: "a" -> "b" (spec.selector: field is immutable)"#
            ]),
        Situation(
            "a field left to another manager", state(deployment.with(rules: conflicts(.leave))),
            after: state(deployment),
            by: { $0.edit(deployment.id, by: "tuner", "spec", "replicas", to: 7) }, expect: []),
        Situation(
            "another image beside a field left to another manager",
            state(Sample.deployment("backend", of: "acme", image: "b:2").with(rules: conflicts(.leave))),
            after: state(Sample.deployment("backend", of: "acme", image: "b:1")),
            by: { $0.edit(deployment.id, by: "tuner", "spec", "replicas", to: 7) },
            expect: [#"~ Deployment tenant-acme/backend \#(image): "b:1" -> "b:2""#]),
        Situation(
            "a field taken back from another manager", state(deployment.with(rules: conflicts(.takeBack))),
            after: state(deployment),
            by: { $0.edit(deployment.id, by: "tuner", "spec", "replicas", to: 7) },
            expect: ["~ Deployment tenant-acme/backend spec.replicas: 7 -> 3 (drift)"]),
        Situation(
            "the type of a Secret of the manifest", state(plain("YQ==")), after: state(plain("YQ==")),
            by: { $0.set(plain("").id, "type", to: "kubernetes.io/tls") },
            expect: [
                "! Secret tenant-acme/plain (needs to be replaced: type: field is immutable; \(wayOut))"
            ]),
        Situation(
            "a claim that cannot change", state(claim("fast")), after: state(claim("slow")),
            expect: [
                #"! PersistentVolumeClaim tenant-acme/data spec.storageClassName: "slow" -> "fast" "#
                    + "(needs to be replaced: spec: spec is immutable after creation except resources.requests and "
                    + "volumeAttributesClassName for bound claims; copy its data to a claim of another name first: "
                    + "the old one is removed, data and all, when no manifest has it, and so it is when it is listed under "
                    + "the blueprint's replace)"
            ]),
        Situation(
            "a manifest that the server would refuse", state(Sample.deployment("backend", of: "acme", replicas: -1)),
            after: state(deployment),
            expect: [
                "! Deployment tenant-acme/backend spec.replicas: 3 -> -1 (the server would refuse it: spec.replicas: "
                    + "must be greater than or equal to 0)"
            ]),
        Situation(
            "a role reference that cannot change", state(binding("edit")), after: state(binding("view")),
            expect: [
                #"-/+ RoleBinding tenant-acme/operators roleRef.name: "view" -> "edit" (a role reference cannot be changed)"#
            ]),
        Situation("a Secret of the manifest", state(plain("YQ==")), after: state(plain("YQ==")), expect: []),
        Situation(
            "another value in a Secret of the manifest", state(plain("Yg==")), after: state(plain("YQ==")),
            expect: ["~ Secret tenant-acme/plain data.key: none -> none [values are not read back]"]),
        Situation(
            "a value of a Secret of the manifest set by hand", state(plain("YQ==")), after: state(plain("YQ==")),
            by: { $0.edit(plain("").id, by: "kubectl-edit", "data", to: ["key": "eHh4"]) },
            expect: ["~ Secret tenant-acme/plain data.key: none -> none (drift) [values are not read back]"]),
    ]

    @Test(arguments: situations) func updates(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    private static func change(_ id: String) throws -> Change {
        try #require(situations.first { $0.id == id }?.plan.changes.first)
    }

    @Test func driftNamesTheManagerAndIsTakenBackByForce() throws {
        let change = try Self.change("an image set by hand")
        #expect(change.fields.map(\.manager) == ["kubectl-set"])
        #expect(change.fields.map(\.since) == ["2026-11-21T10:00:00Z"])
        guard case .cluster(.apply(_, let uid, let forced)) = change.operation else {
            Issue.record("not applied")
            return
        }
        #expect(uid == World.uid(Self.deployment.id))
        #expect(forced)
        #expect(change.isDrift)
    }

    @Test func aChangeOfTheFileIsNotForcedAndNoDrift() throws {
        let change = try Self.change("a new image")
        guard case .cluster(.apply(_, _, let forced)) = change.operation else {
            Issue.record("not applied")
            return
        }
        #expect(!forced)
        #expect(!change.isDrift)
    }

    /// An apply without the field, or with another value, would scale the workload down.
    @Test func whatIsScaledIsAppliedAsItIs() throws {
        let change = try Self.change("another image while scaled")
        guard case .cluster(.apply(let object, _, _)) = change.operation else {
            Issue.record("not applied")
            return
        }
        #expect(object.object[path: "spec", "replicas"] == 5)
    }

    @Test func theTouchedHashFollowsTheLiveValues() throws {
        let one = try Self.change("a new image").precondition
        let desired = Self.state(Sample.deployment("backend", of: "acme", image: "b:2"))
        let other = Situation(
            "", desired, after: Self.state(Sample.deployment("backend", of: "acme", image: "b:0")), expect: []
        ).plan.changes.first?.precondition
        #expect(one?.uid == other?.uid)
        #expect(one?.touched != other?.touched)
        // Another wish for the same live value leaves the precondition as it is.
        let wish = Self.state(Sample.deployment("backend", of: "acme", image: "b:3"))
        let same = Situation(
            "", wish, after: Self.state(Sample.deployment("backend", of: "acme", image: "b:1")), expect: []
        ).plan.changes.first?.precondition
        #expect(one == same)
    }

    @Test func fieldsNameTheirPlaces() throws {
        let new = Sample.deployment("backend", of: "acme", image: "b:2", replicas: 3)
        let manifest = YAML.parse(
            Array(
                """
                spec:
                  replicas: ${values.replicas}
                  template:
                    spec:
                      containers:
                        - name: backend
                          image: b:2
                """.utf8), file: new.source.file
        ).document
        let origin = Origin(
            pointer: "/spec/replicas", layer: "tenant",
            place: Place(file: "tenants/acme.yaml", mark: Mark(line: 19, column: 28)))
        let desired = DesiredObject(
            id: new.id, apiVersion: new.apiVersion, object: new.object, tenant: "acme", source: new.source,
            origins: [origin], manifest: manifest)
        let before = Sample.deployment("backend", of: "acme", image: "b:1", replicas: 2)
        let plan = Situation("", Self.state(desired), after: Self.state(before), expect: []).plan
        let places = plan.changes.flatMap(\.fields).map { "\($0.path) \($0.source?.fileAndLine ?? "-")" }
        #expect(
            places == [
                "spec.replicas tenants/acme.yaml:19",
                "\(Self.image) blueprints/platform/1.4.0/manifests/backend.yaml:7",
            ])
    }
}
