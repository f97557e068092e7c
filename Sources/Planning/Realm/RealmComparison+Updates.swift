import Formats
import Tenancy

extension RealmComparison {
    /// What an account needs that stays enabled, or becomes so again: at most one change and what is held back of it.
    func updates(of account: LivePerson, to person: DesiredPerson) -> [Change] {
        let memberships = MembershipDifference(of: account, to: person, in: self)
        let profile = ProfileDifference(of: account, to: person, in: self)
        guard !profile.isEmpty || !memberships.isEmpty || !memberships.notes.isEmpty else { return [] }
        let protection = protection(of: account)
        if case .whole(let reason) = protection {
            return [change(.blocked, person, reason: reason, memberships: memberships.changes, operation: nil)]
        }
        let taken = protection.flatMap { protection -> String? in
            if case .removal(let reason) = protection { reason } else { nil }
        }
        return changes(of: account, to: person, profile, memberships, protection)
            .flatMap { change in
                taken.map { change.holdingBack(leaves: Set(change.left), reason: $0) } ?? [change]
            }
    }

    private func changes(
        of account: LivePerson, to person: DesiredPerson, _ profile: ProfileDifference,
        _ memberships: MembershipDifference, _ protection: Protection?
    ) -> [Change] {
        var changes: [Change] = []
        var fields = profile.fields
        if let reason = profileRefusal(of: account, to: person, profile, protection) {
            if profile.emailRefusal != nil { fields.append(profile.refusedEmail(of: account, to: person)) }
            changes.append(part("profile", of: account, person, reason, fields))
            fields = []
        } else if let reason = profile.emailRefusal {
            changes.append(part("email", of: account, person, reason, [profile.refusedEmail(of: account, to: person)]))
        }
        let isWritten = fields.contains { $0.pointer == "/email" }
        let update = PersonUpdate(
            id: account.id, person: isWritten ? person : person.with(email: account.email ?? person.email),
            writesProfile: !fields.isEmpty, renames: isWritten && live.traits.renames(account),
            join: memberships.join, leave: memberships.leave)
        if !fields.isEmpty || !memberships.isEmpty {
            // What only concerns another tenant than the home is asked for there.
            let cause = fields.isEmpty ? memberships.cause(of: person, in: self) : nil
            changes.append(
                change(
                    .update, person, reason: cause?.reason, fields: fields, memberships: memberships.changes,
                    notes: memberships.notes,
                    precondition: Precondition(uid: account.id, fields: fields + memberships.fields),
                    operation: .updatePerson(update), requires: isWritten ? profile.requires : [],
                    source: cause?.source))
        } else if !memberships.notes.isEmpty {
            changes.append(
                change(.blocked, person, reason: memberships.notes.joined(separator: "; "), operation: nil))
        }
        return changes
    }

    /// Why nothing of the profile can be written, marks and `enabled` included; nil where there is nothing to write.
    private func profileRefusal(
        of account: LivePerson, to person: DesiredPerson, _ profile: ProfileDifference, _ protection: Protection?
    ) -> String? {
        guard !profile.fields.isEmpty else { return nil }
        if case .profile(let reason) = protection, !profile.isMarksOnly { return reason }
        return markRefusal ?? profileRefusal(of: person, to: account)
    }

    /// A part of what the person needs that is not carried out.
    private func part(
        _ name: String, of account: LivePerson, _ person: DesiredPerson, _ reason: String, _ fields: [FieldChange]
    ) -> Change {
        Change(
            address: input.address("users", person.key) + "/" + name, action: .blocked,
            title: "user \(account.email ?? account.username)", tenant: person.home, source: person.source,
            reason: reason, fields: fields, wave: .people, operation: nil)
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
        let asked = person.activeGroups
        let wanted = asked.filter { !account.groups.contains($0) }
        join = wanted.filter { realm.blockedGroups[$0] == nil }
        notes = wanted.filter { realm.blockedGroups[$0] != nil }.map { "group \($0.dropFirst()) is blocked" }
        // Of a tenant that is kept nothing goes, memberships of people who are still elsewhere included.
        leave = account.groups.filter { group in
            realm.ourGroups.contains(group) && !asked.contains(group)
                && realm.input.tenant(ofGroup: group).map(realm.input.isKept) != true
        }.sorted()
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

    /// The file of the one tenant whose groups alone change, and why they are left; nil where several tenants ask, or a
    /// row of the home tenant does.
    func cause(of person: DesiredPerson, in realm: RealmComparison) -> (source: Place, reason: String?)? {
        let tenants = Set((join + leave).compactMap(realm.input.tenant(ofGroup:)))
        guard let name = tenants.first, tenants.count == 1 else { return nil }
        let rows = person.memberships.filter { $0.tenant == name }
        guard let row = rows.first(where: { join.contains($0.group) }) ?? rows.first(where: \.isActive) ?? rows.first
        else {
            let file = Place(file: realm.directory.usersFile(of: name)).wholeFile
            return (file, ["row gone", realm.input.since].compactMap { $0 }.joined(separator: " "))
        }
        guard let tenant = realm.input.tenants[name], tenant.state != .active, join.isEmpty else {
            return (row.source, nil)
        }
        return (tenant.source.wholeFile, "tenant \(name) is \(tenant.state.rawValue)")
    }

    /// As fields, for the precondition: which of them the person was in.
    var fields: [FieldChange] {
        join.map { FieldChange(pointer: "/groups\($0)", path: "", before: false, after: true) }
            + leave.map { FieldChange(pointer: "/groups\($0)", path: "", before: true, after: false) }
    }
}

/// What of the profile, the marks and `enabled` differs.
private struct ProfileDifference {
    private(set) var fields: [FieldChange] = []
    /// Why the e-mail cannot change now.
    private(set) var emailRefusal: String?
    /// What has to be done before the e-mail can change.
    private(set) var requires: Set<String> = []

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
        add("attributes/\(PersonMark.key)", PersonMark.key, account.key, person.key)
        if account.home == nil { add("attributes/\(PersonMark.home)", PersonMark.home, nil, owner) }
        if !account.owners.contains(owner) {
            let owners = account.owners.sorted().map { JSON.string($0) }
            fields.append(
                FieldChange(
                    pointer: "/attributes/\(PersonMark.owners)", path: PersonMark.owners,
                    before: owners.isEmpty ? nil : .array(owners), after: .array(owners + [.string(owner)])))
        }
    }

    var isEmpty: Bool { fields.isEmpty && emailRefusal == nil }

    var isMarksOnly: Bool { fields.allSatisfy { $0.pointer.hasPrefix("/attributes/") } }

    func refusedEmail(of account: LivePerson, to person: DesiredPerson) -> FieldChange {
        FieldChange(
            pointer: "/email", path: "email", before: account.email.map { .string($0) }, after: .string(person.email))
    }

    private mutating func addProfile(of account: LivePerson, to person: DesiredPerson, in realm: RealmComparison) {
        switch realm.moves.ways[person.key] {
        case .refused(let reason): emailRefusal = reason
        case .after(let others):
            requires = others
            add("email", "email", account.email, person.email)
            if realm.live.traits.renames(account) { add("username", "username", account.username, person.email) }
        case .none: break
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
