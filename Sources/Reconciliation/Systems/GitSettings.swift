package import Git
import HTTP

/// What speaking to Git servers takes in a run.
package struct GitSettings: Sendable {
    package let access: GitAccess
    /// Where copies of repositories from elsewhere are kept between runs.
    package let cacheFolder: String
    /// For folders that are gone before the run is.
    package let temporaryFolder: String

    package init(access: GitAccess = GitAccess(), cacheFolder: String, temporaryFolder: String) {
        self.access = access
        self.cacheFolder = cacheFolder
        self.temporaryFolder = temporaryFolder
    }
}

extension Run {
    /// Logins, trust and folders as the user's variables say.
    func gitSettings() throws(Problem) -> GitSettings {
        var http = surroundings.http
        http.deadlines.whole = request.timeout
        var access = GitAccess(http: http)
        access.reading = try login("RECONCILE_GIT")
        access.pushing = try login("RECONCILE_GIT_PUSH")
        access.knownHosts = keyFile("RECONCILE_GIT_KNOWN_HOSTS")
        access.agent = surroundings["SSH_AUTH_SOCK"]
        return GitSettings(
            access: access, cacheFolder: "\(surroundings.cacheFolder)/repositories",
            temporaryFolder: surroundings.temporaryFolder)
    }

    private func login(_ prefix: String) throws(Problem) -> Login {
        Login(
            username: try surroundings.secret("\(prefix)_USERNAME"), token: try surroundings.secret("\(prefix)_TOKEN"),
            key: keyFile("\(prefix)_SSH_KEY"))
    }

    /// The text of `NAME`, or the file that `NAME_FILE` names, which another program reads.
    private func keyFile(_ name: String) -> KeyFile? {
        if let text = surroundings[name] { return .content(Array(text.utf8)) }
        return surroundings["\(name)_FILE"].map { .path(surroundings.absolute($0)) }
    }
}

extension Surroundings {
    /// Trust and proxy as the user's variables say.
    var http: HTTPConfiguration {
        var configuration = HTTPConfiguration()
        if let path = self["SSL_CERT_FILE"] { configuration.trust = .file(path) }
        if let proxy = self["HTTPS_PROXY"] ?? self["https_proxy"] {
            let except = self["NO_PROXY"] ?? self["no_proxy"] ?? ""
            // A star counts only alone.
            configuration.proxy = HTTPConfiguration.Proxy(
                url: proxy, except: except == "*" ? except : "\(except),\(Self.loopback)")
        }
        return configuration
    }

    /// No proxy is asked for this machine itself, as kubectl asks none.
    private static let loopback = "localhost,127.0.0.0/8,::1"

    /// `$XDG_CACHE_HOME/reconcile`, by default below `~/.cache`.
    fileprivate var cacheFolder: String {
        if let folder = self["XDG_CACHE_HOME"] { return "\(absolute(folder))/reconcile" }
        return self["HOME"].map { "\($0)/.cache/reconcile" } ?? "\(temporaryFolder)/reconcile-cache"
    }
}
