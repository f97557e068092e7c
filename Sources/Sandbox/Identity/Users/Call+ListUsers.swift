import Formats

// Lists, counts and single users.

extension Call {
    func listUsers() throws(Refusal) -> Reply {
        try access.require(access.queryUsers)
        let page = try Page(self, defaultMax: 100)
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
            return .ok(.int(ids.count == 1 && realm.users[ids[0]] != nil ? 1 : 0))
        }
        return .ok(.int(Int64(matches(UserFilter(self)).reduce(0) { count, _ in count + 1 })))
    }

    func getUser() throws(Refusal) -> Reply {
        guard let user = realm.users[parameters[0]] else {
            // Who may not see users is not told whether there is one.
            try access.require(access.viewUsers || access.queryUsers)
            throw .userNotFound
        }
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

/// What a list of users is restricted to.
struct UserFilter {
    private enum Term {
        case equal(String)
        /// Lower-case parts between the places where anything may stand.
        case like([Substring])
        case any

        func matches(_ value: String?) -> Bool {
            guard let value else { return false }
            switch self {
            case .any: return true
            case .equal(let text): return value.lowercased() == text
            case .like(let parts): return Self.like(parts, value.lowercased())
            }
        }

        private static func like(_ parts: [Substring], _ value: String) -> Bool {
            guard let first = parts.first, let last = parts.last, value.hasPrefix(first) else { return false }
            guard parts.count > 1 else { return value == first }
            var rest = value.dropFirst(first.count)
            for part in parts.dropFirst().dropLast() where !part.isEmpty {
                guard let range = rest.firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return rest.hasSuffix(last)
        }
    }

    private var search: [Term] = []
    private var named: [(value: @Sendable (User) -> String?, term: Term)] = []
    private var attributes: [(name: String, value: String)] = []
    private var isEnabled: Bool?
    private var isEmailVerified: Bool?
    private let includesServiceAccounts: Bool
    /// The only username that can match, where there is just one.
    private(set) var onlyUsername: String?

    init(_ call: Call) {
        isEnabled = call.flag("enabled")
        isEmailVerified = call.flag("emailVerified")
        if let text = call.text("search") {
            includesServiceAccounts = false
            search = text.split(whereSeparator: \.isWhitespace).map { Self.searchTerm($0.lowercased()) }
            return
        }
        let members: [(String, @Sendable (User) -> String?)] = [
            ("username", { $0.username }), ("email", { $0.email }), ("firstName", { $0.firstName }),
            ("lastName", { $0.lastName }),
        ]
        let isExact = call.flag("exact")
        attributes = call.text("q").map(Self.fields) ?? []
        var isNamed = isExact != nil || isEnabled != nil || isEmailVerified != nil || !attributes.isEmpty
        for (name, value) in members {
            guard let text = call.text(name)?.lowercased() else { continue }
            isNamed = true
            named.append((value, isExact == true ? .equal(text) : .like(["", text[...], ""])))
            if name == "username", isExact == true { onlyUsername = text }
        }
        if call.text("idpAlias") != nil || call.text("idpUserId") != nil { isNamed = true }
        includesServiceAccounts = isNamed
    }

    func matches(_ user: User) -> Bool {
        if !includesServiceAccounts, user.serviceAccountOf != nil { return false }
        if let isEnabled, user.isEnabled != isEnabled { return false }
        if let isEmailVerified, user.isEmailVerified != isEmailVerified { return false }
        return named.allSatisfy { $0.term.matches($0.value(user)) }
            && attributes.allSatisfy { user.attributes[$0.name]?.contains($0.value) == true }
            && search.allSatisfy { term in
                [user.username, user.email, user.firstName, user.lastName].contains { term.matches($0) }
            }
    }

    /// A prefix; `*` stands for anything, and quotation marks for the whole.
    private static func searchTerm(_ text: String) -> Term {
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
            return .equal(String(text.dropFirst().dropLast()))
        }
        let parts = (text.hasSuffix("*") ? text : text + "*").split(separator: "*", omittingEmptySubsequences: false)
        return .like(parts)
    }

    /// `key:value other:value`, where either side may stand in quotation marks.
    static func fields(_ query: String) -> [(name: String, value: String)] {
        var fields: [(String, String)] = []
        var (name, text): (String?, String) = (nil, "")
        var isQuoted = false
        func end() {
            if let name, !name.isEmpty { fields.append((name, text)) }
            (name, text) = (nil, "")
        }
        for character in query {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted: end()
            case ":" where !isQuoted && name == nil: (name, text) = (text, "")
            default: text.append(character)
            }
        }
        end()
        return fields
    }
}
