import Formats
import HTTPServer

// Realms, their settings, and their user profile.

/// A request about the server's realms, before one is chosen.
struct RealmsCall {
    let store: IdentityStore
    let request: ServerRequest
    let base: String
    let now: Int64
    let caller: Caller

    /// The realms that the caller may see, by id.
    func list() throws(Refusal) -> Reply {
        let isBrief = request.parameter("briefRepresentation")?.lowercased() == "true"
        var shown: [JSON] = []
        for realm in store.realms.sorted(by: { $0.id < $1.id }) {
            let call = call(realm)
            if isBrief, call.access.viewRealm {
                shown.append(call.briefRepresentation)
            } else if call.access.viewRealm {
                shown.append(call.representation)
            } else if call.access.isAdministrator {
                shown.append(["realm": .string(realm.name)])
            }
        }
        guard !shown.isEmpty else { throw .forbidden }
        return .ok(.array(shown))
    }

    func create() throws(Refusal) -> Reply {
        guard mayCreate else { throw .forbidden }
        let unreadable = Refusal.message(400, "unable to read contents from stream")
        let reader = call(caller.realm)
        let body: JSON
        do {
            guard let read = try reader.representation(.realm) else { throw unreadable }
            body = read
        } catch {
            throw unreadable
        }
        let name = body["realm"]?.string ?? ""
        try Call.check(realmName: name)
        guard store.realm(named: name) == nil else { throw .message(409, "Realm \(name) already exists") }
        if let id = body["id"]?.string, store.realms.contains(where: { $0.id == id }) {
            throw .message(409, "Duplicate resource error")
        }
        let realm = RealmTemplate.makeRealm(named: name, id: body["id"]?.string, in: store)
        var settings = realm.settings
        try call(realm).merge(body, into: &settings)
        for (name, value) in body.texts("attributes") { settings.attributes[name] = value }
        realm.put(settings)
        return .created("\(base)/admin/realms/\(PercentEncoding.encode(name))")
    }

    private var mayCreate: Bool {
        if let grants = caller.realmGrants { return caller.realm.isMaster && grants.contains("create-realm") }
        guard caller.realm.isMaster, let role = caller.realm.role(named: "create-realm", in: caller.realm.id) else {
            return false
        }
        return caller.realm.effectiveRoles(of: caller.user).contains(role.id)
    }

    private func call(_ realm: Realm) -> Call {
        Call(store: store, request: request, base: base, now: now, caller: caller, realm: realm, parameters: [])
    }
}

extension Call {
    static func check(realmName name: String) throws(Refusal) {
        guard !name.isEmpty else { throw .message(400, "Realm name cannot be empty") }
        if let character = name.first(where: { "/?#%;\\".contains($0) }) {
            throw .error(400, "Character '\(character)' not allowed.")
        }
    }

    var briefRepresentation: JSON {
        let document = realm.settings.document
        var shown: JSON = ["id": .string(realm.id), "realm": .string(realm.name)]
        for member in ["displayName", "displayNameHtml", "enabled"] { shown[member] = document[member] }
        return shown
    }

    var representation: JSON {
        var shown = realm.settings.document
        shown["id"] = .string(realm.id)
        shown["attributes"] = realm.settings.shownAttributes
        shown["defaultRole"] = realm.roles[realm.settings.defaultRole]?.shown(brief: true)
        if !realm.settings.defaultGroups.isEmpty {
            shown["defaultGroups"] = .strings(
                realm.settings.defaultGroups.compactMap { realm.groups[$0] }.map(realm.path(of:)))
        }
        return shown
    }

    /// Whole for who may see the realm; a few members for every other administrator.
    func getRealm() throws(Refusal) -> Reply {
        if access.viewRealm { return .ok(representation) }
        try access.require(access.isAdministrator)
        let settings = realm.settings
        var shown: JSON = [
            "realm": .string(realm.name), "bruteForceProtected": .bool(settings.isOn("bruteForceProtected")),
            "supportedLocales": .strings(settings.document["supportedLocales"]?.strings ?? []),
            "organizationsEnabled": .bool(settings.isOn("organizationsEnabled")),
        ]
        shown["displayName"] = settings.document["displayName"]
        if access.viewUsers {
            shown["registrationEmailAsUsername"] = .bool(settings.isOn("registrationEmailAsUsername"))
        }
        return .ok(shown)
    }

    /// A merge; attributes are replaced as a whole.
    func updateRealm() throws(Refusal) -> Reply {
        let read = try representation(.realm)
        try access.require(access.manageRealm)
        guard let body = read else { throw .unknownError }
        var settings = realm.settings
        if let name = body["realm"]?.string, name != realm.name {
            do {
                try Self.check(realmName: name)
            } catch {
                throw .message(400, error.body["error"]?.string ?? error.body["errorMessage"]?.string ?? "")
            }
            guard store.realm(named: name) == nil else { throw .message(409, "Realm with same name exists") }
            rename(to: name)
            settings.document["realm"] = .string(name)
        }
        try merge(body, into: &settings)
        if body["attributes"] != nil { settings.attributes = body.texts("attributes") }
        note(.update, "REALM", nil, body.written(in: []), settings: settings)
        realm.put(settings)
        return .noContent
    }

    /// The administration's client in `master` follows the realm's name.
    private func rename(to name: String) {
        guard let master = store.realm(named: RealmTemplate.master),
            var client = master.client(named: "\(realm.name)-realm")
        else { return }
        client.document["clientId"] = .string("\(name)-realm")
        client.document["name"] = .string("\(name) Realm")
        master.put(client)
    }

    func merge(_ body: JSON, into settings: inout RealmSettings) throws(Refusal) {
        if let problem = body["passwordPolicy"]?.string.flatMap(PasswordPolicy.problem(in:)) {
            throw .message(400, problem)
        }
        if let mail = body["smtpServer"]?.object, !mail.isEmpty, mail["from"] == nil {
            throw .message(400, Self.noSender)
        }
        try checkMembers(body)
        for member in body.object ?? JSONObject() where !Self.ignoredMembers.contains(member.key) {
            settings.document[member.key] = member.value
        }
        if let headers = body["browserSecurityHeaders"]?.object {
            // Those that are left out are as in a new realm.
            var all = RealmTemplate.settings["browserSecurityHeaders"]?.object ?? JSONObject()
            for header in headers { all[header.key] = header.value }
            settings.document["browserSecurityHeaders"] = .object(all)
        }
        if let locales = body["supportedLocales"]?.strings {
            // A set for the server, whose order shows.
            settings.document["supportedLocales"] = locales.isEmpty ? nil : .strings(JavaOrder.sorted(locales))
        }
        if settings.document["passwordPolicy"] == "" { settings.document["passwordPolicy"] = nil }
        // People name themselves by their e-mail only where one e-mail is one person.
        if settings.isOn("duplicateEmailsAllowed") {
            settings.document["loginWithEmailAllowed"] = false
            settings.document["registrationEmailAsUsername"] = false
        }
    }

    /// What a realm cannot be set to.
    private func checkMembers(_ body: JSON) throws(Refusal) {
        let failed = Refusal.message(500, "Failed to update realm")
        if let required = body["sslRequired"]?.string, !["all", "external", "none"].contains(required.lowercased()) {
            throw failed
        }
        let flows = [
            "browserFlow", "registrationFlow", "directGrantFlow", "resetCredentialsFlow", "clientAuthenticationFlow",
            "dockerAuthenticationFlow", "firstBrokerLoginFlow",
        ]
        let known = Set(flows.compactMap { RealmTemplate.settings[$0]?.string })
        guard flows.allSatisfy({ body[$0]?.string.map(known.contains) ?? true }) else { throw failed }
        guard (body["defaultGroups"]?.strings ?? []).allSatisfy({ realm.group(at: $0) != nil }) else { throw failed }
    }

    /// Members of a realm that are not its settings, or are kept elsewhere.
    private static let ignoredMembers: Set<String> = [
        "id", "realm", "attributes", "defaultRole", "defaultRoles", "defaultGroups", "users", "groups", "roles",
        "clients",
        "clientScopes", "components", "identityProviders", "authenticationFlows", "requiredActions",
        "federatedUsers", "organizations", "scopeMappings", "clientScopeMappings", "privateKey", "publicKey",
        "certificate", "keycloakVersion", "protocolMappers", "applications", "oauthClients", "authenticatorConfig",
    ]

    func deleteRealm() throws(Refusal) -> Reply {
        try access.require(access.manageRealm)
        guard !realm.isMaster else { throw .message(400, "Can't remove master realm") }
        RealmTemplate.remove(realm, from: store)
        return .noContent
    }

    // MARK: User profile

    func getProfile() throws(Refusal) -> Reply {
        try access.require(access.viewProfile)
        return .ok(realm.settings.profile)
    }

    func updateProfile() throws(Refusal) -> Reply {
        let read = try json()
        try access.require(access.manageRealm)
        if let attributes = read?["attributes"]?.array, attributes.contains(where: \.isNull) { throw .unknownError }
        var settings = realm.settings
        settings.profile =
            try read.map { body throws(Refusal) in try ProfileDocument.checked(body, request.body) }
            ?? RealmTemplate.profile
        realm.put(settings)
        return .ok(settings.profile)
    }
}
