import Formats
import Foundation
import HTTP
import Kubernetes
import KubernetesModel
import Planning
import Synchronization

/// An API server in memory, as far as the tests of the client need one; a rule in front of it answers what a test wants to go wrong.
final class FakeAPI: Sendable {
    typealias Rule = @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError>?

    fileprivate struct State {
        /// By path.
        var objects: [String: JSON] = [:]
        var requests: [HTTPRequest] = []
        var counter = 0
        var rule: Rule
    }

    private let state: Mutex<State>

    init(_ rule: @escaping Rule = { _ in nil }) { state = Mutex(State(rule: rule)) }

    func setRule(_ new: @escaping Rule) { state.withLock { $0.rule = new } }

    static let base = "https://127.0.0.1:6443"

    var cluster: Cluster {
        Cluster(
            base: Self.base, settings: .init(cluster: "cluster 'c' in config", user: "user 'u' in config"),
            send: { (request: HTTPRequest) async throws(HTTPError) -> HTTPResponse in try self.answer(request) })
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// `PATCH /api/v1/…`, in order, reading left out.
    var writes: [String] { requests.filter { $0.method != .get }.map { "\($0.method.rawValue) \(Self.path($0))" } }

    subscript(_ path: String) -> JSON? {
        get { state.withLock { $0.objects[path] } }
        set { state.withLock { $0.objects[path] = newValue } }
    }

    /// Puts an object where its kind belongs, with a uid.
    func add(_ object: JSON, managers: [String] = ["reconcile"]) {
        let gvk = GroupVersionKind(
            apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        guard let kind = BuiltinKinds.kind(gvk), let name = object[path: "metadata", "name"]?.string else { return }
        let path = kind.path(namespace: object[path: "metadata", "namespace"]?.string, name: name)
        _ = state.withLock { $0.store(object, path, managers: managers) }
    }

    private func answer(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        state.withLock { $0.requests.append(request) }
        if let result = state.withLock({ $0.rule })(request) { return try result.get() }
        return state.withLock { $0.answer(request) }
    }

    static func path(_ request: HTTPRequest) -> String {
        let path = request.url.dropFirst(base.count)
        return String(path.prefix { $0 != "?" })
    }

    /// Decoded.
    static func query(_ request: HTTPRequest) -> [String: String] {
        guard let mark = request.url.firstIndex(of: "?") else { return [:] }
        let pairs = request.url[request.url.index(after: mark)...].split(separator: "&")
        return pairs.reduce(into: [:]) { query, pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[String(parts[0])] = String(parts.count > 1 ? parts[1] : "").removingPercentEncoding
        }
    }

    static func json(_ body: JSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: body.encoded())
    }

    static func refusal(_ code: Int, _ reason: String, _ message: String) -> HTTPResponse {
        json(
            [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .int(Int64(code)),
                "reason": .string(reason), "message": .string(message),
            ], status: code)
    }
}

extension FakeAPI.State {
    fileprivate mutating func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = FakeAPI.path(request)
        let query = FakeAPI.query(request)
        let body = request.body.flatMap { try? JSON.parse($0) } ?? .null
        switch request.method {
        case .get:
            if let object = objects[path] { return FakeAPI.json(shown(object, request)) }
            return FakeAPI.isList(path) ? list(path, query, request) : missing(path)
        case .post:
            let name = body[path: "metadata", "name"]?.string ?? ""
            let target = "\(path)/\(name)"
            if objects[target] != nil { return FakeAPI.refusal(409, "AlreadyExists", "\"\(name)\" already exists") }
            return FakeAPI.json(store(body, target, managers: [query["fieldManager"] ?? "?"]), status: 201)
        case .put:
            guard let old = objects[path] else { return missing(path) }
            let version = body[path: "metadata", "resourceVersion"]
            guard version == nil || version == old[path: "metadata", "resourceVersion"] else {
                return FakeAPI.refusal(409, "Conflict", "the object has been modified")
            }
            return FakeAPI.json(store(body, path, managers: ["reconcile"]))
        case .patch:
            let isNew = objects[path] == nil
            if case .array = body { return FakeAPI.json(objects[path] ?? .null) }
            return FakeAPI.json(store(body, path, managers: ["reconcile"]), status: isNew ? 201 : 200)
        case .delete:
            guard let old = objects.removeValue(forKey: path) else { return missing(path) }
            guard body[path: "preconditions", "uid"] == old[path: "metadata", "uid"] else {
                objects[path] = old
                return FakeAPI.refusal(409, "Conflict", "the UID in the precondition does not match")
            }
            return FakeAPI.json(["kind": "Status", "status": "Success"])
        }
    }

    @discardableResult
    fileprivate mutating func store(_ object: JSON, _ path: String, managers: [String]) -> JSON {
        counter += 1
        var object = object
        var metadata = object["metadata"] ?? [:]
        metadata["uid"] = objects[path]?[path: "metadata", "uid"] ?? metadata["uid"] ?? .string("uid-\(counter)")
        metadata["resourceVersion"] = .string(String(counter))
        metadata["managedFields"] = .array(managers.map { ["manager": .string($0), "operation": "Apply"] })
        object["metadata"] = metadata
        objects[path] = object
        return object
    }

    private func missing(_ path: String) -> HTTPResponse { FakeAPI.refusal(404, "NotFound", "\"\(path)\" not found") }

    private func shown(_ object: JSON, _ request: HTTPRequest) -> JSON {
        let accept = request.headers.first { $0.name == "Accept" }?.value ?? ""
        guard accept.contains("PartialObjectMetadata") else { return object }
        return ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }

    private func list(_ path: String, _ query: [String: String], _ request: HTTPRequest) -> HTTPResponse {
        let plural = "/" + (path.split(separator: "/").last ?? "")
        let root = path.dropLast(plural.count).split(separator: "/namespaces/")[0]
        let isNamespaced = path.contains("/namespaces/")
        let labels = (query["labelSelector"] ?? "").split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
        let matches = objects.filter { key, object in
            let parent = key[..<(key.lastIndex(of: "/") ?? key.startIndex)]
            let isHere = isNamespaced ? parent == path : key.hasPrefix(root + "/") && parent.hasSuffix(plural)
            return isHere
                && labels.allSatisfy { object[path: "metadata", "labels", String($0[0])]?.string == String($0[1]) }
        }
        let sorted = matches.sorted { $0.key < $1.key }.map { shown($0.value, request) }
        let start = query["continue"].flatMap { Int($0) } ?? 0
        let limit = query["limit"].flatMap { Int($0) } ?? sorted.count
        let page = Array(sorted.dropFirst(start).prefix(limit))
        let left = sorted.count - start - page.count
        var metadata: JSON = ["resourceVersion": "1"]
        if left > 0 {
            metadata["continue"] = .string(String(start + limit))
            metadata["remainingItemCount"] = .int(Int64(left))
        }
        let kind = BuiltinKinds.all.first {
            $0.path(namespace: nil).hasSuffix(plural) && path.hasPrefix($0.basePath + "/")
        }
        return FakeAPI.json([
            "kind": .string(kind?.listKind ?? "List"), "metadata": metadata, "items": .array(page),
        ])
    }
}

extension FakeAPI {
    /// Whether a path names a collection of a built-in kind.
    fileprivate static func isList(_ path: String) -> Bool {
        BuiltinKinds.all.contains { kind in
            guard path.hasPrefix(kind.basePath + "/"), path.hasSuffix("/" + kind.plural) else { return false }
            let rest = path.dropFirst(kind.basePath.count + 1).split(separator: "/")
            return rest.count == 1 || rest.count == 3 && rest[0] == "namespaces"
        }
    }
}
