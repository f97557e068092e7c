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
        let data =
            "{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"hashLength\":[\"32\"],"
            + "\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}"
        return .ok(
            .array(
                user.credentials.map {
                    [
                        "id": .string($0.id), "type": "password", "createdDate": .int($0.created),
                        "credentialData": .string(data),
                    ]
                }))
    }

    func deleteCredential() throws(Refusal) -> Reply {
        var user = try user()
        try access.require(access.manageUsers)
        guard user.credentials.contains(where: { $0.id == parameters[1] }) else {
            throw .error(404, "Credential not found")
        }
        user.credentials.removeAll { $0.id == parameters[1] }
        realm.put(user)
        note(.action, "USER", "users/\(user.id)/credentials/\(parameters[1])", nil)
        return .noContent
    }

    /// There is no mail server: whatever is asked for in order is refused as the server does it then.
    func executeActionsEmail() throws(Refusal) -> Reply {
        let user = try user()
        let actions = try json()?.strings ?? []
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
        if text("redirect_uri") != nil, text("client_id") == nil { throw .message(400, "Client id missing") }
        if let client = text("client_id"), realm.client(named: client) == nil {
            throw .message(400, "Client doesn't exist")
        }
    }

    /// What the server says when it has no address to send from.
    static let noSender =
        "Invalid sender address 'null'. If the address contains UTF-8 characters in the local part please ensure the "
        + "SMTP server supports the SMTPUTF8 extension and enable 'Allow UTF-8' in the email realm configuration."
}
