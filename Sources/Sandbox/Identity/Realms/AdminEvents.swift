import Cryptography
import Formats

/// What was done to a resource.
enum AdminOperation: String {
    case create = "CREATE"
    case update = "UPDATE"
    case delete = "DELETE"
    case action = "ACTION"
}

extension Call {
    /// Writes an entry of the audit trail, where the realm keeps one.
    ///
    /// `settings` are those after the request, where it changes them; those before say whether there is a trail.
    func note(
        _ operation: AdminOperation, _ resource: String, _ path: String?, _ representation: String?,
        details: JSON? = nil, settings: RealmSettings? = nil
    ) {
        guard realm.settings.isOn("adminEventsEnabled") else { return }
        var event: JSON = [
            "id": .string(newID()), "time": .int(now), "realmId": .string(realm.id),
            "authDetails": [
                "realmId": .string(caller.realm.id), "clientId": .string(caller.client.id),
                "userId": .string(caller.user.id), "ipAddress": "127.0.0.1",
            ],
            "operationType": .string(operation.rawValue), "resourceType": .string(resource),
        ]
        event["resourcePath"] = path.map(JSON.string)
        event["details"] = details
        if (settings ?? realm.settings).isOn("adminEventsDetailsEnabled") {
            event["representation"] = representation.map(JSON.string)
        }
        realm.put(AdminEvent(id: event["id"]?.string ?? "", document: event))
    }

    /// Newest first, unless asked for otherwise.
    func listAdminEvents() throws(Refusal) -> Reply {
        try access.require(access.viewEvents)
        let page = try Page(self, defaultMax: 100)
        let operations = try asked("operationTypes", of: ["ACTION", "CREATE", "DELETE", "UPDATE"])
        let resources = try asked("resourceTypes", of: Self.resourceTypes)
        let (from, to) = (try time("dateFrom", endOfDay: false), try time("dateTo", endOfDay: true))
        let path = text("resourcePath").map { LikePattern(search: $0) }
        let authors = [
            ("realmId", "authRealm"), ("clientId", "authClient"), ("userId", "authUser"),
            ("ipAddress", "authIpAddress"),
        ].compactMap { member, name in text(name).map { (member: member, value: $0) } }
        let found = realm.events.map(\.document).filter { event in
            let time = event["time"]?.int ?? 0
            return (operations.isEmpty || operations.contains(event["operationType"]?.string ?? ""))
                && (resources.isEmpty || resources.contains(event["resourceType"]?.string ?? ""))
                && (from ?? .min) <= time && time <= (to ?? .max)
                && path?.matches(event["resourcePath"]?.string ?? "") ?? true
                && authors.allSatisfy { event[path: "authDetails", $0.member]?.string == $0.value }
        }
        return .ok(.array(page.cut(text("direction") == "asc" ? found : found.reversed())))
    }

    /// The values of a parameter that may be there several times; one that no event can have is an error.
    private func asked(_ name: String, of known: Set<String>) throws(Refusal) -> [String] {
        let values = request.query.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
        guard values.allSatisfy(known.contains) else { throw .unknownError }
        return values
    }

    private static let resourceTypes: Set<String> = [
        "AUTHORIZATION_POLICY", "AUTHORIZATION_RESOURCE", "AUTHORIZATION_RESOURCE_SERVER", "AUTHORIZATION_SCOPE",
        "AUTHENTICATOR_CONFIG", "AUTH_EXECUTION", "AUTH_EXECUTION_FLOW", "AUTH_FLOW", "CLIENT",
        "CLIENT_INITIAL_ACCESS_MODEL",
        "CLIENT_ROLE", "CLIENT_ROLE_MAPPING", "CLIENT_SCOPE", "CLIENT_SCOPE_CLIENT_MAPPING", "CLIENT_SCOPE_MAPPING",
        "CLUSTER_NODE", "COMPONENT", "CUSTOM", "GROUP", "GROUP_MEMBERSHIP", "IDENTITY_PROVIDER",
        "IDENTITY_PROVIDER_MAPPER", "ORGANIZATION", "ORGANIZATION_MEMBERSHIP", "PROTOCOL_MAPPER", "REALM",
        "REALM_ROLE", "REALM_ROLE_MAPPING", "REALM_SCOPE_MAPPING", "REQUIRED_ACTION", "USER", "USER_FEDERATION_MAPPER",
        "USER_FEDERATION_PROVIDER", "USER_LOGIN_FAILURE", "USER_PROFILE", "USER_SESSION",
    ]

    /// What a realm records, and where to.
    func eventSettings() throws(Refusal) -> Reply {
        try access.require(access.viewEvents)
        var shown: JSON = [:]
        for member in Self.eventMembers { shown[member] = realm.settings.document[member] }
        // None named means all that a realm records unless told otherwise.
        if shown["enabledEventTypes"]?.array?.isEmpty ?? true { shown["enabledEventTypes"] = .strings(Self.eventTypes) }
        return .ok(shown)
    }

    func updateEventSettings() throws(Refusal) -> Reply {
        let read = try representation(.realm)
        try access.require(access.has(.manageEvents))
        guard let body = read else { throw .unknownError }
        var settings = realm.settings
        for member in Self.eventMembers { settings.document[member] = body[member] ?? settings.document[member] }
        note(.update, "REALM", "events/config", body.written(in: Self.eventMembers), settings: settings)
        realm.put(settings)
        return .noContent
    }

    private static let eventTypes = [
        "LOGIN", "LOGIN_ERROR", "REGISTER", "REGISTER_ERROR", "LOGOUT", "LOGOUT_ERROR", "CODE_TO_TOKEN",
        "CODE_TO_TOKEN_ERROR", "CLIENT_LOGIN", "CLIENT_LOGIN_ERROR", "FEDERATED_IDENTITY_LINK",
        "FEDERATED_IDENTITY_LINK_ERROR", "REMOVE_FEDERATED_IDENTITY", "REMOVE_FEDERATED_IDENTITY_ERROR",
        "UPDATE_EMAIL", "UPDATE_EMAIL_ERROR", "UPDATE_PROFILE", "UPDATE_PROFILE_ERROR", "UPDATE_PASSWORD",
        "UPDATE_PASSWORD_ERROR", "UPDATE_TOTP", "UPDATE_TOTP_ERROR", "VERIFY_EMAIL", "VERIFY_EMAIL_ERROR",
        "VERIFY_PROFILE", "VERIFY_PROFILE_ERROR", "REMOVE_TOTP", "REMOVE_TOTP_ERROR", "GRANT_CONSENT",
        "GRANT_CONSENT_ERROR", "UPDATE_CONSENT", "UPDATE_CONSENT_ERROR", "REVOKE_GRANT", "REVOKE_GRANT_ERROR",
        "SEND_VERIFY_EMAIL", "SEND_VERIFY_EMAIL_ERROR", "SEND_RESET_PASSWORD", "SEND_RESET_PASSWORD_ERROR",
        "SEND_IDENTITY_PROVIDER_LINK", "SEND_IDENTITY_PROVIDER_LINK_ERROR", "RESET_PASSWORD", "RESET_PASSWORD_ERROR",
        "RESTART_AUTHENTICATION", "RESTART_AUTHENTICATION_ERROR", "IDENTITY_PROVIDER_LINK_ACCOUNT",
        "IDENTITY_PROVIDER_LINK_ACCOUNT_ERROR", "IDENTITY_PROVIDER_LOGIN", "IDENTITY_PROVIDER_LOGIN_ERROR",
        "IDENTITY_PROVIDER_FIRST_LOGIN", "IDENTITY_PROVIDER_FIRST_LOGIN_ERROR", "IDENTITY_PROVIDER_POST_LOGIN",
        "IDENTITY_PROVIDER_POST_LOGIN_ERROR", "IMPERSONATE", "IMPERSONATE_ERROR", "CUSTOM_REQUIRED_ACTION",
        "CUSTOM_REQUIRED_ACTION_ERROR", "EXECUTE_ACTIONS", "EXECUTE_ACTIONS_ERROR", "EXECUTE_ACTION_TOKEN",
        "EXECUTE_ACTION_TOKEN_ERROR", "CLIENT_REGISTER", "CLIENT_REGISTER_ERROR", "CLIENT_UPDATE",
        "CLIENT_UPDATE_ERROR", "CLIENT_DELETE", "CLIENT_DELETE_ERROR", "CLIENT_INITIATED_ACCOUNT_LINKING",
        "CLIENT_INITIATED_ACCOUNT_LINKING_ERROR", "TOKEN_EXCHANGE", "TOKEN_EXCHANGE_ERROR", "OAUTH2_DEVICE_AUTH",
        "OAUTH2_DEVICE_AUTH_ERROR", "OAUTH2_DEVICE_VERIFY_USER_CODE", "OAUTH2_DEVICE_VERIFY_USER_CODE_ERROR",
        "OAUTH2_DEVICE_CODE_TO_TOKEN", "OAUTH2_DEVICE_CODE_TO_TOKEN_ERROR", "AUTHREQID_TO_TOKEN",
        "AUTHREQID_TO_TOKEN_ERROR", "PERMISSION_TOKEN", "DELETE_ACCOUNT", "DELETE_ACCOUNT_ERROR",
        "USER_DISABLED_BY_PERMANENT_LOCKOUT", "USER_DISABLED_BY_TEMPORARY_LOCKOUT", "OAUTH2_EXTENSION_GRANT",
        "OAUTH2_EXTENSION_GRANT_ERROR", "FEDERATED_IDENTITY_OVERRIDE_LINK", "FEDERATED_IDENTITY_OVERRIDE_LINK_ERROR",
        "UPDATE_CREDENTIAL", "UPDATE_CREDENTIAL_ERROR", "REMOVE_CREDENTIAL", "REMOVE_CREDENTIAL_ERROR", "INVITE_ORG",
        "INVITE_ORG_ERROR", "VERIFIABLE_CREDENTIAL_REQUEST", "VERIFIABLE_CREDENTIAL_REQUEST_ERROR",
        "VERIFIABLE_CREDENTIAL_OFFER_REQUEST", "VERIFIABLE_CREDENTIAL_OFFER_REQUEST_ERROR",
        "VERIFIABLE_CREDENTIAL_CREATE_OFFER", "VERIFIABLE_CREDENTIAL_CREATE_OFFER_ERROR",
        "VERIFIABLE_CREDENTIAL_PRE_AUTHORIZED_GRANT", "VERIFIABLE_CREDENTIAL_PRE_AUTHORIZED_GRANT_ERROR",
        "JWT_AUTHORIZATION_GRANT", "JWT_AUTHORIZATION_GRANT_ERROR",
    ]

    private static let eventMembers = [
        "eventsEnabled", "eventsExpiration", "eventsListeners", "enabledEventTypes", "adminEventsEnabled",
        "adminEventsDetailsEnabled",
    ]

    func deleteAdminEvents() throws(Refusal) -> Reply {
        try access.require(access.has(.manageEvents))
        realm.removeEvents()
        return .noContent
    }

    func deleteEvents() throws(Refusal) -> Reply {
        try access.require(access.has(.manageEvents))
        return .noContent
    }

    /// Logins are not recorded here.
    func listEvents() throws(Refusal) -> Reply {
        try access.require(access.viewEvents)
        return .ok([])
    }
}

extension JSON {
    /// The object as text, its members in the given order and after them the rest.
    func written(in order: [String]) -> String {
        guard let object else { return text }
        let known = order.filter { object[$0] != nil }
        let rest = object.keys.filter { !known.contains($0) }
        let members = (known + rest).compactMap { key in object[key].map { "\(JSON.string(key).text):\($0.text)" } }
        return "{\(members.joined(separator: ","))}"
    }
}

extension Shape {
    /// The order in which the server writes a user's members.
    static let userOrder = [
        "id", "username", "firstName", "lastName", "email", "emailVerified", "attributes", "enabled", "self", "origin",
        "createdTimestamp", "totp", "federationLink", "serviceAccountClientId", "credentials",
        "disableableCredentialTypes", "requiredActions", "federatedIdentities", "realmRoles", "clientRoles",
        "notBefore",
        "groups",
    ]

    /// The order in which the server writes a group's members.
    static let groupOrder = [
        "id", "name", "description", "path", "parentId", "subGroupCount", "subGroups", "attributes", "realmRoles",
        "clientRoles",
    ]

    /// The order in which the server writes a group that it knows all of.
    static let membershipOrder = [
        "id", "name", "description", "path", "parentId", "subGroups", "attributes", "realmRoles", "clientRoles",
    ]

    /// The order in which the server writes a role's members.
    static let roleOrder = [
        "id", "name", "description", "scopeParamRequired", "composite", "composites", "clientRole", "containerId",
        "attributes",
    ]

    /// The order in which the server writes an organization's members.
    static let organizationOrder = [
        "id", "name", "alias", "enabled", "description", "redirectUrl", "attributes", "domains",
    ]

    /// The order in which the server writes an identity provider's members.
    static let providerOrder = [
        "alias", "displayName", "internalId", "providerId", "enabled", "updateProfileFirstLoginMode", "trustEmail",
        "storeToken", "addReadTokenRoleOnCreate", "authenticateByDefault", "linkOnly", "hideOnLogin",
        "firstBrokerLoginFlowAlias", "postBrokerLoginFlowAlias", "organizationId", "config",
    ]

    /// The order in which the server writes a client's members.
    static let clientOrder = [
        "id", "clientId", "name", "description", "type", "rootUrl", "adminUrl", "baseUrl", "surrogateAuthRequired",
        "enabled", "alwaysDisplayInConsole", "clientAuthenticatorType", "secret", "registrationAccessToken",
        "defaultRoles", "redirectUris", "webOrigins", "notBefore", "bearerOnly", "consentRequired",
        "standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled",
        "authorizationServicesEnabled", "directGrantsOnly", "publicClient", "frontchannelLogout", "protocol",
        "attributes", "authenticationFlowBindingOverrides", "fullScopeAllowed", "nodeReRegistrationTimeout",
        "registeredNodes", "protocolMappers", "defaultClientScopes", "optionalClientScopes",
    ]
}

extension Call {
    /// A representation as the trail keeps it: with the id, and with what a representation always has.
    func written(_ body: JSON, _ id: String?, with standard: JSON = [:], in order: [String]) -> String {
        var shown = body
        if let id { shown["id"] = .string(id) }
        for member in standard.object ?? JSONObject() where shown[member.key] == nil {
            shown[member.key] = member.value
        }
        if shown["secret"] != nil { shown["secret"] = "**********" }
        return shown.written(in: order)
    }

    /// The roles that a request names, as the trail keeps them.
    func writtenRoles() -> String? {
        guard let roles = try? json()?.array else { return nil }
        return
            "[\(roles.map { written($0, nil, with: ["composite": false], in: Shape.roleOrder) }.joined(separator: ","))]"
    }
}
