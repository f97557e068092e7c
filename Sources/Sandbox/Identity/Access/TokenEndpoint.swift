import Cryptography
import Formats
import HTTPServer

/// `POST /realms/{realm}/protocol/openid-connect/token`
struct TokenEndpoint {
    let store: IdentityStore
    let realm: Realm
    let request: ServerRequest
    let base: String
    /// Seconds.
    let now: Int64
    private let form: [(name: String, value: String)]

    init(store: IdentityStore, realm: Realm, request: ServerRequest, base: String, now: Int64) {
        self.store = store
        self.realm = realm
        self.request = request
        self.base = base
        self.now = now
        // What is sent as anything else is no form.
        let type = request.header("Content-Type")?.lowercased() ?? ""
        form = type.hasPrefix("application/x-www-form-urlencoded") ? PercentEncoding.form(request.body) : []
    }

    func field(_ name: String) -> String? { form.first { $0.name == name }?.value }

    func answer() throws(Refusal) -> Reply {
        guard realm.settings.isOn("enabled") else { throw .described(403, "access_denied", "Realm not enabled") }
        guard let grant = field("grant_type") else {
            throw .described(400, "invalid_request", "Missing form parameter: grant_type")
        }
        let known: Set<String> = ["password", "client_credentials", "refresh_token", "authorization_code"]
        let further = Self.furtherGrants[grant]
        guard known.contains(grant) || further != nil else {
            throw .described(400, "unsupported_grant_type", "Unsupported grant_type")
        }
        let client = try authenticatedClient()
        guard !client.isOn("bearerOnly") else {
            throw .described(400, "invalid_client", "Bearer-only not allowed")
        }
        guard Set(form.map(\.name)).count == form.count else {
            throw .described(400, "invalid_request", "duplicated parameter")
        }
        if let further { throw further }
        switch grant {
        case "password": return try password(client)
        case "client_credentials": return try clientCredentials(client)
        case "refresh_token": return try refresh(client)
        default:
            throw field("code") == nil
                ? .described(400, "invalid_request", "Missing parameter: code")
                : .described(400, "invalid_grant", "Code not valid")
        }
    }

    /// Grants that the server knows and no client has until somebody turns them on.
    private static let furtherGrants: [String: Refusal] = [
        "urn:ietf:params:oauth:grant-type:device_code":
            .described(400, "invalid_grant", "Client not allowed OAuth 2.0 Device Authorization Grant"),
        "urn:ietf:params:oauth:grant-type:token-exchange":
            .described(400, "invalid_request", "Standard token exchange is not enabled for the requested client"),
        "urn:ietf:params:oauth:grant-type:jwt-bearer": .described(400, "invalid_grant", "Missing parameter:assertion"),
        "urn:openid:params:grant-type:ciba":
            .described(400, "invalid_grant", "Client not allowed OIDC CIBA Grant"),
    ]

    /// The client, by form fields or by HTTP Basic.
    func authenticatedClient() throws(Refusal) -> Client {
        var (name, secret) = (field("client_id"), field("client_secret"))
        if let header = request.header("Authorization"), header.lowercased().hasPrefix("basic "),
            let bytes = Base64.decode(String(header.dropFirst(6)))
        {
            let parts = String(decoding: bytes, as: UTF8.self)
                .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            // What the form says goes first.
            if parts.count > 1 {
                name = name ?? PercentEncoding.decodeForm(parts[0])
                secret = secret ?? PercentEncoding.decodeForm(parts[1])
            }
        }
        let text = "Invalid client or Invalid client credentials"
        guard let name, let client = realm.client(named: name), client.isOn("enabled") else {
            throw .described(401, "invalid_client", text)
        }
        guard !client.isOn("publicClient") else { return client }
        guard let known = client.secret, let secret,
            ConstantTime.equal(Array(known.utf8), Array(secret.utf8))
        else { throw .described(401, "unauthorized_client", text) }
        return client
    }

    private func password(_ client: Client) throws(Refusal) -> Reply {
        guard client.isOn("directAccessGrantsEnabled") else {
            throw .described(400, "unauthorized_client", "Client not allowed for direct access grants")
        }
        let scope = try scope(client)
        guard let username = field("username") else {
            throw .described(401, "invalid_request", "Missing parameter: username")
        }
        let invalid = Refusal.described(400, "invalid_grant", "Invalid user credentials")
        guard let found = person(username), found.serviceAccountOf == nil, let password = field("password"),
            found.hasPassword(password)
        else { throw invalid }
        guard found.isEnabled else { throw .described(400, "invalid_grant", "Account disabled") }
        if needsVerification(found) {
            // What is asked of the person stays when the login is over.
            var asked = found
            asked.requiredActions.insert(RequiredAction.verifyEmail)
            realm.put(asked)
            return Reply(Refusal.described(400, "invalid_grant", "Account is not fully set up"))
        }
        guard isSetUp(found) else { throw .described(400, "invalid_grant", "Account is not fully set up") }
        var session = Session(
            id: Base64.encode(Random.bytes(18), .url), user: found.id, started: now, lastAccess: now,
            clients: [client.id])
        session.isOffline = scope.split(separator: " ").contains("offline_access")
        if realm.sessions.count > 4096 {
            realm.sessions = realm.sessions.filter { realm.isActive($0.value, at: now) }
        }
        realm.sessions[session.id] = session
        return answer(user: found, client: client, session: session, scope: scope)
    }

    /// By username, and by e-mail where the realm allows that.
    private func person(_ name: String) -> User? {
        if let user = realm.user(named: name) { return user }
        guard realm.settings.isOn("loginWithEmailAllowed") else { return nil }
        return realm.users(withEmail: name).first
    }

    /// Whether nothing is left to do that only a browser can ask for.
    private func isSetUp(_ user: User) -> Bool {
        guard user.requiredActions.isEmpty else { return false }
        let values = user.allAttributes
        for attribute in realm.settings.profile["attributes"]?.array ?? [] {
            guard let name = attribute["name"]?.string, let required = attribute["required"],
                attribute[path: "permissions", "edit"]?.strings.contains("user") == true
            else { continue }
            let (roles, scopes) = (required["roles"]?.strings ?? [], required["scopes"]?.strings ?? [])
            if values[name] == nil, roles.contains("user") || (roles.isEmpty && scopes.isEmpty) { return false }
        }
        return true
    }

    private func needsVerification(_ user: User) -> Bool {
        realm.settings.isOn("verifyEmail") && !user.isEmailVerified && user.email != nil
    }

    private func clientCredentials(_ client: Client) throws(Refusal) -> Reply {
        if client.isOn("publicClient") {
            throw .described(401, "unauthorized_client", "Public client not allowed to retrieve service account")
        }
        guard client.isOn("serviceAccountsEnabled"), let user = realm.serviceAccount(of: client) else {
            throw .described(401, "unauthorized_client", "Client not enabled to retrieve service account")
        }
        let scope = try scope(client)
        guard user.isEnabled else {
            throw .described(401, "invalid_request", "User '\(user.username)' disabled")
        }
        return answer(user: user, client: client, session: nil, scope: scope)
    }

    private func refresh(_ client: Client) throws(Refusal) -> Reply {
        guard let token = field("refresh_token") else {
            throw .described(400, "invalid_request", "No refresh token")
        }
        func invalid(_ text: String) -> Refusal { .described(400, "invalid_grant", text) }
        guard let claims = TokenClaims.read(token, store: store), claims["typ"]?.string == "Refresh",
            claims["realm"]?.string == realm.id, let issued = claims["iat"]?.int
        else { throw invalid("Invalid refresh token") }
        guard now < claims["exp"]?.int ?? 0 else { throw invalid("Token is not active") }
        guard claims["azp"]?.string == client.clientID else {
            throw invalid("Invalid refresh token. Token client and authorized client don't match")
        }
        guard issued >= realm.settings.seconds("notBefore") else { throw invalid("Stale token") }
        guard var session = realm.sessions[claims["sid"]?.string ?? ""], realm.isActive(session, at: now),
            let user = realm.users[session.user]
        else { throw invalid("Session not active") }
        guard user.isEnabled else { throw invalid("User disabled") }
        guard issued >= user.notBefore else { throw invalid("Stale token") }
        guard session.clients.contains(client.id) else { throw invalid("Session doesn't have required client") }
        // A scope that is asked for has to be one of the client's, and changes nothing.
        if field("scope") != nil { _ = try self.scope(client) }
        if realm.settings.isOn("revokeRefreshToken") {
            var use = session.lastUse[client.id]
            let token = claims["jti"]?.string ?? ""
            if let use, use.token != token, issued < use.issued { throw invalid("Stale token") }
            if use?.token != token { use = nil }
            var current = use ?? Session.Use(token: token, issued: issued, count: 0)
            guard current.count <= realm.settings.seconds("refreshTokenMaxReuse") else {
                session.clients.remove(client.id)
                realm.sessions[session.id] = session
                return Reply(invalid("Maximum allowed refresh token reuse exceeded"))
            }
            current.count += 1
            session.lastUse[client.id] = current
        }
        session.lastAccess = now
        realm.sessions[session.id] = session
        return answer(user: user, client: client, session: session, scope: claims["scope"]?.string ?? "")
    }

    /// Ends the session that a refresh token is of.
    func logout() throws(Refusal) -> Reply {
        let client = try authenticatedClient()
        guard let token = field("refresh_token"), let claims = TokenClaims.read(token, store: store),
            claims["typ"]?.string == "Refresh"
        else { throw .described(400, "invalid_grant", "Invalid refresh token") }
        guard claims["azp"]?.string == client.clientID else {
            throw .described(
                400, "invalid_grant", "Invalid refresh token. Token client and authorized client don't match")
        }
        realm.sessions[claims["sid"]?.string ?? ""] = nil
        return .noContent
    }

    /// The scopes asked for, with the ones that every token of the client has.
    private func scope(_ client: Client) throws(Refusal) -> String {
        let asked = (field("scope")?.split(separator: " ", omittingEmptySubsequences: false) ?? []).map(String.init)
        let standard = client.document["defaultClientScopes"]?.strings ?? []
        let known = Set(standard + (client.document["optionalClientScopes"]?.strings ?? []) + ["openid"])
        guard
            asked.allSatisfy({ scope in
                known.contains(scope) || known.contains("organization") && scope.hasPrefix("organization:")
            })
        else { throw .described(400, "invalid_scope", "Invalid scopes: \(asked.joined(separator: " "))") }
        var shown: [String] = []
        for scope in asked + ["profile", "email"].filter(standard.contains)
        where Self.shownScopes.contains(scope) && !shown.contains(scope) { shown.append(scope) }
        return shown.joined(separator: " ")
    }

    /// The scopes that a token names; others it only has.
    private static let shownScopes: Set<String> = [
        "openid", "profile", "email", "address", "phone", "offline_access", "microprofile-jwt",
    ]

    private func answer(user: User, client: Client, session: Session?, scope: String) -> Reply {
        var body: JSON = [
            "access_token": .string(
                TokenClaims.access(
                    store: store, realm: realm, user: user, client: client, session: session?.id, base: base,
                    now: now, scope: scope)),
            "expires_in": .int(realm.settings.seconds("accessTokenLifespan")), "refresh_expires_in": 0,
            "token_type": "Bearer", "not-before-policy": .int(max(realm.settings.seconds("notBefore"), user.notBefore)),
            "scope": .string(scope),
        ]
        if let session {
            let settings = realm.settings
            let rest = settings.seconds("ssoSessionMaxLifespan") - (now - session.started)
            body["refresh_expires_in"] =
                session.isOffline ? 0 : .int(min(settings.seconds("ssoSessionIdleTimeout"), rest))
            body["session_state"] = .string(session.id)
            body["refresh_token"] = .string(
                TokenClaims.refresh(
                    store: store, realm: realm, user: user, client: client, session: session, base: base, now: now,
                    scope: scope))
        }
        return Reply(status: 200, headers: [("Cache-Control", "no-store"), ("Pragma", "no-cache")], body: body)
    }
}
