import Formats
import KubernetesModel
import Planning

extension Cluster {
    /// Takes our labels and our entries in managedFields off an object, and nothing else: not by an apply, which would take our
    /// fields with them.
    func release(_ id: ObjectID, _ gvk: GroupVersionKind, uid: String) async throws(Failure) -> String? {
        let attempt = "forget \(id)"
        guard let kind = try await kind(gvk) else { return nil }
        var refused: Failure?
        for _ in 0..<4 {
            guard let live = try await metadata(id, kind) else { return nil }
            guard live.uid == uid else { throw another(id, attempt) }
            let call = Call(
                attempt: attempt, method: .patch, path: kind.path(of: id), query: Self.fieldOptions,
                body: .array(live.withoutOurMarks), contentType: MediaType.jsonPatch, holdsSecrets: kind.isSecret)
            let answer = try await exchange(call)
            if answer.isSuccess { return uid }
            // The object moved on since it was read: the test of its version has failed.
            guard answer.status == 409 || answer.status == 422 else { throw refusal(of: call, answer) }
            refused = refusal(of: call, answer)
        }
        throw refused ?? another(id, attempt)
    }
}

extension LiveObject {
    /// A JSON patch that is refused when the object is another, or another version, than the one read.
    fileprivate var withoutOurMarks: [JSON] {
        var patch: [JSON] = [
            ["op": "test", "path": "/metadata/uid", "value": .string(uid)],
            [
                "op": "test", "path": "/metadata/resourceVersion",
                "value": object[path: "metadata", "resourceVersion"] ?? "",
            ],
        ]
        for (part, keys) in [("labels", Marks.labels), ("annotations", [SecretRotations.annotation])] {
            for key in keys where object[path: "metadata", part, key] != nil {
                patch.append(["op": "remove", "path": .string("/metadata/\(part)/\(JSONPointer.escaped(key))")])
            }
        }
        let entries = object[path: "metadata", "managedFields"]?.array ?? []
        let others = entries.filter { $0["manager"]?.string != Marks.fieldManager }
        // An empty list would be taken for "as it was"; one empty entry means that nobody owns anything.
        patch.append([
            "op": "replace", "path": "/metadata/managedFields", "value": .array(others.isEmpty ? [[:]] : others),
        ])
        return patch
    }
}
