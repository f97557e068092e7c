import Formats
import Foundation
import HTTP
import TestSupport

/// What the kubeconfig of a sandbox says, as a client or a proxy of a test's own needs it.
struct SandboxCluster {
    /// `https://127.0.0.1:PORT`
    let url: String
    /// In PEM.
    let authority: [UInt8]
    let token: String?
    /// In PEM.
    let certificate: [UInt8]?
    /// In PEM.
    let key: [UInt8]?

    init(_ sandbox: SandboxServer) throws {
        let text = try Data(contentsOf: URL(filePath: sandbox["kubeconfig"]))
        let document = YAML.parse([UInt8](text), file: "kubeconfig").document
        let cluster = document?["clusters"]?.sequence?.first?["cluster"]
        let user = document?["users"]?.sequence?.first?["user"]
        func bytes(_ node: Node?, _ key: String) -> [UInt8]? {
            (node?[key]?.scalar?.text).flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
        }
        guard let server = cluster?["server"]?.scalar?.text,
            let authority = bytes(cluster, "certificate-authority-data")
        else { throw FleetRepository.Failed(description: "the sandbox's kubeconfig names no server or authority") }
        url = server
        self.authority = authority
        token = user?["token"]?.scalar?.text
        certificate = bytes(user, "client-certificate-data")
        key = bytes(user, "client-key-data")
    }

    /// A client that the cluster knows.
    var configuration: HTTPConfiguration {
        get throws {
            var configuration = HTTPConfiguration(trust: .authorities(authority))
            if let certificate, let key { configuration.identity = .init(certificate: certificate, key: key) }
            configuration.credential = try token.map { Credential(origin: try Origin(of: url), bearer: $0) }
            return configuration
        }
    }

    /// A kubeconfig for another way to the same cluster.
    /// - Parameter authority: in PEM; the way is plain HTTP without one, and then no credential is sent.
    func kubeconfig(server: String, authority: [UInt8]? = nil, token: String? = nil) -> String {
        func data(_ bytes: [UInt8]?) -> String { Data(bytes ?? []).base64EncodedString() }
        let trust = authority.map { ", certificate-authority-data: \(data($0))" } ?? ""
        var user = "{}"
        if authority != nil {
            if let token = token ?? self.token {
                user = "{token: \(token)}"
            } else {
                user = "{client-certificate-data: \(data(certificate)), client-key-data: \(data(key))}"
            }
        }
        return """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters: [{name: test, cluster: {server: "\(server)"\(trust)}}]
            users: [{name: test, user: \(user)}]

            """
    }
}
