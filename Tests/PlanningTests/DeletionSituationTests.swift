import Planning
import Tenancy
import Testing

/// What follows a disable, when the grace period is over.
@Suite struct DeletionSituationTests {
    private static let ada = Sample.person("ada@acme.example", id: "u-1", ["acme/operator"], line: 2)
    private static let bob = Sample.person("bob@acme.example", id: "u-2", line: 3)

    private static func state(_ people: DesiredPerson..., deleteAfter: Int? = 30, tenants: [String] = ["acme"])
        -> DesiredState
    {
        Sample.state(
            tenants: tenants.map { Sample.tenant($0) }, people: people,
            in: Sample.environment(deleteAfter: deleteAfter))
    }

    /// Bob is disabled and out of his groups.
    private static func gone(_ world: inout World) { world.change("s-u-2", isEnabled: false, groups: []) }

    private static func recorded(_ inventory: inout PlanInventory) {
        inventory.depart("u-2", of: "acme", on: "2026-11-21")
    }

    private static let deleted =
        "- user bob@acme.example [delete the account, cannot be undone] (disabled since 2026-11-21, deleteAfter is 30d)"

    static let situations: [Situation] = [
        Situation(
            "announced by the disable", state(ada), after: state(ada, bob), on: "2026-11-21", by: { _ in },
            expect: [
                "x user bob@acme.example -acme/analyst enabled: true -> false [disable, sessions end, "
                    + "is deleted for good 30 days later (deleteAfter)] (row gone since the apply of a41be07)"
            ]),
        Situation(
            "within the grace period", state(ada), after: state(ada, bob), on: "2026-12-20", by: gone,
            recorded: recorded, expect: []),
        Situation(
            "after it", state(ada), after: state(ada, bob), on: "2026-12-21", by: gone, recorded: recorded,
            expect: [deleted]),
        Situation(
            "never", state(ada, deleteAfter: nil), after: state(ada, bob), on: "2036-12-21", by: gone,
            recorded: recorded, expect: []),
        Situation(
            "the clock goes back", state(ada), after: state(ada, bob), on: "2026-11-20", by: gone, recorded: recorded,
            expect: []),
        Situation("the record was lost", state(ada), after: state(ada, bob), on: "2027-12-21", by: gone, expect: []),
        Situation(
            "back within the grace period", state(ada, bob), after: state(ada, bob), on: "2026-12-01", by: gone,
            recorded: recorded, expect: ["~ user bob@acme.example +acme/analyst enabled: false -> true"]),
        Situation(
            "back after it, and not deleted yet", state(ada, bob), after: state(ada, bob), on: "2027-12-01", by: gone,
            recorded: recorded, expect: ["~ user bob@acme.example +acme/analyst enabled: false -> true"]),
        Situation(
            "a row that is not active is no leave",
            state(ada, Sample.person("bob@acme.example", id: "u-2", active: false)), after: state(ada, bob),
            on: "2027-12-01", by: gone, recorded: recorded, expect: []),
        Situation(
            "enabled again by hand", state(ada), after: state(ada, bob), on: "2027-12-01",
            by: { $0.change("s-u-2", groups: []) }, recorded: recorded,
            expect: [
                "x user bob@acme.example enabled: true -> false [disable, sessions end] (drift: enabled again by another hand)"
            ]),
        Situation(
            "another environment has the person", state(ada), after: state(ada, bob), on: "2027-12-01",
            by: { world in
                let marks = [
                    PersonMark.key: ["u-2"], PersonMark.owners: ["knowton/dev", World.owner],
                    PersonMark.home: [World.owner],
                ]
                world.change("s-u-2", isEnabled: false, groups: [], attributes: marks)
            }, recorded: recorded,
            expect: [
                ". user bob@acme.example [leaves our groups, stays with knowton/dev] (row gone since the apply of a41be07)"
            ]),
        Situation(
            "the tenant has gone since", state(tenants: []), after: state(ada, bob), on: "2027-12-01",
            by: {
                gone(&$0)
                $0.change("s-u-1", isEnabled: false, groups: [])
                $0.groups = [:]
            }, recorded: recorded, expect: [deleted]),
    ]

    @Test(arguments: situations) func plans(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    @Test func manyDeletionsAreHeldBack() throws {
        let people = (0..<20).map { Sample.person("p\(10 + $0)@acme.example", id: "p-\($0)") }
        let before = Sample.state(tenants: [Sample.tenant("acme")], people: [Self.ada] + people)
        var world = World(applied: before)
        var inventory = world.inventory(of: before)
        for person in people {
            world.change("s-\(person.key)", isEnabled: false, groups: [])
            inventory.depart(person.key, of: "acme", on: "2026-11-21")
        }
        let plan = Plan.make(
            desired: Self.state(Self.ada), live: world.state, inventory: inventory, source: Sample.source,
            today: CalendarDate("2027-01-01"))
        let gate = try #require(plan.gates.first)
        #expect(gate.message.hasPrefix("acme/accounts: too many removals, 95.24% is over 25.00% (20/21). To proceed: "))
        #expect(plan.changes.allSatisfy { $0.operation == nil })
        let passed = Plan.make(
            desired: Self.state(Self.ada), live: world.state, inventory: inventory, source: Sample.source,
            approvals: [gate.digest], today: CalendarDate("2027-01-01"))
        #expect(passed.changes.count { $0.action == .delete } == 20)
    }
}
