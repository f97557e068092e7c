import Formats
import Tenancy

/// Accounts that become ours, and that are to be ours no longer, because somebody asked for it by their address.
extension RealmComparison {
    /// The same change of an account that gets our marks with it.
    func adopting(_ change: Change) -> Change {
        guard change.action == .update else { return change }
        return Change(
            address: change.address, action: .adopt, title: change.title, tenant: change.tenant, source: change.source,
            reason: change.reason, fields: change.fields, memberships: change.memberships, notes: change.notes,
            wave: change.wave, precondition: change.precondition, operation: change.operation,
            requires: change.requires)
    }

    /// Of a person of the files; nil where nobody asked for it.
    func release(of account: LivePerson, _ person: DesiredPerson) -> Change? {
        let address = input.address("users", person.key)
        guard input.wishes.forget.contains(address), account.owners.contains(input.owner) else { return nil }
        return release(of: account, address, tenant: person.home, source: person.source)
    }

    /// Our marks go; the account, its groups and its sessions stay.
    func release(of account: LivePerson, _ address: String, tenant: String?, source: Place? = nil) -> Change {
        var reason: String?
        if case .whole(let refusal) = protection(of: account) { reason = refusal }
        return Change(
            address: address, action: reason == nil ? .forget : .blocked,
            title: "user \(account.email ?? account.username)", tenant: tenant, source: source,
            reason: reason ?? "stays as it is, and is not ours any more", wave: .people,
            precondition: Precondition(uid: account.id, fields: []),
            operation: reason == nil ? .identity(.releasePerson(id: account.id, leave: [])) : nil)
    }
}
