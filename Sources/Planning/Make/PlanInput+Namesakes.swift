import KubernetesModel

/// Names that are used again: a tenant is who its id says, not who its name says.
extension PlanInput {
    /// Why nothing is planned for tenants of whose name another one has left something.
    func namesakes(_ live: LiveCluster?) -> [String: String] {
        var left: [String: Set<String>] = [:]
        for object in (live?.objects ?? [:]).values {
            guard object.labels[Marks.fleet]?.string == desired.fleet,
                object.labels[Marks.environment]?.string == environment.name,
                let tenant = object.labels[Marks.tenant]?.string, let id = object.labels[Marks.tenantID]?.string
            else { continue }
            left[tenant, default: []].insert(id)
        }
        for (name, held) in inventory.tenants where !held.objects.isEmpty || !held.people.isEmpty {
            if let id = held.id { left[name, default: []].insert(id) }
        }
        var reasons: [String: String] = [:]
        for tenant in desired.tenants {
            guard let other = left[tenant.name]?.subtracting([tenant.id].compactMap { $0 }).min() else { continue }
            let now = tenant.id.map { "the file says \($0)" } ?? "the file has none"
            reasons[tenant.name] =
                "what is there belongs to the tenant of this name with id \(other), and \(now); put the id back, let that "
                + "tenant leave by state: absent, and use the name when nothing of it is left"
        }
        return reasons
    }

    /// One blocked change for each of them.
    func changes(refusing namesakes: [String: String]) -> [Change] {
        namesakes.map { name, reason in
            Change(
                address: "tenant/\(environment.name)/\(name)", action: .blocked, title: "tenant \(name)", tenant: name,
                source: tenants[name]?.source.wholeFile, reason: reason, wave: .namespaces, operation: nil)
        }
    }
}
