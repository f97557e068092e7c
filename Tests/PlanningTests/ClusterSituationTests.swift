import Formats
import KubernetesModel
import Planning
import Tenancy
import Testing

@Suite struct ClusterSituationTests {
    private static let namespace = Sample.namespace("acme")
    private static let branding = Sample.configMap("branding", of: "acme")
    private static let features = Sample.configMap("features", of: "acme")
    private static let shared = Sample.object("v1", "ConfigMap", "shared", "limits", tenant: nil, ["data": ["a": "1"]])
    private static func keys(_ rotation: Int = 0, more: Bool = false) -> DesiredObject {
        let keys = [SecretKey(name: "jwt", source: .generate(length: 64), rotation: rotation)]
        let others = [
            SecretKey(name: "password", source: .generate(length: 32)),
            SecretKey(name: "token", source: .environment(variable: "RECONCILE_SECRET_GITHUB")),
        ]
        return Sample.secret("credentials", of: "acme", keys: more ? keys + others : keys)
    }

    private static func state(
        _ objects: DesiredObject..., state: TenantState = .active, isProtected: Bool = false, cascades: Bool = false
    ) -> DesiredState {
        let tenant = Sample.tenant(
            "acme", state: state, isProtected: isProtected, cascades: cascades, objects: objects, groups: [])
        return Sample.state(tenants: [tenant])
    }

    private static let full = state(namespace, branding, features)
    private static let gone = state(state: .absent)

    static let creations: [Situation] = [
        Situation(
            "nothing there", full, World(),
            expect: [
                "+ Namespace tenant-acme", "+ ConfigMap tenant-acme/branding", "+ ConfigMap tenant-acme/features",
            ]),
        Situation("everything there", full, after: full, expect: []),
        Situation(
            "one gone by another hand", full, after: full, by: { $0.objects[branding.id] = nil },
            expect: [
                "+ ConfigMap tenant-acme/branding (drift: it is gone since the apply of a41be07)"
            ]),
        Situation(
            "one that is new", full, after: state(namespace, branding), expect: ["+ ConfigMap tenant-acme/features"]),
        Situation(
            "a stranger of that name", full, after: state(namespace, branding),
            by: { $0.addForeign("v1", "ConfigMap", "tenant-acme", "features") },
            expect: [
                "! ConfigMap tenant-acme/features (exists and is not ours; "
                    + "reconcile adopt k8s/prod/acme/core/ConfigMap/tenant-acme/features)"
            ]),
        Situation(
            "another fleet's", full, after: state(namespace, branding),
            by: {
                $0.addForeign(
                    "v1", "ConfigMap", "tenant-acme", "features",
                    labels: [Marks.managedBy: "reconcile", Marks.fleet: "other", Marks.environment: "prod"])
            },
            expect: [
                "! ConfigMap tenant-acme/features (exists and belongs to fleet other, environment prod; "
                    + "to take it over: reconcile adopt k8s/prod/acme/core/ConfigMap/tenant-acme/features --from other/prod)"
            ]),
        Situation(
            "our labels without our apply", full, after: full,
            by: { $0.change(branding.id) { $0["metadata"]?["managedFields"] = [] } }, expect: []),
        Situation(
            "our labels without our apply, and no lock", full, after: full, remembers: false,
            by: { $0.change(branding.id) { $0["metadata"]?["managedFields"] = [] } },
            expect: [
                "! ConfigMap tenant-acme/branding (exists and is not ours; "
                    + "reconcile adopt k8s/prod/acme/core/ConfigMap/tenant-acme/branding)"
            ]),
        Situation(
            "a namespace of somebody", full,
            { () -> World in
                var world = World()
                world.addForeign("v1", "Namespace", nil, "tenant-acme")
                return world
            }(),
            expect: [
                "! Namespace tenant-acme [2 objects wait for it] (exists and is not ours; "
                    + "reconcile adopt k8s/prod/acme/core/Namespace/tenant-acme)"
            ]),
        Situation(
            "a namespace on its way out", full, after: full,
            by: { $0.set(namespace.id, "metadata", "deletionTimestamp", to: "2026-11-21T11:00:00Z") },
            expect: [
                "+ Namespace tenant-acme [once the one that is being deleted is gone]",
                "+ ConfigMap tenant-acme/branding (drift: it is gone since the apply of a41be07)",
                "+ ConfigMap tenant-acme/features (drift: it is gone since the apply of a41be07)",
            ]),
        Situation(
            "of the environment", Sample.state(objects: [shared]), World(), expect: ["+ ConfigMap shared/limits"]),
    ]

    static let secrets: [Situation] = [
        Situation(
            "new", state(namespace, keys(more: true)), after: state(namespace),
            expect: [
                "+ Secret tenant-acme/credentials [2 generated values, 1 value from RECONCILE_SECRET_GITHUB]"
            ]),
        Situation("there", state(namespace, keys(1)), after: state(namespace, keys(1)), expect: []),
        Situation(
            "there, without a lock", state(namespace, keys(1)), after: state(namespace, keys(1)), remembers: false,
            expect: []),
        Situation(
            "keys are missing", state(namespace, keys(more: true)), after: state(namespace, keys()),
            expect: [
                "~ Secret tenant-acme/credentials [1 generated value, 1 value from RECONCILE_SECRET_GITHUB]"
            ]),
        Situation(
            "a rotation rose", state(namespace, keys(2)), after: state(namespace, keys(1)),
            expect: [
                "~ Secret tenant-acme/credentials [new value of jwt]"
            ]),
        Situation("a rotation was lowered", state(namespace, keys(0)), after: state(namespace, keys(1)), expect: []),
        Situation(
            "a label taken off", state(namespace, keys()), after: state(namespace, keys()),
            by: {
                $0.set(keys().id, "metadata", "labels", Marks.tenant, to: nil)
            },
            expect: ["~ Secret tenant-acme/credentials metadata.labels[reconcile.dev/tenant]: none -> \"acme\" (drift)"]
        ),
        Situation(
            "no longer asked for", state(namespace), after: state(namespace, keys()),
            expect: [
                "- Secret tenant-acme/credentials (no longer asked for since the apply of a41be07)"
            ]),
    ]

    static let removals: [Situation] = [
        Situation(
            "no longer asked for", state(namespace, branding), after: full,
            expect: [
                "- ConfigMap tenant-acme/features (no longer asked for since the apply of a41be07)"
            ]),
        Situation(
            "without a lock", state(namespace, branding), after: full, remembers: false,
            expect: [
                "- ConfigMap tenant-acme/features (no longer asked for)"
            ]),
        Situation(
            "in the lock alone", state(namespace, branding), after: full,
            by: {
                $0.change(features.id) { $0["metadata"]?["labels"] = [:] }
            }, expect: []),
        Situation(
            "our labels without our apply", state(namespace, branding), after: full,
            by: {
                $0.change(features.id) { $0["metadata"]?["managedFields"] = [] }
            }, expect: []),
        Situation(
            "going already", state(namespace, branding), after: full,
            by: {
                $0.set(features.id, "metadata", "deletionTimestamp", to: "2026-11-21T11:00:00Z")
            }, expect: ["- ConfigMap tenant-acme/features (still being deleted)"]),
        Situation(
            "the namespace of a tenant that stays", state(branding), after: state(namespace, branding),
            expect: [
                "! Namespace tenant-acme (holds the data of a tenant that stays; only state: absent removes a tenant's namespace)"
            ]),
        Situation(
            "a tenant that leaves", gone, after: full,
            expect: [
                "- Namespace tenant-acme [with 2 objects of ours and all data: ConfigMap branding, ConfigMap features] (state: absent)"
            ]),
        Situation(
            "a protected tenant that leaves", state(state: .absent, isProtected: true), after: full,
            expect: [
                "! tenant acme [3 of its objects, groups and people stay] "
                    + "(is protected; lift deletion.protect in an earlier commit than state: absent)"
            ]),
        Situation(
            "a tenant that is in no file", Sample.state(), after: full,
            expect: [
                "! tenant acme [3 of its objects, groups and people stay] "
                    + "(no file has it in this environment; put it back, and say state: absent there to remove it)"
            ]),
        Situation(
            "foreign content", gone, after: full,
            by: { world in
                for name in ["one", "two", "three"] { world.foreign(add: "apps/v1", "Deployment", name) }
                world.foreign(add: "v1", "PersistentVolumeClaim", "data-postgres-0")
                world.foreign(add: "v1", "ConfigMap", "kube-root-ca.crt")
                world.foreign(add: "v1", "ServiceAccount", "default")
            },
            expect: [
                "! Namespace tenant-acme (holds what is not ours: "
                    + "PersistentVolumeClaim data-postgres-0, Deployment one, Deployment three and 1 more; "
                    + "remove it, or say deletion: {cascade: true})"
            ]),
        Situation(
            "foreign content that may go", state(state: .absent, cascades: true), after: full,
            by: {
                $0.foreign(add: "v1", "Secret", "mine")
            },
            expect: [
                "- Namespace tenant-acme [with 2 objects of ours and all data: ConfigMap branding, ConfigMap features, 1 of others: Secret mine] (state: absent)"
            ]),
        Situation(
            "what hangs on ours is no foreign content", gone, after: full,
            by: { world in
                world.foreign(add: "apps/v1", "ReplicaSet", "backend-1", owner: World.uid(branding.id))
                world.foreign(add: "v1", "Pod", "backend-1-x", owner: "uid-ReplicaSet-backend-1")
            },
            expect: [
                "- Namespace tenant-acme [with 2 objects of ours and all data: ConfigMap branding, ConfigMap features] (state: absent)"
            ]),
        Situation(
            "a tenant whose namespace is not ours", gone, after: full,
            by: { world in
                world.objects[namespace.id] = nil
                world.addForeign("v1", "Namespace", nil, "tenant-acme")
            },
            expect: [
                "- ConfigMap tenant-acme/branding (state: absent)", "- ConfigMap tenant-acme/features (state: absent)",
            ]),
        Situation(
            "of the environment", Sample.state(), after: Sample.state(objects: [shared]),
            expect: [
                "- ConfigMap shared/limits (no longer asked for since the apply of a41be07)"
            ]),
    ]

    @Test(arguments: creations) func creates(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }
    @Test(arguments: secrets) func generates(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }
    @Test(arguments: removals) func prunes(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    @Test func everyRemovalCarriesTheUid() {
        for situation in Self.removals {
            for change in situation.plan.changes where change.action == .delete {
                switch change.operation {
                case .cluster(.delete(let id, _, let uid)), .cluster(.awaitRemoval(let id, _, let uid)):
                    #expect(uid == World.uid(id))
                    #expect(change.precondition?.uid == uid)
                default: Issue.record("\(change.address) has no deletion")
                }
            }
        }
    }

    @Test func aNewSecretRemembersItsRotations() throws {
        let plan = Plan.make(
            desired: Self.state(Self.namespace, Self.keys(3)), live: World().state, source: Sample.source)
        let secret = try #require(plan.changes.first { $0.address.contains("Secret") })
        guard case .cluster(.createSecret(let object)) = secret.operation else {
            Issue.record("not created")
            return
        }
        #expect(object.object[path: "metadata", "annotations", "reconcile.dev/rotations"] == "jwt=3")
    }

    @Test func anUnsetVariableIsUnknownHere() throws {
        let plan = Plan.make(
            desired: Self.state(Self.namespace, Self.keys(more: true)), live: World().state, source: Sample.source,
            unsetVariables: ["RECONCILE_SECRET_GITHUB"])
        #expect(plan.lines.last?.hasSuffix("1 value from RECONCILE_SECRET_GITHUB (unknown here)]") == true)
    }
}

extension World {
    fileprivate mutating func foreign(add apiVersion: String, _ kind: String, _ name: String, owner: String? = nil) {
        var other = World()
        other.addForeign(apiVersion, kind, "tenant-acme", name)
        if let owner {
            for id in other.objects.keys {
                other.change(id) { $0["metadata"]?["ownerReferences"] = [["uid": .string(owner)]] }
            }
        }
        foreign.merge(other.objects) { _, new in new }
    }
}
