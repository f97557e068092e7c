import Foundation
import HTTP
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Programs that make credentials, and token files that change, as clusters of the clouds and pods have them.
@Suite struct CredentialPluginTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A kubeconfig whose user runs the script.
    private func kubeconfig(
        _ script: String, in place: String = "home", exec: String = "apiVersion: client.authentication.k8s.io/v1"
    ) throws -> Kubeconfig {
        let home = folder.url.appending(path: place)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let program = home.appending(path: "plugin")
        try "#!/bin/sh\n\(script)\n".write(to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let text = """
            current-context: cloud
            contexts: [{name: cloud, context: {cluster: cloud, user: ada}}]
            clusters: [{name: cloud, cluster: {server: "https://cloud.example", certificate-authority-data: Y2E=}}]
            users:
              - name: ada
                user:
                  exec:
                    \(exec)
                    command: ./plugin
                    args: [get-token, --cluster, cloud]
                    env: [{name: PROFILE, value: ops}]
                    provideClusterInfo: true
            """
        let config = home.appending(path: "config")
        try text.write(to: config, atomically: true, encoding: .utf8)
        return try Kubeconfig([config.path]) { path in try? [UInt8](Data(contentsOf: URL(filePath: path))) }
    }

    private func plugins(repository: String? = nil) -> Kubeconfig.Plugins {
        Kubeconfig.Plugins(
            environment: ["PATH": "/usr/bin:/bin"], now: Int64(Date().timeIntervalSince1970), repository: repository)
    }

    private static func answer(_ status: String) -> String {
        #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":\#(status)}"#
    }

    /// Answers 200 to the newest token alone, and keeps what was shown.
    private final class Server: Sendable {
        let shown = Mutex<[String]>([])
        let valid: Mutex<String>

        init(_ valid: String) { self.valid = Mutex(valid) }

        var transport: Transport {
            { request async throws(HTTPError) in
                let authorization = request.credential?.authorization ?? "none"
                self.shown.withLock { $0.append(authorization) }
                return HTTPResponse(status: authorization == "Bearer \(self.valid.withLock { $0 })" ? 200 : 401)
            }
        }
    }

    private func ask(_ connection: Kubeconfig.Connection, _ server: Server) async throws -> Int {
        let tokens = try #require(connection.tokens)
        let send = tokens.source.around(server.transport, for: tokens.origin)
        return try await send(HTTPRequest(.get, "https://cloud.example/version")).status
    }

    @Test func aProgramIsAskedForTokensAndAgainWhenOneIsRefused() async throws {
        let script = """
            echo "$*" "$PROFILE" "$SECRET" >>"$(dirname "$0")/asked"
            echo "$KUBERNETES_EXEC_INFO" >"$(dirname "$0")/info"
            n=$(wc -l <"$(dirname "$0")/asked")
            echo '\(Self.answer(#"{"token":"t'"$n"'"}"#))'
            """
        let connection = try kubeconfig(script).connection(plugins: plugins())
        let server = Server("t1")
        #expect(try await ask(connection, server) == 200)
        #expect(try await ask(connection, server) == 200)
        server.valid.withLock { $0 = "t2" }
        let tokens = try #require(connection.tokens)
        let send = tokens.source.around(server.transport, for: tokens.origin)
        #expect(try await send(HTTPRequest(.get, "https://cloud.example/version")).status == 200)
        #expect(server.shown.withLock { $0 } == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"])
        let asked = try String(contentsOf: folder.url.appending(path: "home/asked"), encoding: .utf8)
        #expect(asked == "get-token --cluster cloud ops \nget-token --cluster cloud ops \n")
        let info = try String(contentsOf: folder.url.appending(path: "home/info"), encoding: .utf8)
        #expect(
            info.contains(#""server":"https://cloud.example""#) && info.contains(#""interactive":false"#), "\(info)")
        #expect(info.contains(#""certificate-authority-data":"Y2E=""#), "\(info)")
    }

    @Test func aTokenThatIsAboutToExpireIsRenewedBeforehand() async throws {
        let script = """
            echo x >>"$(dirname "$0")/asked"
            n=$(wc -l <"$(dirname "$0")/asked")
            echo '\(Self.answer(#"{"token":"t'"$n"'","expirationTimestamp":"2020-01-01T00:00:00Z"}"#))'
            """
        let connection = try kubeconfig(script).connection(plugins: plugins())
        let server = Server("t2")
        #expect(try await ask(connection, server) == 200)
        #expect(server.shown.withLock { $0 } == ["Bearer t2"])
    }

    @Test func aCertificateMayComeInItsPlace() throws {
        let status = #"{"clientCertificateData":"cert","clientKeyData":"key"}"#
        let connection = try kubeconfig("echo '\(Self.answer(status))'").connection(plugins: plugins())
        #expect(connection.http.identity?.certificate == Array("cert".utf8))
        #expect(connection.tokens == nil)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var script = "exit 0"
        var exec = "apiVersion: client.authentication.k8s.io/v1"
        let words: String
    }

    @Test(arguments: [
        Bad(
            testDescription: "says what it needs", script: "echo 'run aws sso login' >&2; exit 3",
            words: "ended with 3: run aws sso login"),
        Bad(testDescription: "prints nonsense", script: "echo secret-token", words: "printed no ExecCredential"),
        Bad(
            testDescription: "gives nothing", script: "echo '\(answer("{}"))'",
            words: "gave neither a token nor a certificate"),
        Bad(testDescription: "of no version", exec: "installHint: x", words: "exec has to say the apiVersion"),
        Bad(testDescription: "is killed", script: "kill -9 $$", words: "ended with 137"),
    ])
    func whatIsWrongIsSaid(_ bad: Bad) throws {
        let config = try kubeconfig(bad.script, exec: bad.exec)
        let error = #expect(throws: Failure.self) { try config.connection(plugins: plugins()) }
        #expect(error?.message.contains(bad.words) == true, "\(String(describing: error))")
        #expect(error?.message.contains("secret-token") == false)
    }

    @Test func aProgramThatIsNotThereIsNamedWithTheHint() throws {
        let exec = "apiVersion: client.authentication.k8s.io/v1\n        installHint: install the cloud's tools"
        let config = try kubeconfig("exit 0", exec: exec)
        try FileManager.default.removeItem(at: folder.url.appending(path: "home/plugin"))
        let error = #expect(throws: Failure.self) { try config.connection(plugins: plugins()) }
        #expect(
            error?.message.hasSuffix("plugin': No such file or directory; install the cloud's tools") == true,
            "\(String(describing: error))")
    }

    @Test("N5: a kubeconfig inside the repository runs no program") func insideTheRepository() throws {
        let mark = folder.url.appending(path: "ran")
        let config = try kubeconfig("touch '\(mark.path)'", in: "fleet/hidden")
        let repository = folder.url.appending(path: "fleet").path
        let error = #expect(throws: Failure.self) { try config.connection(plugins: plugins(repository: repository)) }
        #expect(error?.kind == .rejected)
        #expect(error?.message.contains("lies in the fleet's repository") == true, "\(String(describing: error))")
        // Neither does one that a link leads to.
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(repository)/hidden/config")
        let linked = try Kubeconfig([link]) { path in try? [UInt8](Data(contentsOf: URL(filePath: path))) }
        #expect(throws: Failure.self) { try linked.connection(plugins: plugins(repository: repository)) }
        #expect(!FileManager.default.fileExists(atPath: mark.path))
    }

    @Test func aPodUsesItsOwnAccount() async throws {
        for (name, text) in [("ca.crt", "ca"), ("token", "first\n")] {
            try text.write(to: folder.url.appending(path: name), atomically: true, encoding: .utf8)
        }
        let account = ServiceAccount(folder: folder.url.path) { path in
            try? [UInt8](Data(contentsOf: URL(filePath: path)))
        }
        let variables = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let connection = try account.connection { variables[$0] }
        #expect(connection.server == "https://[fd00::1]:443")
        let server = Server("first")
        #expect(try await ask(connection, server) == 200)
        // The cluster writes a new token, and takes the old one no more.
        try "second".write(to: folder.url.appending(path: "token"), atomically: true, encoding: .utf8)
        server.valid.withLock { $0 = "second" }
        #expect(try await ask(connection, server) == 200)
        #expect(server.shown.withLock { $0 } == ["Bearer first", "Bearer first", "Bearer second"])
        let error = #expect(throws: Failure.self) { try account.connection { _ in nil } }
        #expect(error?.message.contains("this is no pod") == true)
    }
}
