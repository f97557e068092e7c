import Formats
import KubernetesModel
import Planning
import Tenancy
import Testing

/// What is taken over and let go of by its address, and names that are used again.
@Suite struct OwnershipSituationTests {
    private static let namespace = Sample.namespace("acme")
    private static let branding = Sample.configMap("branding", of: "acme")
    private static let theme = Sample.configMap("theme", of: "acme", data: ["color": "red"])
    private static let address = "k8s/prod/acme/core/ConfigMap/tenant-acme/theme"
    private static let ada = Sample.person("ada@acme.example", given: "Ada")

    private static func state(_ objects: DesiredObject..., people: [DesiredPerson] = [], id: String? = nil)
        -> DesiredState
    {
        let tenant = Sample.tenant("acme", objects: [namespace] + objects, id: id, groups: people.isEmpty ? [] : nil)
        return Sample.state(tenants: [tenant], people: people)
    }

    /// A ConfigMap that another tool has made.
    private static func stranger(_ world: inout World, labels: JSON? = nil) {
        world.add(theme)
        world.change(theme.id) { object in
            object["data"] = ["color": "green", "font": "serif"]
            object["metadata"]?["labels"] = labels
            object["metadata"]?["managedFields"] = [
                [
                    "manager": "helm", "operation": "Update", "apiVersion": "v1", "time": "2026-11-20T08:00:00Z",
                    "fieldsType": "FieldsV1", "fieldsV1": ["f:data": ["f:color": [:], "f:font": [:]]],
                ]
            ]
        }
    }

    private static func labels(_ fleet: String) -> JSON {
        [Marks.managedBy: "reconcile", Marks.fleet: .string(fleet), Marks.environment: "prod"]
    }

    static let objects: [Situation] = [
        Situation(
            "a stranger", state(theme), after: state(), by: { stranger(&$0) },
            expect: [
                "! ConfigMap tenant-acme/theme (exists and is not ours (written by helm); reconcile adopt \(address))"
            ]),
        Situation(
            "a stranger adopted", state(theme), after: state(), by: { stranger(&$0) },
            wishes: OwnershipWishes(adopt: [address]),
            expect: [
                #"^ ConfigMap tenant-acme/theme data.color: "green" -> "red" "#
                    + #"metadata.labels: none -> {"app.kubernetes.io/managed-by":"reconcile","#
                    + #""reconcile.dev/environment":"prod","reconcile.dev/fleet":"knowton","reconcile.dev/tenant":"acme"} "#
                    + "(written by helm)"
            ]),
        Situation(
            "another fleet's adopted without its name", state(theme), after: state(),
            by: { stranger(&$0, labels: labels("other")) }, wishes: OwnershipWishes(adopt: [address]),
            expect: [
                "! ConfigMap tenant-acme/theme (exists and belongs to fleet other, environment prod; to take it over: "
                    + "reconcile adopt \(address) --from other/prod)"
            ]),
        Situation(
            "something of ours forgotten", state(branding, theme), after: state(branding, theme),
            wishes: OwnershipWishes(forget: [address]),
            expect: [". ConfigMap tenant-acme/theme (stays as it is, and is not ours any more)"]),
        Situation(
            "something that would be removed forgotten", state(branding), after: state(branding, theme),
            wishes: OwnershipWishes(forget: [address]),
            expect: [". ConfigMap tenant-acme/theme (stays as it is, and is not ours any more)"]),
    ]

    static let people: [Situation] = [
        Situation(
            "a group and a person adopted", state(people: [ada]), after: state(),
            by: { world in
                world.addForeignGroup("/acme")
                world.add(ada)
                world.change("s-ada@acme.example", groups: [], attributes: [:])
            },
            wishes: OwnershipWishes(adopt: ["idp/prod/groups/acme", "idp/prod/users/ada@acme.example"]),
            expect: [
                "^ group acme", "+ group acme/analyst [grants analyst]", "+ group acme/operator [grants operator]",
                "^ user ada@acme.example +acme/analyst reconcile.key: none -> \"ada@acme.example\" "
                    + "reconcile.home: none -> \"knowton/prod\" reconcile.owners: none -> [\"knowton/prod\"]",
            ]),
        Situation(
            "a group and a person forgotten", state(people: [ada]), after: state(people: [ada]),
            wishes: OwnershipWishes(forget: ["idp/prod/groups/acme/operator", "idp/prod/users/ada@acme.example"]),
            expect: [
                ". group acme/operator (stays as it is, and is not ours any more)",
                ". user ada@acme.example (stays as it is, and is not ours any more)",
            ]),
    ]

    static let namesakes: [Situation] = [
        Situation(
            "the same id", state(branding, id: "cus-1"), after: state(branding, id: "cus-1"), expect: []),
        Situation(
            "an id where there was none", state(branding, id: "cus-1"), after: state(branding), expect: []),
        Situation(
            "another id", state(branding, id: "cus-2"), after: state(branding, id: "cus-1"),
            expect: ["! tenant acme (\(reason("the file says cus-2")))"]),
        Situation(
            "no id any more", state(branding), after: state(branding, id: "cus-1"),
            expect: ["! tenant acme (\(reason("the file has none")))"]),
    ]

    private static func reason(_ now: String) -> String {
        "what is there belongs to the tenant of this name with id cus-1, and \(now); put the id back, let that tenant leave "
            + "by state: absent, and use the name when nothing of it is left"
    }

    @Test(arguments: objects + people + namesakes) func plans(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    @Test("P7: what is adopted is ours afterwards, and what is forgotten is not")
    func afterwards() throws {
        for situation in Self.objects + Self.people where situation.expected.first?.first != "!" {
            var world = World(applied: nil)
            world.objects = situation.live.cluster.value?.objects ?? [:]
            world.groups = situation.live.identity.value?.groups ?? [:]
            world.people = situation.live.identity.value?.people ?? [:]
            world.carryOut(situation.plan)
            let again = Plan.make(desired: situation.desired, live: world.state, source: Sample.source)
            let isForgotten = !situation.wishes.forget.isEmpty
            let asked = again.changes.filter { situation.wishes.addresses.contains($0.address) }
            let isWanted = situation.id != "something that would be removed forgotten"
            #expect(
                asked.map(\.action) == (isForgotten && isWanted ? asked.map { _ in .blocked } : []), "\(situation.id)")
            #expect(!isForgotten || !isWanted || asked.count == situation.wishes.forget.count, "\(situation.id)")
        }
    }

    @Test("P7: what another fleet claims is taken over by its name alone")
    func takenOver() {
        var world = World(applied: Self.state())
        Self.stranger(&world, labels: Self.labels("other"))
        let plan = Plan.make(
            desired: Self.state(Self.theme), live: world.state, source: Sample.source,
            wishes: OwnershipWishes(adopt: [Self.address], from: "other/prod"))
        #expect(plan.changes.map(\.action) == [.adopt])
        guard case .cluster(.apply(_, _, let forced)) = plan.changes.first?.operation else {
            Issue.record("not applied")
            return
        }
        #expect(forced)
    }

    @Test func adoptingIsNoRemovalAndNoDrift() throws {
        let situation = try #require(Self.objects.first { $0.id == "a stranger adopted" })
        let summary = situation.plan.summary
        #expect([summary.add, summary.change, summary.destroy, summary.drift] == [0, 1, 0, 0])
        #expect(situation.plan.text(now: 1_795_000_000).contains(#"data.color: "green" by helm"#))
    }
}
