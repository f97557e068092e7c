import Formats

extension Realm {
    /// `/acme/operator`
    func path(of group: Group) -> String {
        var path = "/\(group.name)"
        var parent = group.parent.flatMap { groups[$0] }
        while let current = parent {
            path = "/\(current.name)\(path)"
            parent = current.parent.flatMap { groups[$0] }
        }
        return path
    }

    /// The group at a path; the first slash may be missing, and names may hold slashes of their own.
    func group(at path: String) -> Group? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        return parts.isEmpty ? nil : group(at: parts[...], below: nil)
    }

    private func group(at parts: ArraySlice<Substring>, below parent: String?) -> Group? {
        for end in parts.indices {
            guard let group = child(named: parts[...end].joined(separator: "/"), of: parent) else { continue }
            let rest = parts[(end + 1)...]
            if let found = rest.isEmpty ? group : self.group(at: rest, below: group.id) { return found }
        }
        return nil
    }

    /// Whether a group is another one, or lies below it.
    func isWithin(_ group: Group, _ ancestor: Group) -> Bool {
        var current: Group? = group
        while let here = current {
            if here.id == ancestor.id { return true }
            current = here.parent.flatMap { groups[$0] }
        }
        return false
    }
}

/// How much of a group an answer shows.
struct GroupView: OptionSet {
    let rawValue: Int
    static let details = GroupView(rawValue: 1)
    static let count = GroupView(rawValue: 2)
    static let access = GroupView(rawValue: 4)
}

extension Call {
    func shown(_ group: Group, _ view: GroupView, children: [JSON] = []) -> JSON {
        var shown: JSON = [
            "id": .string(group.id), "name": .string(group.name), "path": .string(realm.path(of: group)),
            "subGroups": .array(children),
        ]
        shown["parentId"] = group.parent.map(JSON.string)
        shown["description"] = group.description.map(JSON.string)
        if view.contains(.count) { shown["subGroupCount"] = .int(Int64(realm.childCount(of: group.id))) }
        if view.contains(.details) {
            let roles = group.roles.compactMap { realm.roles[$0] }
            shown["attributes"] = .lists(group.attributes)
            shown["realmRoles"] = .strings(roles.filter { !$0.isClientRole }.map(\.name).sorted())
            var byClient = JSONObject()
            for (id, held) in Dictionary(grouping: roles.filter(\.isClientRole), by: \.container) {
                guard let client = realm.clients[id] else { continue }
                byClient[client.clientID] = .strings(held.map(\.name).sorted())
            }
            shown["clientRoles"] = .object(byClient)
        }
        if view.contains(.access) {
            let mayManage: JSON = .bool(access.manageUsers)
            shown["access"] = [
                "view": .bool(access.viewUsers), "viewMembers": .bool(access.viewUsers), "manage": mayManage,
                "manageMembers": mayManage, "manageMembership": mayManage,
            ]
        }
        return shown
    }

    func view(brief: Bool) -> GroupView {
        var view: GroupView = flag("subGroupsCount") == false ? [.access] : [.access, .count]
        if !brief { view.insert(.details) }
        return view
    }
}

extension Group {
    /// Whether the server's columns hold what the group says of itself.
    var fits: Bool {
        ([name, description ?? ""] + attributes.keys + attributes.values.joined()).allSatisfy { $0.utf16.count <= 255 }
    }
}
