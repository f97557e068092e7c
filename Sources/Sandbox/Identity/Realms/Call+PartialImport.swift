import Formats

// POST partialImport: people and realm roles at once, all or nothing.

extension Call {
    private enum Existing: String { case fail = "FAIL", skip = "SKIP", overwrite = "OVERWRITE" }

    /// What the import is doing with one resource after the other.
    private struct Tally {
        var results: [JSON] = []
        var counts = ["ADDED": Int64(0), "SKIPPED": 0, "OVERWRITTEN": 0]

        mutating func note(_ action: String, _ type: String, _ name: String, _ id: String) {
            counts[action, default: 0] += 1
            results.append([
                "action": .string(action), "resourceType": .string(type), "resourceName": .string(name),
                "id": .string(id),
            ])
        }
    }

    func partialImport() throws(Refusal) -> Reply {
        try access.require(access.manageRealm)
        let unreadable = Refusal.described(500, "unknown_error", "Cannot parse the JSON")
        guard !request.body.isEmpty else { throw unreadable }
        let body: JSON
        do throws(Refusal) {
            guard let read = try json() else { throw Refusal.unknownError }
            body = read
        } catch {
            // Whatever is wrong is the server's fault here.
            throw Refusal.described(500, error.body["error"]?.string ?? "", error.text)
        }
        guard body.object != nil,
            let policy = Existing(rawValue: body["ifResourceExists"]?.string ?? Existing.fail.rawValue)
        else { throw unreadable }
        do {
            try checkShapes(of: body)
        } catch {
            throw unreadable
        }
        try checkTwins(in: body)
        // Other kinds of resources are not taken in here.
        guard (body["groups"]?.array ?? []).allSatisfy({ realm.child(named: $0["name"]?.string ?? "", of: nil) == nil })
        else { throw .message(409, "Duplicate resource error") }
        guard ["groups", "identityProviders"].allSatisfy({ (body[$0]?.array ?? []).isEmpty }) else {
            throw .unknownError
        }
        for client in body["clients"]?.array ?? [] {
            // Those that every realm has are passed over.
            guard !Self.builtIn.contains(client["clientId"]?.string ?? "") else { continue }
            throw .unknownError
        }
        var tally = Tally()
        for role in body[path: "roles", "realm"]?.array ?? [] { try importRole(role, policy, &tally) }
        for user in body["users"]?.array ?? [] { try importUser(user, policy, &tally) }
        return .ok([
            "overwritten": .int(tally.counts["OVERWRITTEN"] ?? 0), "added": .int(tally.counts["ADDED"] ?? 0),
            "skipped": .int(tally.counts["SKIPPED"] ?? 0), "results": .array(tally.results),
        ])
    }

    private func checkShapes(of body: JSON) throws(Refusal) {
        for (list, shape) in [(body["users"], Shape.user), (body[path: "roles", "realm"], .role)] {
            for element in list?.array ?? [] {
                guard let object = element.object else { throw .wrongType }
                _ = try shape.conform(object, text: request.body)
            }
        }
    }

    /// Nobody comes twice in one import.
    private func checkTwins(in body: JSON) throws(Refusal) {
        let names = (body["users"]?.array ?? []).compactMap { $0["username"]?.string?.lowercased() }
        guard Set(names).count == names.count else { throw .message(409, "Duplicate resource error") }
    }

    private func importRole(_ json: JSON, _ policy: Existing, _ tally: inout Tally) throws(Refusal) {
        guard let object = json.object else { throw .wrongType }
        let body = try Shape.role.conform(object, text: request.body)
        let name = body["name"]?.string ?? ""
        var action = "ADDED"
        if let old = realm.role(named: name, in: realm.id) {
            switch policy {
            case .fail: throw .message(409, "Realm role '\(name)' already exists.")
            case .skip: return tally.note("SKIPPED", "REALM_ROLE", name, old.id)
            case .overwrite:
                action = "OVERWRITTEN"
                realm.removeEverywhere(old)
            }
        }
        var role = Role(
            id: newID(), name: name, description: body["description"]?.string, container: realm.id,
            isClientRole: false)
        role.attributes = body.lists("attributes")
        realm.put(role)
        tally.note(action, "REALM_ROLE", name, role.id)
    }

    /// A role that somebody is to have, made where it is missing.
    private func importedRole(_ name: String) -> String {
        if let role = realm.role(named: name, in: realm.id) { return role.id }
        let role = Role(id: newID(), name: name, description: nil, container: realm.id, isClientRole: false)
        realm.put(role)
        return role.id
    }

    /// An overwritten person is a new one: another id, no password.
    private func importUser(_ json: JSON, _ policy: Existing, _ tally: inout Tally) throws(Refusal) {
        guard let object = json.object else { throw .wrongType }
        let body = try Shape.user.conform(object, text: request.body)
        guard let name = body["username"]?.string else { throw .unknownError }
        let email = body["email"]?.string
        var action = "ADDED"
        if let old = realm.user(named: name) ?? email.flatMap({ realm.users(withEmail: $0).first }) {
            switch policy {
            case .fail: throw .message(409, "User with user name \(name) already exists.")
            case .skip: return tally.note("SKIPPED", "USER", name, old.id)
            case .overwrite:
                action = "OVERWRITTEN"
                realm.remove(old)
            }
        }
        var user = try newUser(from: body, checked: false)
        for name in body["realmRoles"]?.strings ?? [] { user.roles.insert(importedRole(name)) }
        realm.put(user)
        tally.note(action, "USER", name, user.id)
        note(
            action == "ADDED" ? .create : .update, "REALM", "users/\(user.id)",
            written(body, user.id, in: Shape.userOrder))
    }
}
