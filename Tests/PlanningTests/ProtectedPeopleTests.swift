import Planning
import Tenancy
import Testing

/// People from whom a plan takes nothing, and admins who go only when others have come.
@Suite struct ProtectedPeopleTests {
    private static let ada = Sample.person("ada@acme.example", id: "u-1", ["acme/operator"], line: 2)
    private static let bob = Sample.person("bob@acme.example", id: "u-2", line: 3)
    private static let glass = "is a break-glass account, from which nothing is taken"

    private static func state(_ people: DesiredPerson..., breakGlass: Set<String> = [], minAdmins: Int = 1)
        -> DesiredState
    {
        Sample.state(
            tenants: [Sample.tenant("acme")], people: people,
            in: Sample.environment(breakGlass: breakGlass, limits: Limits(minAdmins: minAdmins)))
    }

    static let situations: [Situation] = [
        Situation(
            "break-glass and gone", state(ada, breakGlass: ["bob@acme.example"]), after: state(ada, bob),
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] (\(glass))"
            ]),
        Situation(
            "break-glass by username, and another role",
            state(ada, Sample.person("bob@acme.example", id: "u-2", ["acme/operator"]), breakGlass: ["root"]),
            after: state(ada, bob), by: { $0.change("s-u-2", username: "Root") },
            expect: [
                "~ user bob@acme.example +acme/operator", "! user bob@acme.example -acme/analyst (\(glass))",
            ]),
        Situation(
            "break-glass when it was applied last", state(ada), after: state(ada, bob),
            recorded: { $0.breakGlass = [KeyHash.of("bob@acme.example")] },
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] (\(glass))"
            ]),
        Situation(
            "break-glass, and nothing is taken",
            state(ada, Sample.person("bob@acme.example", id: "u-2", given: "Bob"), breakGlass: ["bob@acme.example"]),
            after: state(ada, bob), expect: [#"~ user bob@acme.example given_name: none -> "Bob""#]),
        Situation(
            "break-glass, disabled and long gone",
            Sample.state(
                tenants: [Sample.tenant("acme")], people: [ada],
                in: Sample.environment(breakGlass: ["bob@acme.example"], deleteAfter: 30)),
            after: state(ada, bob), on: "2027-01-31",
            by: { $0.change("s-u-2", isEnabled: false, groups: []) },
            recorded: { $0.depart("u-2", of: "acme", on: "2026-11-21") },
            expect: ["! user bob@acme.example [would be deleted] (\(glass))"]),
        Situation(
            "federated, and another role",
            state(ada, Sample.person("bob@acme.example", id: "u-2", ["acme/operator"])), after: state(ada, bob),
            by: { $0.change("s-u-2", isFederated: true) },
            expect: ["~ user bob@acme.example -acme/analyst +acme/operator"]),
        Situation(
            "federated, and another name and e-mail",
            state(ada, Sample.person("new@acme.example", id: "u-2", given: "Bob")), after: state(ada, bob),
            by: { $0.change("s-u-2", isFederated: true) },
            expect: [
                #"! user bob@acme.example given_name: none -> "Bob" email: "bob@acme.example" -> "new@acme.example" "#
                    + "(comes from a user federation, which has to change it)"
            ]),
        Situation(
            "one of two admins goes, and two must stay", state(ada, bob, minAdmins: 2),
            after: state(ada, bob, Sample.person("eve@acme.example", id: "u-3", ["acme/operator"])),
            expect: [
                "! user eve@acme.example -acme/operator enabled: true -> false [would be disabled] "
                    + "(acme would have 1 admin, and at least 2 must stay; make somebody else an admin first)"
            ]),
    ]

    @Test("C10: protected people keep what a plan would take from them", arguments: situations)
    func protects(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    /// The change that takes the last admin's role, and what it waits for.
    static let successions: [(id: String, desired: DesiredState, expected: [String: Set<String>])] = [
        (
            "disabled, and another is new", state(bob, Sample.person("eve@acme.example", id: "u-3", ["acme/operator"])),
            ["idp/prod/users/u-1": ["idp/prod/users/u-3"]]
        ),
        (
            "disabled, and another is promoted",
            state(Sample.person("bob@acme.example", id: "u-2", ["acme/analyst", "acme/operator"])),
            ["idp/prod/users/u-1": ["idp/prod/users/u-2"]]
        ),
        (
            "they change places",
            state(
                Sample.person("ada@acme.example", id: "u-1"),
                Sample.person("bob@acme.example", id: "u-2", ["acme/operator"])),
            ["idp/prod/users/u-1": ["idp/prod/users/u-2"]]
        ),
        ("another is new, and the first stays", state(ada, Sample.person("eve@acme.example", id: "u-3")), [:]),
    ]

    @Test(arguments: successions.map(\.id)) func theLastAdminWaitsForTheNext(_ id: String) throws {
        let row = try #require(Self.successions.first { $0.id == id })
        let live = World(applied: Self.state(Self.ada, Self.bob)).state
        let plan = Plan.make(desired: row.desired, live: live, source: Sample.source)
        #expect(!plan.changes.contains { $0.action == .blocked })
        let waiting = plan.changes.filter { !$0.requires.isEmpty }
        #expect(Dictionary(uniqueKeysWithValues: waiting.map { ($0.address, $0.requires) }) == row.expected)
    }
}

extension PlanInventory {
    /// The account was disabled on that day, its row gone.
    mutating func depart(_ key: String, of tenant: String, on day: String) {
        tenants[tenant]?.people[KeyHash.of(key)] = InventoryPerson(
            subject: "s-\(key)", groups: [], left: CalendarDate(day))
    }
}
