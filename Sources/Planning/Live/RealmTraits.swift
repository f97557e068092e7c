/// Settings of a realm that decide which names and addresses an account can have.
package struct RealmTraits: Sendable, Hashable {
    /// `editUsernameAllowed`: an account's username may change.
    package let editsUsernames: Bool
    /// `registrationEmailAsUsername`: the e-mail is the username, and they change together.
    package let hasEmailUsernames: Bool
    /// `loginWithEmailAllowed`: nobody's e-mail may be another's username.
    package let signsInByEmail: Bool
    /// `duplicateEmailsAllowed`: an e-mail may be several people's.
    package let sharesEmails: Bool

    /// The defaults are those of a fresh realm.
    package init(
        editsUsernames: Bool = false, hasEmailUsernames: Bool = false, signsInByEmail: Bool = true,
        sharesEmails: Bool = false
    ) {
        self.editsUsernames = editsUsernames
        self.hasEmailUsernames = hasEmailUsernames
        self.signsInByEmail = signsInByEmail
        self.sharesEmails = sharesEmails
    }

    /// Whether a username that is an e-mail can follow it.
    package var movesUsernames: Bool { editsUsernames || hasEmailUsernames }
}

/// What the realm's user profile asks of one attribute when an administrator writes an account.
package struct ProfileRule: Sendable, Hashable {
    /// `firstName`, `department`
    package let name: String
    /// A write without a value is refused, whatever it was about.
    package let isRequired: Bool
    /// In UTF-16 code units, as the server counts.
    package let minLength: Int?
    package let maxLength: Int?

    package init(name: String, isRequired: Bool, minLength: Int? = nil, maxLength: Int? = nil) {
        self.name = name
        self.isRequired = isRequired
        self.minLength = minLength
        self.maxLength = maxLength
    }
}
