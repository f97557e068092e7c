import Formats
import Foundation
import HTTP
import HTTPServer
import Kubernetes
import Sandbox
import Subprocess

/// An API server that is asked what it would do.
struct AskedServer: Sendable {
    struct Question {
        var method: HTTPRequest.Method = .get
        let path: String
        var query: [(name: String, value: String)] = []
        var body: JSON?
        var type = "application/json"
    }

    struct Answer {
        let status: Int
        let body: JSON

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    let name: String
    let ask: @Sendable (Question) async throws -> Answer

    /// The server of the current context in the file that `RECONCILE_TEST_KUBECONFIG` names; nil where it names none.
    static func real() throws -> AskedServer? {
        guard let path = ProcessInfo.processInfo.environment["RECONCILE_TEST_KUBECONFIG"], !path.isEmpty else {
            return nil
        }
        let file = URL(filePath: path).path
        let config = try Kubeconfig([file]) { path in (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) } }
        let connection = try config.connection()
        let client = try HTTPClient(connection.http)
        return AskedServer(name: connection.server) { question in
            let query = question.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            let response = try await client.send(
                HTTPRequest(
                    question.method, connection.server + question.path + (query.isEmpty ? "" : "?" + query),
                    headers: [("Accept", "application/json"), ("Content-Type", question.type)],
                    body: question.body?.encoded()))
            return Answer(status: response.status, body: (try? JSON.parse(response.body)) ?? .null)
        }
    }

    /// A sandbox in this process.
    static func sandbox() throws -> AskedServer {
        let administrator = ClusterUser(name: "judge", groups: [ClusterUser.administrators])
        let sandbox = try KubernetesSandbox(.init(tokens: ["judge": administrator], controllers: nil))
        return AskedServer(name: "the sandbox") { question in
            let response = await sandbox.handler(
                ServerRequest(
                    method: question.method.rawValue, path: question.path, query: question.query,
                    headers: [("Content-Type", question.type), ("Authorization", "Bearer judge")],
                    body: question.body?.encoded() ?? []))
            guard case .bytes(let bytes) = response.body else { return Answer(status: response.status, body: .null) }
            return Answer(status: response.status, body: (try? JSON.parse(bytes)) ?? .null)
        }
    }
}
