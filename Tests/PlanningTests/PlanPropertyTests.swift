import Formats
import Planning
import Tenancy
import Testing

/// What holds for every plan, tried on fleets made up by chance.
@Suite struct PlanPropertyTests {
    /// With whatever needs an approval approved.
    private static func plan(
        _ desired: DesiredState, _ world: World, _ inventory: PlanInventory = PlanInventory()
    ) -> Plan {
        func plan(_ approvals: Set<String>) -> Plan {
            Plan.make(
                desired: desired, live: world.state, inventory: inventory, source: Sample.source, approvals: approvals)
        }
        return plan(Set(plan([]).gates.map(\.digest)))
    }

    static let seeds = UInt64(1)...25

    @Test(arguments: seeds) func whatWasAppliedNeedsNothing(_ seed: UInt64) {
        var random = RandomState(seed: seed)
        let desired = random.state()
        let plan = Self.plan(desired, World(applied: desired))
        #expect(plan.isEmpty, "\(plan.lines)")
    }

    @Test(arguments: seeds) func carriedOutItNeedsNothingMore(_ seed: UInt64) {
        var random = RandomState(seed: seed)
        let (before, after) = (random.state(), random.state())
        var world = World(applied: before)
        let first = Self.plan(after, world, world.inventory(of: before))
        #expect(first.summary.blocked == 0, "\(first.lines)")
        world.carryOut(first)
        let second = Self.plan(after, world, world.inventory(of: after))
        #expect(second.isEmpty, "\(second.lines)")
        // Nor without the lock.
        #expect(Self.plan(after, world).isEmpty)
    }

    @Test(arguments: seeds) func theOrderOfTheInputDoesNotMatter(_ seed: UInt64) {
        var random = RandomState(seed: seed)
        let (before, after) = (random.state(), random.state())
        let world = World(applied: before)
        let inventory = world.inventory(of: before)
        let one = Self.plan(after, world, inventory)
        let other = Self.plan(random.shuffled(after), random.shuffled(world), inventory)
        #expect(one.json.prettyText == other.json.prettyText)
    }

    @Test(arguments: seeds) func nothingIsPlannedForASystemThatIsUnknown(_ seed: UInt64) {
        var random = RandomState(seed: seed)
        let (before, after) = (random.state(), random.state())
        var world = World(applied: before)
        let inventory = world.inventory(of: before)
        let whole = Self.plan(after, world, inventory)
        world.clusterTrouble = "https://127.0.0.1:6443 does not answer"
        let withoutCluster = Self.plan(after, world, inventory)
        #expect(withoutCluster.changes.allSatisfy { !$0.address.hasPrefix("k8s/") })
        #expect(
            withoutCluster.lines
                == whole.changes.enumerated().filter { !$1.address.hasPrefix("k8s/") }.map { whole.lines[$0.offset] })
        #expect(withoutCluster.diagnostics.map(\.code) == ["RCN2001"])
        world.realmTrouble = "https://sso.example.com does not answer"
        let withoutAny = Self.plan(after, world, inventory)
        #expect(withoutAny.isEmpty)
        #expect(withoutAny.diagnostics.map(\.code) == ["RCN2001", "RCN2002"])
    }

    @Test(arguments: seeds) func everyRemovalNamesWhatItRemoves(_ seed: UInt64) {
        var random = RandomState(seed: seed)
        let (before, after) = (random.state(), random.state())
        for change in Self.plan(after, World(applied: before)).changes {
            switch change.operation {
            case .cluster(.delete(_, _, let uid)): #expect(!uid.isEmpty && change.precondition?.uid == uid)
            case .identity(.deleteGroup(_, let id)), .identity(.disablePerson(let id, _)),
                .identity(.releasePerson(let id, _)):
                #expect(!id.isEmpty && change.precondition?.uid == id)
            default: break
            }
            // What is blocked is never carried out, and everything else is.
            #expect((change.action == .blocked) == (change.operation == nil))
            #expect(change.source != nil || change.tenant == nil, "\(change.address)")
        }
    }
}
