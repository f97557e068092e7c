import Formats
import KubernetesModel
import Planning

extension Cluster {
    /// Deletes that very object; one that is gone or going is no failure.
    func delete(
        _ id: ObjectID, _ gvk: GroupVersionKind, uid: String, _ pace: Pace
    ) async throws(Failure) -> String? {
        let attempt = "delete \(id)"
        guard let kind = try await kind(gvk), let live = try await metadata(id, kind) else { return nil }
        guard live.uid == uid else { throw another(id, attempt) }
        if live.isTerminating { return uid }
        if id.isDefinition { try await demandNothing(of: id, gvk) }
        let call = Call(
            attempt: attempt, method: .delete, path: kind.path(of: id),
            body: [
                "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": ["uid": .string(uid)],
                "propagationPolicy": "Background",
            ], isRepeatable: true, holdsSecrets: kind.isSecret)
        let answer: Answer
        do throws(Failure) {
            answer = try await exchange(call, pace)
        } catch {
            guard let left = try await remains(id, kind, uid: uid, error) else { return nil }
            return left
        }
        if answer.status == 404 { return nil }
        if answer.isAboutAnotherObject { throw another(id, attempt) }
        // Nothing else stops for a removal that is not allowed: it stays to be done.
        if answer.status == 403 { throw Failure(.rejected, refusal(of: call, answer).message) }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        return uid
    }

    /// After a removal without an answer: whether it came through all the same. Of a server that answers this question,
    /// only the removal has failed.
    private func remains(
        _ id: ObjectID, _ kind: ResourceKind, uid: String, _ failure: Failure
    ) async throws(Failure) -> String? {
        let live: LiveObject?
        do throws(Failure) { live = try await metadata(id, kind) } catch { throw failure }
        guard let live, live.uid == uid else { return nil }
        guard live.isTerminating else { throw Failure(.rejected, failure.message) }
        return uid
    }

    /// With a definition everything of its kind would go: nothing may be left that is not going by itself.
    private func demandNothing(of id: ObjectID, _ gvk: GroupVersionKind) async throws(Failure) {
        guard let defined = try await find(id, gvk)?.definedKind, let kind = try await kind(defined) else { return }
        let objects = try await KindList(kind, isMetadataOnly: true).objects(self) ?? []
        let staying = objects.filter { !$0.isTerminating }.map(\.id).sorted()
        guard let first = staying.first else { return }
        let more = staying.count > 1 ? " and \(staying.count - 1) more" : ""
        throw Failure(
            .rejected, "cannot delete \(id) on \(origin): \(first)\(more) would go with it; remove them first")
    }
}

extension ObjectID {
    var isDefinition: Bool { kind == "CustomResourceDefinition" && group == "apiextensions.k8s.io" }
}

extension LiveObject {
    /// Of a definition: the kind that it defines, in a version that is served.
    var definedKind: GroupVersionKind? {
        guard id.isDefinition, let group = object[path: "spec", "group"]?.string,
            let kind = object[path: "spec", "names", "kind"]?.string,
            let version = object[path: "spec", "versions"]?.array?.first(where: { $0["served"] == true }),
            let name = version["name"]?.string
        else { return nil }
        return GroupVersionKind(group: group, version: name, kind: kind)
    }
}
