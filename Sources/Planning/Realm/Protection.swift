import Tenancy

/// What no run does to an account, and why.
enum Protection {
    /// Nothing is changed at all.
    case whole(String)
    /// Its profile is another system's; groups can be joined and left while it has a row, and it is never locked out.
    case profile(String)
    /// Nothing is taken away.
    case removal(String)

    /// The reason why the account may not be locked out or deleted.
    var againstRemoval: String {
        switch self {
        case .whole(let reason), .profile(let reason), .removal(let reason): reason
        }
    }
}

extension RealmComparison {
    func protection(of account: LivePerson) -> Protection? {
        if account.id == live.ownSubject { return .whole("is the account that we run as, which is never touched") }
        if account.isServiceAccount {
            return .whole("is a service account, which is never touched")
        }
        if isBreakGlass(account) { return .removal("is a break-glass account, from which nothing is taken") }
        if account.isFederated { return .profile("comes from a user federation, which has to change it") }
        return nil
    }

    /// By the files, or by those that were applied last: nobody takes a name off the list and the account away in one go.
    private func isBreakGlass(_ account: LivePerson) -> Bool {
        let (listed, applied) = (input.environment.breakGlass, input.inventory.breakGlass)
        guard !listed.isEmpty || !applied.isEmpty else { return false }
        let names = [account.username.lowercased(), account.email?.lowercased()].compactMap { $0 }
        return names.contains { listed.contains($0) || applied.contains(KeyHash.of($0)) }
    }
}
