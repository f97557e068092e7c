import Cryptography
import Formats

// Clients, their secrets and service accounts.

extension Call {
    private func shown(_ client: Client) -> JSON {
        var shown = client.document
        shown["id"] = .string(client.id)
        if access.viewClients, !client.isOn("publicClient") { shown["secret"] = client.secret.map(JSON.string) }
        let mayManage: JSON = .bool(access.manageClients && !client.isAdministration(of: realm))
        shown["access"] = ["view": true, "configure": mayManage, "manage": mayManage]
        return shown
    }

    func listClients() throws(Refusal) -> Reply {
        try access.require(access.listClients)
        let page = try Page(self)
        guard access.viewClients else { return .ok([]) }
        var clients = realm.clients.values.sorted { $0.clientID.utf8.lexicographicallyPrecedes($1.clientID.utf8) }
        let asked = UserFilter.fields(text("q") ?? "").map(\.name)
        guard asked.isEmpty else {
            // No attribute may be searched for until whoever starts the server allows it.
            throw .described(
                400, "invalid_request", "Attributes [\(asked.sorted().joined(separator: ", "))] not allowed for search")
        }
        if let name = text("clientId"), !name.isEmpty {
            let pattern = LikePattern("%\(name.lowercased())%")
            let isSearch = flag("search") ?? false
            clients = clients.filter { isSearch ? pattern.matches($0.clientID.lowercased()) : $0.clientID == name }
        }
        return .ok(.array(page.cut(clients).map(shown)))
    }

    func getClient() throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.viewClients)
        return .ok(shown(client))
    }

    func createClient() throws(Refusal) -> Reply {
        let read = try representation(.client)
        try access.require(access.manageClients)
        guard let body = read else { throw .unknownError }
        let id = body["id"]?.string ?? newID()
        let name = body["clientId"]?.string ?? id
        try ClientCheck.check(body)
        guard realm.client(named: name) == nil else { throw .message(409, "Client \(name) already exists") }
        guard realm.clients[id] == nil else { throw .described(409, "conflict", "Duplicate resource error") }
        guard ClientCheck.fits(name, body), ClientCheck.isComplete(body) else { throw .unknownError }
        var document = RealmTemplate.client
        for member in body.object ?? JSONObject() where !Self.ownMembers.contains(member.key) {
            document[member.key] = member.value
        }
        document["clientId"] = .string(name)
        document["attributes"] = .object(
            JSONObject(
                (body["attributes"]?.object ?? JSONObject()).filter { $0.value != "" }
                    + [.init(key: "realm_client", value: "false")]))
        // Whoever names scopes gets no others.
        if body["defaultClientScopes"] != nil || body["optionalClientScopes"] != nil {
            for member in ["defaultClientScopes", "optionalClientScopes"] {
                let known = (body[member]?.strings ?? []).filter(Self.clientScopes.contains)
                let taken = member == "defaultClientScopes" ? [] : document["defaultClientScopes"]?.strings ?? []
                document[member] = .strings(
                    known.enumerated().filter {
                        !known[..<$0.offset].contains($0.element) && !taken.contains($0.element)
                    }
                    .map(\.element))
            }
        }
        if body["directGrantsOnly"]?.bool == true {
            // A member of old, which says two others at once.
            document["standardFlowEnabled"] = false
            document["directAccessGrantsEnabled"] = true
        }
        document["protocolMappers"] = mappers(body["protocolMappers"])
        setOrigins(in: &document, body)
        Self.order(&document)
        var client = Client(id: id, document: document, secret: body["secret"]?.string)
        makeSecret(for: &client)
        setServiceAccount(of: &client)
        realm.put(client)
        note(.create, "CLIENT", "clients/\(id)", written(body, id, in: Shape.clientOrder))
        return .created("\(realmURL)/clients/\(id)")
    }

    /// A merge: what is left out stays, and an attribute that is blank goes.
    func updateClient() throws(Refusal) -> Reply {
        var client = try client()
        let read = try representation(.client)
        // An attribute that is null goes, which a representation cannot say any more.
        let cleared = (try json()?["attributes"]?.object ?? JSONObject()).filter(\.value.isNull).map(\.key)
        try access.require(access.manageClients && !client.isAdministration(of: realm))
        guard let body = read else { throw .unknownError }
        try ClientCheck.check(body)
        guard ClientCheck.fits(body["clientId"]?.string ?? "", body) else { throw .unknownError }
        if let name = body["clientId"]?.string, let other = realm.client(named: name), other.id != client.id {
            throw .described(409, "conflict", "Duplicate resource error")
        }
        let wasPublic = client.isOn("publicClient")
        let untouched = Self.ownMembers.union([
            "attributes", "defaultClientScopes", "optionalClientScopes", "protocolMappers",
        ])
        for member in body.object ?? JSONObject() where !untouched.contains(member.key) {
            client.document[member.key] = member.value
        }
        var attributes = client.document["attributes"]?.object ?? JSONObject()
        for member in body["attributes"]?.object ?? JSONObject() {
            attributes[member.key] = member.value == "" ? nil : member.value
        }
        for name in cleared { attributes[name] = nil }
        client.document["attributes"] = .object(attributes)
        setOrigins(in: &client.document, body)
        Self.order(&client.document)
        if let secret = body["secret"]?.string { client.secret = secret }
        if wasPublic, !client.isOn("publicClient"), body["secret"] == nil { client.secret = nil }
        makeSecret(for: &client)
        setServiceAccount(of: &client)
        realm.put(client)
        note(.update, "CLIENT", "clients/\(client.id)", written(body, nil, in: Shape.clientOrder))
        return .noContent
    }

    func deleteClient() throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.manageClients && !client.isAdministration(of: realm))
        guard !Self.builtIn.contains(client.clientID) else {
            throw .described(400, "invalid_request", "Could not delete client")
        }
        realm.removeWithRoles(client)
        let gone: JSON = ["clientId": .string(client.clientID)]
        note(.delete, "CLIENT", "clients/\(client.id)", written(gone, client.id, in: Shape.clientOrder))
        return .noContent
    }

    /// Members that are not kept in a client's document.
    private static let ownMembers: Set<String> = [
        "id", "secret", "access", "registrationAccessToken", "origin", "directGrantsOnly", "defaultRoles",
    ]

    /// Those that a realm cannot do without.
    static let builtIn: Set<String> = [
        "account", "account-console", "admin-cli", "broker", "security-admin-console",
    ]

    /// Those that a client can have in a new realm.
    private static let clientScopes: Set<String> = [
        "acr", "address", "basic", "email", "microprofile-jwt", "offline_access", "organization", "phone", "profile",
        "roles", "service_account", "web-origins",
    ]

    /// The origins that scripts may come from follow from where logins may lead, unless they are given.
    private func setOrigins(in document: inout JSON, _ body: JSON) {
        guard body["webOrigins"] == nil, (document["webOrigins"]?.array ?? []).isEmpty else { return }
        var origins: [String] = []
        for uri in body["redirectUris"]?.strings ?? [] where uri.hasPrefix("http://") || uri.hasPrefix("https://") {
            let parts = uri.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            let origin = parts.prefix(3).joined(separator: "/")
            if !origins.contains(origin) { origins.append(origin) }
        }
        document["webOrigins"] = .strings(origins)
    }

    /// Addresses are sets for the server, whose order shows.
    private static func order(_ document: inout JSON) {
        for member in ["redirectUris", "webOrigins"] {
            let values = (document[member]?.strings ?? []).filter { !$0.isEmpty }
            var distinct: [String] = []
            for value in values where !distinct.contains(value) { distinct.append(value) }
            document[member] = .strings(JavaOrder.sorted(distinct))
        }
    }

    private func mappers(_ given: JSON?) -> JSON? {
        guard let given = given?.array, !given.isEmpty else { return nil }
        return .array(
            given.map { mapper in
                var mapper = mapper
                mapper["id"] = mapper["id"] ?? .string(newID())
                mapper["consentRequired"] = mapper["consentRequired"] ?? false
                return mapper
            })
    }

    // MARK: Secrets

    /// A confidential client has a secret: its own, or a new one.
    private func makeSecret(for client: inout Client) {
        guard !client.isOn("publicClient"), client.secret == nil else { return }
        client.secret = Random.alphanumeric(86)
        client.document["attributes"]?["client.secret.creation.time"] = .string("\(now / 1000)")
    }

    func clientSecret() throws(Refusal) -> Reply {
        let client = try client()
        try access.require(access.manageClients || access.viewClients)
        var shown: JSON = ["type": "secret"]
        shown["value"] = client.isOn("publicClient") ? nil : client.secret.map(JSON.string)
        return .ok(shown)
    }

    /// The new one holds at once.
    func replaceClientSecret() throws(Refusal) -> Reply {
        var client = try client()
        try access.require(access.manageClients && !client.isAdministration(of: realm))
        let secret = Random.alphanumeric(86)
        client.secret = secret
        client.document["attributes"]?["client.secret.creation.time"] = .string("\(now / 1000)")
        realm.put(client)
        note(
            .action, "CLIENT", "clients/\(client.id)/client-secret", "{\"type\":\"secret\",\"value\":\"**********\"}")
        return .ok(["type": "secret", "value": .string(secret)])
    }

    // MARK: Service accounts

    func serviceAccountUser() throws(Refusal) -> Reply {
        var client = try client()
        try access.require(access.viewClients)
        guard client.isOn("serviceAccountsEnabled") else {
            throw .error(400, "Service account not enabled for the client '\(client.clientID)'")
        }
        // An account that somebody took away comes back.
        setServiceAccount(of: &client)
        guard let user = realm.serviceAccount(of: client) else { throw .unknownError }
        return .ok(.object(user.representation(profile: UserProfile(of: realm))))
    }

    /// Makes, renames or removes the account as the client says, with the scope that goes with it.
    private func setServiceAccount(of client: inout Client) {
        let scope = "service_account"
        var scopes = (client.document["defaultClientScopes"]?.strings ?? []).filter { $0 != scope }
        let name = "service-account-\(client.clientID.lowercased())"
        if client.isOn("serviceAccountsEnabled") {
            if let index = scopes.firstIndex(of: "web-origins") {
                scopes.insert(scope, at: index)
            } else {
                scopes.append(scope)
            }
            if var user = realm.serviceAccount(of: client) {
                if user.username != name {
                    user.username = name
                    realm.put(user)
                }
            } else {
                var user = User(id: newID(), username: name, created: now)
                user.isEnabled = true
                user.serviceAccountOf = client.id
                user.roles = [realm.settings.defaultRole]
                realm.put(user)
            }
        } else if let user = realm.serviceAccount(of: client) {
            realm.remove(user)
        }
        client.document["defaultClientScopes"] = .strings(scopes)
    }
}
