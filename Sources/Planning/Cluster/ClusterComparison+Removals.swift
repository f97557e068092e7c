import Formats
import KubernetesModel
import Tenancy

extension ClusterComparison {
    /// Prunes what is ours by its marks and no longer asked for; the lock alone never authorises a removal.
    func addRemovals(to plan: inout SystemPlan) {
        var absent: [String: [LiveObject]] = [:]
        var surplus: [LiveObject] = []
        for object in ours {
            plan.population[.objects, of: ownership.tenant(of: object)] += 1
            if !desiredIDs.contains(object.id) { surplus.append(object) }
        }
        for object in surplus.sorted(by: { $0.id < $1.id }) {
            let tenant = ownership.tenant(of: object)
            if isGoingWithItsNamespace(object) || isHistory(object, of: tenant) { continue }
            if let change = release(of: object, tenant: tenant) {
                plan.changes.append(change)
                continue
            }
            if let tenant, input.isKept(tenant) {
                plan.kept[tenant, default: 0] += 1
            } else if object.isTerminating {
                plan.changes.append(pendingRemoval(of: object, tenant: tenant))
            } else if let tenant, input.tenants[tenant]?.state == .absent {
                absent[tenant, default: []].append(object)
            } else {
                plan.changes.append(removal(of: object, tenant: tenant))
            }
        }
        for (tenant, objects) in absent.sorted(by: { $0.key < $1.key }) {
            plan.changes += removals(ofAbsent: tenant, objects)
        }
    }

    private var ours: [LiveObject] {
        let others = live.namespaces.values.filter { live.objects[$0.id] == nil }
        return live.objects.values.filter(ownership.isOurs) + others.filter(ownership.isOurs)
    }

    private func isGoingWithItsNamespace(_ object: LiveObject) -> Bool {
        object.id.namespace.map { live.namespaces[$0]?.isTerminating == true } ?? false
    }

    /// What an action ran clears itself away; it goes at once with its tenant alone.
    private func isHistory(_ object: LiveObject, of tenant: String?) -> Bool {
        guard object.id.kind == "Job", object.labels[Marks.action] != nil else { return false }
        return tenant.flatMap { input.tenants[$0]?.state } != .absent
    }

    private func removal(of object: LiveObject, tenant: String?) -> Change {
        if object.id.isNamespace {
            if tenant != nil {
                let reason = "holds the data of a tenant that stays; only state: absent removes a tenant's namespace"
                return removal(.blocked, of: object, tenant: tenant, reason: reason)
            }
            let going = live.objects.keys.filter { $0.namespace == object.id.name && !desiredIDs.contains($0) }
            let content = NamespaceContent(of: object.id.name, in: self, going: Set(going.filter(isOurs)))
            if let reason = content.refusal { return removal(.blocked, of: object, tenant: nil, reason: reason) }
        }
        if let reason = DefinitionContent(of: object, in: self).refusal {
            return removal(.blocked, of: object, tenant: tenant, reason: reason)
        }
        let reason = ["no longer asked for", input.since].compactMap { $0 }.joined(separator: " ")
        return removal(.delete, of: object, tenant: tenant, reason: reason)
    }

    /// A tenant with `state: absent`: its namespace goes with everything in it, what lies elsewhere one by one.
    private func removals(ofAbsent name: String, _ objects: [LiveObject]) -> [Change] {
        guard let tenant = input.tenants[name] else { return [] }
        let namespaces = Set(objects.filter(\.id.isNamespace).map(\.id.name))
        return objects.compactMap { object in
            if object.id.isNamespace { return removal(ofNamespace: object, of: tenant, objects) }
            if let namespace = object.id.namespace, namespaces.contains(namespace) { return nil }
            return removal(.delete, of: object, tenant: name, reason: "state: absent")
        }
    }

    private func removal(ofNamespace object: LiveObject, of tenant: DesiredTenant, _ all: [LiveObject]) -> Change {
        let going = all.filter { $0.id.namespace == object.id.name }
        let content = NamespaceContent(of: object.id.name, in: self, going: Set(going.map(\.id)))
        var notes: [String] = []
        let inside = going.map(\.id).filter { !$0.isNamespace }
        if !inside.isEmpty {
            let names = NamespaceContent.names(of: inside, atMost: 4)
            notes.append(
                "with \(inside.count) \(inside.count == 1 ? "object" : "objects") of ours and all data: \(names)")
        }
        if !tenant.cascades, let reason = content.refusal {
            return removal(.blocked, of: object, tenant: tenant.name, reason: reason)
        }
        if !content.foreign.isEmpty {
            notes.append(
                "\(content.foreign.count) of others: \(NamespaceContent.names(of: content.foreign, atMost: 4))")
        }
        return removal(.delete, of: object, tenant: tenant.name, reason: "state: absent", notes: notes)
    }

    func isOurs(_ id: ObjectID) -> Bool { live.objects[id].map(ownership.isOurs) ?? false }

    /// Deleted already, and held by somebody: it is waited for again until it is gone.
    private func pendingRemoval(of object: LiveObject, tenant: String?) -> Change {
        let finalizers = (object.object[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string)
        let readiness = Readiness.of(object.object).reason
        let cause = finalizers.isEmpty ? readiness : "held by \(finalizers.joined(separator: ", "))"
        let reason = "still being deleted" + (cause.isEmpty ? "" : ": \(cause)")
        return removal(
            .delete, of: object, tenant: tenant, reason: reason,
            operation: .awaitRemoval(object.id, apiVersion: object.apiVersion, uid: object.uid))
    }

    private func removal(
        _ action: Action, of object: LiveObject, tenant: String?, reason: String, notes: [String] = [],
        operation: ClusterOperation? = nil
    ) -> Change {
        let isPending =
            operation == nil && input.remembered(object.id, tenant: tenant)?.isRemovalPending == true
        let delete = operation ?? .delete(object.id, apiVersion: object.apiVersion, uid: object.uid)
        return Change(
            address: input.address(of: object.id, tenant: tenant), action: action, title: object.id.description,
            tenant: tenant, source: tenant.flatMap { input.tenants[$0]?.source.wholeFile }, reason: reason,
            notes: notes + (isPending ? ["asked for before"] : []), wave: Wave(kind: object.id.kind),
            precondition: Precondition(uid: object.uid, fields: []),
            operation: action == .delete ? .cluster(delete) : nil)
    }
}
