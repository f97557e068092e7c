import Planning
import Tenancy
import Testing

extension Plan {
    /// `+ ConfigMap tenant-acme/branding`, memberships, fields and notes behind it, the reason in parentheses.
    var lines: [String] {
        changes.map { change in
            var parts = ["\(change.action.symbol) \(change.title)"]
            parts += change.memberships.map { ($0.joins ? "+" : "-") + $0.group + ($0.isDrift ? " (drift)" : "") }
            parts += change.fields.map { field in
                "\(field.path): \(field.before?.text ?? "none") -> \(field.after?.text ?? "none")"
                    + (field.isDrift ? " (drift)" : "")
            }
            if !change.notes.isEmpty { parts.append("[\(change.notes.joined(separator: ", "))]") }
            if let reason = change.reason { parts.append("(\(reason))") }
            return parts.joined(separator: " ")
        }
    }
}

/// One situation with what is planned in it.
struct Situation: Sendable, CustomTestStringConvertible {
    let id: String
    let desired: DesiredState
    let live: LiveState
    let inventory: PlanInventory
    let today: CalendarDate?
    let wishes: OwnershipWishes
    let expected: [String]

    init(
        _ id: String, _ desired: DesiredState, _ world: World, _ inventory: PlanInventory = PlanInventory(),
        wishes: OwnershipWishes = OwnershipWishes(), on today: String? = nil, expect expected: [String]
    ) {
        self.wishes = wishes
        self.today = today.flatMap { CalendarDate($0) }
        self.id = id
        self.desired = desired
        live = world.state
        self.inventory = inventory
        self.expected = expected
    }

    /// A live state that begins as what another state left, and is changed by hand.
    init(
        _ id: String, _ desired: DesiredState, after before: DesiredState, remembers: Bool = true,
        on today: String? = nil, by change: (inout World) -> Void = { _ in },
        recorded: (inout PlanInventory) -> Void = { _ in }, wishes: OwnershipWishes = OwnershipWishes(),
        expect expected: [String]
    ) {
        var world = World(applied: before)
        var inventory = remembers ? world.inventory(of: before) : PlanInventory()
        change(&world)
        recorded(&inventory)
        self.init(id, desired, world, inventory, wishes: wishes, on: today, expect: expected)
    }

    var plan: Plan {
        Plan.make(
            desired: desired, live: live, inventory: inventory, source: Sample.source, wishes: wishes, today: today)
    }
    var testDescription: String { id }
}
