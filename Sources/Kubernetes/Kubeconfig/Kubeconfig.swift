import Formats
package import HTTP
import KubernetesModel
package import Planning

/// The settings that kubectl uses, from one file or several.
///
/// Of two entries with one name the first counts, as kubectl reads `KUBECONFIG`. Paths inside a file are relative to it.
package struct Kubeconfig: Sendable {
    /// How to reach one cluster as one user.
    package struct Connection: Sendable {
        /// The URL of the API server.
        package let server: String
        /// Trust, certificate, credential and proxy; the caller adds deadlines and user agent.
        package let http: HTTPConfiguration
        package let settings: Cluster.Settings
        /// `prod`
        package let context: String
        /// Nil where the credential is in `http`, and stays the same.
        package let tokens: Tokens?

        package struct Tokens: Sendable {
            package let origin: Origin
            package let source: BearerTokens
        }
    }

    /// What credential plugins are run with.
    package struct Plugins: Sendable {
        /// All that they see of an environment.
        let environment: [String: String]
        /// Seconds since 1970.
        let now: Int64
        /// The folder of the fleet's files: a kubeconfig from there runs no program, since whoever proposes a change to the
        /// files could have written it.
        let repository: String?

        package init(environment: [String: String], now: Int64, repository: String?) {
            self.environment = environment
            self.now = now
            self.repository = repository
        }
    }

    /// An entry of a list and the file that it is from.
    struct Entry {
        let node: Node
        let file: String
    }

    private var clusters: [String: Entry] = [:]
    private var users: [String: Entry] = [:]
    private var contexts: [String: Entry] = [:]
    private var currentContext: String?
    private let files: [String]
    private let read: @Sendable (String) -> [UInt8]?

    /// - Parameters:
    ///   - paths: Absolute, the more important first. Those that do not exist are passed over, as long as one does.
    ///   - read: The content of a file, or nil where it cannot be read.
    package init(_ paths: [String], read: @escaping @Sendable (String) -> [UInt8]?) throws(Failure) {
        self.read = read
        var found: [String] = []
        var documents: [Entry] = []
        for path in paths {
            guard let bytes = read(path) else { continue }
            found.append(path)
            let parsed = YAML.parse(bytes, file: path)
            if let diagnostic = parsed.diagnostics.first {
                throw Failure(.unreachable, "cannot read the kubeconfig \(diagnostic.line)")
            }
            if let document = parsed.document { documents.append(Entry(node: document, file: path)) }
        }
        files = found
        guard !found.isEmpty else {
            throw Failure(.unreachable, "there is no kubeconfig at \(paths.joined(separator: ", ")); set KUBECONFIG")
        }
        for document in documents { add(document) }
    }

    private mutating func add(_ document: Entry) {
        func entries(_ list: String, _ part: String, into known: inout [String: Entry]) {
            for item in document.node[list]?.sequence ?? [] {
                guard let name = item["name"]?.scalar?.text, let node = item[part], known[name] == nil else { continue }
                known[name] = Entry(node: node, file: document.file)
            }
        }
        entries("clusters", "cluster", into: &clusters)
        entries("users", "user", into: &users)
        entries("contexts", "context", into: &contexts)
        if currentContext == nil, let name = document.node["current-context"]?.scalar?.text, !name.isEmpty {
            currentContext = name
        }
    }

    /// - Parameters:
    ///   - name: nil is the current context.
    ///   - http: Trust and proxy where the kubeconfig says nothing of them.
    ///   - plugins: nil runs none.
    ///   - allowsUnverified: Whether a kubeconfig may say that the server need not prove who it is.
    package func connection(
        context name: String? = nil, http: HTTPConfiguration = HTTPConfiguration(), plugins: Plugins? = nil,
        allowsUnverified: Bool = false
    ) throws(Failure) -> Connection {
        guard let name = name ?? currentContext else {
            throw problem("has no current-context; name one in the environment of reconcile.yaml")
        }
        let context = try find(name, "context", among: contexts)
        guard let clusterName = context.text("cluster"), let userName = context.text("user") else {
            throw problem("context '\(name)' names no cluster or no user")
        }
        let cluster = try find(clusterName, "cluster", among: clusters)
        let user = try find(userName, "user", among: users)
        guard let server = cluster.text("server") else { throw problem("cluster '\(clusterName)' has no server") }
        let origin: Origin
        do throws(HTTPError) { origin = try Origin(of: server) } catch {
            throw problem("the server of cluster '\(clusterName)' is no usable URL: \(error.message)")
        }
        var http = http
        let isVerified = try setTrust(&http, cluster, "cluster '\(clusterName)'", allowsUnverified)
        let proxy = cluster.text("proxy-url")
        if let proxy { http.proxy = HTTPConfiguration.Proxy(url: proxy) }
        try setIdentity(&http, user, "user '\(userName)'")
        let plugin = try plugin(of: user, "user '\(userName)'", cluster, plugins != nil)
        let tokens = try bearer(&http, user, "user '\(userName)'", origin, plugin, plugins)
        return Connection(
            server: server, http: http,
            settings: Cluster.Settings(
                cluster: "cluster '\(clusterName)' in \(cluster.file)", user: "user '\(userName)' in \(user.file)",
                proxy: proxy.map(AddressText.withoutLogin), isVerified: isVerified),
            context: name, tokens: tokens.map { .init(origin: origin, source: $0) })
    }

    private func find(_ name: String, _ kind: String, among entries: [String: Entry]) throws(Failure) -> Entry {
        if let entry = entries[name] { return entry }
        let guess = Suggestion.phrase(for: name, among: entries.keys.sorted())
        throw problem("has no \(kind) '\(name)'\(guess)")
    }

    func problem(_ text: String) -> Failure {
        Failure(.unreachable, "the kubeconfig \(files.joined(separator: ", ")): \(text)")
    }

    /// Whether the server has to prove who it is.
    private func setTrust(
        _ http: inout HTTPConfiguration, _ cluster: Entry, _ owner: String, _ allowsUnverified: Bool
    ) throws(Failure) -> Bool {
        http.serverName = cluster.text("tls-server-name")
        let authority = try content(of: "certificate-authority", cluster, owner)
        guard cluster.text("insecure-skip-tls-verify") == "true" else {
            if let authority { http.trust = .authorities(authority) }
            return true
        }
        guard authority == nil else {
            throw problem(
                "\(owner) says insecure-skip-tls-verify and has a certificate-authority: leave one of them out")
        }
        guard allowsUnverified else {
            throw problem(
                "\(owner) says insecure-skip-tls-verify: give certificate-authority instead, or allow it with "
                    + "--insecure-skip-tls-verify")
        }
        http.trust = .anybody
        return false
    }

    private func setIdentity(_ http: inout HTTPConfiguration, _ user: Entry, _ owner: String) throws(Failure) {
        for key in ["auth-provider", "username", "as", "as-groups", "as-uid", "as-user-extra"]
        where user.node[key] != nil {
            throw problem("\(owner) uses '\(key)', which is not supported; give a client certificate or a token")
        }
        let certificate = try content(of: "client-certificate", user, owner)
        let key = try content(of: "client-key", user, owner)
        switch (certificate, key) {
        case (let certificate?, let key?):
            http.identity = HTTPConfiguration.Identity(certificate: certificate, key: key)
        case (nil, nil): break
        default: throw problem("\(owner) has a client certificate without a key, or a key without a certificate")
        }
    }

    /// The bearer token, in the configuration where it stays the same. `tokenFile` counts before `token`, as in kubectl, and both
    /// before a program.
    private func bearer(
        _ http: inout HTTPConfiguration, _ user: Entry, _ owner: String, _ origin: Origin, _ plugin: CredentialPlugin?,
        _ plugins: Plugins?
    ) throws(Failure) -> BearerTokens? {
        let path = user.text("tokenFile")
        let token = user.text("token")
        guard path != nil || token != nil || plugin != nil else { return nil }
        // kubectl does the same: a token over plain HTTP is anybody's.
        guard origin.scheme == "https" else { throw problem("\(owner) has a token, but the server is not https") }
        if let path {
            let file = TokenFile(
                path: user.path(path), owner: "the kubeconfig \(files.joined(separator: ", ")): \(owner)", read: read)
            return BearerTokens(try file.current()) { () async throws(Failure) in try file.current() }
        }
        if let token {
            http.credential = Credential(origin: origin, bearer: token)
            return nil
        }
        guard let plugin, let plugins else { return nil }
        try plugins.check(user.file, owner)
        let credentials = try plugin.run(environment: plugins.environment, now: plugins.now)
        if let certificate = credentials.certificate, let key = credentials.key {
            http.identity = HTTPConfiguration.Identity(certificate: certificate, key: key)
        }
        guard let first = credentials.token else { return nil }
        return BearerTokens(first) { () async throws(Failure) in
            try await plugin.token(plugins)
        }
    }

    /// The bytes of `<key>-data`, else of the file that `<key>` names.
    func content(of key: String, _ entry: Entry, _ owner: String) throws(Failure) -> [UInt8]? {
        if let data = entry.text("\(key)-data") {
            do { return try Base64.decode(data) } catch { throw problem("\(owner): \(key)-data is no base64") }
        }
        guard let path = entry.text(key) else { return nil }
        guard let bytes = read(entry.path(path)) else { throw problem("\(owner): cannot read the \(key) \(path)") }
        return bytes
    }
}

extension Kubeconfig.Entry {
    /// A scalar that is there and not empty.
    func text(_ key: String) -> String? {
        guard let text = node[key]?.scalar?.text, !text.isEmpty else { return nil }
        return text
    }

    /// A path as the file means it.
    func path(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = file.lastIndex(of: "/") else { return path }
        return "\(file[...slash])\(path)"
    }
}
