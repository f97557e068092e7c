import Tenancy
import TestSupport
import Testing

/// `examples/saas`: tenants on three tiers.
@Suite struct SaasExampleTests {
    @Test func everyTierHasTenants() throws {
        let state = try ExampleTests.fleet("saas").desired()
        #expect(state.tenants.count >= 8)
        #expect(Set(state.tenants.map(\.tier)) == ["basic", "professional", "enterprise"])
    }

    @Test func peopleAndGroupsAsRecorded() throws {
        let state = try ExampleTests.fleet("saas").desired()
        var lines: [String] = []
        for group in state.tenants.flatMap(\.groups) {
            lines.append("\(group.path)  [\(group.realmRoles.joined(separator: ", "))]  \(group.source.file)")
        }
        for person in state.people {
            let name = [person.givenName, person.familyName].compactMap { $0 }.joined(separator: " ")
            lines.append("\(person.key)  \(name)  home \(person.home)  \(person.source.fileAndLine)")
            for membership in person.memberships {
                let flags = (membership.isActive ? "" : "  inactive") + (membership.isAdmin ? "  admin" : "")
                lines.append("    \(membership.group)\(flags)")
            }
        }
        try Golden.check(lines.joined(separator: "\n") + "\n", "golden/saas/people.txt")
    }
}
