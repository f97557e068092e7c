import Cryptography
import Formats
package import HTTPServer

/// Who may tell a sandbox what to do: the administrator, by HTTP Basic.
struct ControlAccess: Sendable {
    private let authorization: [UInt8]

    init(user: String, password: String) {
        authorization = Array("Basic \(Base64.encode(Array("\(user):\(password)".utf8)))".utf8)
    }

    func allows(_ request: ServerRequest) -> Bool {
        request.header("Authorization").map { ConstantTime.equal(Array($0.utf8), authorization) } ?? false
    }
}

/// The requests by which tests put admission webhooks in front of the cluster: `POST /sandbox/webhooks` adds one, `DELETE`
/// removes all, `GET` lists them.
package struct WebhookControl: Sendable {
    /// Where tests find it.
    package static let path = "/sandbox/webhooks"

    private let access: ControlAccess
    private let webhooks: Webhooks

    package init(_ webhooks: Webhooks, user: String, password: String) {
        access = ControlAccess(user: user, password: password)
        self.webhooks = webhooks
    }

    /// The handler, with these requests.
    package func around(_ handler: @escaping ServerHandler) -> ServerHandler {
        { request in request.path == Self.path ? answer(request) : await handler(request) }
    }

    private func answer(_ request: ServerRequest) -> ServerResponse {
        guard access.allows(request) else { return ServerResponse(status: 401) }
        switch request.method {
        case "POST":
            let isInstalled = (try? JSON.parse(request.body)).map(webhooks.install) ?? false
            return isInstalled
                ? ServerResponse(status: 204)
                : .text("a webhook needs a resource, and a patch or a refusal\n", status: 400)
        case "DELETE":
            webhooks.removeAll()
            return ServerResponse(status: 204)
        default: return .json(.array(webhooks.all))
        }
    }
}
