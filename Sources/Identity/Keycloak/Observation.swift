import Formats
import Planning

/// Reads the part of a realm that a scope asks for, in as few requests as there are groups and pages.
struct Observation: Sendable {
    let api: AdminAPI
    let scope: RealmScope
    let directory: Directory

    func read() async throws(Failure) -> LiveIdentity {
        let subject = try await api.tokens.current().subject
        async let listedPeople = outcome { () async throws(Failure) in try await everybody() }
        async let readProfile = outcome { () async throws(Failure) in try await api.get("/users/profile") }
        async let readSettings = outcome { () async throws(Failure) in try await api.get("") }
        let roles = try await realmRoles()
        let groups = try await scopedGroups(mapping: scope.roles.intersection(roles))
        let members = try await memberships(of: groups)
        let people = try await listedPeople.get()
        let profile = UserProfile(try await readProfile.get())
        return LiveIdentity(
            groups: Dictionary(uniqueKeysWithValues: groups.map { ($0.path, $0) }),
            people: Dictionary(
                uniqueKeysWithValues: people.map { ($0.id, $0.with(groups: members[$0.id] ?? [])) }),
            realmRoles: roles, keepsMarks: profile.keepsMarks, ownSubject: subject,
            traits: RealmTraits(try await readSettings.get()), profile: profile.rules)
    }

    private func realmRoles() async throws(Failure) -> Set<String> {
        var names: Set<String> = []
        for role in try await api.walk("/roles") {
            guard let name = role["name"]?.string, let id = role["id"]?.string else { continue }
            directory.note(role: name, id: id)
            names.insert(name)
        }
        return names
    }

    /// Everybody, checked against the count: fewer than counted means missing rights or a listing that shifted.
    private func everybody() async throws(Failure) -> [LivePerson] {
        let query = [("briefRepresentation", "false")]
        for _ in 0..<3 {
            let listed = try await api.walk("/users", query, Self.person)
            guard let count = try await api.get("/users/count").int else {
                throw Failure(.unreachable, "\(api.settings.url) answered GET /users/count without a number")
            }
            if listed.count >= count { return try await listed + serviceAccounts(besides: listed) }
            if listed.isEmpty {
                throw Failure(
                    .unreachable,
                    "\(api.settings.url) counts \(count) users in realm '\(api.settings.realm)' and lists none: give "
                        + "the service account of '\(api.settings.clientId)' the role view-users of realm-management")
            }
        }
        throw Failure(
            .unreachable,
            "\(api.settings.url) lists fewer users of realm '\(api.settings.realm)' than it counts; try again when "
                + "nobody else is deleting there")
    }

    /// Ours among them: the plain listing leaves them out, and still nobody else can have their names and addresses.
    ///
    /// > Every named filter lists service accounts too.
    private func serviceAccounts(besides listed: [LivePerson]) async throws(Failure) -> [LivePerson] {
        let query = [("username", LivePerson.serviceAccountPrefix), ("briefRepresentation", "false")]
        let known = Set(listed.map(\.id))
        return try await api.walk("/users", query, Self.person).filter { account in
            account.isServiceAccount && !known.contains(account.id)
        }
    }

    @Sendable private static func person(_ user: JSON) -> LivePerson? {
        guard let id = user["id"]?.string, let username = user["username"]?.string else { return nil }
        var attributes: [String: [String]] = [:]
        for member in user["attributes"]?.object ?? JSONObject() {
            attributes[member.key] = member.value.array?.compactMap(\.string) ?? []
        }
        return LivePerson(
            id: id, username: username, email: user["email"]?.string, givenName: user["firstName"]?.string,
            familyName: user["lastName"]?.string, isEnabled: user["enabled"]?.bool ?? false, attributes: attributes,
            groups: [], isFederated: user["federationLink"]?.string != nil)
    }
}
