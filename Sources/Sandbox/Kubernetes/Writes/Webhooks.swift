package import Formats
import KubernetesModel
import Synchronization

/// What admission webhooks do to writes: asked for by tests, since the sandbox calls nobody.
///
///     {"name": "mesh.example.dev", "resource": "deployments.apps", "patch": {"metadata": {"labels": {"mesh": "on"}}}}
///
/// The patch is a strategic merge patch, for custom resources a merge patch, laid over every object of that resource that
/// somebody writes. In place of it there may be `"deny": TEXT` or `"fail": TEXT`, for a webhook that cannot be reached.
/// `"operations"` are `CREATE` and `UPDATE` unless it says otherwise, `"namespace"` any.
package final class Webhooks: Sendable {
    enum Operation: String, Sendable { case create = "CREATE", update = "UPDATE", delete = "DELETE" }

    struct Webhook: Sendable {
        enum Answer: Sendable { case patch(JSON), deny(String), fail(String) }

        let json: JSON
        let name: String
        let resource: String
        let namespace: String?
        let operations: [Operation]
        let answer: Answer
    }

    private let installed = Mutex<[Webhook]>([])

    package init() {}

    /// Adds a webhook; false where the text describes none.
    package func install(_ json: JSON) -> Bool {
        guard let webhook = Webhook(json) else { return false }
        installed.withLock { $0.append(webhook) }
        return true
    }

    package func removeAll() { installed.withLock { $0 = [] } }

    /// Those that are there, as they were asked for.
    package var all: [JSON] { installed.withLock { $0.map(\.json) } }

    func matching(_ operation: Operation, _ resource: ResourceType, namespace: String?) -> [Webhook] {
        installed.withLock { all in
            all.filter {
                $0.resource == resource.qualifiedName && $0.operations.contains(operation)
                    && ($0.namespace == nil || $0.namespace == namespace)
            }
        }
    }
}

extension Webhooks.Webhook {
    init?(_ json: JSON) {
        guard let resource = json["resource"]?.string else { return nil }
        if let patch = json["patch"], patch.object != nil {
            answer = .patch(patch)
        } else if let text = json["deny"]?.string {
            answer = .deny(text)
        } else if let text = json["fail"]?.string {
            answer = .fail(text)
        } else {
            return nil
        }
        self.json = json
        self.resource = resource
        name = json["name"]?.string ?? "webhook.example.dev"
        namespace = json["namespace"]?.string
        let given = (json["operations"]?.array ?? ["CREATE", "UPDATE"]).compactMap(\.string)
        operations = given.compactMap(Webhooks.Operation.init)
        guard operations.count == given.count else { return nil }
    }

    /// The object as the webhook wants it.
    func admitted(_ object: JSON, _ schema: ObjectSchema) throws(APIStatus) -> JSON {
        switch answer {
        case .patch(let patch):
            let change = schema.custom == nil ? ObjectPatch.strategic(patch) : .merge(patch)
            return try change.applied(to: object, schema)
        case .deny(let text):
            throw APIStatus(
                code: 403, reason: "Forbidden",
                message: "admission webhook \(GoFormat.quoted(name)) denied the request: \(text)")
        case .fail(let text):
            let why = "failed calling webhook \(GoFormat.quoted(name)): failed to call webhook: \(text)"
            throw APIStatus(
                code: 500, reason: "InternalError", message: "Internal error occurred: \(why)",
                details: .init(causes: [.init(reason: "", message: why, field: "")]))
        }
    }
}

extension APIServer {
    /// What webhooks make of objects that somebody writes; nil where there are none. The cluster's own writes are not shown to
    /// them.
    func admission(
        _ operation: Webhooks.Operation, _ resource: ResourceType, namespace: String?, _ writer: Writer
    ) -> ObjectWriter.Admission? {
        guard writer.user != nil, writer.subresource.isEmpty else { return nil }
        let found = webhooks.matching(operation, resource, namespace: namespace)
        guard !found.isEmpty else { return nil }
        return { (object, schema) throws(APIStatus) in
            var object = object
            for webhook in found { object = try webhook.admitted(object, schema) }
            return object
        }
    }

    /// Asks webhooks whether the object may go.
    func admitRemoval(of live: StoredObject, _ resource: ResourceType) throws(APIStatus) {
        for webhook in webhooks.matching(.delete, resource, namespace: live.key.namespace) {
            guard let schema = resource.schema ?? ObjectSchema.of(resource.model.gvk) else { return }
            _ = try webhook.admitted(live.value, schema)
        }
    }
}
