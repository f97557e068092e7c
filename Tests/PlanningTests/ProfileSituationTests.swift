import Planning
import Tenancy
import Testing

/// A user profile that refuses what the files ask: found by the plan, with the way out.
@Suite struct ProfileSituationTests {
    private static let ada = Sample.person("ada@acme.example", id: "u-1", ["acme/operator"], line: 2)
    private static let bob = Sample.person("bob@acme.example", id: "u-2", line: 3)

    private static func state(_ people: DesiredPerson...) -> DesiredState {
        Sample.state(tenants: [Sample.tenant("acme")], people: people)
    }

    private static let required = [ProfileRule(name: "department", isRequired: true)]
    private static let department =
        "the realm's user profile requires department, which the files do not give: take administrators off those of "
        + "whom it is required there"

    static let situations: [Situation] = [
        Situation(
            "an attribute is required, and somebody is new", state(ada, bob), after: state(ada),
            by: { $0.profile = required }, expect: ["! user bob@acme.example (\(department))"]),
        Situation(
            "an attribute is required, and nothing is to do", state(ada, bob), after: state(ada, bob),
            by: { $0.profile = required }, expect: []),
        Situation(
            "an attribute is required, and a role and a name change",
            state(ada, Sample.person("bob@acme.example", id: "u-2", ["acme/operator"], given: "Bob")),
            after: state(ada, bob), by: { $0.profile = required },
            expect: [
                "~ user bob@acme.example -acme/analyst +acme/operator",
                #"! user bob@acme.example given_name: none -> "Bob" (\#(department))"#,
            ]),
        Situation(
            "an attribute is required and there", state(ada, Sample.person("new@acme.example", id: "u-2")),
            after: state(ada, bob),
            by: {
                $0.profile = required
                $0.change(
                    "s-u-2",
                    attributes: [
                        PersonMark.key: ["u-2"], PersonMark.owners: [World.owner], PersonMark.home: [World.owner],
                        "department": ["sales"],
                    ])
            }, expect: [#"~ user new@acme.example email: "bob@acme.example" -> "new@acme.example""#]),
        Situation(
            "an attribute is required, and an e-mail changes",
            state(ada, Sample.person("new@acme.example", id: "u-2")), after: state(ada, bob),
            by: { $0.profile = required },
            expect: [
                #"! user bob@acme.example email: "bob@acme.example" -> "new@acme.example" (\#(department))"#
            ]),
        Situation(
            "an attribute is required, and somebody leaves", state(ada), after: state(ada, bob),
            by: { $0.profile = required },
            expect: [
                "~ user bob@acme.example -acme/analyst [sessions end, stays enabled, since \(department)] "
                    + "(row gone since the apply of a41be07)"
            ]),
        Situation(
            "names are required of administrators", state(ada, bob), after: state(ada),
            by: { $0.profile = [ProfileRule(name: "firstName", isRequired: true)] },
            expect: [
                "! user bob@acme.example (the realm's user profile requires firstName, which the files do not give: give the "
                    + "person a given_name, or take administrators off those of whom it is required there)"
            ]),
        Situation(
            "a name that is too long",
            state(ada, Sample.person("bob@acme.example", id: "u-2", given: String(repeating: "o", count: 12))),
            after: state(ada), by: { $0.profile = [ProfileRule(name: "firstName", isRequired: false, maxLength: 10)] },
            expect: [
                "! user bob@acme.example (firstName has 12 characters, and the realm's user profile takes 10 at most)"
            ]),
        Situation(
            "an e-mail that is too short for a username", state(ada, Sample.person("b@c", id: "u-2")),
            after: state(ada),
            by: { $0.profile = [ProfileRule(name: "username", isRequired: false, minLength: 4)] },
            expect: [
                "! user b@c (username has 3 characters, and the realm's user profile asks for 4 at least)"
            ]),
        Situation(
            "marks are hidden that the record remembers",
            Sample.state(
                tenants: [Sample.tenant("acme")], people: [ada], in: Sample.environment(managesProfile: true)),
            after: state(ada),
            by: {
                $0.keepsMarks = false
                $0.change("s-u-1", attributes: [:])
            },
            expect: [
                #"~ realm user profile unmanagedAttributePolicy: none -> "ADMIN_EDIT" (so that marks on accounts stay)"#,
                "! user ada@acme.example (has an account by the record, whose marks the realm hides until its user profile "
                    + "is changed; run again)",
            ]),
    ]

    @Test(arguments: situations) func finds(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }
}
