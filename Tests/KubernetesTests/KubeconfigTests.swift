import HTTP
import Kubernetes
import Planning
import Testing

/// Which server, which trust and which credential a kubeconfig gives.
@Suite struct KubeconfigTests {
    private static let sound = """
        apiVersion: v1
        kind: Config
        current-context: dev
        clusters:
          - name: dev
            cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: Y2E=}
          - name: far
            cluster:
              server: https://far.example/k8s/c-1
              certificate-authority: ca/far.pem
              tls-server-name: kubernetes
              proxy-url: http://proxy.example:3128
          - name: bare
            cluster: {server: "http://127.0.0.1:8080"}
        users:
          - name: admin
            user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}
          - name: robot
            user: {tokenFile: token}
          - name: plain
            user: {token: c4nary}
        contexts:
          - name: dev
            context: {cluster: dev, user: admin}
          - name: far
            context: {cluster: far, user: robot, namespace: default}
          - name: bare
            context: {cluster: bare, user: plain}
          - name: lost
            context: {cluster: devv, user: admin}

        """

    private func config(_ files: [String: String], _ paths: [String]? = nil) throws(Failure) -> Kubeconfig {
        try Kubeconfig(paths ?? files.keys.sorted()) { files[$0].map { Array($0.utf8) } }
    }

    private func message(_ files: [String: String], context: String? = nil) -> String {
        do throws(Failure) {
            _ = try config(files, ["/k/config"]).connection(context: context)
            return "sound"
        } catch {
            return error.message
        }
    }

    @Test func theCurrentContextWithDataInside() throws {
        let connection = try config(["/k/config": Self.sound]).connection()
        #expect(connection.server == "https://127.0.0.1:6443")
        #expect(connection.context == "dev")
        #expect(connection.settings == .init(cluster: "cluster 'dev' in /k/config", user: "user 'admin' in /k/config"))
        guard case .authorities(let authority) = connection.http.trust else { throw CancellationError() }
        #expect(authority == Array("ca".utf8))
        #expect(connection.http.identity?.certificate == Array("cert".utf8))
        #expect(connection.http.identity?.key == Array("key".utf8))
        #expect(connection.http.credential == nil)
    }

    @Test func filesAreRelativeToTheKubeconfig() throws {
        let files = ["/k/config": Self.sound, "/k/ca/far.pem": "far", "/k/token": "t0ken\n"]
        let connection = try config(files, ["/k/config"]).connection(context: "far")
        guard case .authorities(let authority) = connection.http.trust else { throw CancellationError() }
        #expect(authority == Array("far".utf8))
        #expect(connection.http.serverName == "kubernetes")
        #expect(connection.http.proxy?.url == "http://proxy.example:3128")
        #expect(connection.http.credential == nil)
        #expect(connection.tokens?.origin == (try Origin(of: "https://far.example")))
    }

    @Test func aProxysLoginIsNotShown() throws {
        let text = Self.sound.replacing("http://proxy.example", with: "http://ada:c4nary@proxy.example")
        let files = ["/k/config": text, "/k/ca/far.pem": "far", "/k/token": "t0ken"]
        let connection = try config(files, ["/k/config"]).connection(context: "far")
        #expect(connection.http.proxy?.url == "http://ada:c4nary@proxy.example:3128")
        #expect(connection.settings.proxy == "http://…@proxy.example:3128")
    }

    @Test func whatTheKubeconfigDoesNotSayComesFromOutside() throws {
        let outside = HTTPConfiguration(trust: .file("/ca.pem"), proxy: .init(url: "http://other.example:3128"))
        let config = try config(["/k/config": Self.sound, "/k/ca/far.pem": "far", "/k/token": "t"], ["/k/config"])
        let near = try config.connection(http: outside)
        #expect(near.http.proxy?.url == "http://other.example:3128")
        #expect(near.settings.proxy == nil)
        let far = try config.connection(context: "far", http: outside)
        #expect(far.http.proxy?.url == "http://proxy.example:3128")
        guard case .authorities = far.http.trust else { throw CancellationError() }
    }

    @Test func ofSeveralFilesTheFirstEntryCounts() throws {
        let first = """
            clusters:
              - name: dev
                cluster: {server: "https://first.example"}
            """
        let connection = try config(["/a": first, "/b": Self.sound], ["/a", "/nowhere", "/b"]).connection()
        #expect(connection.server == "https://first.example")
        #expect(connection.http.identity != nil)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let id: String
        var replace: (String, String) = ("", "")
        var context: String?
        let message: String
        var testDescription: String { id }
    }

    @Test(arguments: [
        Bad(
            id: "unknown context", context: "deev",
            message: "the kubeconfig /k/config: has no context 'deev'; did you mean 'dev'?"),
        Bad(
            id: "unknown cluster", context: "lost",
            message: "the kubeconfig /k/config: has no cluster 'devv'; did you mean 'dev'?"),
        Bad(
            id: "no current context", replace: ("current-context: dev\n", ""),
            message: "the kubeconfig /k/config: has no current-context; name one in the environment of reconcile.yaml"),
        Bad(
            id: "file that is not there", context: "far",
            message: "the kubeconfig /k/config: cluster 'far': cannot read the certificate-authority ca/far.pem"),
        Bad(
            id: "data that is no base64", replace: ("Y2E=", "Y2E*"),
            message: "the kubeconfig /k/config: cluster 'dev': certificate-authority-data is no base64"),
        Bad(
            id: "certificate without key", replace: (", client-key-data: a2V5", ""),
            message:
                "the kubeconfig /k/config: user 'admin' has a client certificate without a key, or a key without a certificate"
        ),
        Bad(
            id: "userinfo", replace: ("https://127.0.0.1", "https://u:p@127.0.0.1"),
            message: "the kubeconfig /k/config: the server of cluster 'dev' is no usable URL: "
                + "cannot use the URL: a URL must not hold a user name or a password"),
        Bad(
            id: "unverified TLS", replace: ("certificate-authority-data: Y2E=", "insecure-skip-tls-verify: true"),
            message:
                "the kubeconfig /k/config: cluster 'dev' says insecure-skip-tls-verify: give certificate-authority "
                + "instead, or allow it with --insecure-skip-tls-verify"),
        Bad(
            id: "trust and none",
            replace: (
                "certificate-authority-data: Y2E=", "certificate-authority-data: Y2E=, insecure-skip-tls-verify: true"
            ),
            message: "the kubeconfig /k/config: cluster 'dev' says insecure-skip-tls-verify and has a "
                + "certificate-authority: leave one of them out"),
        Bad(
            id: "exec plugin",
            replace: ("client-certificate-data: Y2VydA==, client-key-data: a2V5", "exec: {command: aws}"),
            message: "the kubeconfig /k/config: user 'admin' uses 'exec', and no program is run here"),
        Bad(
            id: "token in the open", context: "bare",
            message: "the kubeconfig /k/config: user 'plain' has a token, but the server is not https"),
        Bad(
            id: "no YAML", replace: ("clusters:", "clusters: ["),
            message: "cannot read the kubeconfig /k/config:5:3: error: "),
    ])
    func saysWhatIsWrong(_ bad: Bad) {
        let text =
            bad.replace.0.isEmpty
            ? Self.sound : Self.sound.replacing(bad.replace.0, with: bad.replace.1, maxReplacements: 1)
        let said = message(["/k/config": text], context: bad.context)
        #expect(said == bad.message || bad.id == "no YAML" && said.hasPrefix(bad.message), "\(said)")
    }

    @Test func noneAtAll() {
        #expect(message([:]) == "there is no kubeconfig at /k/config; set KUBECONFIG")
    }
}
