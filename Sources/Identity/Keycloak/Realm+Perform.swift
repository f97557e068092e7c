import Formats
package import Planning

extension Realm {
    /// Carries out one operation; done twice it comes out the same.
    /// - Returns: the id of the group or the subject of the person, where the operation is about one.
    package func perform(_ operation: IdentityOperation) async throws(Failure) -> String? {
        switch operation {
        case .allowMarks:
            try await allowMarks()
            return nil
        case .createRealmRole(let name):
            try await createRealmRole(name)
            return nil
        case .createGroup(let group): return try await createGroup(group)
        case .updateGroup(let group, let id, let add, let remove):
            try await mark(group.path, id: id)
            try await map(add, onto: id, of: group.path)
            try await unmap(remove, from: id)
            return id
        case .deleteGroup(let path, let id):
            try await deleteGroup(path: path, id: id)
            return nil
        case .releaseGroup(let path, let id):
            try await unmark(path, id: id)
            return id
        case .createPerson(let person): return try await createPerson(person)
        case .updatePerson(let update):
            try await updatePerson(update)
            return update.id
        case .parkEmail(let id, let renames):
            try await parkEmail(id: id, renames: renames)
            return id
        case .disablePerson(let id, let leave):
            try await disablePerson(id: id, leave: leave)
            return id
        case .releasePerson(let id, let leave):
            try await releasePerson(id: id, leave: leave)
            return id
        case .deletePerson(let id):
            try await deletePerson(id: id)
            return id
        }
    }

    /// > unmanagedAttributePolicy ADMIN_EDIT: administrators read and write undeclared attributes, users neither.
    private func allowMarks() async throws(Failure) {
        var profile = try await api.get("/users/profile")
        guard !UserProfile(profile).keepsMarks else { return }
        profile["unmanagedAttributePolicy"] = "ADMIN_EDIT"
        try await api.write(.put, "/users/profile", profile)
    }

    private func createRealmRole(_ name: String) async throws(Failure) {
        let answer = try await api.send(.post, "/roles", [], ["name": .string(name)])
        guard answer.status == 201 || answer.status == 409 else {
            throw Answer.failure(answer, of: api.settings, for: "POST /roles")
        }
        _ = try await roleID(name)
    }
}
