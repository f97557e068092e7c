import Tenancy

extension Change {
    /// The change as one that is not carried out.
    func blocked(_ reason: String) -> Change {
        Change(
            address: address, action: .blocked, title: title, tenant: tenant, source: source, reason: reason,
            fields: fields, memberships: memberships, notes: notesWhenBlocked, wave: wave, precondition: precondition,
            operation: nil, isDrift: isDrift)
    }

    /// What would happen, where the notes say what does.
    private var notesWhenBlocked: [String] {
        switch (isOfPerson, action) {
        case (true, .disable): ["would be disabled"]
        case (true, .delete): ["would be deleted"]
        case (true, .forget): ["would be let go"]
        case (_, _): notes
        }
    }

    /// Paths of the groups that the change takes the person out of.
    var left: [String] {
        switch operation {
        case .identity(.updatePerson(let update)): update.leave
        case .identity(.disablePerson(_, let leave)), .identity(.releasePerson(_, let leave)): leave
        default: []
        }
    }

    /// Paths of the groups that the change puts the person into.
    var joined: Set<String> {
        if case .identity(.updatePerson(let update)) = operation { Set(update.join) } else { [] }
    }

    /// The change without leaving these groups, and for each of them a blocked one; a person who would be locked out
    /// stays as a whole.
    func holdingBack(leaves groups: Set<String>, reason: String) -> [Change] {
        let held = left.filter(groups.contains)
        guard !held.isEmpty else { return [self] }
        guard case .identity(.updatePerson(let update)) = operation else { return [blocked(reason)] }
        let rest = PersonUpdate(
            id: update.id, person: update.person, writesProfile: update.writesProfile, renames: update.renames,
            join: update.join, leave: update.leave.filter { !groups.contains($0) })
        return (rest.isEmpty ? [] : [carryingOut(rest)]) + held.map { holding(back: $0, reason: reason) }
    }

    private func carryingOut(_ rest: PersonUpdate) -> Change {
        let kept = Set(rest.join + rest.leave)
        return Change(
            address: address, action: action, title: title, tenant: tenant, source: source, reason: reason,
            fields: fields, memberships: memberships.filter { kept.contains("/" + $0.group) }, notes: notes,
            wave: wave, precondition: precondition, operation: .identity(.updatePerson(rest)), requires: requires)
    }

    /// The change once those others are done.
    func after(_ addresses: Set<String>) -> Change {
        Change(
            address: address, action: action, title: title, tenant: tenant, source: source, reason: reason,
            fields: fields, memberships: memberships, notes: notes, wave: wave, precondition: precondition,
            operation: operation, requires: requires.union(addresses), isDrift: isDrift)
    }

    private func holding(back group: String, reason: String) -> Change {
        Change(
            address: "\(address)/groups\(group)", action: .blocked, title: title, tenant: tenant, source: source,
            reason: reason, memberships: memberships.filter { "/" + $0.group == group }, wave: wave,
            precondition: precondition, operation: nil)
    }
}

extension PersonUpdate {
    fileprivate var isEmpty: Bool { !writesProfile && join.isEmpty && leave.isEmpty }
}
