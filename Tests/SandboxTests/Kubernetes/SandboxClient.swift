import Formats
import Foundation
import HTTPServer
import Sandbox
import Synchronization

/// Talks to a sandbox in the same process, as its administrator.
struct SandboxClient: Sendable {
    private static let token = "judge"

    let sandbox: KubernetesSandbox
    /// Whose requests they are; other than the administrator by a token or by impersonation.
    var bearer = token
    var headers: [(name: String, value: String)] = []

    init(controllers: ControllerPace?, journal: Journal? = nil, historyLimit: Int = 16_384) throws {
        let administrator = ClusterUser(name: "judge", groups: [ClusterUser.administrators])
        sandbox = try KubernetesSandbox(
            .init(
                tokens: [Self.token: administrator], controllers: controllers, authority: "<certificates>",
                historyLimit: historyLimit), journal: journal)
    }

    /// Sends a request whose query stands in the path, and reads the answer's JSON.
    @discardableResult func send(
        _ method: String, _ path: String, _ body: JSON? = nil, type: String = "application/json"
    ) async throws -> (status: Int, value: JSON) {
        let response = await respond(method, path, body, type: type)
        guard case .bytes(let bytes) = response.body else { return (response.status, .null) }
        return (response.status, try JSON.parse(bytes))
    }

    func respond(
        _ method: String, _ path: String, _ body: JSON? = nil, type: String = "application/json"
    ) async -> ServerResponse {
        await respond(method, path, bytes: body?.encoded() ?? [], type: type)
    }

    /// Sends a body as it stands.
    func respond(_ method: String, _ path: String, text: String) async -> ServerResponse {
        await respond(method, path, bytes: Array(text.utf8), type: "application/json")
    }

    private func respond(_ method: String, _ path: String, bytes: [UInt8], type: String) async -> ServerResponse {
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
            return (name: sides[0], value: sides.count > 1 ? sides[1] : "")
        }
        return await sandbox.handler(
            ServerRequest(
                method: method, path: parts[0], query: query,
                headers: [("Content-Type", type), ("Authorization", "Bearer \(bearer)")] + headers,
                body: bytes))
    }

    /// The same sandbox for somebody else, by impersonation.
    func acting(as user: String, groups: [String] = []) -> SandboxClient {
        var client = self
        client.headers = [("Impersonate-User", user)] + groups.map { ("Impersonate-Group", $0) }
        return client
    }

    func makeNamespace(_ name: String) async throws {
        try await send(
            "POST", "/api/v1/namespaces",
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
    }

    /// Reads until the answer is as wanted, for some seconds at most.
    func wait(
        for path: String, until isWanted: @Sendable (Int, JSON) -> Bool
    ) async throws -> (status: Int, value: JSON) {
        for _ in 0..<600 {
            let answer = try await send("GET", path)
            if isWanted(answer.status, answer.value) { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await send("GET", path)
    }

    /// Notes every state of a collection's objects from now on.
    func record(_ collection: String) async -> Recording {
        let recording = Recording()
        guard case .stream(let stream) = await respond("GET", "\(collection)?watch=1").body else { return recording }
        recording.follow(stream)
        return recording
    }
}

/// The states of objects, as a watch told them, in order.
final class Recording: Sendable {
    private let seen = Mutex<[JSON]>([])

    var states: [JSON] { seen.withLock { $0 } }

    func follow(_ stream: AsyncStream<[UInt8]>) {
        Task { [weak self] in
            for await line in stream {
                guard let self, let event = try? JSON.parse(line), let object = event["object"] else { return }
                self.seen.withLock { $0.append(object) }
            }
        }
    }
}
