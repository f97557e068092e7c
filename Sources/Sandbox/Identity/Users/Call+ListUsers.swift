import Formats

// Lists, counts and single users.

extension Call {
    func listUsers() throws(Refusal) -> Reply {
        let page = try Page(self, defaultMax: 100)
        try access.require(access.queryUsers)
        let isBrief = flag("briefRepresentation") ?? false
        guard access.viewUsers else { return .ok([]) }
        if let ids = idSearch {
            return .ok(list(ids.compactMap { realm.users[$0] }, brief: isBrief))
        }
        return .ok(list(page.cut(matches(UserFilter(self))), brief: isBrief))
    }

    func countUsers() throws(Refusal) -> Reply {
        try access.require(access.queryUsers)
        if let ids = idSearch {
            return .ok(.int(ids.first.flatMap { realm.users[$0] } == nil ? 0 : 1))
        }
        return .ok(.int(Int64(matches(UserFilter(self)).reduce(0) { count, _ in count + 1 })))
    }

    func getUser() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        var shown = user.representation(profile: UserProfile(of: realm))
        let mayManage: JSON = .bool(access.manageUsers)
        shown["access"] = [
            "manage": mayManage, "manageGroupMembership": mayManage, "mapRoles": mayManage, "view": true,
            "resetPassword": mayManage, "impersonate": .bool(access.has(.impersonation)),
        ]
        return .ok(.object(shown))
    }

    /// The ids of a `search=id:…`.
    private var idSearch: [String]? {
        guard let search = text("search"), search.hasPrefix("id:") else { return nil }
        return search.dropFirst(3).split(whereSeparator: \.isWhitespace).map(String.init)
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
