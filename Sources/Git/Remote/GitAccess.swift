package import HTTP

/// Who we are to a Git server. Never printed.
package struct Login: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Over https only; nil for one that servers take together with a token.
    package var username: String?
    /// A token or a password, over https only.
    package var token: String?
    /// A private key for ssh; nil leaves the choice to ssh and its agent.
    package var key: KeyFile?

    package init(username: String? = nil, token: String? = nil, key: KeyFile? = nil) {
        self.username = username
        self.token = token
        self.key = key
    }

    package var description: String { "a Git login" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that programs want to read from a file.
package enum KeyFile: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// An absolute path.
    case path(String)
    /// The text itself, which never reaches a disk.
    case content([UInt8])

    package var description: String { "a file" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What speaking to Git servers takes: logins, whom to trust, how long to wait.
package struct GitAccess: Sendable {
    package var reading = Login()
    /// Where it says nothing of its own, that for reading.
    package var pushing = Login()
    /// The keys of ssh servers; nil for those that ssh knows.
    package var knownHosts: KeyFile?
    /// The socket of the ssh agent.
    package var agent: String?
    /// Trust, proxy and deadlines over https.
    package var http: HTTPConfiguration
    /// For one whole exchange.
    package var timeout: Duration

    package init(http: HTTPConfiguration = HTTPConfiguration(), timeout: Duration = .seconds(120)) {
        self.http = http
        self.timeout = timeout
    }

    /// What to log in with at the location.
    func login(at location: Location, toPush: Bool) -> Login {
        var login = reading
        if toPush {
            if pushing.token != nil { login = Login(username: pushing.username, token: pushing.token, key: login.key) }
            login.key = pushing.key ?? login.key
        }
        if login.token == nil, let found = location.login {
            (login.username, login.token) = (found.username, found.token)
        }
        return login
    }
}

/// A repository elsewhere, and how to get at it.
package struct Remote: Sendable {
    package let location: Location
    package let access: GitAccess

    package init(_ location: Location, _ access: GitAccess = GitAccess()) {
        self.location = location
        self.access = access
    }
}
