// The representations that requests carry.

extension Shape {
    static let user = Shape(
        "UserRepresentation",
        [
            .string: [
                "self", "id", "username", "email", "firstName", "lastName", "origin", "federationLink",
                "serviceAccountClientId",
            ],
            .bool: ["emailVerified", "enabled", "totp"],
            .number: ["createdTimestamp", "notBefore"],
            .lists: ["attributes"],
            .strings: ["requiredActions", "realmRoles", "groups", "disableableCredentialTypes"],
            .list: ["credentials", "federatedIdentities", "clientConsents", "socialLinks", "verifiableCredentials"],
            .object: ["clientRoles", "applicationRoles", "access", "userProfileMetadata"],
        ])

    static let credential = Shape(
        "CredentialRepresentation",
        [
            .string: [
                "id", "type", "userLabel", "secretData", "credentialData", "value", "device", "hashedSaltedValue",
                "salt", "algorithm", "federationLink",
            ],
            .bool: ["temporary"],
            .number: ["createdDate", "priority", "hashIterations", "counter", "digits", "period"],
            .object: ["config"],
        ])

    static let group = Shape(
        "GroupRepresentation",
        [
            .string: ["id", "name", "description", "path", "parentId"],
            .number: ["subGroupCount"],
            .strictLists: ["attributes"],
            .strings: ["realmRoles"],
            .list: ["subGroups"],
            .object: ["clientRoles", "access"],
        ])

    static let role = Shape(
        "RoleRepresentation",
        [
            .string: ["id", "name", "description", "containerId"],
            .bool: ["composite", "clientRole", "scopeParamRequired"],
            .strictLists: ["attributes"],
            .object: ["composites"],
        ])

    static let client = Shape(
        "ClientRepresentation",
        [
            .string: [
                "id", "clientId", "name", "description", "type", "rootUrl", "adminUrl", "baseUrl",
                "clientAuthenticatorType", "secret", "registrationAccessToken", "protocol", "clientTemplate", "origin",
            ],
            .bool: [
                "surrogateAuthRequired", "enabled", "alwaysDisplayInConsole", "bearerOnly", "consentRequired",
                "standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled",
                "authorizationServicesEnabled", "directGrantsOnly", "publicClient", "frontchannelLogout",
                "fullScopeAllowed", "useTemplateConfig", "useTemplateScope", "useTemplateMappers",
            ],
            .number: ["notBefore", "nodeReRegistrationTimeout"],
            .strings: ["redirectUris", "webOrigins", "defaultClientScopes", "optionalClientScopes", "defaultRoles"],
            .texts: ["attributes", "authenticationFlowBindingOverrides"],
            .list: ["protocolMappers"],
            .object: ["access", "registeredNodes", "claims"],
            .any: ["authorizationSettings"],
        ])

    static let organization = Shape(
        "OrganizationRepresentation",
        [
            .string: ["id", "name", "alias", "description", "redirectUrl"],
            .bool: ["enabled"],
            .strictLists: ["attributes"],
            .any: ["domains", "members", "identityProviders", "groups"],
        ])

    /// Members beside those that every realm has.
    private static let furtherRealmMembers: [Kind: [String]] = [
        .string: [
            "id", "realm", "displayName", "displayNameHtml", "passwordPolicy", "accountTheme", "loginTheme",
            "adminTheme", "emailTheme", "defaultLocale", "keycloakVersion", "privateKey", "publicKey", "certificate",
            "codeSecret", "webAuthnPolicyMediation", "webAuthnPolicyPasswordlessMediation",
        ],
        .bool: [
            "enabled", "registrationAllowed", "adminEventsDetailsEnabled", "passwordCredentialGrantAllowed",
            "updateProfileOnInitialSocialLogin", "social", "realmCacheEnabled", "userCacheEnabled",
            "webAuthnPolicyPasswordlessPasskeysEnabled",
        ],
        .number: ["eventsExpiration", "passwordPolicyExpiration"],
        .strings: ["defaultRoles", "defaultGroups", "supportedLocales", "eventsListeners", "enabledEventTypes"],
        .texts: ["attributes", "socialProviders", "smtpServer", "browserSecurityHeaders"],
        .list: [
            "users", "groups", "clients", "applications", "oauthClients", "clientScopes", "clientTemplates",
            "identityProviders", "identityProviderMappers", "protocolMappers", "authenticationFlows",
            "authenticatorConfig", "requiredActions", "userFederationProviders", "userFederationMappers",
            "federatedUsers", "scopeMappings", "defaultDefaultClientScopes", "defaultOptionalClientScopes",
            "organizations", "workflows", "roleScopeMappings",
        ],
        .object: [
            "roles", "defaultRole", "components", "clientScopeMappings", "applicationScopeMappings",
            "localizationTexts", "clientProfiles", "clientPolicies",
        ],
        .any: ["adminPermissionsClient"],
    ]

    static let realm: Shape = {
        var members = furtherRealmMembers
        for member in RealmTemplate.settings.object ?? .init() {
            switch member.value {
            case .bool: members[.bool, default: []].append(member.key)
            case .int, .double: members[.number, default: []].append(member.key)
            case .string: members[.string, default: []].append(member.key)
            case .array: members[.strings, default: []].append(member.key)
            case .object, .null: members[.any, default: []].append(member.key)
            }
        }
        return Shape("RealmRepresentation", members)
    }()
}
