import Formats

// What people may be asked to do at their next login: the realm's list of it.

extension Call {
    private static let actions: [(alias: String, name: String, isEnabled: Bool, priority: Int64)] = [
        ("TERMS_AND_CONDITIONS", "Terms and Conditions", false, 20), ("UPDATE_PROFILE", "Update Profile", true, 40),
        ("VERIFY_EMAIL", "Verify Email", true, 50), ("CONFIGURE_TOTP", "Configure OTP", true, 54),
        ("UPDATE_PASSWORD", "Update Password", true, 57), ("delete_account", "Delete Account", false, 60),
        ("UPDATE_EMAIL", "Update Email", false, 70), ("webauthn-register", "Webauthn Register", true, 80),
        ("webauthn-register-passwordless", "Webauthn Register Passwordless", true, 90),
        ("VERIFY_PROFILE", "Verify Profile", true, 100), ("delete_credential", "Delete Credential", true, 110),
        ("idp_link", "Linking Identity Provider", true, 120),
        ("CONFIGURE_RECOVERY_AUTHN_CODES", "Recovery Authentication Codes", true, 130),
        ("update_user_locale", "Update User Locale", true, 1000),
    ]

    /// As the realm has them, by priority.
    private var requiredActions: [JSON] {
        let changed = realm.settings.requiredActions
        let all: [JSON] = Self.actions.map { action in
            changed[action.alias]
                ?? [
                    "alias": .string(action.alias), "name": .string(action.name), "providerId": .string(action.alias),
                    "enabled": .bool(action.isEnabled), "defaultAction": false, "priority": .int(action.priority),
                    "config": [:],
                ]
        }
        return all.sorted { ($0["priority"]?.int ?? 0) < ($1["priority"]?.int ?? 0) }
    }

    private func requiredAction() throws(Refusal) -> JSON {
        guard let action = requiredActions.first(where: { $0["alias"]?.string == parameters[0] }) else {
            throw .error(404, "Failed to find required action")
        }
        return action
    }

    func listRequiredActions() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        return .ok(.array(requiredActions))
    }

    func getRequiredAction() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        return .ok(try requiredAction())
    }

    /// A replacement, except for what the action is.
    func updateRequiredAction() throws(Refusal) -> Reply {
        let read = try representation(.requiredAction)
        try access.require(access.manageRealm)
        var action = try requiredAction()
        guard let body = read else { throw .unknownError }
        action["name"] = body["name"]
        action["enabled"] = body["enabled"] ?? false
        action["defaultAction"] = body["defaultAction"] ?? false
        action["priority"] = body["priority"] ?? 0
        var settings = realm.settings
        settings.requiredActions[parameters[0]] = action
        realm.put(settings)
        let order = ["alias", "name", "providerId", "enabled", "defaultAction", "priority", "config"]
        note(.update, "REQUIRED_ACTION", "authentication/required-actions/\(parameters[0])", body.written(in: order))
        return .noContent
    }

    func noRequiredActions() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        return .ok([])
    }

    /// The actions that new people are asked for without anybody's asking.
    var standardActions: Set<String> {
        Set(
            requiredActions.filter { $0["enabled"] == true && $0["defaultAction"] == true }
                .compactMap { $0["alias"]?.string })
    }

    /// The actions by which a person gets a credential.
    func credentialRegistrators() throws(Refusal) -> Reply {
        try access.require(access.viewRealm)
        let all = [
            "CONFIGURE_TOTP", "webauthn-register", "webauthn-register-passwordless", "CONFIGURE_RECOVERY_AUTHN_CODES",
        ]
        let enabled = Set(requiredActions.filter { $0["enabled"] == true }.compactMap { $0["alias"]?.string })
        return .ok(.strings(all.filter(enabled.contains)))
    }
}
