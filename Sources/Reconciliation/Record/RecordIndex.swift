import KubernetesModel
import Planning
import Tenancy

/// What the record looks up by tenant, object and person: made once, since a fleet has many of each.
struct RecordIndex: Sendable {
    /// By tenant; nil is the environment's own.
    let changes: [String?: [Change]]
    /// What came of the changes of objects.
    let objects: [ObjectID: ChangeResult]
    /// Objects that are not as the files ask for, since their change was left alone.
    let untouched: Set<ObjectID>
    /// Not ours any more.
    private let released: Set<ObjectID>
    /// Deleted, and seen to be gone.
    private let removed: Set<ObjectID>
    /// What came of the creation or change of an account, by the person's key.
    let people: [String: ChangeResult]
    /// The accounts that are disabled or let go, and whether that is done.
    let leaving: [String: Bool]
    /// Accounts that are disabled now, ours alone, and nobody's by the files.
    let dormant: Set<String>
    /// Accounts that are gone for good.
    let deleted: Set<String>
    /// Who is at home in a tenant.
    let residents: [String: [DesiredPerson]]
    /// The accounts that carry our mark, by the person's key.
    let accounts: [String: LivePerson]
    /// Who belongs to a tenant.
    let members: [String: Members]

    struct Members: Sendable {
        var all = 0
        var active = 0
    }

    /// - Parameter carriedOut: the outcome before anything was waited for, which knows every uid.
    init(_ planned: Planned, _ outcome: Outcome, carriedOut: Outcome) {
        let all = outcome.plan.changes
        changes = Dictionary(grouping: all, by: \.tenant)
        var objects: [ObjectID: ChangeResult] = [:]
        var (removed, released): (Set<ObjectID>, Set<ObjectID>) = ([], [])
        var people: [String: ChangeResult] = [:]
        var leaving: [String: Bool] = [:]
        for change in all {
            switch change.operation {
            case .cluster(let operation):
                objects[operation.id] = carriedOut.results[change.address] ?? .skipped(reason: "it was not tried")
                guard outcome.results[change.address]?.isDone == true else { break }
                if operation.isRemoval { removed.insert(operation.id) }
                if case .release = operation { released.insert(operation.id) }
            case .identity(.createPerson(let person)): people[person.key] = outcome.results[change.address]
            case .identity(.updatePerson(let update)): people[update.person.key] = outcome.results[change.address]
            default: break
            }
            guard let subject = change.leavingSubject else { continue }
            leaving[subject] = leaving[subject] == true || outcome.results[change.address]?.isDone == true
        }
        var untouched: Set<ObjectID> = []
        for change in planned.left {
            switch change.operation {
            case .cluster(let operation): untouched.insert(operation.id)
            case .identity(.createPerson(let person)): people[person.key] = .skipped(reason: "it was left alone")
            case .identity(.updatePerson(let update)):
                people[update.person.key] = .skipped(reason: "it was left alone")
            default: break
            }
            if let subject = change.leavingSubject { leaving[subject] = leaving[subject] ?? false }
        }
        self.untouched = untouched
        self.objects = objects
        self.removed = removed
        self.released = released
        self.people = people
        self.leaving = leaving
        residents = Dictionary(grouping: planned.desired.people, by: \.home)
        let owner = "\(planned.desired.fleet)/\(planned.desired.environment.name)"
        let live = (planned.live.identity.value.map { Array($0.people.values) } ?? [])
            .filter { $0.owners.contains(owner) }.sorted { $0.id < $1.id }
        accounts = Dictionary(live.compactMap { account in account.key.map { ($0, account) } }) { first, _ in first }
        let done = all.filter { outcome.results[$0.address]?.isDone == true }.compactMap(\.departing)
        let keys = Set(planned.desired.people.map(\.key))
        let deleted = Set(done.filter(\.isDeleted).map(\.subject))
        dormant = Set(live.filter { !$0.isEnabled && $0.owners.count == 1 }.map(\.id))
            .union(done.map(\.subject)).subtracting(deleted)
            .subtracting(live.filter { account in account.key.map(keys.contains) ?? false }.map(\.id))
        self.deleted = deleted
        members = Self.members(of: planned.desired.people)
    }

    func isReleased(_ id: ObjectID) -> Bool { released.contains(id) }

    /// It is seen to be gone: the object itself, or the namespace that it lay in.
    func isGone(_ id: ObjectID) -> Bool {
        if removed.contains(id) { return true }
        guard objects[id] == nil, let namespace = id.namespace else { return false }
        return removed.contains(ObjectID(group: "", kind: "Namespace", namespace: nil, name: namespace))
    }

    private static func members(of people: [DesiredPerson]) -> [String: Members] {
        var members: [String: Members] = [:]
        for person in people {
            for tenant in Set(person.memberships.map(\.tenant)) {
                let isActive = person.memberships.contains { $0.tenant == tenant && $0.isActive }
                members[tenant, default: Members()].all += 1
                members[tenant, default: Members()].active += isActive ? 1 : 0
            }
        }
        return members
    }
}

extension Change {
    /// The account that the change disables or deletes.
    fileprivate var departing: (subject: String, isDeleted: Bool)? {
        switch operation {
        case .identity(.disablePerson(let id, _)): (id, false)
        case .identity(.deletePerson(let id)): (id, true)
        default: nil
        }
    }

    /// The account that the change disables or lets go.
    fileprivate var leavingSubject: String? {
        switch operation {
        case .identity(.disablePerson(let id, _)), .identity(.releasePerson(let id, _)),
            .identity(.deletePerson(let id)):
            id
        default: action == .blocked ? precondition?.uid : nil
        }
    }
}
