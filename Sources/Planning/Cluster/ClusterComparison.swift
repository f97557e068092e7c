import Formats
import KubernetesModel
import Tenancy

/// The desired objects of an environment beside a cluster that was read whole.
struct ClusterComparison {
    let input: PlanInput
    let live: LiveCluster
    let ownership: Ownership
    let differ: Differ
    /// Desired namespaces that are there and not ours: nothing is made inside them.
    private(set) var foreignNamespaces: Set<String> = []
    /// Everything that is asked for.
    let desiredIDs: Set<ObjectID>
    /// Workloads that a desired autoscaler targets.
    let scaled: Set<ObjectID>
    /// What actions that are still to run have to find ready.
    private let needed: Set<ObjectID>

    init(input: PlanInput, live: LiveCluster) {
        self.input = input
        self.live = live
        ownership = Ownership(fleet: input.desired.fleet, environment: input.environment.name)
        differ = Differ(persons: input.environment.takesBackFrom)
        needed = Set(input.desired.tenants.flatMap(input.openActions).flatMap(\.needs))
        let desired = input.desired.objects + input.desired.tenants.flatMap(\.objects)
        scaled = Set(desired.compactMap(\.scaleTarget))
        desiredIDs = Set(desired.map(\.id))
        foreignNamespaces = Set(desired.filter { $0.id.isNamespace && isForeign($0) }.map(\.id.name))
    }

    func plan() -> SystemPlan {
        var plan = SystemPlan()
        let desired = input.desired.objects + input.desired.tenants.flatMap(\.objects)
        plan.changes = parallelMap(desired, change(for:)).compactMap { $0 }
        for tenant in input.desired.tenants {
            for action in input.openActions(of: tenant) { add(action, of: tenant, to: &plan) }
        }
        addRemovals(to: &plan)
        return plan
    }

    /// The live object of that identity, unless it is going with its namespace.
    func find(_ id: ObjectID) -> LiveObject? {
        if let namespace = id.namespace, live.namespaces[namespace]?.isTerminating == true { return nil }
        if let object = live.objects[id] { return object }
        return id.isNamespace ? live.namespaces[id.name] : nil
    }

    /// Ours by its marks; or the very object that the lock remembers, whose labels somebody took off.
    func isOurs(_ object: LiveObject, as desired: DesiredObject) -> Bool {
        if ownership.isOurs(object) { return true }
        return !ownership.isClaimedElsewhere(object)
            && input.remembered(desired.id, tenant: desired.tenant)?.uid == object.uid
    }

    private func isForeign(_ desired: DesiredObject) -> Bool {
        find(desired.id).map { !isOurs($0, as: desired) && !isAdopted($0, as: desired) } ?? false
    }

    /// What brings the cluster to the object; nil where it is there as it is asked for.
    private func change(for desired: DesiredObject) -> Change? {
        guard let live = find(desired.id) else { return creation(of: desired) }
        guard isOurs(live, as: desired) else {
            return isAdopted(live, as: desired) ? adoption(of: desired, live) : refusal(of: desired, live)
        }
        if let change = release(of: live, as: desired) { return change }
        return live.isTerminating ? successor(of: desired, live) : update(of: desired, live)
    }

    /// What an action needs comes before it.
    private func wave(of id: ObjectID) -> Wave {
        let usual = Wave(kind: id.kind)
        return needed.contains(id) ? min(usual, .configuration) : usual
    }

    private func creation(of desired: DesiredObject) -> Change? {
        if let namespace = desired.id.namespace, foreignNamespaces.contains(namespace) { return nil }
        let wasThere = input.remembered(desired.id, tenant: desired.tenant) != nil
        let operation: ClusterOperation =
            desired.secret == nil
            ? .apply(desired, uid: nil, forced: false) : .createSecret(desired.rememberingRotations(beside: nil))
        return change(
            .create, desired, reason: wasThere ? "drift: it is gone \(input.since ?? "by another hand")" : nil,
            notes: desired.secret.map { input.notes(on: $0) } ?? [], operation: .cluster(operation), isDrift: wasThere)
    }

    func refusal(of desired: DesiredObject, _ live: LiveObject) -> Change {
        let address = input.address(of: desired.id, tenant: desired.tenant)
        var notes: [String] = []
        if desired.id.isNamespace {
            let waiting = (desired.tenant.flatMap { input.tenants[$0]?.objects } ?? input.desired.objects)
                .count { $0.id.namespace == desired.id.name && find($0.id) == nil }
            if waiting > 0 { notes.append("\(waiting) \(waiting == 1 ? "object waits" : "objects wait") for it") }
        }
        return change(
            .blocked, desired, reason: ownership.refusal(of: live, address: address), notes: notes, operation: nil)
    }

    /// What takes the place of an object that is on its way out.
    private func successor(of desired: DesiredObject, _ live: LiveObject) -> Change {
        change(
            .create, desired, notes: ["once the one that is being deleted is gone"],
            precondition: Precondition(uid: live.uid, fields: []),
            operation: .cluster(.replace(desired, uid: live.uid)))
    }

    func change(
        _ action: Action, _ desired: DesiredObject, reason: String? = nil, fields: [FieldChange] = [],
        notes: [String] = [], precondition: Precondition? = nil, operation: Operation?, obstacle: Obstacle = .policy,
        isDrift: Bool = false
    ) -> Change {
        Change(
            address: input.address(of: desired.id, tenant: desired.tenant), action: action,
            title: desired.id.description, tenant: desired.tenant, source: desired.source, reason: reason,
            fields: fields, notes: notes, wave: wave(of: desired.id), precondition: precondition,
            operation: operation, obstacle: obstacle, isDrift: isDrift)
    }
}

extension ObjectID {
    var isNamespace: Bool { kind == "Namespace" && group.isEmpty }
    var isSecret: Bool { kind == "Secret" && group.isEmpty }
}

extension DesiredObject {
    /// The workload whose `spec.replicas` this autoscaler writes.
    var scaleTarget: ObjectID? {
        guard id.kind == "HorizontalPodAutoscaler", id.group == "autoscaling",
            let target = object[path: "spec", "scaleTargetRef"], let kind = target["kind"]?.string,
            let name = target["name"]?.string
        else { return nil }
        let version = GroupVersionKind(apiVersion: target["apiVersion"]?.string ?? "apps/v1", kind: kind)
        return ObjectID(group: version.group, kind: kind, namespace: id.namespace, name: name)
    }
}
