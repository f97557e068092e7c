import Formats
package import HTTPServer
import Synchronization

/// Answers that a test asks for in place of the servers' own.
///
/// `POST /sandbox/faults` on the identity provider's port, with the administrator's name and password by HTTP Basic, adds
/// one; `DELETE` forgets all, `GET` lists those that are left:
///
///     {"on": "identity", "method": "GET", "path": "/admin/realms/*/users", "skip": 1, "times": 2,
///      "answer": {"status": 503, "headers": {"Retry-After": "1"}, "body": "busy"}}
///
/// An answer may also be `"reset"`, `"silence"` or `{"cut": TEXT}`. With `"after": true` the request is carried out first: only
/// its answer is lost.
package final class Faults: Sendable {
    /// Where tests find it.
    package static let path = "/sandbox/faults"

    private struct Fault {
        let json: JSON
        let server: String?
        let method: String?
        let path: [Substring]
        var skip: Int64
        var times: Int64
        let isAfter: Bool

        init?(_ json: JSON) {
            guard let path = json["path"]?.string, let answer = json["answer"],
                ["reset", "silence"].contains(answer.string ?? "") || answer["status"]?.int != nil
                    || answer["cut"]?.string != nil
            else { return nil }
            self.json = json
            self.path = path.split(separator: "*", omittingEmptySubsequences: false)
            server = json["on"]?.string
            method = json["method"]?.string
            skip = json["skip"]?.int ?? 0
            times = json["times"]?.int ?? 1
            isAfter = json["after"]?.bool ?? false
        }

        func matches(_ request: ServerRequest, on name: String) -> Bool {
            (server ?? name) == name && (method ?? request.method) == request.method && matches(request.path)
        }

        /// `*` stands for anything.
        private func matches(_ text: String) -> Bool {
            guard let first = path.first, let last = path.last, text.hasPrefix(first) else { return false }
            guard path.count > 1 else { return text == first }
            var rest = text.dropFirst(first.count)
            for part in path.dropFirst().dropLast() where !part.isEmpty {
                guard let range = rest.firstRange(of: part) else { return false }
                rest = rest[range.upperBound...]
            }
            return rest.hasSuffix(last)
        }

        func response() async -> ServerResponse {
            let answer = json["answer"] ?? "reset"
            if let status = answer["status"]?.int {
                let headers = (answer["headers"]?.object ?? JSONObject()).map { ($0.key, $0.value.string ?? "") }
                return ServerResponse(
                    status: Int(status), headers: headers, body: .bytes(Array((answer["body"]?.string ?? "").utf8)))
            }
            if let text = answer["cut"]?.string {
                return ServerResponse(
                    status: 200, headers: [("Content-Type", "application/json")],
                    body: .cut(Array(text.utf8), of: text.utf8.count + 100))
            }
            if answer == "silence" {
                // Until the client goes, or the server stops.
                while (try? await Task.sleep(for: .seconds(60))) != nil {}
            }
            return ServerResponse(status: 0, body: .cut([], of: 0))
        }
    }

    private let access: ControlAccess
    private let faults = Mutex<[Fault]>([])

    package init(user: String, password: String) {
        access = ControlAccess(user: user, password: password)
    }

    /// The server's handler, with the faults that are meant for it.
    package func around(_ handler: @escaping ServerHandler, named name: String) -> ServerHandler {
        { [self] request in
            guard let fault = next(request, on: name) else { return await handler(request) }
            if fault.isAfter { _ = await handler(request) }
            return await fault.response()
        }
    }

    /// The handler, with the requests by which tests ask for faults.
    package func control(_ handler: @escaping ServerHandler) -> ServerHandler {
        { [self] request in request.path == Self.path ? answer(request) : await handler(request) }
    }

    private func next(_ request: ServerRequest, on name: String) -> Fault? {
        faults.withLock { faults in
            for index in faults.indices where faults[index].matches(request, on: name) {
                guard faults[index].skip == 0 else {
                    faults[index].skip -= 1
                    continue
                }
                let fault = faults[index]
                faults[index].times -= 1
                if faults[index].times == 0 { faults.remove(at: index) }
                return fault
            }
            return nil
        }
    }

    private func answer(_ request: ServerRequest) -> ServerResponse {
        guard access.allows(request) else { return ServerResponse(status: 401) }
        switch request.method {
        case "POST":
            guard let fault = (try? JSON.parse(request.body)).flatMap(Fault.init) else {
                return ServerResponse(status: 400, body: .bytes(Array("a fault needs a path and an answer\n".utf8)))
            }
            faults.withLock { $0.append(fault) }
            return ServerResponse(status: 204)
        case "DELETE":
            faults.withLock { $0 = [] }
            return ServerResponse(status: 204)
        default:
            let left = faults.withLock { $0.map(\.json) }
            return ServerResponse(
                status: 200, headers: [("Content-Type", "application/json")],
                body: .bytes(JSON.array(left).encoded()))
        }
    }
}
