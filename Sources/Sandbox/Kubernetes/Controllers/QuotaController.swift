import Formats
import KubernetesModel

/// Counts what is used of what the quotas of a namespace allow.
struct QuotaController: Controller {
    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "resourcequotas" { return event.kind == .deleted ? [] : [key] }
        guard !key.namespace.isEmpty, event.kind != .modified || event.previous == nil else { return [] }
        return cluster.store.snapshot().objects("resourcequotas", namespace: key.namespace).map(\.key)
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let quota = cluster.store.object(key), !quota.isBeingDeleted else { return nil }
        let hard = quota.value["spec"]?["hard"]?.object ?? [:]
        let state = cluster.store.snapshot()
        var used: [String: Quantity] = [:]
        for name in state.resources {
            guard let type = cluster.server.catalog.resource(qualified: name) else { continue }
            for object in state.objects(name, namespace: key.namespace) where !isOver(object) {
                for (resource, amount) in ResourceUsage.of(object.value, type) where hard[resource] != nil {
                    used[resource] = (used[resource] ?? .zero) + amount
                }
            }
        }
        let shown = hard.map { JSONObject.Member(key: $0.key, value: .string((used[$0.key] ?? .zero).text)) }
        try cluster.setStatus(quota, ["hard": .object(hard), "used": .object(JSONObject(shown))])
        return nil
    }

    /// Pods that have ended take nothing any more.
    private func isOver(_ object: StoredObject) -> Bool {
        object.key.resource == "pods"
            && ["Succeeded", "Failed"].contains(object.value["status"]?["phase"]?.string ?? "")
    }
}
