import Formats

// Lists, counts and single users.

extension Call {
    func listUsers() throws(Refusal) -> Reply {
        let page = try Page(self, defaultMax: 100)
        try access.require(access.queryUsers)
        let isBrief = flag("briefRepresentation") ?? false
        guard access.viewUsers else { return .ok([]) }
        if let users = namedBySearch { return .ok(list(users, brief: isBrief)) }
        return .ok(list(page.cut(matches(try UserFilter(self))), brief: isBrief))
    }

    func countUsers() throws(Refusal) -> Reply {
        try access.require(access.queryUsers)
        if let users = namedBySearch { return .ok(.int(Int64(users.count))) }
        return .ok(.int(Int64(matches(try UserFilter(self)).reduce(0) { count, _ in count + 1 })))
    }

    func getUser() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        var shown = user.representation(profile: UserProfile(of: realm))
        let identities = identities(of: user)
        if !identities.isEmpty { shown["federatedIdentities"] = .array(identities) }
        let mayManage: JSON = .bool(access.manageUsers)
        shown["access"] = [
            "manage": mayManage, "manageGroupMembership": mayManage, "mapRoles": mayManage, "view": true,
            "resetPassword": mayManage, "impersonate": .bool(access.has(.impersonation)),
        ]
        return .ok(.object(shown))
    }

    /// Those whom a `search=id:…` or `search=username:…` names.
    private var namedBySearch: [User]? {
        guard let search = text("search") else { return nil }
        func words(_ prefix: String) -> [String]? {
            guard search.hasPrefix(prefix) else { return nil }
            return search.dropFirst(prefix.count).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        return words("id:")?.compactMap { realm.users[$0] }
            ?? words("username:")?.compactMap { realm.user(named: $0) }
    }

    /// By username, and no more than are asked for.
    private func matches(_ filter: UserFilter) -> some Sequence<User> {
        let users = realm.users
        let ids: [String]
        if let username = filter.onlyUsername {
            ids = [realm.user(named: username)?.id].compactMap { $0 }
        } else {
            ids = realm.usersByName.ids
        }
        return ids.lazy.compactMap { users[$0] }.filter(filter.matches)
    }
}
