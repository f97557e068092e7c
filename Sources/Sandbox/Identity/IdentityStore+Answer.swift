import Cryptography
import Formats
import HTTPServer

extension IdentityStore {
    /// The answer to a request, whatever it is.
    func answer(_ request: ServerRequest, now: Int64) throws(Refusal) -> Reply {
        guard !request.path.contains("//") else {
            throw .described(400, "missingNormalization", "Request path not normalized")
        }
        // Asking what may be asked needs no right, nor anything that is there.
        if request.method == "OPTIONS" { return Reply(status: 200) }
        guard !request.query.contains(where: { $0.value.contains("\0") }) else {
            throw .error(400, "Blocking invalid query parameter value")
        }
        let path = request.path.split(separator: "/").map { PercentEncoding.decode($0) }
        let base = "http://\(request.header("Host") ?? "localhost")"
        switch path.first {
        case "realms" where path.count > 1:
            return try answerRealm(request, path, base: base, now: now)
        case "admin" where path.count > 1 && path[1] == "realms":
            return try answerAdmin(request, Array(path.dropFirst(2)), base: base, now: now)
        case nil: return Reply(status: 302, headers: [("Location", "\(base)/admin/")])
        default: throw .error(404, "Unable to find matching target resource method")
        }
    }

    private func answerAdmin(
        _ request: ServerRequest, _ path: [String], base: String, now: Int64
    ) throws(Refusal) -> Reply {
        let caller = try TokenClaims.caller(
            authorization: request.header("Authorization"), store: self, now: now / 1000)
        guard let name = path.first else {
            let call = RealmsCall(store: self, request: request, base: base, now: now, caller: caller)
            switch request.method {
            case "GET", "HEAD": return try call.list()
            case "POST": return try call.create()
            default: throw .methodNotAllowed
            }
        }
        guard let realm = realm(named: name) else { throw .realmNotFound }
        // Only the realm that keeps the administrators may look into others.
        guard caller.realm.isMaster || caller.realm === realm else { throw .forbidden }
        let call = Call(
            store: self, request: request, base: base, now: now, caller: caller, realm: realm, parameters: [])
        let path = Array(path.dropFirst())
        guard let (route, parameters) = RouteTable.admin.find(request.method, path) else {
            throw Resource.refusal(of: call, at: path)
        }
        return try route.answer(call.with(parameters))
    }

    private func answerRealm(
        _ request: ServerRequest, _ path: [String], base: String, now: Int64
    ) throws(Refusal) -> Reply {
        guard let realm = realm(named: path[1]) else { throw .error(404, "Realm does not exist") }
        let oidc = "\(base)/realms/\(PercentEncoding.encode(realm.name))/protocol/openid-connect"
        switch (request.method, path.dropFirst(2).joined(separator: "/")) {
        case ("GET", ""), ("HEAD", ""):
            return .ok([
                "realm": .string(realm.name), "token-service": .string(oidc),
                "account-service": .string("\(base)/realms/\(PercentEncoding.encode(realm.name))/account"),
                "tokens-not-before": .int(realm.settings.seconds("notBefore")),
            ])
        case ("GET", ".well-known/openid-configuration"):
            return .ok([
                "issuer": .string("\(base)/realms/\(PercentEncoding.encode(realm.name))"),
                "token_endpoint": .string("\(oidc)/token"), "end_session_endpoint": .string("\(oidc)/logout"),
                "introspection_endpoint": .string("\(oidc)/token/introspect"),
                "userinfo_endpoint": .string("\(oidc)/userinfo"), "revocation_endpoint": .string("\(oidc)/revoke"),
                "grant_types_supported": ["client_credentials", "password", "refresh_token"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            ])
        case ("POST", "protocol/openid-connect/token"): return try endpoint(realm, request, base, now).answer()
        case ("POST", "protocol/openid-connect/logout"): return try endpoint(realm, request, base, now).logout()
        case ("GET", "protocol/openid-connect/userinfo"), ("POST", "protocol/openid-connect/userinfo"):
            return endpoint(realm, request, base, now).userInfo()
        case ("POST", "protocol/openid-connect/token/introspect"):
            return try endpoint(realm, request, base, now).introspect()
        case ("POST", "protocol/openid-connect/revoke"): return try endpoint(realm, request, base, now).revoke()
        case (_, ""), ("POST", _), (_, "protocol/openid-connect/token"), (_, "protocol/openid-connect/logout"):
            throw .methodNotAllowed
        case (_, let path) where path.hasPrefix("protocol/") && !path.hasPrefix("protocol/openid-connect"):
            throw .error(404, "Protocol not found")
        default: throw .notFound
        }
    }

    private func endpoint(_ realm: Realm, _ request: ServerRequest, _ base: String, _ now: Int64) -> TokenEndpoint {
        TokenEndpoint(store: self, realm: realm, request: request, base: base, now: now / 1000)
    }

    /// The realm `master` and its administrator.
    func begin(_ administrator: IdentitySandbox.Administrator, now: Int64) {
        let master = RealmTemplate.makeRealm(named: RealmTemplate.master, in: self)
        var user = User(id: Random.uuid(), username: administrator.username, created: now)
        user.isEnabled = true
        user.attributes = [UserProfile.temporaryAdministrator: ["true"]]
        user.roles = [master.settings.defaultRole]
        if let role = master.role(named: "admin", in: master.id) { user.roles.insert(role.id) }
        user.setPassword(administrator.password, now: now)
        master.put(user)
    }
}
