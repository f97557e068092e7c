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

    /// The group at a path; the first slash may be missing.
    func group(at path: String) -> Group? {
        let names = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let first = names.first else { return nil }
        var group = child(named: first, of: nil)
        for name in names.dropFirst() { group = group.flatMap { child(named: name, of: $0.id) } }
        return group
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
