import Formats
import Tenancy

extension RealmComparison {
    /// What an account needs that stays enabled, or becomes so again: at most one change and what is held back of it.
    func updates(of account: LivePerson, to person: DesiredPerson) -> [Change] {
        let memberships = MembershipDifference(of: account, to: person, in: self)
        let profile = ProfileDifference(of: account, to: person, in: self)
        var changes: [Change] = []
        if let refusal = profile.emailRefusal {
            changes.append(emailRefusal(of: account, to: person, refusal))
        }
        let hasChange = !profile.fields.isEmpty || !memberships.isEmpty
        guard hasChange || !memberships.notes.isEmpty else { return changes }
        if let reason = account.untouchable(ownSubject: live.ownSubject) ?? (profile.marks ? markRefusal : nil) {
            return [change(.blocked, person, reason: reason, memberships: memberships.changes, operation: nil)]
        }
        guard hasChange else {
            return changes + [
                change(.blocked, person, reason: memberships.notes.joined(separator: "; "), operation: nil)
            ]
        }
        let written = profile.emailRefusal == nil ? person : person.with(email: account.email ?? person.email)
        let update = PersonUpdate(
            id: account.id, person: written, writesProfile: !profile.fields.isEmpty, join: memberships.join,
            leave: memberships.leave)
        let touched = profile.fields + memberships.fields
        changes.append(
            change(
                .update, person, fields: profile.fields, memberships: memberships.changes, notes: memberships.notes,
                precondition: Precondition(uid: account.id, fields: touched), operation: .updatePerson(update)))
        return changes
    }

    private func emailRefusal(of account: LivePerson, to person: DesiredPerson, _ reason: String) -> Change {
        Change(
            address: input.address("users", person.key) + "/email", action: .blocked,
            title: "user \(account.email ?? account.username)", tenant: person.home, source: person.source,
            reason: reason,
            fields: [
                FieldChange(
                    pointer: "/email", path: "email", before: account.email.map { .string($0) },
                    after: .string(person.email))
            ], wave: .people, operation: nil)
    }
}

/// Groups of ours that the person has to join or leave; groups of others are none of our business.
private struct MembershipDifference {
    let join: [String]
    let leave: [String]
    let changes: [MembershipChange]
    /// Groups that nobody is put into.
    let notes: [String]

    init(of account: LivePerson, to person: DesiredPerson, in realm: RealmComparison) {
        let wanted = person.activeGroups.filter { !account.groups.contains($0) }
        join = wanted.filter { realm.blockedGroups[$0] == nil }
        notes = wanted.filter { realm.blockedGroups[$0] != nil }.map { "group \($0.dropFirst()) is blocked" }
        let asked = Set(person.activeGroups)
        leave = account.groups.intersection(realm.ourGroups).subtracting(asked).sorted()
        guard !join.isEmpty || !leave.isEmpty else {
            changes = []
            return
        }
        let granted = realm.directory.remembered(person)?.groups
        changes =
            join.map {
                MembershipChange(group: String($0.dropFirst()), joins: true, isDrift: granted?.contains($0) == true)
            }
            + leave.map {
                MembershipChange(group: String($0.dropFirst()), joins: false, isDrift: granted?.contains($0) != true)
            }
    }

    var isEmpty: Bool { join.isEmpty && leave.isEmpty }

    /// As fields, for the precondition: which of them the person was in.
    var fields: [FieldChange] {
        join.map { FieldChange(pointer: "/groups\($0)", path: "", before: false, after: true) }
            + leave.map { FieldChange(pointer: "/groups\($0)", path: "", before: true, after: false) }
    }
}

/// What of the profile, the marks and `enabled` differs.
private struct ProfileDifference {
    private(set) var fields: [FieldChange] = []
    /// Marks have to be written.
    private(set) var marks = false
    /// Why the e-mail cannot change now.
    private(set) var emailRefusal: String?

    init(of account: LivePerson, to person: DesiredPerson, in realm: RealmComparison) {
        let owner = realm.input.owner
        if !account.isEnabled {
            let wasActive = realm.directory.remembered(person)?.groups?.isEmpty == false
            fields.append(
                FieldChange(pointer: "/enabled", path: "enabled", before: false, after: true, isDrift: wasActive))
        }
        // Another owner at home writes the profile.
        if account.home ?? owner == owner {
            addProfile(of: account, to: person, in: realm)
        }
        let before = fields.count
        add("attributes/\(PersonMark.key)", PersonMark.key, account.key, person.key)
        if account.home == nil { add("attributes/\(PersonMark.home)", PersonMark.home, nil, owner) }
        if !account.owners.contains(owner) {
            let owners = account.owners.sorted().map { JSON.string($0) }
            fields.append(
                FieldChange(
                    pointer: "/attributes/\(PersonMark.owners)", path: PersonMark.owners,
                    before: owners.isEmpty ? nil : .array(owners), after: .array(owners + [.string(owner)])))
        }
        marks = fields.count > before
    }

    private mutating func addProfile(of account: LivePerson, to person: DesiredPerson, in realm: RealmComparison) {
        if account.email?.lowercased() != person.email {
            emailRefusal = realm.directory.emailRefusal(of: person, account: account)
            if emailRefusal == nil { add("email", "email", account.email, person.email) }
        }
        // A file without the column says nothing about the name.
        if let name = person.givenName { add("firstName", "given_name", account.givenName, name) }
        if let name = person.familyName { add("lastName", "family_name", account.familyName, name) }
    }

    private mutating func add(_ pointer: String, _ path: String, _ before: String?, _ after: String) {
        guard before != after else { return }
        fields.append(
            FieldChange(
                pointer: "/\(pointer)", path: path, before: before.map { .string($0) }, after: .string(after)))
    }
}

extension DesiredPerson {
    fileprivate func with(email: String) -> DesiredPerson {
        DesiredPerson(
            key: key, email: email, givenName: givenName, familyName: familyName, home: home, source: source,
            memberships: memberships)
    }
}
