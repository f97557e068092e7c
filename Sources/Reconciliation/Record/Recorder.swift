import Formats
import KubernetesModel
import Planning
import Tenancy

/// Makes the record of a run: what there is now, by what was planned and what came of it.
///
/// Of a system that was not seen, what was recorded before stays.
struct Recorder: Sendable {
    let planned: Planned
    let outcome: Outcome
    private let index: RecordIndex
    /// Titles of what is blocked, by tenant.
    private let blocked: [String?: Set<String>]

    /// - Parameter carriedOut: the outcome before anything was waited for, which knows every uid.
    init(_ planned: Planned, _ outcome: Outcome, carriedOut: Outcome) {
        self.planned = planned
        self.outcome = outcome
        index = RecordIndex(planned, outcome, carriedOut: carriedOut)
        blocked = index.changes.mapValues { changes in
            Set(changes.filter { $0.action == .blocked }.map(\.title))
        }
    }

    /// The record after this run, made from what the branch holds at this moment.
    func record(onto tree: StateTree?) -> StateTree {
        let desired = planned.desired
        let commit = planned.plan.source.commit
        var tree = tree ?? StateTree(fleet: desired.fleet, environment: desired.environment.name)
        tree.record(
            limits: planned.asked.limits,
            usedApprovals: planned.asked.used(
                tree.usedApprovals, by: outcome.results.isEmpty ? [] : planned.plan.gates),
            breakGlass: planned.asked.breakGlass, commit: commit)
        tree.record(objects: objects(desired.objects, before: tree.objects, tenant: nil), commit: commit)
        for tenant in desired.tenants where isCovered(tenant.name) && !isRefused(tenant) {
            let before = tree.tenants[tenant.name]
            let inventory = InventoryTenant(
                objects: objects(tenant.objects, before: before?.inventory.objects ?? [:], tenant: tenant.name),
                people: people(of: tenant.name, before: before?.inventory.people ?? [:]),
                actions: actions(of: tenant, before: before?.inventory.actions ?? [:]),
                // Once recorded it stays until nothing is left of the tenant.
                id: before?.inventory.id ?? tenant.id)
            if tenant.state == .absent, inventory.objects.isEmpty, inventory.people.isEmpty {
                tree.forget(tenant.name, commit: commit)
            } else {
                let status = StatusMaker(
                    planned: planned, outcome: outcome, tenant: tenant, changes: index.changes[tenant.name] ?? [],
                    members: index.members[tenant.name] ?? RecordIndex.Members(),
                    objects: inventory.objects.count, before: before?.status
                ).make()
                tree.record(tenant.name, status: status, inventory: inventory, commit: commit)
            }
        }
        forgetDeleted(&tree, commit)
        return tree
    }

    /// Accounts whose tenant has no file any more, and whose time is over.
    private func forgetDeleted(_ tree: inout StateTree, _ commit: String?) {
        let present = Set(planned.desired.tenants.map(\.name))
        for (name, record) in tree.tenants where !present.contains(name) && isCovered(name) {
            let people = record.inventory.people.filter { !index.deleted.contains($0.value.subject) }
            guard people.count < record.inventory.people.count else { continue }
            if people.isEmpty, record.inventory.objects.isEmpty {
                tree.forget(name, commit: commit)
            } else {
                var inventory = record.inventory
                inventory.people = people
                tree.record(name, status: record.status, inventory: inventory, commit: commit)
            }
        }
    }

    /// Nothing was planned of the tenant at all: what is there may be somebody else's, and the record of it stays.
    private func isRefused(_ tenant: DesiredTenant) -> Bool {
        guard tenant.state != .absent else { return false }
        let address = "tenant/\(planned.desired.environment.name)/\(tenant.name)"
        return index.changes[tenant.name]?.contains { $0.address == address } ?? false
    }

    /// A run for some tenants records those alone.
    private func isCovered(_ tenant: String) -> Bool {
        planned.onlyTenants.isEmpty || planned.onlyTenants.contains(tenant)
    }

    private func objects(
        _ wanted: [DesiredObject], before: [ObjectID: InventoryObject], tenant: String?
    ) -> [ObjectID: InventoryObject] {
        guard let live = planned.live.cluster.value, tenant.map(isCovered) ?? planned.onlyTenants.isEmpty,
            !planned.plan.pending.contains(where: { $0.name == tenant })
        else { return before }
        var entries: [ObjectID: InventoryObject] = [:]
        for object in wanted {
            entries[object.id] = entry(object, live: live.objects[object.id], before: before[object.id])
        }
        let names = Set(wanted.map(\.id))
        for (id, entry) in before where !names.contains(id) {
            guard let remaining = remaining(id, entry, live) else { continue }
            entries[id] = remaining
        }
        return entries
    }

    /// Of an object that the files ask for.
    private func entry(_ object: DesiredObject, live: LiveObject?, before: InventoryObject?) -> InventoryObject? {
        if index.isReleased(object.id) { return nil }
        switch index.objects[object.id] {
        case .done(let uid):
            guard let uid = uid ?? live?.uid else { return before }
            return InventoryObject(apiVersion: object.apiVersion, uid: uid, digest: object.digest)
        case .notReady:
            guard let uid = live?.uid ?? before?.uid else { return before }
            return InventoryObject(apiVersion: object.apiVersion, uid: uid, digest: object.digest)
        case .failed, .skipped: return before
        case .none:
            // Nothing to do, or blocked: what is blocked as not ours has no entry before, and gets none.
            guard let live, !isBlocked(object), !index.untouched.contains(object.id) else { return before }
            return InventoryObject(apiVersion: object.apiVersion, uid: live.uid, digest: object.digest)
        }
    }

    /// Of an object that the files no longer ask for: gone, or still to go.
    private func remaining(_ id: ObjectID, _ entry: InventoryObject, _ live: LiveCluster) -> InventoryObject? {
        if index.isGone(id) || index.isReleased(id) { return nil }
        guard index.objects[id] != nil || live.objects[id]?.uid == entry.uid else { return nil }
        return InventoryObject(
            apiVersion: entry.apiVersion, uid: entry.uid, digest: entry.digest, isRemovalPending: true)
    }

    private func isBlocked(_ object: DesiredObject) -> Bool {
        blocked[object.tenant]?.contains(object.id.description) == true
    }
}

extension Recorder {
    /// The versions for which the tenant's actions have been run to their end. While it is locked out nothing is run or forgotten.
    private func actions(of tenant: DesiredTenant, before: [String: String]) -> [String: String] {
        guard tenant.state == .active, let live = planned.live.cluster.value else { return before }
        var done: [String: String] = [:]
        for action in tenant.actions {
            let isComplete = live.objects[action.job.id].map { JobEnd.isComplete($0.object) } ?? false
            if case .done = index.objects[action.job.id] {
                done[action.key] = action.version
            } else if isComplete, index.objects[action.job.id] == nil {
                done[action.key] = action.version
            } else {
                done[action.key] = before[action.key]
            }
        }
        return done
    }

    /// Accounts whose home the tenant is, by the hash of their key.
    private func people(of tenant: String, before: [String: InventoryPerson]) -> [String: InventoryPerson] {
        guard planned.live.identity.value != nil else { return before }
        var entries: [String: InventoryPerson] = [:]
        for person in index.residents[tenant] ?? [] {
            let hash = KeyHash.of(person.key)
            let groups = Set(person.memberships.filter(\.isActive).map(\.group))
            switch index.people[person.key] {
            case .done(let subject?): entries[hash] = InventoryPerson(subject: subject, groups: groups)
            case .failed, .skipped: entries[hash] = before[hash]
            default:
                // An account that was let go just now still had its marks when it was looked at.
                let account = index.accounts[person.key].flatMap { index.leaving[$0.id] == true ? nil : $0 }
                if account == nil, let held = before[hash], index.leaving[held.subject] == true { continue }
                entries[hash] = account.map { InventoryPerson(subject: $0.id, groups: groups) } ?? before[hash]
            }
        }
        for (hash, entry) in before where entries[hash] == nil {
            entries[hash] = departed(entry)
        }
        return entries
    }

    /// Of who has no row here any more: still to go, disabled and to be deleted one day, or nothing.
    private func departed(_ entry: InventoryPerson) -> InventoryPerson? {
        if index.leaving[entry.subject] == false { return entry }
        let remembered = InventoryPerson(subject: entry.subject, groups: [], left: entry.left ?? planned.today)
        let isRemembered =
            planned.desired.environment.deleteAfter != nil && index.dormant.contains(entry.subject)
        return isRemembered ? remembered : nil
    }
}
