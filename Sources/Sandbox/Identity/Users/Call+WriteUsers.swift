import Cryptography
import Formats

// POST, PUT and DELETE of users.

extension Call {
    func createUser() throws(Refusal) -> Reply {
        let given = try representation(.user)
        try access.require(access.manageUsers)
        guard let body = given else { throw .unknownError }
        let user = try newUser(from: body)
        realm.put(user)
        note(.create, "USER", "users/\(user.id)", body.withoutCredentials.written(in: Shape.userOrder))
        return .created("\(realmURL)/users/\(user.id)")
    }

    /// The user that a representation asks for, not yet in the realm.
    ///
    /// An import is not held against the profile.
    func newUser(from body: JSON, checked isChecked: Bool = true) throws(Refusal) -> User {
        let isEmailUsername = realm.settings.isOn("registrationEmailAsUsername")
        guard body["username"] != nil || isEmailUsername && body["email"] != nil else {
            throw .message(400, "User name is missing")
        }
        var user = User(id: newID(), username: "", created: body["createdTimestamp"]?.int ?? now)
        let given = Self.given(body)
        let profile = UserProfile(of: realm)
        let values = profile.prepared(given, for: nil)
        if isChecked, let refusal = ProfileError.refusal(profile.errors(in: values, given: given, for: nil)) {
            throw refusal
        }
        user.setAll(values)
        user.isEnabled = false
        user.requiredActions = standardActions
        user.roles = [realm.settings.defaultRole]
        user.groups = Set(realm.settings.defaultGroups.filter { realm.groups[$0] != nil })
        apply(body, to: &user)
        for path in body["groups"]?.strings ?? [] {
            guard !path.hasPrefix("//"), let group = realm.group(at: path) else { throw .unknownError }
            user.groups.insert(group.id)
        }
        try addCredentials(body, to: &user)
        for entry in body["federatedIdentities"]?.array ?? [] {
            guard let object = entry.object else { throw .wrongType }
            let identity = try Shape.identity.conform(object, text: request.body)
            user.identities.append(
                Identity(
                    provider: identity["identityProvider"]?.string ?? "", userID: identity["userId"]?.string ?? "",
                    userName: identity["userName"]?.string ?? ""))
        }
        return user
    }

    func updateUser() throws(Refusal) -> Reply {
        let old = try user()
        let read = try representation(.user)
        try access.require(access.manageUsers)
        guard let body = read else { throw .message(400, "Could not update user!") }
        var user = old
        // Without attributes the rest stays as it is; with them, even with none, what is left out goes.
        var given = Self.given(body)
        if body["attributes"] == nil { given.merge(old.allAttributes) { new, _ in new } }
        let profile = UserProfile(of: realm)
        let values = profile.prepared(given, for: old)
        if let refusal = ProfileError.refusal(profile.errors(in: values, given: given, for: old)) { throw refusal }
        user.setAll(values)
        if let actions = body["requiredActions"]?.strings {
            user.requiredActions.subtract(RequiredAction.known.subtracting(actions))
        }
        apply(body, to: &user)
        try addCredentials(body, to: &user)
        realm.put(user)
        note(.update, "USER", "users/\(user.id)", body.withoutCredentials.written(in: Shape.userOrder))
        return .noContent
    }

    func deleteUser() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.manageUsers)
        realm.remove(user)
        for var organization in realm.organizations.values where organization.members.remove(user.id) != nil {
            realm.put(organization)
        }
        realm.sessions = realm.sessions.filter { $0.value.user != user.id }
        note(.delete, "USER", "users/\(user.id)", "{\"id\":\"\(user.id)\",\"username\":\"\(user.username)\"}")
        return .noContent
    }

    /// Attributes as the request gives them, with the members of their own among them.
    private static func given(_ body: JSON) -> [String: [String]] {
        var given = body.lists("attributes")
        for name in ["username", "email"] { given[name] = nil }
        for name in UserProfile.ownMembers {
            if let text = body[name]?.string { given[name] = [text] }
        }
        return given
    }

    /// What is no attribute.
    private func apply(_ body: JSON, to user: inout User) {
        if let isEnabled = body["enabled"]?.bool { user.isEnabled = isEnabled }
        if let isVerified = body["emailVerified"]?.bool { user.isEmailVerified = isVerified }
        user.requiredActions.formUnion(
            (body["requiredActions"]?.strings ?? []).filter(RequiredAction.known.contains))
    }

    private func addCredentials(_ body: JSON, to user: inout User) throws(Refusal) {
        for entry in body["credentials"]?.array ?? [] {
            guard !entry.isNull else { throw .unknownError }
            guard let object = entry.object else { throw .wrongType }
            let credential = try Shape.credential.conform(object, text: request.body)
            if credential["secretData"] != nil || credential["credentialData"] != nil {
                // A hash made elsewhere, which nothing here can check.
                user.credentials = [
                    Credential(
                        id: user.credentials.first?.id ?? newID(), created: now, salt: "", hash: "",
                        data: credential["credentialData"]?.string)
                ]
                continue
            }
            // Whatever its type says, it is a password.
            guard let password = credential["value"]?.string else { throw .unknownError }
            if credential["temporary"]?.bool == true { user.requiredActions.insert(RequiredAction.updatePassword) }
            guard !password.isEmpty else {
                user.credentials = [Credential(id: newID(), created: now, salt: "", hash: "", data: nil)]
                continue
            }
            if let violation = PasswordPolicy(realm).violation(password, of: user) { throw violation }
            user.setPassword(password, now: now)
        }
    }
}

/// What a person has to do at the next login.
enum RequiredAction {
    static let updatePassword = "UPDATE_PASSWORD"
    static let verifyEmail = "VERIFY_EMAIL"

    static let known: Set<String> = [
        "CONFIGURE_RECOVERY_AUTHN_CODES", "CONFIGURE_TOTP", "TERMS_AND_CONDITIONS", "UPDATE_EMAIL", updatePassword,
        "UPDATE_PROFILE", verifyEmail, "VERIFY_PROFILE", "delete_account", "delete_credential", "idp_link",
        "update_user_locale", "webauthn-register", "webauthn-register-passwordless",
    ]
}

extension User {
    /// A new password takes the place, and the id, of the one before.
    mutating func setPassword(_ password: String, now: Int64) {
        let salt = Hex.encode(Random.bytes(16))
        let hash = Hex.encode(HMAC.sha256(Array(password.utf8), key: Array(salt.utf8)))
        var credential = Credential(
            id: credentials.first?.id ?? Random.uuid(), created: now, salt: salt, hash: hash, data: Credential.argon2)
        credential.label = credentials.first?.label
        credentials = [credential]
    }

    func hasPassword(_ password: String) -> Bool {
        credentials.contains { credential in
            ConstantTime.equal(
                HMAC.sha256(Array(password.utf8), key: Array(credential.salt.utf8)),
                Hex.decode(credential.hash) ?? [])
        }
    }
}

extension JSON {
    /// The object as the audit trail keeps it.
    fileprivate var withoutCredentials: JSON {
        var shown = self
        shown["credentials"] = nil
        return shown
    }
}
