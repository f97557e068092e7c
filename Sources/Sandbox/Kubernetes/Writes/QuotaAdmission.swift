import Formats
import KubernetesModel

/// Refuses what a quota of the namespace does not allow, and counts what it does.
struct QuotaAdmission: Sendable {
    /// A quota whose use grows.
    struct Charge: Sendable {
        let quota: StoredObject
        let used: JSONObject
    }

    private let store: ClusterStore

    init(_ store: ClusterStore) {
        self.store = store
    }

    /// What the new object adds to the use of each quota that limits it.
    func charges(for object: JSON, _ resource: ResourceType) throws(APIFailure) -> [Charge] {
        guard resource.isNamespaced, let namespace = object["metadata"]?["namespace"]?.string else { return [] }
        let usage = ResourceUsage.of(object, resource)
        guard !usage.isEmpty else { return [] }
        var charges: [Charge] = []
        for quota in store.snapshot().objects("resourcequotas", namespace: namespace) {
            if let charge = try charge(quota, usage, object, resource) { charges.append(charge) }
        }
        return charges
    }

    private func charge(
        _ quota: StoredObject, _ usage: [String: Quantity], _ object: JSON, _ resource: ResourceType
    ) throws(APIFailure) -> Charge? {
        guard let hard = quota.value["status"]?["hard"]?.object else { return nil }
        let limited = usage.keys.filter { hard[$0] != nil }.sorted()
        guard !limited.isEmpty else { return nil }
        let name = object["metadata"]?["name"]?.string
        var used = quota.value["status"]?["used"]?.object ?? [:]
        let unknown = limited.filter { used[$0] == nil }
        guard unknown.isEmpty else {
            let why = "status unknown for quota: \(quota.key.name), resources: \(unknown.joined(separator: ","))"
            throw .forbidden(resource.qualifiedName, name, why)
        }
        func quantity(_ value: JSON?) -> Quantity { value.flatMap { try? Quantity($0) } ?? .zero }
        let exceeded = limited.filter { quantity(used[$0]) + (usage[$0] ?? .zero) > quantity(hard[$0]) }
        guard exceeded.isEmpty else {
            func list(_ amount: (String) -> String) -> String {
                exceeded.map { "\($0)=\(amount($0))" }.joined(separator: ",")
            }
            let why =
                "exceeded quota: \(quota.key.name), requested: \(list { (usage[$0] ?? .zero).text }), "
                + "used: \(list { quantity(used[$0]).text }), limited: \(list { quantity(hard[$0]).text })"
            throw .forbidden(resource.qualifiedName, name, why)
        }
        for key in limited { used[key] = .string((quantity(used[key]) + (usage[key] ?? .zero)).text) }
        return Charge(quota: quota, used: used)
    }
}

extension APIServer {
    /// Counts what was allowed; a quota that somebody else counts in at this moment is counted again by its controller.
    func charge(_ charges: [QuotaAdmission.Charge]) throws {
        for charge in charges {
            var value = charge.quota.value
            value["status"]?["used"] = .object(charge.used)
            do {
                _ = try store.put(charge.quota.key, replacing: charge.quota, value)
            } catch is ClusterStore.Raced {
                continue
            }
        }
    }
}

/// How much of what quotas limit an object takes.
enum ResourceUsage {
    static func of(_ object: JSON, _ resource: ResourceType) -> [String: Quantity] {
        let one = (try? Quantity("1")) ?? .zero
        let counted = resource.group.isEmpty ? resource.plural : resource.qualifiedName
        var usage = ["count/\(counted)": one]
        let named = [
            "pods", "services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers",
            "resourcequotas",
        ]
        if named.contains(resource.qualifiedName) { usage[resource.plural] = one }
        switch resource.qualifiedName {
        case "services":
            if object["spec"]?["type"]?.string == "LoadBalancer" { usage["services.loadbalancers"] = one }
            if object["spec"]?["type"]?.string == "NodePort" { usage["services.nodeports"] = one }
        case "persistentvolumeclaims":
            if let storage = object["spec"]?["resources"]?["requests"]?["storage"] {
                usage["requests.storage"] = try? Quantity(storage)
            }
        case "pods": addResources(of: object, to: &usage)
        default: break
        }
        return usage
    }

    private static func addResources(of pod: JSON, to usage: inout [String: Quantity]) {
        for container in pod["spec"]?["containers"]?.array ?? [] {
            for kind in ["requests", "limits"] {
                for name in ["cpu", "memory"] {
                    let amounts = container["resources"]?[kind]
                    let fallback = kind == "requests" ? container["resources"]?["limits"]?[name] : nil
                    guard let value = amounts?[name] ?? fallback, let quantity = try? Quantity(value) else { continue }
                    usage["\(kind).\(name)", default: .zero] = usage["\(kind).\(name)", default: .zero] + quantity
                    if kind == "requests" { usage[name] = usage["requests.\(name)"] }
                }
            }
        }
    }
}
