import Formats

// Passwords, and the mails that are never sent.

extension Call {
    func resetPassword() throws(Refusal) -> Reply {
        var user = try user()
        let read = try representation(.credential)
        try access.require(access.manageUsers)
        guard let body = read, let password = body["value"]?.string else {
            throw .error(400, "No password provided")
        }
        guard !Validation.isBlank(password) else { throw .error(400, "Empty password not allowed") }
        if let violation = PasswordPolicy(realm).violation(password, of: user) { throw violation }
        user.setPassword(password, now: now)
        if body["temporary"]?.bool == true {
            user.requiredActions.insert(RequiredAction.updatePassword)
        } else {
            user.requiredActions.remove(RequiredAction.updatePassword)
        }
        realm.put(user)
        note(.action, "USER", "users/\(user.id)/reset-password", nil)
        return .noContent
    }

    func listCredentials() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        return .ok(
            .array(
                user.credentials.map { credential in
                    var shown: JSON = [
                        "id": .string(credential.id), "type": "password", "createdDate": .int(credential.created),
                    ]
                    shown["userLabel"] = credential.label.map(JSON.string)
                    shown["credentialData"] = credential.data.map(JSON.string)
                    return shown
                }))
    }

    /// A user and the place of the credential that the path names.
    private func ownedCredential() throws(Refusal) -> (user: User, index: Int) {
        let user = try user()
        try access.require(access.manageUsers)
        guard let index = user.credentials.firstIndex(where: { $0.id == parameters[1] }) else {
            throw .error(404, "Credential not found")
        }
        return (user, index)
    }

    /// The body is the label itself.
    func labelCredential() throws(Refusal) -> Reply {
        guard request.header("Content-Type")?.lowercased().hasPrefix("text/plain") ?? true else {
            throw .error(415, "The content-type header value did not match the value in @Consumes")
        }
        var (user, index) = try ownedCredential()
        let label = String(decoding: request.body, as: UTF8.self)
        guard !Validation.isBlank(label) else {
            throw .described(400, "missingCredentialLabel", "Credential label must not be empty")
        }
        user.credentials[index].label = label
        realm.put(user)
        return .noContent
    }

    /// There is never more than one, so that it is the first already.
    func moveCredential() throws(Refusal) -> Reply {
        _ = try ownedCredential()
        return .noContent
    }

    /// Nothing that a person has can be switched off.
    func disableCredentialTypes() throws(Refusal) -> Reply {
        _ = try user()
        try access.require(access.manageUsers)
        return .noContent
    }

    func deleteCredential() throws(Refusal) -> Reply {
        var (user, index) = try ownedCredential()
        var details: JSON = ["credential_id": .string(parameters[1]), "credential_type": "password"]
        details["credential_user_label"] = user.credentials[index].label.map(JSON.string)
        user.credentials.removeAll { $0.id == parameters[1] }
        realm.put(user)
        note(.action, "USER", "users/\(user.id)/credentials/\(parameters[1])", nil, details: details)
        return .noContent
    }

    /// There is no mail server: whatever is asked for in order is refused as the server does it then.
    func executeActionsEmail() throws(Refusal) -> Reply {
        let user = try user()
        let given = try json()
        guard let elements = given?.array ?? (given == nil ? [] : nil) else { throw .wrongType }
        let actions = elements.map { $0.string ?? "" }
        try access.require(access.manageUsers)
        try checkMail(to: user)
        guard actions.allSatisfy(RequiredAction.known.contains) else {
            throw .message(400, "Provided invalid required actions")
        }
        throw .message(500, "Failed to send execute actions email: \(Self.noSender)")
    }

    func sendVerifyEmail() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.manageUsers)
        try checkMail(to: user)
        throw .message(500, "Failed to send verify email")
    }

    private func checkMail(to user: User) throws(Refusal) {
        guard user.email != nil else { throw .message(400, "User email missing") }
        guard user.isEnabled else { throw .message(400, "User is disabled") }
        if !request.path.hasSuffix("reset-password-email") { _ = try number("lifespan") }
        if text("redirect_uri") != nil, text("client_id") == nil { throw .message(400, "Client id missing") }
        guard let name = text("client_id") else { return }
        guard let client = realm.client(named: name) else { throw .message(400, "Client doesn't exist") }
        if let uri = text("redirect_uri"), !client.redirects(to: uri) { throw .message(400, "Invalid redirect uri.") }
    }

    /// What the server says when it has no address to send from.
    static let noSender =
        "Invalid sender address 'null'. If the address contains UTF-8 characters in the local part please ensure the "
        + "SMTP server supports the SMTPUTF8 extension and enable 'Allow UTF-8' in the email realm configuration."
}

extension Client {
    /// Whether a login of the client may lead there.
    fileprivate func redirects(to uri: String) -> Bool {
        (document["redirectUris"]?.strings ?? []).contains { pattern in
            pattern.hasSuffix("*") ? uri.hasPrefix(pattern.dropLast()) : uri == pattern
        }
    }
}
