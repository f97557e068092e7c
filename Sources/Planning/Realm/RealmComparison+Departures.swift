import Formats
import Tenancy

// Who leaves.
extension RealmComparison {
    private struct Departure {
        let address: String
        let tenant: String?
        let source: Place?
        let reason: String
        let title: String
        /// Days after which the account is deleted, where nobody in the files is it any more.
        var deletesAfter: Int?
    }

    /// The files have the person, but no membership is active.
    func lockouts(of account: LivePerson, _ person: DesiredPerson) -> [Change] {
        guard account.owners.contains(input.owner),
            !account.groups.contains(where: { input.tenant(ofGroup: $0).map(input.isKept) == true })
        else { return [] }
        let cause = lockoutCause(person)
        let departure = Departure(
            address: input.address("users", person.key), tenant: person.home, source: cause.source,
            reason: cause.reason, title: "user \(person.email)")
        return removal(of: account, departure).map { [$0] } ?? []
    }

    /// What made the last membership inactive: the tenant's file where that ended all of its memberships, else a row.
    private func lockoutCause(_ person: DesiredPerson) -> (source: Place, reason: String) {
        if let row = person.memberships.first(where: { input.tenants[$0.tenant]?.state == .active }) {
            return (row.source, "no active membership")
        }
        guard let tenant = input.tenants[person.home] else { return (person.source, "no active membership") }
        return (tenant.source.wholeFile, "tenant \(tenant.name) is \(tenant.state.rawValue)")
    }

    /// Nobody in the files is this account of ours.
    ///
    /// - Parameter claimants: who of the files cannot be made since an account has their e-mail, by that e-mail.
    func addRemoval(of account: LivePerson, _ claimants: [String: DesiredPerson], to plan: inout SystemPlan) {
        let groups = account.groups.intersection(ourGroups).sorted()
        let tenant = directory.tenant(of: account, groups: groups)
        count(account, tenant: tenant, in: &plan.population)
        let source = tenant.map { Place(file: directory.usersFile(of: $0)).wholeFile }
        let address = input.address("users", account.key ?? account.id)
        if input.wishes.forget.contains(address) {
            plan.changes.append(release(of: account, address, tenant: tenant, source: source))
            return
        }
        func departure(_ reason: String?) -> Departure {
            Departure(
                address: address, tenant: tenant, source: source,
                reason: [reason, input.since].compactMap { $0 }.joined(separator: " "),
                title: "user \(account.email ?? account.username)", deletesAfter: input.environment.deleteAfter)
        }
        guard account.isEnabled || !groups.isEmpty || account.owners.count > 1 else {
            if let change = deletion(of: account, departure(nil)) { plan.changes.append(change) }
            return
        }
        let tenants = Set(groups.compactMap(input.tenant(ofGroup:)) + [tenant].compactMap { $0 })
        if let missing = tenants.filter({ input.tenants[$0] == nil }).min() {
            plan.kept[missing, default: 0] += 1
        } else if let change = removal(of: account, departure("row gone")) {
            // One mistyped id must not lock out somebody who is still there.
            let claimant = account.email.flatMap { claimants[$0.lowercased()] }
            plan.changes.append(claimant.map { change.blocked(Self.mistaken(for: $0)) } ?? change)
        }
    }

    private static func mistaken(for person: DesiredPerson) -> String {
        "\(person.source.file):\(person.source.mark.line) has this e-mail with the id \(person.key); nobody is locked out "
            + "before it is clear who that is"
    }

    private func removal(of account: LivePerson, _ departure: Departure) -> Change? {
        let leave = account.groups.intersection(ourGroups).sorted()
        let others = account.owners.subtracting([input.owner]).sorted()
        guard account.isEnabled && others.isEmpty || !leave.isEmpty || !others.isEmpty else { return nil }
        let refusal = others.isEmpty && account.isEnabled ? disableRefusal(of: account) : nil
        let isLockedOut = others.isEmpty && account.isEnabled && refusal == nil
        let fields = isLockedOut ? [FieldChange(pointer: "/enabled", path: "enabled", before: true, after: false)] : []
        // Of an account that is disabled already only the groups are left: nobody is locked out.
        let action: Action = !others.isEmpty ? .forget : isLockedOut ? .disable : .update
        let change = Change(
            address: departure.address, action: action, title: departure.title, tenant: departure.tenant,
            source: departure.source,
            reason: isBack(account) ? "drift: enabled again by another hand" : departure.reason,
            fields: fields, memberships: leave.map { MembershipChange(group: String($0.dropFirst()), joins: false) },
            notes: refusal.map { ["sessions end", "stays enabled, since \($0)"] }
                ?? (isLockedOut ? notes(of: departure, account) : Self.notes(stayingWith: others)),
            wave: .people, precondition: Precondition(uid: account.id, fields: fields),
            operation: .identity(
                others.isEmpty
                    ? .disablePerson(id: account.id, leave: leave) : .releasePerson(id: account.id, leave: leave)),
            isDrift: isBack(account))
        return protection(of: account).map { change.blocked($0.againstRemoval) } ?? change
    }

    private func notes(of departure: Departure, _ account: LivePerson) -> [String] {
        // The time of one who is back began when the record says.
        let deletesAfter = isBack(account) ? nil : departure.deletesAfter
        let deletion = deletesAfter.map { days in
            "is deleted for good \(days == 1 ? "a day" : "\(days) days") later (deleteAfter)"
        }
        return ["disable", "sessions end"] + [deletion].compactMap { $0 }
    }

    /// Whether the record has the day on which the account was disabled, and it is enabled.
    private func isBack(_ account: LivePerson) -> Bool { account.isEnabled && directory.left(account) != nil }

    private static func notes(stayingWith others: [String]) -> [String] {
        others.isEmpty ? [] : ["leaves our groups", "stays with \(others.joined(separator: ", "))"]
    }

    /// The account is disabled, is in no group of ours and nobody else's: it goes for good when its time is over.
    ///
    /// The time begins on the day that the record has. An account that the record does not know is never deleted.
    private func deletion(of account: LivePerson, _ departure: Departure) -> Change? {
        guard let days = input.environment.deleteAfter, let left = directory.left(account), let today = input.today,
            today.daysSince1970 - left.daysSince1970 >= days
        else { return nil }
        let refusal = protection(of: account)?.againstRemoval
        let field = FieldChange(pointer: "/enabled", path: "enabled", before: false, after: nil)
        let change = Change(
            address: departure.address, action: .delete, title: departure.title, tenant: departure.tenant,
            source: departure.source, reason: "disabled since \(left), deleteAfter is \(days)d",
            notes: ["delete the account", "cannot be undone"], wave: .people,
            precondition: Precondition(uid: account.id, fields: [field]),
            operation: .identity(.deletePerson(id: account.id)))
        return refusal.map(change.blocked) ?? change
    }
}
