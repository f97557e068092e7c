import Cryptography
import Formats

/// Makes realms as the server does: with the roles and clients that every realm has.
enum RealmTemplate {
    static let master = "master"
    /// The client of a realm that holds the roles of its administration.
    static let managementClient = "realm-management"
    static let realmAdmin = "realm-admin"

    /// A new realm in the store, with its administration's client in the realm `master`.
    static func makeRealm(named name: String, id: String? = nil, in store: IdentityStore) -> Realm {
        let id = id ?? Random.uuid()
        let defaultRole = Random.uuid()
        var document = settings
        if name == master {
            document["displayName"] = "Keycloak"
            document["displayNameHtml"] = "<div class=\"kc-logo-text\"><span>Keycloak</span></div>"
            document["accessTokenLifespan"] = 60
        }
        document["enabled"] = .bool(name == master)
        let first = RealmSettings(
            name: name, document: document, attributes: ["realmReusableOtpCode": "false"],
            profile: name == master ? profileWithoutDuties : profile,
            defaultRole: defaultRole)
        let realm = Realm(id: id, settings: first)
        store.add(realm)
        // The journal opens a realm with its settings.
        realm.put(first)
        addRoles(to: realm, defaultRole: defaultRole)
        if name != master { addAdministration(of: realm, to: realm, client: managementClient) }
        if let masterRealm = store.realm(named: master) {
            addAdministration(of: realm, to: masterRealm, client: "\(name)-realm")
        }
        return realm
    }

    /// Administrators need neither name nor e-mail.
    private static var profileWithoutDuties: JSON {
        var relaxed = profile
        relaxed["attributes"] = .array(
            (profile["attributes"]?.array ?? []).map { attribute in
                var attribute = attribute
                attribute["required"] = nil
                return attribute
            })
        return relaxed
    }

    /// Takes a realm away, with its administration's client in the realm `master`.
    static func remove(_ realm: Realm, from store: IdentityStore) {
        store.remove(realm)
        guard let master = store.realm(named: master), let client = master.client(named: "\(realm.name)-realm") else {
            return
        }
        master.removeWithRoles(client)
    }

    private static func addRoles(to realm: Realm, defaultRole: String) {
        func role(_ name: String, id: String = Random.uuid()) -> Role {
            let text = name == "offline_access" ? "offline-access" : name
            return Role(
                id: id, name: name, description: "${role_\(text)}", container: realm.id, isClientRole: false)
        }
        var standard = Role(
            id: defaultRole, name: "default-roles-\(realm.name.lowercased())", description: "${role_default-roles}",
            container: realm.id, isClientRole: false)
        let (offline, uma) = (role("offline_access"), role("uma_authorization"))
        let account = addClients(to: realm)
        standard.composites = [offline.id, uma.id]
        for name in ["manage-account", "view-profile"] {
            if let part = realm.role(named: name, in: account.id) { standard.composites.insert(part.id) }
        }
        for role in [standard, offline, uma] { realm.put(role) }
        guard realm.isMaster else { return }
        let create = role("create-realm")
        var admin = role("admin")
        admin.composites = [create.id]
        realm.put(create)
        realm.put(admin)
    }

    /// The clients that come with a realm; answers `account`.
    private static func addClients(to realm: Realm) -> Client {
        func add(_ clientID: String, _ change: (inout JSON) -> Void) -> Client {
            var document = client
            document["clientId"] = .string(clientID)
            document["name"] = .string("${client_\(clientID)}")
            document["nodeReRegistrationTimeout"] = 0
            document["fullScopeAllowed"] = false
            change(&document)
            let made = Client(id: Random.uuid(), document: document, secret: nil)
            realm.put(made)
            return made
        }
        let account = add("account") { document in
            document["publicClient"] = true
            document["rootUrl"] = "${authBaseUrl}"
            document["baseUrl"] = .string("/realms/\(realm.name)/account/")
            document["redirectUris"] = [.string("/realms/\(realm.name)/account/*")]
            document["attributes"] = ["realm_client": "false", "post.logout.redirect.uris": "+"]
        }
        addAccountRoles(to: realm, client: account)
        _ = add("account-console") { document in
            document["publicClient"] = true
            document["rootUrl"] = "${authBaseUrl}"
            document["baseUrl"] = .string("/realms/\(realm.name)/account/")
            document["redirectUris"] = [.string("/realms/\(realm.name)/account/*")]
            document["attributes"] = [
                "realm_client": "false", "post.logout.redirect.uris": "+", "pkce.code.challenge.method": "S256",
            ]
            document["protocolMappers"] = [mapper("audience resolve", "oidc-audience-resolve-mapper", [:])]
        }
        _ = add("admin-cli") { document in
            document["publicClient"] = true
            document["standardFlowEnabled"] = false
            document["directAccessGrantsEnabled"] = true
            document["fullScopeAllowed"] = true
            document["attributes"] = ["realm_client": "false", "client.use.lightweight.access.token.enabled": "true"]
        }
        let broker = add("broker") { document in
            document["bearerOnly"] = true
            document["attributes"] = ["realm_client": "true"]
        }
        realm.put(clientRole("read-token", of: broker))
        _ = add("security-admin-console") { document in
            document["publicClient"] = true
            document["fullScopeAllowed"] = true
            document["rootUrl"] = "${authAdminUrl}"
            document["baseUrl"] = .string("/admin/\(realm.name)/console/")
            document["redirectUris"] = [.string("/admin/\(realm.name)/console/*")]
            document["webOrigins"] = ["+"]
            document["attributes"] = [
                "realm_client": "false", "client.use.lightweight.access.token.enabled": "true",
                "post.logout.redirect.uris": "+", "pkce.code.challenge.method": "S256",
            ]
            document["protocolMappers"] = [
                mapper(
                    "locale", "oidc-usermodel-attribute-mapper",
                    [
                        "introspection.token.claim": "true", "userinfo.token.claim": "true",
                        "user.attribute": "locale", "id.token.claim": "true", "access.token.claim": "true",
                        "claim.name": "locale", "jsonType.label": "String",
                    ])
            ]
        }
        return account
    }

    private static func mapper(_ name: String, _ kind: String, _ configuration: JSON) -> JSON {
        [
            "id": .string(Random.uuid()), "name": .string(name), "protocol": "openid-connect",
            "protocolMapper": .string(kind), "consentRequired": false, "config": configuration,
        ]
    }

    private static func addAccountRoles(to realm: Realm, client: Client) {
        let names = [
            "delete-account", "manage-account", "manage-account-links", "manage-consent", "view-applications",
            "view-consent", "view-groups", "view-profile",
        ]
        var roles = Dictionary(uniqueKeysWithValues: names.map { ($0, clientRole($0, of: client)) })
        for (whole, part) in [("manage-account", "manage-account-links"), ("manage-consent", "view-consent")] {
            if let part = roles[part] { roles[whole]?.composites = [part.id] }
        }
        for role in roles.values { realm.put(role) }
    }

    /// The client that holds a realm's admin roles, in that realm or in `master`, where the role `admin` gets them.
    private static func addAdministration(of realm: Realm, to host: Realm, client clientID: String) {
        var document = client
        document["clientId"] = .string(clientID)
        document["name"] = .string(host === realm && !realm.isMaster ? "${client_\(clientID)}" : "\(realm.name) Realm")
        document["nodeReRegistrationTimeout"] = 0
        document["fullScopeAllowed"] = false
        document["bearerOnly"] = true
        document["attributes"] = ["realm_client": "true"]
        if host !== realm {
            document["defaultClientScopes"] = []
            document["optionalClientScopes"] = []
            document["protocol"] = nil
        }
        let made = Client(id: Random.uuid(), document: document, secret: nil)
        host.put(made)
        var roles = Dictionary(
            uniqueKeysWithValues: AdminRole.allCases.map { ($0, clientRole($0.rawValue, of: made)) })
        for role in AdminRole.allCases {
            let parts = role.composites.compactMap { roles[$0]?.id }
            roles[role]?.composites = Set(parts)
        }
        for role in roles.values { host.put(role) }
        let all = Set(roles.values.map(\.id))
        if clientID == managementClient {
            var admin = clientRole(realmAdmin, of: made)
            admin.composites = all
            host.put(admin)
        } else if var admin = host.role(named: "admin", in: host.id) {
            admin.composites.formUnion(all)
            host.put(admin)
        }
    }

    private static func clientRole(_ name: String, of client: Client) -> Role {
        Role(
            id: Random.uuid(), name: name, description: "${role_\(name)}", container: client.id, isClientRole: true)
    }
}

extension Client {
    /// Whether it holds the admin roles of a realm.
    func isAdministration(of realm: Realm) -> Bool {
        realm.isMaster ? clientID.hasSuffix("-realm") : clientID == RealmTemplate.managementClient
    }
}

extension Realm {
    /// Takes a role from everyone and everything that has it, then away.
    func removeEverywhere(_ role: Role) {
        for var user in users.values where user.roles.remove(role.id) != nil { put(user) }
        for var group in groups.values where group.roles.remove(role.id) != nil { put(group) }
        for var whole in roles.values where whole.composites.remove(role.id) != nil { put(whole) }
        if let current = roles[role.id] { remove(current) }
    }

    func removeWithRoles(_ client: Client) {
        for role in roles.values where role.container == client.id { removeEverywhere(role) }
        if let account = serviceAccount(of: client) { remove(account) }
        remove(client)
    }
}
