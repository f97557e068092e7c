package import HTTP
package import Planning

/// The account that a pod runs as, by the files and variables that the cluster puts into it.
package struct ServiceAccount: Sendable {
    /// Where every pod finds it.
    package static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    private let folder: String
    private let read: @Sendable (String) -> [UInt8]?

    package init(folder: String = folder, read: @escaping @Sendable (String) -> [UInt8]?) {
        self.folder = folder
        self.read = read
    }

    /// - Parameters:
    ///   - http: The proxy, where there is one.
    ///   - variable: The environment, by name.
    package func connection(
        http: HTTPConfiguration = HTTPConfiguration(), variable: (String) -> String?
    ) throws(Failure) -> Kubeconfig.Connection {
        guard let host = variable("KUBERNETES_SERVICE_HOST"), let port = variable("KUBERNETES_SERVICE_PORT") else {
            throw Failure(
                .unreachable,
                "the environment says inCluster, and this is no pod: KUBERNETES_SERVICE_HOST and _PORT are not set")
        }
        guard let authority = read("\(folder)/ca.crt") else {
            throw Failure(.unreachable, "cannot read the cluster's authority \(folder)/ca.crt")
        }
        let server = "https://\(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)"
        let origin: Origin
        do throws(HTTPError) { origin = try Origin(of: server) } catch {
            throw Failure(.unreachable, "the cluster's address \(server) is no usable URL: \(error.message)")
        }
        let tokens = TokenFile(path: "\(folder)/token", owner: "the pod's service account", read: read)
        var http = http
        http.trust = .authorities(authority)
        return Kubeconfig.Connection(
            server: server, http: http,
            settings: Cluster.Settings(cluster: "the cluster of this pod", user: "the pod's service account"),
            context: "in-cluster", tokens: .init(origin: origin, source: tokens.tokens()))
    }
}

/// A token in a file, which somebody writes anew before it expires.
struct TokenFile: Sendable {
    let path: String
    let owner: String
    let read: @Sendable (String) -> [UInt8]?

    /// As often as Kubernetes' own clients look.
    private static let life = Duration.seconds(60)

    func tokens() -> BearerTokens {
        BearerTokens { () async throws(Failure) in try current() }
    }

    func current() throws(Failure) -> BearerToken {
        guard let bytes = read(path) else { throw Failure(.unreachable, "\(owner): cannot read the tokenFile \(path)") }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isWhitespace == true { text.removeLast() }
        guard !text.isEmpty else { throw Failure(.unreachable, "\(owner): the tokenFile \(path) is empty") }
        return BearerToken(text, renewal: .now + Self.life)
    }
}
