import Formats
import Tenancy

extension RealmComparison {
    func addPeople(to plan: inout SystemPlan) {
        var claimed: Set<String> = []
        var claimants: [String: DesiredPerson] = [:]
        for person in input.desired.people {
            guard let account = directory.match(person) else {
                // Who has no account and needs none is no matter of the realm.
                if person.isActive { plan.changes.append(creation(of: person)) }
                if person.isActive, case .refused = moves.ways[person.key] { claimants[person.email] = person }
                continue
            }
            claimed.insert(account.id)
            count(account, tenant: person.home, in: &plan.population)
            if let change = release(of: account, person) {
                plan.changes.append(change)
                continue
            }
            let changes = person.isActive ? updates(of: account, to: person) : lockouts(of: account, person)
            plan.changes += account.owners.isEmpty ? changes.map(adopting) : changes
        }
        for account in accounts where !claimed.contains(account.id) && account.owners.contains(input.owner) {
            addRemoval(of: account, claimants, to: &plan)
        }
        plan.changes += moves.parked.map(parking)
    }

    /// What of the account is ours to count.
    func count(_ account: LivePerson, tenant: String?, in population: inout Population) {
        guard account.owners.contains(input.owner) else { return }
        population[.accounts, of: tenant] += 1
        if account.isEnabled { population[.users, of: tenant] += 1 }
        for group in account.groups where ourGroups.contains(group) {
            population[.memberships, of: input.tenant(ofGroup: group)] += 1
        }
    }

    private func creation(of person: DesiredPerson) -> Change {
        let groups = person.activeGroups
        let refused = groups.first { blockedGroups[$0] != nil }.map {
            "group \($0.dropFirst()) \(blockedGroups[$0] ?? "is blocked")"
        }
        if let reason = markRefusal ?? unseenMarks(person) ?? refused ?? profileRefusal(of: person) {
            return refusal(of: person, reason)
        }
        switch moves.ways[person.key] {
        case .refused(let reason): return refusal(of: person, reason)
        case .after(let others):
            return change(
                .create, person,
                memberships: groups.map { MembershipChange(group: String($0.dropFirst()), joins: true) },
                operation: .createPerson(person), requires: others)
        case .none: return refusal(of: person, "is not known to have an address")
        }
    }

    private func refusal(of person: DesiredPerson, _ reason: String) -> Change {
        change(.blocked, person, reason: reason, operation: nil)
    }

    /// Accounts look like strangers while the realm hides their marks.
    private func unseenMarks(_ person: DesiredPerson) -> String? {
        guard !live.keepsMarks, directory.remembered(person) != nil else { return nil }
        return "has an account by the record, whose marks the realm hides until its user profile is changed; run again"
    }

    /// The account's address for a moment, so that people can exchange theirs.
    private func parking(_ key: String, of account: LivePerson) -> Change {
        let person = directory.desired[key]
        let field = FieldChange(
            pointer: "/email", path: "email", before: account.email.map { .string($0) },
            after: .string(account.parkedEmail))
        let way = person.map { " on the way to \($0.email)" } ?? ""
        return Change(
            address: moves.parking(key), action: .update, title: "user \(account.email ?? account.username)",
            tenant: person?.home, source: person?.source,
            reason: "for a moment\(way), since people exchange e-mails", fields: [field], wave: .people,
            precondition: Precondition(uid: account.id, fields: [field]),
            operation: .identity(.parkEmail(id: account.id, renames: live.traits.renames(account))))
    }

    func change(
        _ action: Action, _ person: DesiredPerson, reason: String? = nil, fields: [FieldChange] = [],
        memberships: [MembershipChange] = [], notes: [String] = [], precondition: Precondition? = nil,
        operation: IdentityOperation?, requires: Set<String> = [], source: Place? = nil
    ) -> Change {
        Change(
            address: input.address("users", person.key), action: action, title: "user \(person.email)",
            tenant: person.home, source: source ?? person.source, reason: reason, fields: fields,
            memberships: memberships,
            notes: notes, wave: .people, precondition: precondition, operation: operation.map { .identity($0) },
            requires: requires)
    }
}

extension DesiredPerson {
    /// Paths, each once, sorted.
    var activeGroups: [String] { Set(memberships.filter(\.isActive).map(\.group)).sorted() }
}

extension LivePerson {
    /// An e-mail that is nobody's and leads nowhere.
    package var parkedEmail: String { PersonMark.parkedEmail(of: id) }
}

extension PersonMark {
    /// The e-mail of an account between two others.
    package static func parkedEmail(of id: String) -> String { "\(id)@reconcile.invalid" }
}
