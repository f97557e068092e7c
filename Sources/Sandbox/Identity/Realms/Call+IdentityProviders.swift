import Formats
import HTTPServer

// Other providers by which people may log in, and who they are there. Nobody is sent to them from here.

extension Call {
    /// The kinds that a provider may be of, with what each can do.
    private static let kinds: [String: [String]] = {
        let oidc = [
            "USER_AUTHENTICATION", "CLIENT_ASSERTION", "TRUST_MATERIAL", "EXCHANGE_EXTERNAL_TOKEN",
            "JWT_AUTHORIZATION_GRANT",
        ]
        var kinds = ["oidc": oidc, "keycloak-oidc": oidc, "saml": ["USER_AUTHENTICATION"]]
        for name in [
            "bitbucket", "facebook", "github", "gitlab", "google", "instagram", "linkedin-openid-connect", "microsoft",
            "openshift-v4", "paypal", "stackoverflow", "twitter",
        ] {
            kinds[name] = ["USER_AUTHENTICATION"]
        }
        return kinds
    }()

    private func provider() throws(Refusal) -> (index: Int, document: JSON) {
        try access.require(access.has(.viewIdentityProviders, .manageIdentityProviders))
        guard let index = realm.settings.identityProviders.firstIndex(where: { $0["alias"]?.string == parameters[0] })
        else { throw .notFound }
        return (index, realm.settings.identityProviders[index])
    }

    private func requireManageProviders() throws(Refusal) {
        try access.require(access.has(.manageIdentityProviders))
    }

    /// Brief leaves out the settings; where it is nothing, what a provider can do is left out alone.
    private func shown(provider document: JSON, brief: Bool? = false) -> JSON {
        var shown = document
        if document[path: "config", "clientSecret"] != nil { shown["config"]?["clientSecret"] = "**********" }
        if brief == true { shown["config"] = [:] }
        if brief == false {
            shown["types"] = .strings(Self.kinds[document["providerId"]?.string ?? ""] ?? [])
        }
        return shown
    }

    /// By alias.
    func listProviders() throws(Refusal) -> Reply {
        try access.require(access.has(.viewIdentityProviders, .manageIdentityProviders))
        let page = try Page(self)
        let search = (text("search") ?? "").lowercased()
        let pattern = LikePattern(search: search.hasSuffix("*") ? search : search + "*")
        let found = realm.settings.identityProviders
            .filter { search.isEmpty || pattern.matches(($0["alias"]?.string ?? "").lowercased()) }
            .sorted { ($0["alias"]?.string ?? "") < ($1["alias"]?.string ?? "") }
        let isBrief = flag("briefRepresentation") ?? false
        return .ok(.array(page.cut(found).map { shown(provider: $0, brief: isBrief) }))
    }

    func getProvider() throws(Refusal) -> Reply { .ok(shown(provider: try provider().document)) }

    func createProvider() throws(Refusal) -> Reply {
        let read = try representation(.identityProvider)
        try requireManageProviders()
        guard var document = read else { throw .unknownError }
        let kind = document["providerId"]?.string
        guard let kind, Self.kinds[kind] != nil else {
            throw .message(400, "Invalid identity provider id [\(kind ?? "null")]")
        }
        guard let alias = document["alias"]?.string else { throw .message(400, "path is null") }
        guard !alias.contains(" ") else { throw .error(400, "Empty Space not allowed.") }
        var settings = realm.settings
        guard !settings.identityProviders.contains(where: { $0["alias"]?.string == alias }) else {
            throw .message(409, "Identity Provider \(alias) already exists")
        }
        try Self.checkAddresses(of: document)
        document["internalId"] = .string(newID())
        document["enabled"] = document["enabled"] ?? true
        document["config"] = document["config"] ?? [:]
        settings.identityProviders.append(document)
        realm.put(settings)
        note(
            .create, "IDENTITY_PROVIDER", "identity-provider/instances/\(alias)",
            shown(provider: document, brief: nil).written(in: Shape.providerOrder))
        return .created("\(realmURL)/identity-provider/instances/\(PercentEncoding.encode(alias))")
    }

    /// A replacement, except for the alias.
    func updateProvider() throws(Refusal) -> Reply {
        let (index, old) = try provider()
        let read = try representation(.identityProvider)
        try requireManageProviders()
        guard var document = read else { throw .unknownError }
        guard document["alias"] == nil || document["alias"] == old["alias"] else {
            throw .message(400, "Identity Provider alias cannot be changed")
        }
        try Self.checkAddresses(of: document)
        document["alias"] = old["alias"]
        document["internalId"] = old["internalId"]
        document["providerId"] = old["providerId"]
        document["enabled"] = document["enabled"] ?? true
        document["config"] = document["config"] ?? [:]
        var settings = realm.settings
        settings.identityProviders[index] = document
        realm.put(settings)
        note(
            .update, "IDENTITY_PROVIDER", "identity-provider/instances/\(parameters[0])",
            shown(provider: document, brief: nil).written(in: Shape.providerOrder))
        return .noContent
    }

    /// With everybody's link to it.
    func deleteProvider() throws(Refusal) -> Reply {
        let index = try provider().index
        try requireManageProviders()
        var settings = realm.settings
        settings.identityProviders.remove(at: index)
        realm.put(settings)
        for var user in realm.users.values where user.identities.contains(where: { $0.provider == parameters[0] }) {
            user.identities.removeAll { $0.provider == parameters[0] }
            realm.put(user)
        }
        note(.delete, "IDENTITY_PROVIDER", "identity-provider/instances/\(parameters[0])", nil)
        return .noContent
    }

    /// A realm asks for encryption outside of private networks.
    private static func checkAddresses(of document: JSON) throws(Refusal) {
        let addresses = [
            ("authorizationUrl", "authorization_url"), ("tokenUrl", "token_url"), ("jwksUrl", "jwks_url"),
            ("logoutUrl", "logout_url"), ("userInfoUrl", "userinfo_url"),
        ]
        for (member, name) in addresses {
            guard let address = document[path: "config", member]?.string, address.hasPrefix("http://"),
                !["localhost", "127.", "10.", "192.168."].contains(where: address.dropFirst(7).hasPrefix)
            else { continue }
            throw .message(400, "The url [\(name)] requires secure connections")
        }
    }

    // MARK: Links

    /// Those to providers that the realm has.
    func identities(of user: User) -> [JSON] {
        let known = Set(realm.settings.identityProviders.compactMap { $0["alias"]?.string })
        return user.identities.filter { known.contains($0.provider) }.map { identity in
            var shown: JSON = ["identityProvider": .string(identity.provider)]
            shown["userId"] = identity.userID.isEmpty ? nil : .string(identity.userID)
            shown["userName"] = identity.userName.isEmpty ? nil : .string(identity.userName)
            return shown
        }
    }

    func listIdentities() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        return .ok(.array(identities(of: user)))
    }

    /// The provider that the path names need not be there.
    func addIdentity() throws(Refusal) -> Reply {
        var user = try user()
        let read = try representation(.identity)
        try access.require(access.manageUsers)
        guard !user.identities.contains(where: { $0.provider == parameters[1] }) else {
            throw .message(409, "User is already linked with provider")
        }
        guard let body = read else { throw .unknownError }
        user.identities.append(
            Identity(
                provider: parameters[1], userID: body["userId"]?.string ?? "",
                userName: body["userName"]?.string ?? ""))
        realm.put(user)
        let order = ["identityProvider", "userId", "userName"]
        note(.create, "USER", "users/\(user.id)/federated-identity/\(parameters[1])", body.written(in: order))
        return .noContent
    }

    func removeIdentity() throws(Refusal) -> Reply {
        var user = try user()
        try access.require(access.manageUsers)
        guard user.identities.contains(where: { $0.provider == parameters[1] }) else {
            throw .error(404, "Link not found")
        }
        user.identities.removeAll { $0.provider == parameters[1] }
        realm.put(user)
        note(.delete, "USER", "users/\(user.id)/federated-identity/\(parameters[1])", nil)
        return .noContent
    }
}
