import Formats
import Planning
import Tenancy
import Testing

@Suite struct RemovalGatesTests {
    /// A tenant with so many analysts, of whom the last so many have no row any more.
    private static func people(_ count: Int, without gone: Int = 0, of tenant: String = "acme") -> [DesiredPerson] {
        [Sample.person("admin@\(tenant).example", ["\(tenant)/operator"])]
            + (0..<max(0, count - 1 - gone)).map { index in
                Sample.person("p\(1000 + index)@\(tenant).example", ["\(tenant)/analyst"], line: index + 3)
            }
    }

    private static func state(
        _ people: [DesiredPerson], objects: [DesiredObject] = [], limits: Limits = Limits(), also: [DesiredTenant] = []
    ) -> DesiredState {
        Sample.state(
            tenants: [Sample.tenant("acme", objects: objects)] + also, people: people,
            in: Sample.environment(limits: limits))
    }

    private static func plan(
        _ desired: DesiredState, after before: DesiredState, approvals: Set<String> = [],
        by change: (inout World) -> Void = { _ in }
    ) -> Plan {
        var world = World(applied: before)
        let inventory = world.inventory(of: before)
        change(&world)
        return Plan.make(
            desired: desired, live: world.state, inventory: inventory, source: Sample.source, approvals: approvals)
    }

    private static func configMaps(_ count: Int) -> [DesiredObject] {
        (0..<count).map { Sample.configMap("c\(100 + $0)", of: "acme") }
    }

    @Test func tooManyUsersOfATenantAreHeldBackAndTheRestGoesOn() throws {
        let before = Self.state(Self.people(261))
        let after = Self.people(261, without: 104) + [Sample.person("new@acme.example")]
        let plan = Self.plan(Self.state(after), after: before)
        let gate = try #require(plan.gates.first)
        #expect(plan.gates.count == 1)
        #expect(
            gate.message == "acme/users: too many removals, 39.85% is over 25.00% (104/261). "
                + "To proceed: reconcile approve \(gate.digest)")
        #expect(gate.tenant == "acme")
        #expect(!plan.isRefused)
        #expect(plan.changes.count { $0.action == .blocked } == 104)
        #expect(plan.changes.filter { $0.operation != nil }.map(\.title) == ["user new@acme.example"])
    }

    @Test func anApprovalPassesExactlyTheRefusedChanges() throws {
        let before = Self.state(Self.people(20))
        let desired = Self.state(Self.people(20, without: 10))
        let digest = try #require(Self.plan(desired, after: before).gates.first?.digest)
        let passed = Self.plan(desired, after: before, approvals: [digest])
        #expect(passed.gates.map(\.isApproved) == [true])
        #expect(passed.summary.usersDisabled == 10)
        #expect(!passed.isRefused)
        // One more that goes is another question.
        let more = Self.plan(Self.state(Self.people(20, without: 11)), after: before, approvals: [digest])
        #expect(more.gates.map(\.isApproved) == [false])
        #expect(more.summary.blocked == 11)
    }

    @Test func theDigestStaysWhenOtherThingsChange() {
        let before = Self.state(Self.people(20))
        let one = Self.plan(Self.state(Self.people(20, without: 10)), after: before)
        let other = Self.plan(
            Self.state(Self.people(20, without: 10) + [Sample.person("x@acme.example")], objects: Self.configMaps(2)),
            after: before)
        #expect(one.gates.map(\.digest) == other.gates.map(\.digest))
        #expect(!one.gates.isEmpty)
    }

    /// Population, removals, limits, and whether the gate holds.
    static let limits: [(id: String, people: Int, gone: Int, limits: Limits, isHeld: Bool)] = [
        ("below the percentage", 20, 5, Limits(), false),
        ("above it", 20, 6, Limits(), true),
        ("few are not counted in percent", 9, 8, Limits(), false),
        ("exactly the population that counts", 10, 3, Limits(), true),
        ("the number", 300, 51, Limits(), true),
        ("at the number", 300, 50, Limits(), false),
        ("a stricter number", 9, 3, Limits(maxDeletes: 2), true),
        ("a looser percentage", 20, 15, Limits(maxDeletePercent: 80), false),
        ("none allowed", 20, 1, Limits(maxDeletePercent: 0), true),
    ]

    @Test(arguments: limits.map(\.id)) func theLimits(_ id: String) throws {
        let row = try #require(Self.limits.first { $0.id == id })
        let plan = Self.plan(
            Self.state(Self.people(row.people, without: row.gone), limits: row.limits),
            after: Self.state(Self.people(row.people)))
        #expect(plan.gates.isEmpty == !row.isHeld)
        #expect(plan.summary.usersDisabled == (row.isHeld ? 0 : row.gone))
    }

    @Test func nobodyLeftNeedsAnApproval() throws {
        let before = Self.state([Sample.person("ada@acme.example"), Sample.person("bob@acme.example")])
        let plan = Self.plan(Self.state([]), after: before)
        let gate = try #require(plan.gates.first)
        #expect(gate.message.hasPrefix("acme/users: nobody would be left (2/2). To proceed: "))
        #expect(plan.summary.usersDisabled == 0)
        let passed = Self.plan(Self.state([]), after: before, approvals: [gate.digest])
        #expect(passed.summary.usersDisabled == 2)
    }

    @Test func makingAnewWhatHoldsDataIsARemoval() throws {
        func claim(_ storageClass: String) -> DesiredObject {
            var rules = ObjectRules()
            rules.mayBeReplaced = true
            return Sample.object(
                "v1", "PersistentVolumeClaim", "tenant-acme", "data", tenant: "acme",
                [
                    "spec": [
                        "accessModes": ["ReadWriteOnce"], "storageClassName": .string(storageClass),
                        "resources": ["requests": ["storage": "1Gi"]],
                    ]
                ]
            ).with(rules: rules)
        }
        let strict = Limits(maxDeletes: 0)
        let before = Self.state([], objects: [Sample.namespace("acme"), claim("slow")], limits: strict)
        let after = Self.state([], objects: [Sample.namespace("acme"), claim("fast")], limits: strict)
        let plan = Self.plan(after, after: before)
        let gate = try #require(plan.gates.first)
        #expect(gate.name == "acme/objects")
        #expect(plan.changes.map(\.action) == [.blocked])
        let passed = Self.plan(after, after: before, approvals: [gate.digest])
        #expect(passed.changes.map(\.action) == [.replace])
    }

    @Test func tooManyObjects() throws {
        let before = Self.state([], objects: [Sample.namespace("acme")] + Self.configMaps(19))
        let plan = Self.plan(Self.state([], objects: [Sample.namespace("acme")] + Self.configMaps(13)), after: before)
        #expect(plan.gates.map(\.name) == ["acme/objects"])
        #expect(plan.gates[0].message.contains("30.00% is over 25.00% (6/20)"))
        #expect(plan.summary.destroy == 0)
    }

    @Test func tooManyMembershipsKeepTheGrants() throws {
        let everybody = Self.people(20)
        let moved = everybody.map { person in
            person.email.hasPrefix("p") ? Sample.person(person.email, ["acme/operator"]) : person
        }
        let plan = Self.plan(Self.state(moved), after: Self.state(everybody))
        #expect(plan.gates.map(\.name) == ["acme/memberships"])
        #expect(plan.gates[0].message.contains("95.00% is over 25.00% (19/20)"))
        #expect(plan.summary.joins == 19)
        #expect(plan.summary.leaves == 0)
        #expect(plan.summary.blocked == 19)
    }

    @Test func theFleetsGateRefusesTheRun() throws {
        // No tenant is over its own limit, all together are.
        let tenants = ["beta", "gamma", "delta"].map { Sample.tenant($0) }
        func people(without gone: Int) -> [DesiredPerson] {
            ["acme", "beta", "gamma", "delta"].flatMap { Self.people(100, without: gone, of: $0) }
        }
        let before = Self.state(people(without: 0), also: tenants)
        let desired = Self.state(people(without: 20), also: tenants)
        let plan = Self.plan(desired, after: before)
        let gate = try #require(plan.gates.first)
        #expect(plan.gates.count == 1)
        #expect(gate.name == "fleet/users")
        #expect(gate.tenant == nil)
        #expect(gate.message.contains("fleet/users: too many removals, 80 is over 50 (80/400)"))
        #expect(plan.isRefused)
        #expect(!Self.plan(desired, after: before, approvals: [gate.digest]).isRefused)
    }

    @Test func whatATenantsApprovalPassedIsNotAskedAgain() throws {
        let before = Self.state(Self.people(300))
        let desired = Self.state(Self.people(300, without: 100))
        let digest = try #require(Self.plan(desired, after: before).gates.first?.digest)
        let plan = Self.plan(desired, after: before, approvals: [digest])
        #expect(plan.gates.map(\.name) == ["acme/users"])
        #expect(!plan.isRefused)
    }

    @Test func aSuspendedTenantIsAskedForByName() {
        let suspended = Sample.state(
            tenants: [Sample.tenant("acme", state: .suspended)],
            people: Self.people(100).map {
                Sample.person($0.email, ["acme/\($0.memberships[0].role)"], active: false)
            })
        let plan = Self.plan(suspended, after: Self.state(Self.people(100)))
        #expect(plan.gates.isEmpty)
        #expect(plan.summary.usersDisabled == 100)
    }

    @Test func onlySoManyTenantsAreRemovedInOneRun() {
        let names = ["acme", "beta", "gamma"]
        let before = Sample.state(tenants: names.map { Sample.tenant($0, objects: [Sample.namespace($0)]) })
        let desired = Sample.state(tenants: names.map { Sample.tenant($0, state: .absent, isProtected: false) })
        let plan = Self.plan(desired, after: before)
        #expect(
            plan.lines == [
                "- group acme [with 2 subgroups] (state: absent)", "- Namespace tenant-acme (state: absent)",
            ])
        #expect(plan.pending.map(\.name) == ["beta", "gamma"])
        #expect(plan.pending.first?.reason == "maxTenantRemovals is 1")
        #expect(!plan.isEmpty)
    }

    @Test func onlySoManyTenantsAreChangedInOneRun() {
        let names = ["acme", "beta", "gamma"]
        func state(_ more: Bool) -> DesiredState {
            let tenants = names.map { name in
                let objects = [Sample.namespace(name)] + (more ? [Sample.configMap("new", of: name)] : [])
                return Sample.tenant(name, objects: objects)
            }
            return Sample.state(tenants: tenants, in: Sample.environment(limits: Limits(maxChangedTenants: 2)))
        }
        let plan = Self.plan(state(true), after: state(false))
        #expect(plan.changes.map(\.tenant) == ["acme", "beta"])
        #expect(plan.pending.map(\.name) == ["gamma"])
        // Tenants that are new do not count: there is nothing of theirs to break.
        let first = Plan.make(desired: state(true), live: World().state, source: Sample.source)
        #expect(first.pending.isEmpty)
        #expect(Set(first.changes.compactMap(\.tenant)) == Set(names))
    }
}
