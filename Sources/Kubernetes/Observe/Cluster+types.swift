import Formats
import KubernetesModel
import Planning

extension Cluster {
    /// Secrets with their types, which metadata do not tell: from the table that `kubectl get` shows, which holds no value.
    func typed(_ secrets: [LiveObject]) async throws(Failure) -> [LiveObject] {
        try await allOf(secrets.sorted { $0.id < $1.id }) { (secret) throws(Failure) in
            let gvk = GroupVersionKind(group: "", version: "v1", kind: "Secret")
            guard let kind = try await self.kind(gvk) else { return secret }
            let call = Call(
                attempt: "read the type of \(secret.id)", method: .get, path: kind.path(of: secret.id),
                accept: MediaType.table)
            let answer = try await self.exchange(call)
            if answer.status == 404 { return secret }
            guard answer.isSuccess else { throw self.refusal(of: call, answer) }
            let columns = answer.body["columnDefinitions"]?.array ?? []
            guard let index = columns.firstIndex(where: { $0["name"] == "Type" }),
                let cells = answer.body["rows"]?.array?.first?["cells"]?.array, index < cells.count,
                let type = cells[index].string
            else { throw self.unusable(call, "its table has no type", .other) }
            return LiveObject(
                id: secret.id, apiVersion: secret.apiVersion, object: secret.object.setting("type", to: .string(type)))
        }
    }
}
