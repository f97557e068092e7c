import Formats
import KubernetesModel

/// An object on a server, made from a manifest and then touched by others.
struct AskedObject {
    /// What others do to an object between two applies.
    enum Edit: String, CaseIterable {
        case nothing, label, value, removal, applied, taken, status, scale
    }

    let server: AskedServer
    let kind: ResourceKind
    let schema: FieldSchema
    /// What was applied last.
    private(set) var manifest: JSON
    private(set) var edit = Edit.nothing
    var dice: Dice

    var path: String {
        let metadata = manifest["metadata"]
        return kind.path(namespace: metadata?["namespace"]?.string, name: metadata?["name"]?.string ?? "")
    }

    init(_ manifest: JSON, on server: AskedServer, kind: ResourceKind, schema: FieldSchema, dice: Dice) {
        self.server = server
        self.kind = kind
        self.schema = schema
        self.manifest = manifest
        self.dice = dice
    }

    /// Applies a manifest as `reconcile` does.
    func apply(
        _ manifest: JSON, manager: String = "reconcile", force: Bool = false, isDry: Bool = false
    ) async throws -> AskedServer.Answer {
        var query = [(name: "fieldManager", value: manager), ("force", force ? "true" : "false")]
        if isDry { query.append(("dryRun", "All")) }
        return try await server.ask(
            .init(method: .patch, path: path, query: query, body: manifest, type: "application/apply-patch+yaml"))
    }

    func read() async throws -> JSON? {
        let answer = try await server.ask(.init(path: path))
        return answer.isSuccess ? answer.body : nil
    }

    func remove() async throws {
        _ = try await server.ask(
            .init(method: .delete, path: path, query: [("propagationPolicy", "Background")]))
    }

    /// Makes the object: the manifest as it is, and often a second one after it, so that fields have gone.
    mutating func make() async throws -> AskedServer.Answer {
        let answer = try await apply(manifest)
        guard answer.isSuccess, dice.once(in: 2) else { return answer }
        var changed = manifest
        for _ in 0...dice.roll(3) {
            var mutation = ManifestMutation(schema: schema, live: answer.body, dice: dice)
            let way = dice.pick(ManifestMutation.mild) ?? .label
            changed = mutation.change(changed, way) ?? changed
            dice = mutation.dice
        }
        // What would cost somebody money stays undone.
        guard changed[path: "spec", "type"] != "LoadBalancer", try await apply(changed).isSuccess else { return answer }
        manifest = changed
        return answer
    }

    /// Somebody else changes the object; nothing where that cannot be.
    mutating func edited(_ edit: Edit) async throws {
        guard let live = try await read() else { return }
        for _ in 0..<4 {
            guard let question = question(edit, live) else { return }
            guard try await server.ask(question).isSuccess else { continue }
            self.edit = edit
            return
        }
    }

    private mutating func question(_ edit: Edit, _ live: JSON) -> AskedServer.Question? {
        switch edit {
        case .nothing: return nil
        case .label:
            let metadata: JSON = ["labels": ["ctl": "1"], "annotations": ["ctl.example.dev/seen": "1"]]
            return patch("", "controller", ["metadata": metadata])
        case .value, .removal: return personal(edit, live)
        case .applied:
            var labels: JSON = ["team": "ops"]
            if let ours = dice.pick((manifest[path: "metadata", "labels"]?.object ?? [:]).members) {
                labels[ours.key] = ours.value
            }
            return applying(edit, ["labels": labels])
        case .taken:
            var mutation = ManifestMutation(schema: schema, live: live, dice: dice)
            defer { dice = mutation.dice }
            return mutation.change(manifest, dice.one(.value, .label, .field, .append)).flatMap {
                $0[path: "spec", "type"] == "LoadBalancer" ? nil : applying(edit, nil, $0)
            }
        case .status:
            return Self.states[kind.kind].map { patch("/status", "controller", ["status": $0]) }
        case .scale: return kind.hasScale ? patch("/scale", "kubectl-scale", ["spec": ["replicas": 5]]) : nil
        }
    }

    private static let states: [String: JSON] = [
        "Deployment": ["replicas": 2, "updatedReplicas": 2, "observedGeneration": 1],
        "StatefulSet": ["replicas": 3, "observedGeneration": 1],
        "Ingress": ["loadBalancer": ["ingress": [["ip": "10.0.0.1"]]]],
        "HorizontalPodAutoscaler": ["currentReplicas": 2, "desiredReplicas": 3],
        "PersistentVolumeClaim": ["phase": "Bound", "capacity": ["storage": "1Gi"]], "Job": ["active": 1],
    ]

    private func patch(_ subresource: String, _ manager: String, _ body: JSON) -> AskedServer.Question {
        .init(
            method: .patch, path: path + subresource, query: [("fieldManager", manager)], body: body,
            type: "application/merge-patch+json")
    }

    /// One value changed or taken out, as with `kubectl edit`.
    private mutating func personal(_ edit: Edit, _ live: JSON) -> AskedServer.Question? {
        let hidden = ["managedFields", "uid", "resourceVersion", "creationTimestamp", "generation", "finalizers"]
        let places = ManifestPlace.all(in: live, schema).filter { place in
            place.pointer.tokens.first != "status" && !hidden.contains { place.pointer.tokens.contains($0) }
        }
        guard let place = dice.pick(edit == .value ? places.filter(\.isScalar) : places) else { return nil }
        var step: JSON = ["op": "remove", "path": .string(place.pointer.description)]
        if edit == .value {
            var invention = Invention(dice: dice)
            step["op"] = "replace"
            step["value"] = place.schema.map { invention.value($0, name: place.name, place.field) } ?? "x"
            dice = invention.dice
            guard step["value"] != "LoadBalancer" else { return nil }
        }
        return .init(
            method: .patch, path: path, query: [("fieldManager", "kubectl-edit")], body: [step],
            type: "application/json-patch+json")
    }

    /// Another manager applies, labels alone or a whole manifest.
    private func applying(_ edit: Edit, _ metadata: JSON?, _ whole: JSON? = nil) -> AskedServer.Question {
        var body = whole ?? manifest
        if var metadata {
            body = ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind)]
            for key in ["name", "namespace"] { metadata[key] = manifest[path: "metadata", key] }
            body["metadata"] = metadata
        }
        return .init(
            method: .patch, path: path, query: [("fieldManager", "mesh"), ("force", "true")], body: body,
            type: "application/apply-patch+yaml")
    }
}
