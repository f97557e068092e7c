import Formats
import Planning

extension Observation {
    /// The tenants' groups and every group with our mark, each with its subgroups.
    ///
    /// One query for each role finds all subgroups that map it; only a group whose count of subgroups says that there
    /// are others is asked for its children.
    func scopedGroups(mapping roles: Set<String>) async throws(Failure) -> [LiveGroup] {
        let query = [("briefRepresentation", "false")]
        let tops = try await api.walk("/groups", query).filter(isInScope)
        let api = api
        let mapped = try await concurrently(roles.sorted()) { role throws(Failure) in
            try await api.walk("/roles/\(Percent.encode(role))/groups", query)
        }
        var children: [String: [String: JSON]] = [:]
        for group in mapped.joined() {
            guard let parent = group["parentId"]?.string, let id = group["id"]?.string else { continue }
            children[parent, default: [:]][id] = group
        }
        let incomplete = tops.compactMap { top -> String? in
            guard let id = top["id"]?.string else { return nil }
            return children[id, default: [:]].count == Int(top["subGroupCount"]?.int ?? 0) ? nil : id
        }
        let listed = try await concurrently(incomplete) { id throws(Failure) in
            try await api.walk("/groups/\(id)/children", query)
        }
        for (id, groups) in zip(incomplete, listed) {
            children[id] = [:]
            for group in groups { children[id]?[group["id"]?.string ?? ""] = group }
        }
        let all = tops + tops.flatMap { top in (children[top["id"]?.string ?? ""] ?? [:]).values }
        return all.compactMap(liveGroup)
    }

    /// Group paths of each person, by the person's id.
    func memberships(of groups: [LiveGroup]) async throws(Failure) -> [String: Set<String>] {
        let subgroups = groups.filter { $0.path.dropFirst().contains("/") }.sorted { $0.path < $1.path }
        let api = api
        let members = try await concurrently(subgroups) { group throws(Failure) in
            try await api.walk("/groups/\(group.id)/members", [("briefRepresentation", "true")]) { $0["id"]?.string }
        }
        var paths: [String: Set<String>] = [:]
        for (group, people) in zip(subgroups, members) {
            for id in people { paths[id, default: []].insert(group.path) }
        }
        return paths
    }

    private func isInScope(_ group: JSON) -> Bool {
        if let path = group["path"]?.string, scope.tops.contains(path) { return true }
        return owners(of: group).contains(scope.owner)
    }

    private func owners(of group: JSON) -> Set<String> {
        Set(group[path: "attributes", PersonMark.owners]?.array?.compactMap(\.string) ?? [])
    }

    private func liveGroup(_ group: JSON) -> LiveGroup? {
        guard let id = group["id"]?.string, let path = group["path"]?.string else { return nil }
        directory.note(group: path, id: id)
        var clientRoles: Set<String> = []
        for client in group["clientRoles"]?.object ?? JSONObject() {
            for role in client.value.array ?? [] { clientRoles.insert("\(client.key)/\(role.string ?? "")") }
        }
        return LiveGroup(
            id: id, path: path, realmRoles: Set(group["realmRoles"]?.array?.compactMap(\.string) ?? []),
            clientRoles: clientRoles, owners: owners(of: group))
    }
}
