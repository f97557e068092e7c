import Formats
import KubernetesModel
import Planning

/// A LIST of one kind, page by page.
struct KindList: Sendable {
    let kind: ResourceKind
    var namespace: String?
    var selector: String?
    /// Metadata alone: of Secrets no value leaves the server.
    let isMetadataOnly: Bool
    /// Looked at only because anything might be there: what we may not see, we have not made.
    let mayBeHidden: Bool

    private static let pageSize = 500
    /// How often a list begins anew whose pages have become too old to go on.
    private static let maxRestarts = 3

    init(
        _ kind: ResourceKind, namespace: String? = nil, selector: String? = nil, isMetadataOnly: Bool,
        mayBeHidden: Bool = false
    ) {
        self.kind = kind
        self.mayBeHidden = mayBeHidden
        self.namespace = namespace
        self.selector = selector
        self.isMetadataOnly = isMetadataOnly || kind.isSecret
    }

    /// All objects, or nothing at all: a page that fails fails the list. Nil where the server does not have the kind.
    func objects(_ cluster: Cluster) async throws(Failure) -> [LiveObject]? {
        for attempt in 0... {
            switch try await pages(cluster) {
            case .whole(let objects): return objects
            case .noSuchKind: return nil
            case .expired(let failure): if attempt == Self.maxRestarts { throw failure }
            }
        }
        return nil
    }

    private enum Outcome {
        case whole([LiveObject])
        case noSuchKind
        case expired(Failure)
    }

    private func pages(_ cluster: Cluster) async throws(Failure) -> Outcome {
        var objects: [LiveObject] = []
        var token: String?
        while true {
            let call = call(token)
            let answer = try await cluster.exchange(call)
            if answer.status == 410 { return .expired(cluster.refusal(of: call, answer)) }
            // Kinds of the core are everywhere: a server without them is none.
            if answer.status == 404, token == nil, !kind.group.isEmpty { return .noSuchKind }
            if answer.status == 403, mayBeHidden { return .noSuchKind }
            guard answer.isSuccess else { throw cluster.refusal(of: call, answer) }
            let found = answer.body["kind"]?.string ?? "nothing"
            guard found == kind.listKind || found == "PartialObjectMetadataList",
                let items = answer.body["items"]?.array ?? (answer.body["items"] == .null ? [] : nil)
            else { throw cluster.unusable(call, "it answered \(found) instead of \(kind.listKind)", .other) }
            for item in items {
                guard let object = live(item) else {
                    throw cluster.unusable(call, "its list holds an object without a name", .broken)
                }
                objects.append(object)
            }
            let next = answer.body[path: "metadata", "continue"]?.string ?? ""
            if next.isEmpty {
                let remaining = answer.body[path: "metadata", "remainingItemCount"]?.int ?? 0
                guard remaining <= 0 else {
                    throw cluster.unusable(call, "its list ends \(remaining) objects too early", .broken)
                }
                return .whole(objects)
            }
            guard next != token else { throw cluster.unusable(call, "its list does not go on", .broken) }
            token = next
        }
    }

    private func call(_ token: String?) -> Call {
        var query = [(name: "limit", value: String(Self.pageSize))]
        if let selector { query.append(("labelSelector", selector)) }
        if let token { query.append(("continue", token)) }
        return Call(
            attempt: "list \(kind.qualifiedPlural)", method: .get, path: kind.path(namespace: namespace), query: query,
            accept: isMetadataOnly ? MediaType.metadataList : MediaType.json)
    }

    private func live(_ item: JSON) -> LiveObject? { LiveObject(item, kind, isMetadataOnly: isMetadataOnly) }
}

extension ResourceKind {
    var isSecret: Bool { group.isEmpty && kind == "Secret" }
    var isNamespace: Bool { group.isEmpty && kind == "Namespace" }
}

extension LiveObject {
    /// An object of an answer, with the kind that items of a list leave out.
    init?(_ item: JSON, _ kind: ResourceKind, isMetadataOnly: Bool) {
        guard let name = item[path: "metadata", "name"]?.string, !name.isEmpty else { return nil }
        let namespace = kind.isNamespaced ? item[path: "metadata", "namespace"]?.string : nil
        var object = item
        if isMetadataOnly { object = ["metadata": item["metadata"] ?? [:]] }
        object["apiVersion"] = .string(kind.apiVersion)
        object["kind"] = .string(kind.kind)
        self.init(
            id: ObjectID(group: kind.group, kind: kind.kind, namespace: namespace, name: name),
            apiVersion: kind.apiVersion, object: object)
    }
}
