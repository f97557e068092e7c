import Formats
import Planning
import Tenancy
import Testing

@Suite struct RealmSituationTests {
    private static let ada = Sample.person("ada@acme.example", id: "u-1", ["acme/operator"], line: 2)
    private static let bob = Sample.person("bob@acme.example", id: "u-2", line: 3)

    private static func state(
        _ people: DesiredPerson..., managesProfile: Bool = false, managesRoles: Bool = false, also: [DesiredTenant] = []
    ) -> DesiredState {
        Sample.state(
            tenants: [Sample.tenant("acme")] + also, people: people,
            in: Sample.environment(managesProfile: managesProfile, managesRoles: managesRoles))
    }

    private static let both = state(ada, bob)
    private static let adopt = "exists and is not ours; reconcile adopt idp/prod/"

    static let groups: [Situation] = [
        Situation(
            "nothing there", state(), World(),
            expect: [
                "+ group acme", "+ group acme/analyst [grants analyst]", "+ group acme/operator [grants operator]",
            ]),
        Situation(
            "a role is missing", state(), World().with { $0.realmRoles = ["operator"] },
            expect: [
                "! realm role analyst (is not in the realm; create it there, or say manageRoles: true)",
                "+ group acme", "+ group acme/analyst", "+ group acme/operator [grants operator]",
            ]),
        Situation(
            "a role is missing and may be made", state(managesRoles: true), World().with { $0.realmRoles = [] },
            expect: [
                "+ realm role analyst", "+ realm role operator", "+ group acme",
                "+ group acme/analyst [grants analyst]",
                "+ group acme/operator [grants operator]",
            ]),
        Situation(
            "another role is mapped", state(), after: state(),
            by: {
                $0.groups["/acme/analyst"] = LiveGroup(
                    id: "id/acme/analyst", path: "/acme/analyst", realmRoles: ["operator"], owners: [World.owner])
            },
            expect: [
                #"~ group acme/analyst realmRoles[analyst]: none -> "analyst" realmRoles[operator]: "operator" -> none"#
            ]),
        Situation(
            "a stranger of that name", state(ada), World().with { $0.addForeignGroup("/acme/operator") },
            expect: [
                "+ group acme", "+ group acme/analyst [grants analyst]",
                "! group acme/operator (\(adopt)groups/acme/operator)",
                "! user ada@acme.example (group acme/operator \(adopt)groups/acme/operator)",
            ]),
        Situation(
            "the tenant's own group is a stranger's", state(), World().with { $0.addForeignGroup("/acme") },
            expect: ["! group acme (\(adopt)groups/acme)"]),
        Situation(
            "a client role is mapped", state(), after: state(),
            by: {
                $0.groups["/acme/analyst"] = LiveGroup(
                    id: "id/acme/analyst", path: "/acme/analyst", realmRoles: ["analyst"],
                    clientRoles: ["realm-management/realm-admin"], owners: [World.owner])
            },
            expect: [
                "! group acme/analyst (grants client role realm-management/realm-admin, which no file asks for; "
                    + "take it off in the realm)"
            ]),
        Situation(
            "no longer asked for", Sample.state(tenants: [Sample.tenant("acme", groups: [])]), after: state(),
            expect: ["- group acme [with 2 subgroups] (no longer asked for since the apply of a41be07)"]),
        Situation(
            "no longer asked for, with a stranger below", Sample.state(tenants: [Sample.tenant("acme", groups: [])]),
            after: state(), by: { $0.addForeignGroup("/acme/guests") },
            expect: ["! group acme [with 3 subgroups] (holds group acme/guests, which is not ours)"]),
        Situation(
            "a tenant that leaves", Sample.state(tenants: [Sample.tenant("acme", state: .absent, isProtected: false)]),
            after: both,
            expect: [
                "- group acme [with 2 subgroups] (state: absent)",
                "x user ada@acme.example -acme/operator enabled: true -> false [disable, sessions end] "
                    + "(row gone since the apply of a41be07)",
                "x user bob@acme.example -acme/analyst enabled: true -> false [disable, sessions end] "
                    + "(row gone since the apply of a41be07)",
            ]),
        Situation(
            "a tenant that is in no file", Sample.state(), after: both,
            expect: [
                "! tenant acme [5 of its objects, groups and people stay] "
                    + "(no file has it in this environment; put it back, and say state: absent there to remove it)"
            ]),
    ]

    static let people: [Situation] = [
        Situation("there", both, after: both, expect: []),
        Situation("there, without a lock", both, after: both, remembers: false, expect: []),
        Situation("new", both, after: state(ada), expect: ["+ user bob@acme.example +acme/analyst"]),
        Situation(
            "new and not active", state(ada, Sample.person("bob@acme.example", active: false)), after: state(ada),
            expect: []),
        Situation(
            "a row that is gone", state(ada), after: both,
            expect: [
                "x user bob@acme.example -acme/analyst enabled: true -> false [disable, sessions end] "
                    + "(row gone since the apply of a41be07)"
            ]),
        Situation(
            "a row that was gone before", state(ada), after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", isEnabled: false, groups: [])
            }, expect: []),
        Situation(
            "cut short before the groups were left", state(ada), after: both,
            by: {
                $0.change("s-u-2", isEnabled: false)
            }, expect: ["~ user bob@acme.example -acme/analyst (row gone since the apply of a41be07)"]),
        Situation(
            "not active any more", state(ada, Sample.person("bob@acme.example", id: "u-2", active: false)),
            after: both,
            expect: [
                "x user bob@acme.example -acme/analyst enabled: true -> false [disable, sessions end] "
                    + "(no active membership)"
            ]),
        Situation(
            "back again", both, after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", isEnabled: false, groups: [])
            }, expect: ["~ user bob@acme.example +acme/analyst enabled: false -> true"]),
        Situation(
            "disabled by hand", both, after: both, by: { $0.change("s-u-2", isEnabled: false) },
            expect: [
                "~ user bob@acme.example enabled: false -> true (drift)"
            ]),
        Situation(
            "put into a group by hand", both, after: both,
            by: {
                $0.change("s-u-2", groups: ["/acme/analyst", "/acme/operator"])
            }, expect: ["~ user bob@acme.example -acme/operator (drift)"]),
        Situation(
            "taken out of a group by hand", both, after: both, by: { $0.change("s-u-2", groups: []) },
            expect: [
                "~ user bob@acme.example +acme/analyst (drift)"
            ]),
        Situation(
            "in a group of others", both, after: both,
            by: {
                $0.addForeignGroup("/staff")
                $0.change("s-u-2", groups: ["/acme/analyst", "/staff"])
            }, expect: []),
        Situation(
            "another role", state(ada, Sample.person("bob@acme.example", id: "u-2", ["acme/operator"])), after: both,
            expect: ["~ user bob@acme.example -acme/analyst +acme/operator"]),
        Situation(
            "another e-mail", state(ada, Sample.person("robert@acme.example", id: "u-2")), after: both,
            expect: [#"~ user robert@acme.example email: "bob@acme.example" -> "robert@acme.example""#]),
        Situation(
            "names", state(ada, Sample.person("bob@acme.example", id: "u-2", given: "Bob", family: "Ross")),
            after: both,
            expect: [#"~ user bob@acme.example given_name: none -> "Bob" family_name: none -> "Ross""#]),
        Situation(
            "an id is given", state(ada, bob), after: state(ada, Sample.person("bob@acme.example")),
            expect: [#"~ user bob@acme.example reconcile.key: "bob@acme.example" -> "u-2""#]),
        Situation(
            "an id is taken off", state(ada, Sample.person("bob@acme.example")), after: both,
            expect: [#"~ user bob@acme.example reconcile.key: "u-2" -> "bob@acme.example""#]),
        Situation(
            "another id with the same e-mail", state(ada, Sample.person("bob@acme.example", id: "u-9")), after: both,
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] "
                    + "(users/acme.csv:2 has this e-mail with the id u-9; nobody is locked out before it is clear who that is)",
                "! user bob@acme.example (e-mail bob@acme.example is used by the account with key u-2; "
                    + "give the row the id u-2 if both are one person, else give that account another e-mail first)",
            ]),
        Situation(
            "a stranger with that e-mail", both, after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", attributes: [:])
            }, expect: ["! user bob@acme.example (\(adopt)users/u-2)"]),
        Situation(
            "a stranger with that username", both, after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", email: "else@acme.example", attributes: [:])
            },
            expect: [
                "! user bob@acme.example (an account that is not ours has it as its username, and the e-mail "
                    + "else@acme.example: if it is the same person, reconcile adopt idp/prod/users/u-2, else rename that account)"
            ]),
        Situation(
            "the realm drops marks", both,
            World().with {
                $0.keepsMarks = false; $0.add(Sample.groups(of: "acme"))
            },
            expect: ["ada", "bob"].map {
                "! user \($0)@acme.example (the realm drops our marks; set unmanaged attributes to 'Only administrators "
                    + "can write' in its user profile, or say manageProfile: true)"
            }),
        Situation(
            "the realm drops marks and may be told not to", state(ada, managesProfile: true),
            World().with {
                $0.keepsMarks = false; $0.add(Sample.groups(of: "acme"))
            },
            expect: [
                #"~ realm user profile unmanagedAttributePolicy: none -> "ADMIN_EDIT" (so that marks on accounts stay)"#,
                "+ user ada@acme.example +acme/operator",
            ]),
    ]

    static let others: [Situation] = [
        Situation(
            "shared with another environment, and leaves us", state(ada), after: both,
            by: {
                $0.change("s-u-2", attributes: marks("u-2", ["knowton/dev", World.owner], home: "knowton/dev"))
            },
            expect: [
                ". user bob@acme.example -acme/analyst [leaves our groups, stays with knowton/dev] (row gone since the apply of a41be07)"
            ]),
        Situation(
            "of another environment, and comes to us", both, after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", groups: [], attributes: marks("u-2", ["knowton/dev"], home: "knowton/dev"))
            },
            expect: [
                #"~ user bob@acme.example +acme/analyst reconcile.owners: ["knowton/dev"] -> ["knowton/dev","knowton/prod"]"#
            ]),
        Situation(
            "the profile is another's to write", state(ada, Sample.person("new@acme.example", id: "u-2")), after: both,
            by: {
                $0.change("s-u-2", attributes: marks("u-2", ["knowton/dev", World.owner], home: "knowton/dev"))
            }, expect: []),
        Situation(
            "an account of another fleet", both, after: state(ada),
            by: { world in
                world.add(bob)
                world.change("s-u-2", groups: [], attributes: marks("b-7", ["rival/prod"], home: "rival/prod"))
            },
            expect: [
                "! user bob@acme.example (e-mail bob@acme.example is used by the account of rival/prod with key b-7; "
                    + "to share the account, give the row the id b-7)"
            ]),
        Situation(
            "federated and gone", state(ada), after: both, by: { $0.change("s-u-2", isFederated: true) },
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] "
                    + "(comes from a user federation, which has to change it)"
            ]),
        Situation(
            "federated, and nothing to do", both, after: both, by: { $0.change("s-u-2", isFederated: true) }, expect: []
        ),
        Situation(
            "our own account and gone", state(ada), after: both, by: { $0.ownSubject = "s-u-2" },
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] "
                    + "(is the account that we run as, which is never touched)"
            ]),
        Situation(
            "a service account", state(ada), after: both,
            by: {
                $0.change("s-u-2", username: "service-account-app")
            },
            expect: [
                "! user bob@acme.example -acme/analyst enabled: true -> false [would be disabled] "
                    + "(is a service account, which is never touched)"
            ]),
        Situation(
            "the last admin goes", state(bob), after: both,
            expect: [
                "! user ada@acme.example -acme/operator enabled: true -> false [would be disabled] "
                    + "(acme would have 0 admins, and at least 1 must stay; make somebody else an admin first)"
            ]),
        Situation(
            "the last admin gets another role", state(Sample.person("ada@acme.example", id: "u-1"), bob), after: both,
            expect: [
                "~ user ada@acme.example +acme/analyst",
                "! user ada@acme.example -acme/operator (acme would have 0 admins, and at least 1 must stay; make somebody else an admin first)",
            ]),
        Situation(
            "the last admin is replaced",
            state(bob, Sample.person("eve@acme.example", id: "u-3", ["acme/operator"])), after: both,
            expect: [
                "+ user eve@acme.example +acme/operator",
                "x user ada@acme.example -acme/operator enabled: true -> false [disable, sessions end] "
                    + "(row gone since the apply of a41be07)",
            ]),
        Situation(
            "a tenant that is suspended locks its admins out too",
            {
                let out = [Sample.person("ada@acme.example", id: "u-1", ["acme/operator"], active: false)]
                return Sample.state(tenants: [Sample.tenant("acme", state: .suspended)], people: out)
            }(), after: state(ada),
            expect: [
                "x user ada@acme.example -acme/operator enabled: true -> false [disable, sessions end] (tenant acme is suspended)"
            ]),
        Situation(
            "in two tenants and leaves one",
            state(ada, Sample.person("bob@acme.example", id: "u-2", ["acme/analyst"]), also: [Sample.tenant("beta")]),
            after: state(
                ada, Sample.person("bob@acme.example", id: "u-2", ["acme/analyst", "beta/analyst"]),
                also: [Sample.tenant("beta")]),
            expect: ["~ user bob@acme.example -beta/analyst (row gone since the apply of a41be07)"]),
    ]

    @Test(arguments: groups) func grants(_ situation: Situation) { #expect(situation.plan.lines == situation.expected) }
    @Test(arguments: people) func manages(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }
    @Test(arguments: others) func respects(_ situation: Situation) {
        #expect(situation.plan.lines == situation.expected)
    }

    private static func marks(_ key: String, _ owners: [String], home: String) -> [String: [String]] {
        [PersonMark.key: [key], PersonMark.owners: owners, PersonMark.home: [home]]
    }
}
