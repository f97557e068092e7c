import Planning
import Tenancy
import Testing

/// E-mails that change hands: never two accounts with one address, and every account stays whose it was.
@Suite struct AddressSituationTests {
    private static func state(_ people: (email: String, id: String, role: String)...) -> DesiredState {
        Sample.state(
            tenants: [Sample.tenant("acme")],
            people: people.enumerated().map { index, person in
                Sample.person("\(person.email)@acme.example", id: person.id, ["acme/\(person.role)"], line: index + 2)
            })
    }

    private static let both = state(("ada", "u-1", "operator"), ("bob", "u-2", "analyst"))
    private static let three = state(("ada", "u-1", "operator"), ("bob", "u-2", "analyst"), ("eve", "u-3", "analyst"))
    private static let edits = RealmTraits(editsUsernames: true)
    private static let username =
        "give that account another username in Keycloak, or allow 'Edit username' in the realm's login settings, which "
        + "lets everybody change theirs"

    static let situations: [Situation] = [
        Situation(
            "two people exchange their e-mails", state(("bob", "u-1", "operator"), ("ada", "u-2", "analyst")),
            after: both, by: { $0.traits = edits },
            expect: [
                #"~ user ada@acme.example email: "ada@acme.example" -> "s-u-1@reconcile.invalid" "#
                    + "(for a moment on the way to bob@acme.example, since people exchange e-mails)",
                #"~ user ada@acme.example email: "bob@acme.example" -> "ada@acme.example" "#
                    + #"username: "bob@acme.example" -> "ada@acme.example""#,
                #"~ user bob@acme.example email: "ada@acme.example" -> "bob@acme.example" "#
                    + #"username: "ada@acme.example" -> "bob@acme.example""#,
            ]),
        Situation(
            "three people exchange e-mails in a ring",
            state(("bob", "u-1", "operator"), ("eve", "u-2", "analyst"), ("ada", "u-3", "analyst")), after: three,
            by: { $0.traits = RealmTraits(hasEmailUsernames: true) },
            expect: [
                #"~ user ada@acme.example email: "ada@acme.example" -> "s-u-1@reconcile.invalid" "#
                    + "(for a moment on the way to bob@acme.example, since people exchange e-mails)",
                #"~ user ada@acme.example email: "eve@acme.example" -> "ada@acme.example""#,
                #"~ user eve@acme.example email: "bob@acme.example" -> "eve@acme.example""#,
                #"~ user bob@acme.example email: "ada@acme.example" -> "bob@acme.example""#,
            ]),
        Situation(
            "an exchange while usernames are fixed", state(("bob", "u-1", "operator"), ("ada", "u-2", "analyst")),
            after: both,
            expect: [
                #"! user ada@acme.example email: "ada@acme.example" -> "bob@acme.example" "#
                    + "(e-mail bob@acme.example is used by the account with key u-2, which keeps it as its username; \(username))",
                #"! user bob@acme.example email: "bob@acme.example" -> "ada@acme.example" "#
                    + "(e-mail ada@acme.example is used by the account with key u-1, which keeps it as its username; \(username))",
            ]),
        Situation(
            "an exchange where usernames are no e-mails",
            state(("bob", "u-1", "operator"), ("ada", "u-2", "analyst")), after: both,
            by: {
                $0.change("s-u-1", username: "ada")
                $0.change("s-u-2", username: "bob")
            },
            expect: [
                #"~ user ada@acme.example email: "ada@acme.example" -> "s-u-1@reconcile.invalid" "#
                    + "(for a moment on the way to bob@acme.example, since people exchange e-mails)",
                #"~ user ada@acme.example email: "bob@acme.example" -> "ada@acme.example""#,
                #"~ user bob@acme.example email: "ada@acme.example" -> "bob@acme.example""#,
            ]),
        Situation(
            "an exchange that was cut short", state(("bob", "u-1", "operator"), ("ada", "u-2", "analyst")), after: both,
            by: {
                $0.traits = edits
                $0.change("s-u-1", email: "s-u-1@reconcile.invalid", username: "s-u-1@reconcile.invalid")
            },
            expect: [
                #"~ user ada@acme.example email: "bob@acme.example" -> "ada@acme.example" "#
                    + #"username: "bob@acme.example" -> "ada@acme.example""#,
                #"~ user bob@acme.example email: "s-u-1@reconcile.invalid" -> "bob@acme.example" "#
                    + #"username: "s-u-1@reconcile.invalid" -> "bob@acme.example""#,
            ]),
        Situation(
            "an e-mail that becomes free in this run", state(("bob", "u-1", "operator"), ("new", "u-2", "analyst")),
            after: both, by: { $0.traits = edits },
            expect: [
                #"~ user new@acme.example email: "bob@acme.example" -> "new@acme.example" "#
                    + #"username: "bob@acme.example" -> "new@acme.example""#,
                #"~ user bob@acme.example email: "ada@acme.example" -> "bob@acme.example" "#
                    + #"username: "ada@acme.example" -> "bob@acme.example""#,
            ]),
        Situation(
            "who is new gets an e-mail that becomes free",
            state(("ada", "u-1", "operator"), ("new", "u-2", "analyst"), ("bob", "u-3", "analyst")), after: both,
            by: { $0.traits = edits },
            expect: [
                #"~ user new@acme.example email: "bob@acme.example" -> "new@acme.example" "#
                    + #"username: "bob@acme.example" -> "new@acme.example""#,
                "+ user bob@acme.example +acme/analyst",
            ]),
        Situation(
            "who is new needs the username of another",
            state(("ada", "u-1", "operator"), ("new", "u-2", "analyst"), ("bob", "u-3", "analyst")), after: both,
            by: { $0.change("s-u-2", email: "new@acme.example") },
            expect: [
                "! user bob@acme.example (e-mail bob@acme.example is the username of the account with key u-2; \(username))"
            ]),
        Situation(
            "an e-mail that its holder cannot give up",
            state(("bob", "u-1", "operator"), ("eve", "u-2", "analyst")), after: both,
            by: { world in
                world.traits = edits
                world.add(Sample.person("eve@acme.example", id: "u-9"))
                world.change("s-u-9", attributes: [:])
            },
            expect: [
                #"! user ada@acme.example email: "ada@acme.example" -> "bob@acme.example" "#
                    + "(e-mail bob@acme.example is used by key u-2, whose own change is blocked too; mend that first)",
                #"! user bob@acme.example email: "bob@acme.example" -> "eve@acme.example" "#
                    + "(e-mail eve@acme.example is used by an account that is not ours; "
                    + "give that one another in Keycloak first)",
            ]),
        Situation(
            "a shared e-mail where the realm allows it", state(("bob", "u-1", "operator"), ("bob", "u-2", "analyst")),
            after: both,
            by: {
                $0.traits = RealmTraits(signsInByEmail: false, sharesEmails: true)
            }, expect: [#"~ user bob@acme.example email: "ada@acme.example" -> "bob@acme.example""#]),
    ]

    @Test(arguments: situations) func plans(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    /// What each change of an address waits for.
    @Test(arguments: situations) func noAddressIsTakenBeforeItIsFree(_ situation: Situation) throws {
        let identity = try #require(situation.live.identity.value)
        var emails = identity.people.mapValues { $0.email ?? "" }
        var done: Set<String> = []
        var rest = situation.plan.changes.filter { $0.operation != nil }
        while !rest.isEmpty {
            let next = try #require(rest.firstIndex { $0.requires.isSubset(of: done) }, "nothing can go on")
            let change = rest.remove(at: next)
            let taken = Set(emails.filter { $0.key != change.precondition?.uid }.values)
            switch change.operation {
            case .identity(.parkEmail(let id, _)): emails[id] = "\(id)@reconcile.invalid"
            case .identity(.updatePerson(let update)):
                #expect(identity.traits.sharesEmails || !taken.contains(update.person.email))
                emails[update.id] = update.person.email
            case .identity(.createPerson(let person)):
                #expect(!taken.contains(person.email))
                emails[person.key] = person.email
            default: break
            }
            done.insert(change.address)
        }
    }

    @Test func aHeldBackEmailIsNotWrittenWithTheRest() throws {
        let swapped = Self.state(("bob", "u-1", "analyst"), ("bob", "u-2", "analyst"))
        let plan = Plan.make(desired: swapped, live: World(applied: Self.both).state, source: Sample.source)
        let update = try #require(
            plan.changes.compactMap { change -> PersonUpdate? in
                if case .identity(.updatePerson(let update)) = change.operation { update } else { nil }
            }.first)
        #expect(update.person.email == "ada@acme.example")
        #expect(!update.writesProfile)
        #expect(update.join == ["/acme/analyst"])
    }
}
