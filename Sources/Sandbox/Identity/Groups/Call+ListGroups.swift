import Formats

// Lists, counts and single groups.

extension Call {
    func listGroups() throws(Refusal) -> Reply {
        let page = try Page(self)
        try access.require(access.listGroups)
        let view = view(brief: flag("briefRepresentation") ?? true)
        guard access.viewUsers else { return .ok([]) }
        let found: [Group]
        if let query = text("q"), !query.isEmpty {
            let fields = UserFilter.fields(query)
            found = page.cut(
                allGroups.filter { group in
                    fields.allSatisfy { group.attributes[$0.name]?.contains($0.value) == true }
                })
        } else if let search = text("search"), !search.isEmpty {
            found = page.cut(allGroups.filter(matcher(search)))
        } else {
            found = page.cut(realm.children(of: nil))
        }
        guard flag("populateHierarchy") ?? true else { return .ok(.array(found.map { shown($0, view) })) }
        return .ok(.array(hierarchy(found, view)))
    }

    func countGroups() throws(Refusal) -> Reply {
        try access.require(access.listGroups)
        let count: Int
        if let search = text("search") {
            // Unlike the list, the count takes blanks at the ends for what they are.
            count = allGroups.filter(like(search)).count
        } else {
            count = flag("top") == true ? realm.children(of: nil).count : realm.groups.count
        }
        return .ok(["count": .int(Int64(count))])
    }

    func getGroup() throws(Refusal) -> Reply {
        let group = try group()
        try access.require(access.viewUsers)
        return .ok(shown(group, [.access, .count, .details]))
    }

    func groupByPath() throws(Refusal) -> Reply {
        guard let group = realm.group(at: parameters[0]) else { throw .error(404, "Group path does not exist") }
        try access.require(access.viewUsers)
        return .ok(shown(group, [.count, .details]))
    }

    func listChildren() throws(Refusal) -> Reply {
        let group = try group()
        let page = try Page(self, defaultMax: 10)
        try access.require(access.viewUsers)
        let view = view(brief: flag("briefRepresentation") ?? false)
        return .ok(.array(page.cut(realm.children(of: group.id).filter(childMatcher)).map { shown($0, view) }))
    }

    func listMembers() throws(Refusal) -> Reply {
        let group = try group()
        let page = try Page(self, defaultMax: 100)
        try access.require(access.viewUsers)
        return .ok(
            list(
                page.cut(realm.members(of: group.id)), brief: flag("briefRepresentation") ?? false, withAccess: false))
    }

    /// By name.
    private var allGroups: [Group] {
        realm.groups.values.sorted { left, right in
            left.name == right.name ? left.id < right.id : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }

    /// Unlike among all groups, a child's name has to begin with what is searched for.
    private var childMatcher: (Group) -> Bool {
        let search = text("search") ?? ""
        if flag("exact") ?? false {
            let pattern = LikePattern(search)
            return { pattern.matches($0.name) }
        }
        let pattern = LikePattern(search: "\(search.lowercased())*")
        return { pattern.matches($0.name.lowercased()) }
    }

    private func matcher(_ search: String) -> (Group) -> Bool {
        let text = String(search.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        if flag("exact") ?? false { return { $0.name == text } }
        return like(text)
    }

    private func like(_ text: String) -> (Group) -> Bool {
        let pattern = LikePattern(search: "*\(text.lowercased())*")
        return { pattern.matches($0.name.lowercased()) }
    }

    /// The groups below their ancestors, which stand once each; without those that were not found.
    private func hierarchy(_ found: [Group], _ view: GroupView) -> [JSON] {
        var children: [String: [String]] = [:]
        var tops: [String] = []
        var seen: Set<String> = []
        for group in found {
            var current = group
            while seen.insert(current.id).inserted {
                guard let parent = current.parent.flatMap({ realm.groups[$0] }) else {
                    tops.append(current.id)
                    break
                }
                children[parent.id, default: []].append(current.id)
                current = parent
            }
        }
        func tree(_ id: String) -> JSON? {
            realm.groups[id].map { shown($0, view, children: (children[id] ?? []).compactMap(tree)) }
        }
        let sorted = tops.compactMap { realm.groups[$0] }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return sorted.compactMap { tree($0.id) }
    }
}
