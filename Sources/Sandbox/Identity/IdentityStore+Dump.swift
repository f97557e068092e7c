import Cryptography
import Formats

extension IdentityStore {
    /// Everything that a restart would remember, but no secret: each is replaced by a mark that says only whether two
    /// of them are the same. Ids that are made at random, and times, are left out where a name says as much.
    func dump() -> JSON {
        .object(
            JSONObject(
                realms.map { realm in
                    JSONObject.Member(key: realm.name, value: dump(realm))
                }))
    }

    private func dump(_ realm: Realm) -> JSON {
        [
            "settings": realm.settings.document,
            "attributes": realm.settings.shownAttributes,
            "profile": realm.settings.profile,
            "users": byName(realm.users.values, \.username) { self.dump($0, in: realm) },
            "groups": byName(realm.groups.values, realm.path(of:)) { self.dump($0, in: realm) },
            "roles": byName(realm.roles.values.filter { $0.container == realm.id }, \.name) {
                self.dump($0, in: realm)
            },
            "clients": byName(realm.clients.values, \.clientID, dump),
            "organizations": byName(realm.organizations.values, \.name) { organization in
                var shown = organization.document
                shown["members"] = .strings(
                    organization.members.compactMap { realm.users[$0]?.username }.sorted())
                return shown
            },
        ]
    }

    private func byName<Row>(
        _ rows: some Sequence<Row>, _ name: (Row) -> String, _ shown: (Row) -> JSON
    ) -> JSON {
        .object(JSONObject(rows.map { .init(key: name($0), value: shown($0)) }))
    }

    private func dump(_ user: User, in realm: Realm) -> JSON {
        var shown = user.record
        for member in ["id", "created", "notBefore", "serviceAccountOf"] { shown[member] = nil }
        shown["groups"] = .strings(user.groups.compactMap { realm.groups[$0] }.map(realm.path(of:)).sorted())
        shown["roles"] = names(of: user.roles, in: realm)
        shown["credentials"] = user.credentials.isEmpty ? nil : .strings(user.credentials.map { mark($0.hash) })
        return shown
    }

    private func dump(_ group: Group, in realm: Realm) -> JSON {
        var shown = group.record
        for member in ["id", "parent", "name"] { shown[member] = nil }
        shown["roles"] = names(of: group.roles, in: realm)
        return shown
    }

    private func dump(_ role: Role, in realm: Realm) -> JSON {
        var shown = role.record
        for member in ["id", "container", "name", "client"] { shown[member] = nil }
        shown["composites"] = role.composites.isEmpty ? nil : names(of: role.composites, in: realm)
        return shown
    }

    private func dump(_ client: Client) -> JSON {
        var shown = client.document
        shown["attributes"]?["client.secret.creation.time"] = nil
        shown["secret"] = client.secret.map { .string(mark($0)) }
        return shown
    }

    private func names(of roles: Set<String>, in realm: Realm) -> JSON {
        .strings(
            roles.compactMap { realm.roles[$0] }
                .map { role in realm.clients[role.container].map { "\($0.clientID)/\(role.name)" } ?? role.name }
                .sorted())
    }

    private func mark(_ secret: String) -> String {
        "(secret \(Hex.encode(Array(HMAC.sha256(Array(secret.utf8), key: key).prefix(6)))))"
    }
}
