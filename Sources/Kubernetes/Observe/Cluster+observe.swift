import Formats
import KubernetesModel
package import Planning

extension Cluster {
    /// Reads what is ours and what stands in the way of what is planned: one paged LIST for each kind, and a GET only for what the
    /// lists leave open. The cluster is read whole or not at all.
    package func observe(_ scope: ObservationScope) async -> Observed<LiveCluster> {
        do throws(Failure) {
            return .known(try await survey(scope))
        } catch {
            return .unknown(reason: error.message)
        }
    }

    private func survey(_ scope: ObservationScope) async throws(Failure) -> LiveCluster {
        let discovered = scope.looksEverywhere ? try await allKinds() : nil
        let lists = try await lists(scope, discovered?.kinds ?? [])
        var objects: [ObjectID: LiveObject] = [:]
        for list in try await allOf(lists, { (list) throws(Failure) in try await list.objects(self) ?? [] }) {
            for object in list { objects[object.id] = object }
        }
        var namespaces: [String: LiveObject] = [:]
        for (id, object) in objects where id.kind == "Namespace" && id.group.isEmpty { namespaces[id.name] = object }

        let confirmed = try await confirm(scope, objects, namespaces)
        for object in confirmed { objects[object.id] = object }
        let targets = Set(scope.targets.map(\.id))
        objects = objects.filter { id, object in
            !(id.kind == "Namespace" && id.group.isEmpty) || targets.contains(id) || object.bears(scope)
        }
        for secret in try await typed(scope.changedSecrets.compactMap { objects[$0] }) { objects[secret.id] = secret }
        for definition in try await leavingDefinitions(scope, objects) { objects[definition.id] = definition }
        let foreign = try await foreign(scope, discovered, namespaces, objects)
        return LiveCluster(objects: objects, namespaces: namespaces, foreign: foreign)
    }

    /// The lists to ask for, in the order of kinds. Namespaces come unfiltered: whether one is there matters for everything in it.
    private func lists(_ scope: ObservationScope, _ discovered: [ResourceKind]) async throws(Failure) -> [KindList] {
        var kinds: [GroupKind: (kind: ResourceKind, isMetadataOnly: Bool)] = [:]
        for kind in discovered where kind.mayHoldOurs { kinds[GroupKind(kind)] = (kind, true) }
        for gvk in scope.rememberedKinds {
            if let kind = try await kind(gvk) { kinds[GroupKind(kind)] = (kind, true) }
        }
        for gvk in scope.comparedKinds {
            if let kind = try await kind(gvk) { kinds[GroupKind(kind)] = (kind, false) }
        }
        if let namespace = try await kind(GroupVersionKind(group: "", version: "v1", kind: "Namespace")) {
            kinds[GroupKind(namespace)] = (namespace, false)
        }
        let needed = scope.comparedKinds.union(scope.rememberedKinds)
        let sorted = kinds.values.sorted { ($0.kind.group, $0.kind.kind) < ($1.kind.group, $1.kind.kind) }
        return sorted.map { entry in
            KindList(
                entry.kind, selector: entry.kind.isNamespace ? nil : scope.selector,
                isMetadataOnly: entry.isMetadataOnly,
                mayBeHidden: !entry.kind.isNamespace && !needed.contains(entry.kind.gvk))
        }
    }

    /// Asks by name for what a list by label would not show: absent, or there without our marks?
    private func confirm(
        _ scope: ObservationScope, _ objects: [ObjectID: LiveObject], _ namespaces: [String: LiveObject]
    ) async throws(Failure) -> [LiveObject] {
        let open = scope.targets.filter { target in
            let isInside = target.id.namespace.map { namespaces[$0] != nil } ?? true
            return isInside && objects[target.id] == nil && !(target.id.kind == "Namespace" && target.id.group.isEmpty)
        }
        return try await allOf(open) { (target) throws(Failure) in try await self.find(target.id, target.gvk) }
            .compactMap { $0 }
    }

    /// The object of that name, or nil where there is none. Of a Secret the metadata only.
    func find(_ id: ObjectID, _ gvk: GroupVersionKind) async throws(Failure) -> LiveObject? {
        guard let kind = try await kind(gvk) else { return nil }
        let call = Call(
            attempt: "read \(id)", method: .get, path: kind.path(of: id),
            accept: kind.isSecret ? MediaType.metadata : MediaType.json)
        let answer = try await exchange(call)
        if answer.status == 404 { return nil }
        guard answer.isSuccess else { throw refusal(of: call, answer) }
        guard let object = LiveObject(answer.body, kind, isMetadataOnly: kind.isSecret), object.id == id else {
            throw unusable(call, "it answered another object", .other)
        }
        return object
    }
}

/// A kind whatever its version.
private struct GroupKind: Hashable {
    let group: String
    let kind: String

    init(_ kind: ResourceKind) {
        group = kind.group
        self.kind = kind.kind
    }
}

extension LiveObject {
    func bears(_ scope: ObservationScope) -> Bool {
        labels[Marks.managedBy]?.string == Marks.managedByValue && labels[Marks.fleet]?.string == scope.fleet
            && labels[Marks.environment]?.string == scope.environment
    }
}

extension ResourceKind {
    var isEvent: Bool { kind == "Event" && (group.isEmpty || group == "events.k8s.io") }

    /// Whether a fleet may have made objects of the kind. Not among them: what controllers and nodes make, and the API server's own
    /// machinery; a fleet that names such a kind has it looked at nevertheless.
    var mayHoldOurs: Bool {
        guard verbs.contains("list"), verbs.contains("create"), verbs.contains("delete"), !isEvent else { return false }
        return !Self.machinery.contains(qualifiedPlural)
    }

    private static let machinery: Set<String> = [
        "apiservices.apiregistration.k8s.io", "certificatesigningrequests.certificates.k8s.io", "componentstatuses",
        "controllerrevisions.apps", "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io",
        "csistoragecapacities.storage.k8s.io", "deviceclasses.resource.k8s.io", "endpoints",
        "endpointslices.discovery.k8s.io", "flowschemas.flowcontrol.apiserver.k8s.io", "ipaddresses.networking.k8s.io",
        "leases.coordination.k8s.io", "nodes", "pods", "podtemplates",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", "replicasets.apps", "replicationcontrollers",
        "resourceslices.resource.k8s.io", "servicecidrs.networking.k8s.io", "volumeattachments.storage.k8s.io",
    ]

    /// The path of one object, its parts safe for a URL.
    func path(of id: ObjectID) -> String {
        path(namespace: id.namespace.map(Percent.encode), name: Percent.encode(id.name))
    }
}
