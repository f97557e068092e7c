import Cryptography
import Formats

/// What a token says, and how it is read back.
enum TokenClaims {
    /// Signs an access token. Clients of the administration get one without roles: theirs are looked up.
    static func access(
        store: IdentityStore, realm: Realm, user: User, client: Client, session: String?, base: String, now: Int64,
        scope: String
    ) -> String {
        var claims = common(type: "Bearer", realm: realm, client: client, session: session, base: base, now: now)
        claims["exp"] = .int(now + realm.settings.seconds("accessTokenLifespan"))
        claims["sub"] = .string(user.id)
        claims["scope"] = .string(scope)
        if !client.isLightweight {
            let roles = realm.effectiveRoles(of: user).compactMap { realm.roles[$0] }
            claims["preferred_username"] = .string(user.username)
            claims["realm_access"] = ["roles": .strings(roles.filter { !$0.isClientRole }.map(\.name).sorted())]
            var byClient = JSONObject()
            for (id, held) in Dictionary(grouping: roles.filter(\.isClientRole), by: \.container) {
                guard let owner = realm.clients[id] else { continue }
                byClient[owner.clientID] = ["roles": .strings(held.map(\.name).sorted())]
            }
            claims["resource_access"] = .object(byClient)
        }
        return Token.sign(claims.encoded(), key: store.key)
    }

    static func refresh(
        store: IdentityStore, realm: Realm, user: User, client: Client, session: Session, base: String, now: Int64,
        scope: String
    ) -> String {
        var claims = common(type: "Refresh", realm: realm, client: client, session: session.id, base: base, now: now)
        let life = session.isOffline ? "offlineSessionIdleTimeout" : "ssoSessionIdleTimeout"
        claims["exp"] = .int(now + realm.settings.seconds(life))
        claims["sub"] = .string(user.id)
        claims["scope"] = .string(scope)
        return Token.sign(claims.encoded(), key: store.key)
    }

    private static func common(
        type: String, realm: Realm, client: Client, session: String?, base: String, now: Int64
    ) -> JSON {
        var claims: JSON = [
            "typ": .string(type), "iat": .int(now), "jti": .string(Random.uuid()),
            "iss": .string("\(base)/realms/\(realm.name)"), "azp": .string(client.clientID),
            "realm": .string(realm.id),
        ]
        claims["sid"] = session.map(JSON.string)
        return claims
    }

    /// The claims of a token that this server signed, whatever their age.
    static func read(_ token: String, store: IdentityStore) -> JSON? {
        Token.verify(token, key: store.key).flatMap { try? JSON.parse($0) }
    }

    /// Who sends a request with that `Authorization` header.
    static func caller(authorization: String?, store: IdentityStore, now: Int64) throws(Refusal) -> Caller {
        guard let authorization, authorization.lowercased().hasPrefix("bearer "),
            let claims = read(String(authorization.dropFirst(7)), store: store), claims["typ"]?.string == "Bearer",
            let realm = store.realms.first(where: { $0.id == claims["realm"]?.string }),
            let user = realm.users[claims["sub"]?.string ?? ""], user.isEnabled, realm.settings.isOn("enabled"),
            let client = realm.client(named: claims["azp"]?.string ?? ""), client.isOn("enabled"),
            let issued = claims["iat"]?.int, let expires = claims["exp"]?.int, now < expires,
            issued >= user.notBefore, issued >= realm.settings.seconds("notBefore")
        else { throw .unauthorized }
        if let id = claims["sid"]?.string {
            guard let session = realm.sessions[id], realm.isActive(session, at: now) else { throw .unauthorized }
        }
        guard !realm.revokedTokens.contains(claims["jti"]?.string ?? "") else { throw .unauthorized }
        var grants: [String: Set<String>]?
        if let byClient = claims["resource_access"]?.object {
            grants = [:]
            for member in byClient { grants?[member.key] = member.value.set("roles") }
        }
        return Caller(
            realm: realm, user: user, client: client, grants: grants,
            realmGrants: claims["realm_access"].map { $0.set("roles") })
    }
}

extension Client {
    /// Whether its tokens carry no roles.
    var isLightweight: Bool {
        document[path: "attributes", "client.use.lightweight.access.token.enabled"]?.string == "true"
    }
}
