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
}

extension Realm {
    /// Whether the session may still be used: neither idle nor alive for too long.
    func isActive(_ session: Session, at seconds: Int64) -> Bool {
        seconds < session.lastAccess + settings.seconds("ssoSessionIdleTimeout")
            && seconds < session.started + settings.seconds("ssoSessionMaxLifespan")
    }
}

extension Call {
    func userSessions() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        let shown = realm.sessions.values.filter { $0.user == user.id && realm.isActive($0, at: now / 1000) }
            .sorted { $0.id < $1.id }
            .map { session -> JSON in
                var clients = JSONObject()
                for id in session.clients { clients[id] = realm.clients[id].map { .string($0.clientID) } }
                return [
                    "id": .string(session.id), "username": .string(user.username), "userId": .string(user.id),
                    "ipAddress": "127.0.0.1", "start": .int(session.started * 1000),
                    "lastAccess": .int(session.lastAccess * 1000), "rememberMe": false, "clients": .object(clients),
                    "transientUser": false,
                ]
            }
        return .ok(.array(shown))
    }

    /// Ends a user's sessions, and all tokens made until now.
    func logoutUser() throws(Refusal) -> Reply {
        var user = try user()
        try access.require(access.manageUsers)
        user.notBefore = now / 1000
        realm.put(user)
        realm.sessions = realm.sessions.filter { $0.value.user != user.id }
        note(.action, "USER", "users/\(user.id)/logout", nil)
        return .noContent
    }

    func deleteSession() throws(Refusal) -> Reply {
        try access.require(access.manageUsers)
        guard realm.sessions.removeValue(forKey: parameters[0]) != nil else {
            throw .error(404, "Sesssion not found")  // spelt like that by the server
        }
        note(.delete, "USER_SESSION", "sessions/\(parameters[0])", nil)
        return .noContent
    }

    func logoutAll() throws(Refusal) -> Reply {
        try access.require(access.manageUsers)
        realm.sessions = [:]
        var settings = realm.settings
        settings.document["notBefore"] = .int(now / 1000)
        realm.put(settings)
        note(.action, "REALM", "logout-all", nil)
        return .ok([:])
    }
}
