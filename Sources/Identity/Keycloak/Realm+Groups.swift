import Formats
import HTTP
import Planning
import Tenancy

extension Realm {
    /// Makes the group below its parent with our mark, then maps its roles.
    ///
    /// A group of that name that carries our mark already is a run that was cut short: it is completed.
    func createGroup(_ group: DesiredGroup) async throws(Failure) -> String {
        let parts = group.path.split(separator: "/")
        guard let name = parts.last else { throw Failure(.rejected, "a group without a name cannot be made") }
        var path = "/groups"
        if parts.count > 1 {
            let parent = "/" + parts.dropLast().joined(separator: "/")
            path = "/groups/\(try await groupID(parent))/children"
        }
        let body: JSON = [
            "name": .string(String(name)), "attributes": [PersonMark.owners: [.string(scope.owner)]],
        ]
        let answer = try await api.send(.post, path, [], body)
        let id: String
        switch answer.status {
        case 201: id = try created(answer, "group \(group.path)")
        case 409: id = try await ours(group.path, orElse: answer)
        default: throw Answer.failure(answer, of: api.settings, for: "POST of group \(group.path)")
        }
        directory.note(group: group.path, id: id)
        try await map(group.realmRoles, onto: id, of: group.path)
        return id
    }

    /// Adds our owner to the group's mark, where it is not there.
    func mark(_ path: String, id: String) async throws(Failure) {
        guard var group = try await api.find("/groups/\(id)") else {
            throw Failure(.conflict, "group \(path) is gone since it was read")
        }
        var owners = group[path: "attributes", PersonMark.owners]?.array ?? []
        guard !owners.contains(.string(scope.owner)) else { return }
        owners.append(.string(scope.owner))
        var attributes = group["attributes"] ?? [:]
        attributes[PersonMark.owners] = .array(owners)
        group["attributes"] = attributes
        try await api.write(.put, "/groups/\(id)", group)
    }

    /// Takes our owner off the group's mark.
    func unmark(_ path: String, id: String) async throws(Failure) {
        guard var group = try await api.find("/groups/\(id)") else { return }
        let owners = group[path: "attributes", PersonMark.owners]?.array ?? []
        guard owners.contains(.string(scope.owner)) else { return }
        var attributes = group["attributes"] ?? [:]
        attributes[PersonMark.owners] = .array(owners.filter { $0 != .string(scope.owner) })
        group["attributes"] = attributes
        try await api.write(.put, "/groups/\(id)", group)
    }

    /// Maps realm roles onto the group; mapping one again changes nothing.
    func map(_ roles: [String], onto id: String, of path: String) async throws(Failure) {
        guard !roles.isEmpty else { return }
        var representations: [JSON] = []
        for role in roles { representations.append(["id": .string(try await roleID(role)), "name": .string(role)]) }
        try await api.write(.post, "/groups/\(id)/role-mappings/realm", .array(representations))
    }

    /// > DELETE …/role-mappings/realm without a body removes every role: so never without one.
    func unmap(_ roles: [String], from id: String) async throws(Failure) {
        guard !roles.isEmpty else { return }
        var representations: [JSON] = []
        for role in roles { representations.append(["id": .string(try await roleID(role)), "name": .string(role)]) }
        try await api.write(.delete, "/groups/\(id)/role-mappings/realm", .array(representations))
    }

    /// Deletes the group of that id while it still has the path and our mark, and nobody else's group below it, which
    /// would go with it; gone already is done.
    func deleteGroup(path: String, id: String) async throws(Failure) {
        guard let group = try await api.find("/groups/\(id)") else { return }
        let owners = group[path: "attributes", PersonMark.owners]?.array?.compactMap(\.string) ?? []
        guard group["path"]?.string == path, owners == [scope.owner] else {
            throw Failure(.conflict, "group \(path) has changed since it was read; the next run looks again")
        }
        let children = try await api.walk("/groups/\(id)/children", [("briefRepresentation", "false")])
        if let child = children.first(where: { !$0.hasOwner(scope.owner) }) {
            throw Failure(.conflict, "group \(child["path"]?.string ?? path), which is not ours, is below \(path) now")
        }
        let answer = try await api.send(.delete, "/groups/\(id)")
        guard (200..<300).contains(answer.status) || answer.status == 404 else {
            throw Answer.failure(answer, of: api.settings, for: "DELETE of group \(path)")
        }
    }

    func groupID(_ path: String) async throws(Failure) -> String {
        if let id = directory.group(path) { return id }
        let escaped = path.split(separator: "/").map { Percent.encode(String($0)) }.joined(separator: "/")
        guard let id = try await api.find("/group-by-path/\(escaped)")?["id"]?.string else {
            throw Failure(.rejected, "there is no group \(path)")
        }
        directory.note(group: path, id: id)
        return id
    }

    func roleID(_ name: String) async throws(Failure) -> String {
        if let id = directory.role(name) { return id }
        guard let id = try await api.find("/roles/\(Percent.encode(name))")?["id"]?.string else {
            throw Failure(.rejected, "there is no realm role '\(name)' in realm '\(api.settings.realm)'")
        }
        directory.note(role: name, id: id)
        return id
    }

    /// The id at the end of a 201's Location.
    func created(_ answer: HTTPResponse, _ what: String) throws(Failure) -> String {
        guard let id = answer.header("Location")?.split(separator: "/").last else {
            throw Failure(.unreachable, "\(api.settings.url) made \(what) without saying where")
        }
        return String(id)
    }

    private func ours(_ path: String, orElse refusal: HTTPResponse) async throws(Failure) -> String {
        let id = try await groupID(path)
        let group = try await api.get("/groups/\(id)")
        let owners = group[path: "attributes", PersonMark.owners]?.array?.compactMap(\.string) ?? []
        guard owners.contains(scope.owner) else {
            throw Answer.failure(refusal, of: api.settings, for: "POST of group \(path)")
        }
        return id
    }
}

extension JSON {
    /// Whether the group or account carries that owner's mark.
    func hasOwner(_ owner: String) -> Bool {
        self[path: "attributes", PersonMark.owners]?.array?.contains(.string(owner)) == true
    }
}
