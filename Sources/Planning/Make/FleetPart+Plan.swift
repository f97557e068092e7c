import KubernetesModel
package import Tenancy

extension Plan {
    /// What of the plan is about the part. Limits of the whole fleet stay.
    package func restricted(to part: FleetPart) -> Plan {
        Plan(
            environment: environment, source: source, sections: sections.filter { part.holds($0.tenant) },
            gates: gates.filter { $0.tenant == nil || part.holds($0.tenant) },
            pending: pending.filter { part.holds($0.name) }, diagnostics: diagnostics)
    }
}

extension FleetPart {
    /// What of the cluster is the part's: what bears its tenants' labels, and what stands where its objects are to be.
    func restricting(_ live: LiveCluster, desired: Set<ObjectID>) -> LiveCluster {
        let objects = live.objects.filter { id, object in
            guard let tenant = object.labels[Marks.tenant]?.string else { return hasShared || desired.contains(id) }
            return tenants.contains(tenant)
        }
        return LiveCluster(objects: objects, namespaces: live.namespaces, foreign: live.foreign)
    }

    /// What the lock remembers of the part. Of other tenants' objects nothing is known, so that nothing may be missed.
    func restricting(_ inventory: PlanInventory) -> PlanInventory {
        var part = inventory
        if !hasShared { part.objects = [:] }
        for name in inventory.tenants.keys where !holds(name) { part.tenants[name]?.objects = [:] }
        return part
    }

    /// How much there is of everybody else, by the lock: percentages are of the whole.
    func populationElsewhere(_ inventory: PlanInventory) -> Population {
        var population = Population()
        if !hasShared { population[.objects, of: nil] = inventory.objects.count }
        for (name, tenant) in inventory.tenants where !holds(name) {
            population[.objects, of: name] = tenant.objects.count
        }
        return population
    }
}
