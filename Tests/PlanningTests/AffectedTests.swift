import Formats
import Planning
import Tenancy
import TestSupport
import Testing

/// `plan --affected` and `--offline`, tried on edits made up by chance.
@Suite struct AffectedTests {
    private static let day = CalendarDate(secondsSince1970: 1_767_225_600)

    struct Sides {
        let base: (fleet: Fleet, files: FleetFiles)
        let head: (fleet: Fleet, files: FleetFiles)
        let part: FleetPart

        init?(_ old: RandomFleet, _ new: RandomFleet) {
            let (baseFiles, headFiles) = (FleetFiles.load(old.tree), FleetFiles.load(new.tree))
            guard let base = Fleet.resolve(baseFiles).fleet,
                let head = Fleet.resolve(headFiles, governedBy: base).fleet
            else { return nil }
            self.base = (base, baseFiles)
            self.head = (head, headFiles)
            part = head.affected(headFiles, since: self.base, in: "prod", on: AffectedTests.day)
        }

        func before() throws -> DesiredState {
            try #require(base.fleet.desiredState(environment: "prod", on: AffectedTests.day).state)
        }

        func after(_ part: FleetPart? = nil) throws -> DesiredState {
            try #require(head.fleet.desiredState(environment: "prod", on: AffectedTests.day, of: part).state)
        }
    }

    /// Two commits: a fleet, and the same after some edits.
    private static func sides(_ seed: UInt64) throws -> (sides: Sides, edits: [String]) {
        var fleet = RandomFleet(seed: seed)
        let old = fleet
        let edits = fleet.edit()
        let sides = try #require(Sides(old, fleet), "seed \(seed): \(edits)")
        return (sides, edits)
    }

    static let seeds = UInt64(1)...60

    @Test(arguments: seeds) func isTheWholePlanOfThoseTenants(_ seed: UInt64) throws {
        let (sides, edits) = try Self.sides(seed)
        let before = try sides.before()
        let world = World(applied: before)
        let inventory = world.inventory(of: before)
        let whole = Plan.make(
            desired: try sides.after(), live: world.state, inventory: inventory, source: Sample.source, today: Self.day)
        // Nothing outside of what is affected changes …
        let others = whole.sections.filter { !sides.part.holds($0.tenant) }
        #expect(others.isEmpty, "\(edits): \(others.map { $0.tenant ?? "-" })")
        // … and of the affected part, rendered and seen alone, the plan is the same to the last character.
        let alone = Plan.make(
            desired: try sides.after(sides.part), live: world.seen(of: sides.part).state, inventory: inventory,
            source: Sample.source, today: Self.day, part: sides.part)
        #expect(alone.json.prettyText == whole.restricted(to: sides.part).json.prettyText, "\(edits)")
    }

    @Test(arguments: seeds) func offlineSaysWhatAWholeRunWouldSay(_ seed: UInt64) throws {
        let (sides, edits) = try Self.sides(seed)
        let (before, after) = (try sides.before(), try sides.after())
        let world = World(applied: before)
        let online = Plan.make(
            desired: after, live: world.state, inventory: world.inventory(of: before), source: Sample.source)
        let offline = Plan.make(
            desired: after, live: LiveState(asked: before, roles: ["operator", "analyst"]),
            inventory: PlanInventory(asked: before, commit: "a41be07c0ffee0000000000000000000000000000"),
            source: Sample.source)
        #expect(offline.lines == online.lines, "\(edits)")
    }

    /// The edits reach what they should: no test of this suite holds because everything is affected.
    @Test func mostEditsAffectFewTenants() throws {
        let sizes = try Self.seeds.map { try Self.sides($0).sides.part.tenants.count }
        #expect(sizes.count { $0 == 0 } < 20)
        #expect(sizes.count { (1..<RandomFleet.tenantCount).contains($0) } > 20, "\(sizes)")
        #expect(sizes.contains(RandomFleet.tenantCount))
    }

    @Test func nothingIsAffectedByACommentOrAMovedLine() throws {
        let old = RandomFleet(seed: 7)
        var new = old
        for path in new.files.keys where path.hasSuffix(".yaml") && !path.contains("/manifests/") {
            new.files[path] = "# moved\n\n" + (new.files[path] ?? "")
        }
        let sides = try #require(Sides(old, new))
        #expect(sides.part.tenants.isEmpty)
    }
}

extension World {
    /// With no object in it that is not the part's.
    fileprivate func seen(of part: FleetPart) -> World {
        with { world in
            world.objects = world.objects.filter { part.holds($0.value.labels["reconcile.dev/tenant"]?.string) }
        }
    }
}
