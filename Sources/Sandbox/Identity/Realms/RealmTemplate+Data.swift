import Formats

// How a realm begins, as data.

extension RealmTemplate {
    /// A new realm's representation without its name and what is its own.
    static let settings = parsed(
        #"""
        {
        "notBefore": 0, "defaultSignatureAlgorithm": "RS256", "revokeRefreshToken": false,
        "refreshTokenMaxReuse": 0, "accessTokenLifespan": 300, "accessTokenLifespanForImplicitFlow": 900,
        "ssoSessionIdleTimeout": 1800, "ssoSessionMaxLifespan": 36000, "ssoSessionIdleTimeoutRememberMe": 0,
        "ssoSessionMaxLifespanRememberMe": 0, "offlineSessionIdleTimeout": 2592000,
        "offlineSessionMaxLifespanEnabled": false, "offlineSessionMaxLifespan": 5184000,
        "clientSessionIdleTimeout": 0, "clientSessionMaxLifespan": 0, "clientOfflineSessionIdleTimeout": 0,
        "clientOfflineSessionMaxLifespan": 0, "accessCodeLifespan": 60, "accessCodeLifespanUserAction": 300,
        "accessCodeLifespanLogin": 1800, "actionTokenGeneratedByAdminLifespan": 43200,
        "actionTokenGeneratedByUserLifespan": 300, "oauth2DeviceCodeLifespan": 600,
        "oauth2DevicePollingInterval": 5, "sslRequired": "external", "registrationAllowed": false,
        "registrationEmailAsUsername": false, "rememberMe": false, "verifyEmail": false,
        "loginWithEmailAllowed": true, "duplicateEmailsAllowed": false, "resetPasswordAllowed": false,
        "editUsernameAllowed": false, "bruteForceProtected": false, "permanentLockout": false,
        "maxTemporaryLockouts": 0, "bruteForceStrategy": "MULTIPLE", "maxFailureWaitSeconds": 900,
        "minimumQuickLoginWaitSeconds": 60, "waitIncrementSeconds": 60, "quickLoginCheckMilliSeconds": 1000,
        "maxDeltaTimeSeconds": 43200, "failureFactor": 30, "maxSecondaryAuthFailures": 0,
        "requiredCredentials": ["password"], "otpPolicyType": "totp", "otpPolicyAlgorithm": "HmacSHA1",
        "otpPolicyInitialCounter": 0, "otpPolicyDigits": 6, "otpPolicyLookAheadWindow": 1, "otpPolicyPeriod": 30,
        "otpPolicyCodeReusable": false,
        "otpSupportedApplications": ["totpAppFreeOTPName", "totpAppGoogleName", "totpAppMicrosoftAuthenticatorName"],
        "webAuthnPolicyRpEntityName": "keycloak", "webAuthnPolicySignatureAlgorithms": ["ES256", "RS256"],
        "webAuthnPolicyRpId": "", "webAuthnPolicyAttestationConveyancePreference": "not specified",
        "webAuthnPolicyAuthenticatorAttachment": "not specified",
        "webAuthnPolicyRequireResidentKey": "not specified", "webAuthnPolicyResidentKey": "not specified",
        "webAuthnPolicyUserVerificationRequirement": "not specified", "webAuthnPolicyCreateTimeout": 0,
        "webAuthnPolicyAvoidSameAuthenticatorRegister": false, "webAuthnPolicyAcceptableAaguids": [],
        "webAuthnPolicyExtraOrigins": [], "webAuthnPolicyPasswordlessRpEntityName": "keycloak",
        "webAuthnPolicyPasswordlessSignatureAlgorithms": ["ES256", "RS256"], "webAuthnPolicyPasswordlessRpId": "",
        "webAuthnPolicyPasswordlessAttestationConveyancePreference": "not specified",
        "webAuthnPolicyPasswordlessAuthenticatorAttachment": "not specified",
        "webAuthnPolicyPasswordlessRequireResidentKey": "not specified",
        "webAuthnPolicyPasswordlessResidentKey": "required",
        "webAuthnPolicyPasswordlessUserVerificationRequirement": "required",
        "webAuthnPolicyPasswordlessCreateTimeout": 0,
        "webAuthnPolicyPasswordlessAvoidSameAuthenticatorRegister": false,
        "webAuthnPolicyPasswordlessAcceptableAaguids": [], "webAuthnPolicyPasswordlessExtraOrigins": [],
        "browserSecurityHeaders": {"contentSecurityPolicyReportOnly": "", "xContentTypeOptions": "nosniff",
          "referrerPolicy": "no-referrer", "xRobotsTag": "none", "xFrameOptions": "SAMEORIGIN",
          "contentSecurityPolicy": "frame-src 'self'; frame-ancestors 'self'; object-src 'none';",
          "strictTransportSecurity": "max-age=31536000; includeSubDomains"},
        "smtpServer": {}, "eventsEnabled": false, "eventsListeners": ["jboss-logging"], "enabledEventTypes": [],
        "adminEventsEnabled": false, "adminEventsDetailsEnabled": false, "internationalizationEnabled": false,
        "browserFlow": "browser", "registrationFlow": "registration", "directGrantFlow": "direct grant",
        "resetCredentialsFlow": "reset credentials", "clientAuthenticationFlow": "clients",
        "dockerAuthenticationFlow": "docker auth", "firstBrokerLoginFlow": "first broker login",
        "userManagedAccessAllowed": false, "organizationsEnabled": false, "verifiableCredentialsEnabled": false,
        "adminPermissionsEnabled": false, "scimApiEnabled": false, "clientProfiles": {"profiles": []},
        "clientPolicies": {"policies": []}
        }
        """#)

    /// A new realm's user profile: nothing but the four attributes that every person has.
    static let profile = parsed(
        #"""
        {"attributes": [
          {"name": "username", "displayName": "${username}",
           "validations": {"length": {"min": 3, "max": 255}, "username-prohibited-characters": {},
            "up-username-not-idn-homograph": {}},
           "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}, "multivalued": false},
          {"name": "email", "displayName": "${email}",
           "validations": {"email": {}, "length": {"max": 255}},
           "required": {"roles": ["user"]},
           "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}, "multivalued": false},
          {"name": "firstName", "displayName": "${firstName}",
           "validations": {"length": {"max": 255}, "person-name-prohibited-characters": {}},
           "required": {"roles": ["user"]},
           "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}, "multivalued": false},
          {"name": "lastName", "displayName": "${lastName}",
           "validations": {"length": {"max": 255}, "person-name-prohibited-characters": {}},
           "required": {"roles": ["user"]},
           "permissions": {"view": ["admin", "user"], "edit": ["admin", "user"]}, "multivalued": false}
        ],
        "groups": [
          {"name": "user-metadata", "displayHeader": "User metadata",
           "displayDescription": "Attributes, which refer to user metadata"}
        ]}
        """#)

    /// A new client's representation without its own members.
    static let client = parsed(
        #"""
        {
        "surrogateAuthRequired": false, "enabled": true, "alwaysDisplayInConsole": false,
        "clientAuthenticatorType": "client-secret", "redirectUris": [], "webOrigins": [], "notBefore": 0,
        "bearerOnly": false, "consentRequired": false, "standardFlowEnabled": true, "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false, "serviceAccountsEnabled": false, "publicClient": false,
        "frontchannelLogout": false, "protocol": "openid-connect", "attributes": {"realm_client": "false"},
        "authenticationFlowBindingOverrides": {}, "fullScopeAllowed": true, "nodeReRegistrationTimeout": -1,
        "defaultClientScopes": ["acr", "basic", "email", "profile", "roles", "web-origins"],
        "optionalClientScopes": ["address", "microprofile-jwt", "offline_access", "organization", "phone"]
        }
        """#)

    /// The texts above are JSON: a test reads them.
    private static func parsed(_ text: String) -> JSON { (try? JSON.parse(text)) ?? [:] }
}
