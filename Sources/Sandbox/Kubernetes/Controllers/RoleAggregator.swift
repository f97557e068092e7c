import Formats

/// Fills roles that gather the rules of others, by labels.
struct RoleAggregator: Controller {
    private static let roles = "clusterroles.rbac.authorization.k8s.io"
    private static let manager = "clusterrole-aggregation-controller"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        guard event.object.key.resource == Self.roles else { return [] }
        return cluster.store.snapshot().objects(Self.roles).filter { $0.value["aggregationRule"] != nil }.map(\.key)
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let role = cluster.store.object(key), !role.isBeingDeleted else { return nil }
        let selectors = (role.value["aggregationRule"]?["clusterRoleSelectors"]?.array ?? []).compactMap {
            LabelSelector(object: $0)
        }
        guard !selectors.isEmpty else { return nil }
        var rules: [JSON] = []
        for other in cluster.store.snapshot().objects(Self.roles) where other.key != key {
            guard selectors.contains(where: { $0.matches(other.value) }) else { continue }
            for rule in other.value["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
        }
        try cluster.change(role, by: Self.manager) { $0["rules"] = rules.isEmpty ? .null : .array(rules) }
        return nil
    }
}
