import Formats

// POST, PUT and DELETE of groups, and who is in them.

extension Call {
    func createGroup() throws(Refusal) -> Reply {
        let read = try representation(.group)
        try access.require(access.manageUsers)
        guard let body = read else { throw .unknownError }
        guard let name = body["name"]?.string, !Validation.isBlank(name) else {
            throw .message(400, "Group name is missing")
        }
        if let id = body["id"]?.string { return try move(id, body, below: nil) }
        let made = try write(
            Group(id: newID(), name: name, parent: nil), body, taken: "Top level group named '\(name)' already exists.")
        note(.create, "GROUP", "groups/\(made.id)", written(body, made))
        return .created("\(realmURL)/groups/\(made.id)")
    }

    /// Makes a child, or moves the group whose id is given below this one.
    func createChild() throws(Refusal) -> Reply {
        let parent = try group()
        let read = try representation(.group)
        try access.require(access.manageUsers)
        guard let body = read else { throw .unknownError }
        guard let name = body["name"]?.string, !Validation.isBlank(name) else {
            throw .message(400, "Group name is missing")
        }
        if let id = body["id"]?.string { return try move(id, body, below: parent) }
        let made = try write(
            Group(id: newID(), name: name, parent: parent.id), body,
            taken: "Sibling group named '\(name)' already exists.")
        note(.create, "GROUP", "groups/\(parent.id)/children", written(body, made))
        return .created("\(realmURL)/groups/\(made.id)", body: shown(made, [.access, .details]))
    }

    private func move(_ id: String, _ body: JSON, below parent: Group?) throws(Refusal) -> Reply {
        guard var child = realm.groups[id] else { throw .error(404, "Could not find child by id") }
        if child.parent != parent?.id, id != parent?.id {
            guard realm.child(named: child.name, of: parent?.id) == nil else {
                throw .message(
                    409, "\(parent == nil ? "Top level" : "Sibling") group named '\(child.name)' already exists.")
            }
            if let parent, realm.isWithin(parent, child) { throw .unknownError }
            child.parent = parent?.id
            realm.put(child)
        }
        note(.update, "GROUP", parent.map { "groups/\($0.id)/children" } ?? "groups", written(body, nil))
        return Reply(status: 204, headers: parent == nil ? [] : [("Content-Type", "application/json")])
    }

    private func write(_ group: Group, _ body: JSON, taken: String) throws(Refusal) -> Group {
        guard realm.child(named: group.name, of: group.parent) == nil else { throw .message(409, taken) }
        var group = group
        group.description = body["description"]?.string
        group.attributes = body.lists("attributes").filter { !$0.value.isEmpty }
        guard group.fits else { throw .unknownError }
        realm.put(group)
        return group
    }

    func updateGroup() throws(Refusal) -> Reply {
        var group = try group()
        let read = try representation(.group)
        try access.require(access.manageUsers)
        guard let body = read else { throw .unknownError }
        guard let name = body["name"]?.string, !Validation.isBlank(name) else {
            throw .message(400, "Group name is missing")
        }
        guard body["id"]?.string ?? group.id == group.id else { throw .message(400, "Invalid group id") }
        if name != group.name, realm.child(named: name, of: group.parent) != nil {
            throw .message(409, "Sibling group named '\(name)' already exists.")
        }
        group.name = name
        group.description = body["description"]?.string
        if body["attributes"] != nil { group.attributes = body.lists("attributes").filter { !$0.value.isEmpty } }
        guard group.fits else { throw .unknownError }
        realm.put(group)
        note(.update, "GROUP", "groups/\(group.id)", written(body, nil))
        return .noContent
    }

    /// With its subtree, and with all memberships.
    func deleteGroup() throws(Refusal) -> Reply {
        let group = try group()
        try access.require(access.manageUsers)
        removeTree(group)
        note(.delete, "GROUP", "groups/\(group.id)", written(["name": .string(group.name)], group))
        return .noContent
    }

    private func written(_ body: JSON, _ group: Group?) -> String {
        written(body, group?.id, with: ["subGroups": []], in: Shape.groupOrder)
    }

    private func removeTree(_ group: Group) {
        for child in realm.children(of: group.id) { removeTree(child) }
        for var member in realm.members(of: group.id) {
            member.groups.remove(group.id)
            realm.put(member)
        }
        realm.remove(group)
    }

    // MARK: Groups of a user

    func userGroups() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        let page = try Page(self, defaultMax: 100)
        let isBrief = flag("briefRepresentation") ?? true
        return .ok(.array(page.cut(groups(of: user)).map { shown($0, isBrief ? [] : [.details]) }))
    }

    func countUserGroups() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        // Unlike the list, the count takes `%` and `_` for what they are in the database.
        let pattern = LikePattern("%\((text("search") ?? "").lowercased())%")
        let count = user.groups.count { id in realm.groups[id].map { pattern.matches($0.name.lowercased()) } ?? false }
        return .ok(["count": .int(Int64(count))])
    }

    func joinGroup() throws(Refusal) -> Reply { try changeMembership { $0.insert($1) } }
    func leaveGroup() throws(Refusal) -> Reply { try changeMembership { $0.remove($1) } }

    private func changeMembership(_ change: (inout Set<String>, String) -> Void) throws(Refusal) -> Reply {
        var user = try user()
        guard let group = realm.groups[parameters[1]] else { throw .error(404, "Group not found") }
        try access.require(access.manageUsers)
        let before = user.groups
        change(&user.groups, group.id)
        if user.groups != before {
            realm.put(user)
            note(
                user.groups.contains(group.id) ? .create : .delete, "GROUP_MEMBERSHIP",
                "users/\(user.id)/groups/\(group.id)",
                shown(group, [.details]).written(in: Shape.membershipOrder), details: named(user))
        }
        return .noContent
    }

    /// Whom a membership is about, as the trail keeps it.
    private func named(_ user: User) -> JSON {
        var named: JSON = ["username": .string(user.username)]
        named["email"] = user.email.map(JSON.string)
        return named
    }

    private func groups(of user: User) -> [Group] {
        let search = text("search")?.lowercased() ?? ""
        return user.groups.compactMap { realm.groups[$0] }
            .filter { search.isEmpty || $0.name.lowercased().contains(search) }
            .sorted { left, right in
                left.name == right.name ? left.id < right.id : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            }
    }

    // MARK: Default groups

    func defaultGroups() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        return .ok(.array(realm.settings.defaultGroups.compactMap { realm.groups[$0] }.map { shown($0, []) }))
    }

    func addDefaultGroup() throws(Refusal) -> Reply { try changeDefaultGroups { $0 + [$1] } }
    func removeDefaultGroup() throws(Refusal) -> Reply { try changeDefaultGroups { groups, _ in groups } }

    private func changeDefaultGroups(_ change: ([String], String) -> [String]) throws(Refusal) -> Reply {
        try access.require(access.manageRealm)
        guard realm.groups[parameters[0]] != nil else { throw .error(404, "Group not found") }
        var settings = realm.settings
        settings.defaultGroups = change(settings.defaultGroups.filter { $0 != parameters[0] }, parameters[0])
        realm.put(settings)
        note(request.method == "PUT" ? .create : .delete, "GROUP", "default-groups/\(parameters[0])", nil)
        return .noContent
    }
}
