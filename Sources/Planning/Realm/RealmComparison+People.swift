import Formats
import Tenancy

extension RealmComparison {
    func addPeople(to plan: inout SystemPlan) {
        var claimed: Set<String> = []
        for person in input.desired.people {
            switch directory.match(person) {
            case .account(let account):
                claimed.insert(account.id)
                count(account, tenant: person.home, in: &plan.population)
                plan.changes += person.isActive ? updates(of: account, to: person) : lockouts(of: account, person)
            case .refused(_, let reason):
                // Who has no account and needs none is no matter of the realm.
                if person.isActive { plan.changes.append(refusal(of: person, reason)) }
            case .none:
                if person.isActive { plan.changes.append(creation(of: person)) }
            }
        }
        for account in live.people.values.sorted(by: { $0.id < $1.id })
        where !claimed.contains(account.id) && account.owners.contains(input.owner) {
            addRemoval(of: account, to: &plan)
        }
    }

    /// What of the account is enabled and ours to count.
    private func count(_ account: LivePerson, tenant: String?, in population: inout Population) {
        guard account.owners.contains(input.owner) else { return }
        if account.isEnabled { population[.users, of: tenant] += 1 }
        for group in account.groups where ourGroups.contains(group) {
            population[.memberships, of: input.tenant(ofGroup: group)] += 1
        }
    }

    // MARK: Who comes

    private func creation(of person: DesiredPerson) -> Change {
        if let reason = markRefusal { return refusal(of: person, reason) }
        let groups = person.activeGroups
        if let group = groups.first(where: { blockedGroups[$0] != nil }) {
            return refusal(of: person, "group \(group.dropFirst()) \(blockedGroups[group] ?? "is blocked")")
        }
        return change(
            .create, person, memberships: groups.map { MembershipChange(group: String($0.dropFirst()), joins: true) },
            operation: .createPerson(person))
    }

    private func refusal(of person: DesiredPerson, _ reason: String) -> Change {
        change(.blocked, person, reason: reason, operation: nil)
    }

    // MARK: Who leaves

    /// The files have the person, but no membership is active.
    private func lockouts(of account: LivePerson, _ person: DesiredPerson) -> [Change] {
        guard account.owners.contains(input.owner) else { return [] }
        let departure = Departure(
            address: input.address("users", person.key), tenant: person.home, source: person.source,
            reason: "no active membership", title: "user \(person.email)")
        return removal(of: account, departure).map { [$0] } ?? []
    }

    /// Nobody in the files is this account of ours.
    private func addRemoval(of account: LivePerson, to plan: inout SystemPlan) {
        let groups = account.groups.intersection(ourGroups).sorted()
        let tenant = directory.tenant(of: account, groups: groups)
        count(account, tenant: tenant, in: &plan.population)
        let tenants = Set(groups.compactMap(input.tenant(ofGroup:)) + [tenant].compactMap { $0 })
        if let missing = tenants.filter({ input.tenants[$0] == nil }).min() {
            if account.isEnabled || !groups.isEmpty { plan.kept[missing, default: 0] += 1 }
            return
        }
        let departure = Departure(
            address: input.address("users", account.key ?? account.id), tenant: tenant,
            source: tenant.map { Place(file: directory.usersFile(of: $0)).wholeFile },
            reason: ["row gone", input.since].compactMap { $0 }.joined(separator: " "),
            title: "user \(account.email ?? account.username)")
        if let change = removal(of: account, departure) { plan.changes.append(change) }
    }

    private struct Departure {
        let address: String
        let tenant: String?
        let source: Place?
        let reason: String
        let title: String
    }

    private func removal(of account: LivePerson, _ departure: Departure) -> Change? {
        let leave = account.groups.intersection(ourGroups).sorted()
        let others = account.owners.subtracting([input.owner]).sorted()
        guard account.isEnabled && others.isEmpty || !leave.isEmpty || !others.isEmpty else { return nil }
        let reason = account.untouchable(ownSubject: live.ownSubject)
        let (action, operation): (Action, IdentityOperation?) =
            switch (reason, others.isEmpty) {
            case (.some, _): (.blocked, nil)
            case (nil, true): (.disable, .disablePerson(id: account.id, leave: leave))
            case (nil, false): (.forget, .releasePerson(id: account.id, leave: leave))
            }
        let isLockedOut = others.isEmpty && account.isEnabled
        let fields = isLockedOut ? [FieldChange(pointer: "/enabled", path: "enabled", before: true, after: false)] : []
        return Change(
            address: departure.address, action: action, title: departure.title, tenant: departure.tenant,
            source: departure.source, reason: reason ?? departure.reason, fields: fields,
            memberships: leave.map { MembershipChange(group: String($0.dropFirst()), joins: false) },
            notes: isLockedOut ? ["disable", "sessions end"] : Self.notes(stayingWith: others),
            wave: .people, precondition: Precondition(uid: account.id, fields: fields),
            operation: operation.map { .identity($0) })
    }
}

extension RealmComparison {
    private static func notes(stayingWith others: [String]) -> [String] {
        others.isEmpty ? ["groups are left"] : ["groups are left", "stays with \(others.joined(separator: ", "))"]
    }

    func change(
        _ action: Action, _ person: DesiredPerson, reason: String? = nil, fields: [FieldChange] = [],
        memberships: [MembershipChange] = [], notes: [String] = [], precondition: Precondition? = nil,
        operation: IdentityOperation?
    ) -> Change {
        Change(
            address: input.address("users", person.key), action: action, title: "user \(person.email)",
            tenant: person.home, source: person.source, reason: reason, fields: fields, memberships: memberships,
            notes: notes, wave: .people, precondition: precondition, operation: operation.map { .identity($0) })
    }
}

extension DesiredPerson {
    /// Paths, each once, sorted.
    var activeGroups: [String] { Set(memberships.filter(\.isActive).map(\.group)).sorted() }
}

extension LivePerson {
    /// Why we never touch the account; nil for all others.
    func untouchable(ownSubject: String?) -> String? {
        if id == ownSubject { return "is the account that we run as, which is never touched" }
        if username.hasPrefix("service-account-") { return "is a service account, which is never touched" }
        if isFederated { return "comes from a user federation, which has to change it" }
        return nil
    }
}
