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
            .long: ["createdTimestamp"],
            .number: ["notBefore"],
            .flags: ["access"],
            .lists: ["attributes"],
            .strings: ["requiredActions", "realmRoles", "groups", "disableableCredentialTypes"],
            .list: ["credentials", "federatedIdentities", "clientConsents", "socialLinks", "verifiableCredentials"],
            .object: ["clientRoles", "applicationRoles", "userProfileMetadata"],
        ])

    static let credential = Shape(
        "CredentialRepresentation",
        [
            .string: [
                "id", "type", "userLabel", "secretData", "credentialData", "value", "device", "hashedSaltedValue",
                "salt", "algorithm", "federationLink",
            ],
            .bool: ["temporary"],
            .long: ["createdDate"],
            .number: ["priority", "hashIterations", "counter", "digits", "period"],
            .object: ["config"],
        ])

    static let group = Shape(
        "GroupRepresentation",
        [
            .string: ["id", "name", "description", "path", "parentId"],
            .long: ["subGroupCount"],
            .flags: ["access"],
            .strictLists: ["attributes"],
            .strings: ["realmRoles"],
            .list: ["subGroups"],
            .object: ["clientRoles"],
        ])

    static let role = Shape(
        "RoleRepresentation",
        [
            .string: ["id", "name", "description", "containerId"],
            .bool: ["composite", "clientRole", "scopeParamRequired"],
            .strictLists: ["attributes"],
            .object: ["composites"],
        ])

    static let identity = Shape(
        "FederatedIdentityRepresentation", [.string: ["identityProvider", "userId", "userName"]])

    static let identityProvider = Shape(
        "IdentityProviderRepresentation",
        [
            .string: [
                "alias", "displayName", "internalId", "providerId", "firstBrokerLoginFlowAlias",
                "postBrokerLoginFlowAlias", "organizationId", "updateProfileFirstLoginMode",
            ],
            .bool: [
                "enabled", "trustEmail", "storeToken", "addReadTokenRoleOnCreate", "authenticateByDefault", "linkOnly",
                "hideOnLogin", "updateProfileFirstLogin",
            ],
            .texts: ["config"],
            .strings: ["types"],
        ])

    static let requiredAction = Shape(
        "RequiredActionProviderRepresentation",
        [
            .string: ["alias", "name", "providerId"], .bool: ["enabled", "defaultAction"], .number: ["priority"],
            .texts: ["config"],
        ])

    static let protocolMapper = Shape(
        "ProtocolMapperRepresentation",
        [
            .string: ["id", "name", "protocol", "protocolMapper", "consentText"], .bool: ["consentRequired"],
            .texts: ["config"],
        ])

    static let composites = Shape("Composites", [.strings: ["realm"], .object: ["client", "application"]])

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
            .flags: ["access"],
            .object: ["registeredNodes", "claims"],
            .any: ["authorizationSettings"],
        ])

    static let organizationDomain = Shape(
        "OrganizationDomainRepresentation", [.string: ["name"], .bool: ["verified"]])

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
        .number: ["passwordPolicyExpiration"],
        .long: ["eventsExpiration"],
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
