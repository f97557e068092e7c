import Formats
import HTTP
import HTTPServer
import Kubernetes
import Sandbox
import Synchronization

/// The sandbox's API server in this process, asked without a network.
final class SandboxAPI: Sendable {
    private static let token = "judge"
    private let sandbox: KubernetesSandbox
    private let log = Mutex<[String]>([])

    init() throws {
        let administrator = ClusterUser(name: "judge", groups: [ClusterUser.administrators])
        sandbox = try KubernetesSandbox(
            .init(
                tokens: [Self.token: administrator],
                controllers: ControllerPace(start: .milliseconds(5), patience: .milliseconds(50))))
    }

    deinit { sandbox.stop() }

    /// `GET /api/v1/…`
    var requests: [String] { log.withLock { $0 } }
    var writes: [String] { requests.filter { !$0.hasPrefix("GET ") } }
    func forget() { log.withLock { $0 = [] } }

    var cluster: Cluster {
        Cluster(
            base: "https://127.0.0.1:6443", settings: .init(cluster: "cluster 'sandbox'", user: "user 'judge'"),
            send: { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in await self.answer(request) })
    }

    /// Every object, whole, by resource.
    func objects(_ resource: String) -> [JSON] { sandbox.dump()[resource]?.array ?? [] }

    func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSON, type: String = "application/json") async
        -> Int
    {
        await answer(
            HTTPRequest(
                method, "https://127.0.0.1:6443\(path)", headers: [("Content-Type", type)], body: body.encoded())
        ).status
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let rest = request.url.dropFirst("https://127.0.0.1:6443".count)
        let path = String(rest.prefix { $0 != "?" })
        log.withLock { $0.append("\(request.method.rawValue) \(path)") }
        let query = FakeAPI.query(request).sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let response = await sandbox.handler(
            ServerRequest(
                method: request.method.rawValue, path: path, query: query,
                headers: request.headers + [("Authorization", "Bearer \(Self.token)")], body: request.body ?? []))
        guard case .bytes(let body) = response.body else { return HTTPResponse(status: 500) }
        return HTTPResponse(status: response.status, headers: response.headers, body: body)
    }
}
