import Formats
import HTTP
import Planning
import Tenancy

extension Realm {
    /// One POST with the groups' paths, our marks and the required actions.
    ///
    /// After an answer that leaves open whether the account was made, it is looked up by name before anything else.
    func createPerson(_ person: DesiredPerson) async throws(Failure) -> String {
        // An unknown path would be answered by a 500 that names nothing.
        let groups = person.memberships.filter(\.isActive).map(\.group)
        for path in groups { _ = try await groupID(path) }
        let answer: HTTPResponse
        do throws(Failure) {
            answer = try await api.send(.post, "/users", [], representation(of: person, groups: groups))
        } catch {
            if let id = try? await already(person, groups) { return id }
            throw error
        }
        switch answer.status {
        case 201:
            let id = try created(answer, "user \(person.email)")
            try await proveMarks(id, person)
            return id
        case 409, 500...:
            if let id = try await already(person, groups) { return id }
            throw Answer.failure(answer, of: api.settings, for: "POST of user \(person.email)")
        default: throw Answer.failure(answer, of: api.settings, for: "POST of user \(person.email)")
        }
    }

    /// Writes the whole profile, as read a moment ago, then joins, then leaves: grants come before revocations.
    func updatePerson(_ update: PersonUpdate) async throws(Failure) {
        guard let user = try await api.find("/users/\(update.id)") else {
            throw Failure(.conflict, "user \(update.person.email) is gone since the plan")
        }
        if update.writesProfile {
            try await api.write(.put, "/users/\(update.id)", profile(user, of: update))
        }
        for path in update.join {
            try await api.write(.put, "/users/\(update.id)/groups/\(groupID(path))")
        }
        try await leave(update.leave, id: update.id)
    }

    /// An address that is nobody's, until the account's own change is through.
    func parkEmail(id: String, renames: Bool) async throws(Failure) {
        guard var user = try await api.find("/users/\(id)") else {
            throw Failure(.conflict, "user \(id) is gone since the plan")
        }
        user["email"] = .string(PersonMark.parkedEmail(of: id))
        if renames { user["username"] = .string(PersonMark.parkedEmail(of: id)) }
        try await api.write(.put, "/users/\(id)", user)
    }

    /// `{"enabled":false}` and nothing else, then the sessions end, then the groups are left.
    ///
    /// A profile that became stricter refuses every update, this one too: then groups and sessions go all the same, and
    /// the refusal is reported.
    func disablePerson(id: String, leave paths: [String]) async throws(Failure) {
        guard let user = try await api.find("/users/\(id)") else { return }
        guard user[path: "attributes", PersonMark.owners]?.array?.contains(.string(scope.owner)) == true else {
            throw Failure(.conflict, "user \(user["username"]?.string ?? id) is no longer marked as ours")
        }
        let name = user["username"]?.string ?? id
        let answer = try await api.send(.put, "/users/\(id)", [], ["enabled": false])
        guard answer.status == 400 || (200..<300).contains(answer.status) else {
            throw Answer.failure(answer, of: api.settings, for: "PUT /users/\(id)")
        }
        if answer.status == 400 {
            let sessions = await outcome { () async throws(Failure) in
                _ = try await api.write(.post, "/users/\(id)/logout")
            }
            let groups = await outcome { () async throws(Failure) in try await leave(paths, id: id) }
            throw Failure(
                .rejected,
                "\(api.settings.url) refuses to disable user \(name): \(Answer.description(answer)); the account is "
                    + "still enabled; \(Self.said("its sessions have ended", "its sessions go on", sessions)); "
                    + Self.said("it is in none of its groups any more", "it stays in its groups", groups))
        }
        // The groups stay until the sessions have ended: by them the next run sees that something is left to do.
        do throws(Failure) {
            try await api.write(.post, "/users/\(id)/logout")
            try await leave(paths, id: id)
        } catch {
            throw Failure(
                error.kind,
                "user \(name) is disabled, and its sessions and groups are not done with: \(error.message); the next "
                    + "apply goes on with them")
        }
    }

    private static func said(_ done: String, _ undone: String, _ result: Result<Void, Failure>) -> String {
        switch result {
        case .success: done
        case .failure(let failure): "\(undone): \(failure.message)"
        }
    }

    private func leave(_ paths: [String], id: String) async throws(Failure) {
        for path in paths {
            try await api.write(.delete, "/users/\(id)/groups/\(groupID(path))")
        }
    }

    private func representation(of person: DesiredPerson, groups: [String]) -> JSON {
        var user: JSON = [
            "username": .string(person.email), "email": .string(person.email), "enabled": true,
            "attributes": [
                PersonMark.key: [.string(person.key)], PersonMark.owners: [.string(scope.owner)],
                PersonMark.home: [.string(scope.owner)],
            ],
            "groups": .array(groups.map { .string($0) }),
        ]
        user["firstName"] = person.givenName.map { .string($0) }
        user["lastName"] = person.familyName.map { .string($0) }
        if case .requiredActions(let actions) = scope.environment.onboarding {
            user["requiredActions"] = .array(actions.map { .string($0) })
        }
        return user
    }

    /// The whole representation with what is ours replaced; what others put there stays.
    private func profile(_ user: JSON, of update: PersonUpdate) -> JSON {
        let person = update.person
        var user = user
        var attributes = user["attributes"] ?? [:]
        let owners = attributes[PersonMark.owners]?.array ?? []
        let home = attributes[PersonMark.home]?.array?.first?.string ?? scope.owner
        attributes[PersonMark.key] = [.string(person.key)]
        attributes[PersonMark.home] = [.string(home)]
        attributes[PersonMark.owners] = .array(
            owners.contains(.string(scope.owner)) ? owners : owners + [.string(scope.owner)])
        user["attributes"] = attributes
        user["enabled"] = .bool(person.isActive)
        if home == scope.owner {
            user["email"] = .string(person.email)
            if update.renames { user["username"] = .string(person.email) }
            // A file without the column says nothing about the name.
            if let name = person.givenName { user["firstName"] = .string(name) }
            if let name = person.familyName { user["lastName"] = .string(name) }
        }
        return user
    }

    /// Takes our owner off the account and leaves our groups: others still answer for it.
    func releasePerson(id: String, leave paths: [String]) async throws(Failure) {
        guard var user = try await api.find("/users/\(id)") else { return }
        try await leave(paths, id: id)
        var attributes = user["attributes"] ?? [:]
        let owners = (attributes[PersonMark.owners]?.array ?? []).filter { $0 != .string(scope.owner) }
        attributes[PersonMark.owners] = .array(owners)
        if attributes[PersonMark.home] == [.string(scope.owner)], let heir = owners.first {
            attributes[PersonMark.home] = [heir]
        }
        // Nobody answers for it any more: it is as it was before anybody did.
        if owners.isEmpty {
            for mark in [PersonMark.key, PersonMark.home, PersonMark.owners] { attributes[mark] = nil }
        }
        user["attributes"] = attributes
        try await api.write(.put, "/users/\(id)", user)
    }

    /// Looks again before the account goes for good: it has to be disabled, and ours alone.
    func deletePerson(id: String) async throws(Failure) {
        guard let user = try await api.find("/users/\(id)") else { return }
        let owners = user[path: "attributes", PersonMark.owners]?.array ?? []
        guard user["enabled"] == false, owners == [.string(scope.owner)] else {
            throw Failure(
                .conflict,
                "user \(user["username"]?.string ?? id) has changed since it was read; the next run looks again")
        }
        let answer = try await api.send(.delete, "/users/\(id)")
        guard (200..<300).contains(answer.status) || answer.status == 404 else {
            throw Answer.failure(answer, of: api.settings, for: "DELETE of user \(user["username"]?.string ?? id)")
        }
    }

    /// The account of that name if it carries this person's marks: a run that was cut short made it.
    private func already(_ person: DesiredPerson, _ groups: [String]) async throws(Failure) -> String? {
        let query = [("username", person.email), ("exact", "true"), ("briefRepresentation", "false")]
        guard let user = try await api.get("/users", query).array?.first, let id = user["id"]?.string else {
            return nil
        }
        let attributes = user["attributes"]
        guard attributes?[PersonMark.key] == [.string(person.key)],
            attributes?[PersonMark.owners]?.array?.contains(.string(scope.owner)) == true
        else { return nil }
        for path in groups { try await api.write(.put, "/users/\(id)/groups/\(groupID(path))") }
        return id
    }

    /// > An undeclared attribute answers 201 and is gone.
    ///
    /// So the first account made is read back; without its marks it could never be told from a stranger's, and it goes
    /// again, by its id.
    private func proveMarks(_ id: String, _ person: DesiredPerson) async throws(Failure) {
        guard !directory.hasProvenMarks else { return }
        let user = try await api.get("/users/\(id)")
        guard user[path: "attributes", PersonMark.key] == [.string(person.key)] else {
            try await api.write(.delete, "/users/\(id)")
            throw Failure(
                .rejected,
                "realm '\(api.settings.realm)' drops our marks: set its user profile's unmanaged attributes to "
                    + "'Only administrators can write', or say manageProfile: true")
        }
        directory.hasProvenMarks = true
    }
}
