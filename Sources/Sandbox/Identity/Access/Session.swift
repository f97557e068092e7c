import Formats

/// A login of a person that has not ended.
struct Session: Sendable {
    let id: String
    let user: String
    /// Seconds.
    let started: Int64
    var lastAccess: Int64
    /// Ids of the clients that took part.
    var clients: Set<String>
    /// Whether it outlives the login: its refresh tokens do not end.
    var isOffline = false
    /// By client, the refresh token that was used last; kept where the realm counts.
    var lastUse: [String: Use] = [:]

    /// How often a refresh token was used.
    struct Use: Sendable {
        let token: String
        let issued: Int64
        var count: Int64
    }
}

extension Realm {
    /// Whether the session may still be used: neither idle nor alive for too long.
    func isActive(_ session: Session, at seconds: Int64) -> Bool {
        if session.isOffline { return seconds < session.lastAccess + settings.seconds("offlineSessionIdleTimeout") }
        return seconds < session.lastAccess + settings.seconds("ssoSessionIdleTimeout")
            && seconds < session.started + settings.seconds("ssoSessionMaxLifespan")
    }
}

extension Call {
    func userSessions() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        return .ok(.array(sessions(offline: false) { $0.user == user.id }.map(shown)))
    }

    func offlineSessionsOfUser() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        guard let client = realm.clients[parameters[1]] else { throw .error(404, "Client not found") }
        return .ok(
            .array(sessions(offline: true) { $0.user == user.id && $0.clients.contains(client.id) }.map(shown)))
    }

    func sessionsOfClient(offline isOffline: Bool) throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.viewClients)
        let page = try Page(self, defaultMax: 100)
        return .ok(.array(page.cut(sessions(offline: isOffline) { $0.clients.contains(client.id) }).map(shown)))
    }

    func countSessionsOfClient(offline isOffline: Bool) throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.viewClients)
        return .ok(["count": .int(Int64(sessions(offline: isOffline) { $0.clients.contains(client.id) }.count))])
    }

    /// How many sessions each client takes part in, for those that do.
    func sessionStatistics() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        let (active, offline) = (sessions(offline: false), sessions(offline: true))
        let counts = realm.clients.values.sorted { $0.clientID < $1.clientID }.compactMap { client -> JSON? in
            let numbers = [active, offline].map { $0.count { $0.clients.contains(client.id) } }
            guard numbers != [0, 0] else { return nil }
            return [
                "id": .string(client.id), "clientId": .string(client.clientID), "active": .string("\(numbers[0])"),
                "offline": .string("\(numbers[1])"),
            ]
        }
        return .ok(.array(counts))
    }

    /// What a person has allowed clients for good: nobody is asked here, so that only offline sessions count.
    func consents() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        let clients = Set(sessions(offline: true) { $0.user == user.id }.flatMap(\.clients))
        let shown = clients.compactMap { realm.clients[$0] }.sorted { $0.clientID < $1.clientID }.map {
            client -> JSON in
            [
                "clientId": .string(client.clientID), "grantedClientScopes": [],
                "additionalGrants": [["client": .string(client.id), "key": "Offline Token"]],
            ]
        }
        return .ok(.array(shown))
    }

    private func sessions(offline isOffline: Bool, _ isWanted: (Session) -> Bool = { _ in true }) -> [Session] {
        realm.sessions.values
            .filter { $0.isOffline == isOffline && realm.isActive($0, at: now / 1000) && isWanted($0) }
            .sorted { $0.id < $1.id }
    }

    private func shown(_ session: Session) -> JSON {
        var clients = JSONObject()
        for id in session.clients { clients[id] = realm.clients[id].map { .string($0.clientID) } }
        return [
            "id": .string(session.id), "username": .string(realm.users[session.user]?.username ?? ""),
            "userId": .string(session.user), "ipAddress": "127.0.0.1", "start": .int(session.started * 1000),
            "lastAccess": .int(session.lastAccess * 1000), "rememberMe": false, "clients": .object(clients),
            "transientUser": false,
        ]
    }

    /// Ends a user's sessions, and all tokens made until now; what is offline stays.
    func logoutUser() throws(Refusal) -> Reply {
        var user = try user()
        try access.require(access.manageUsers)
        user.notBefore = now / 1000
        realm.put(user)
        realm.sessions = realm.sessions.filter { $0.value.user != user.id || $0.value.isOffline }
        note(.action, "USER", "users/\(user.id)/logout", nil)
        return .noContent
    }

    func deleteSession() throws(Refusal) -> Reply {
        try access.require(access.manageUsers)
        let isOffline = flag("isOffline") ?? false
        guard realm.sessions[parameters[0]]?.isOffline == isOffline,
            realm.sessions.removeValue(forKey: parameters[0]) != nil
        else {
            throw .error(404, "Sesssion not found")  // spelt like that by the server
        }
        note(.delete, "USER_SESSION", "sessions/\(parameters[0])", nil)
        return .noContent
    }

    func logoutAll() throws(Refusal) -> Reply {
        try access.require(access.manageUsers)
        realm.sessions = realm.sessions.filter(\.value.isOffline)
        var settings = realm.settings
        settings.document["notBefore"] = .int(now / 1000)
        realm.put(settings)
        note(.action, "REALM", "logout-all", "{}")
        return .ok([:])
    }
}
