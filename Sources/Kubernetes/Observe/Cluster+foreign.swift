import Formats
import KubernetesModel
import Planning

/// What would go with something of ours without being named: content of namespaces, objects of defined kinds.
extension Cluster {
    /// Whatever lies in namespaces that are to go or is of kinds that are, and is not among the marked objects.
    func foreign(
        _ scope: ObservationScope, _ discovered: Discovered?, _ namespaces: [String: LiveObject],
        _ objects: [ObjectID: LiveObject]
    ) async throws(Failure) -> [ObjectID: LiveObject] {
        var lists = try await contents(of: leavingNamespaces(scope, namespaces), discovered)
        for definition in objects.values.sorted(by: { $0.id < $1.id }) where isLeaving(definition, scope) {
            guard let defined = definition.definedKind, let kind = try await kind(defined) else { continue }
            lists.append(KindList(kind, isMetadataOnly: true))
        }
        var foreign: [ObjectID: LiveObject] = [:]
        for list in try await allOf(lists, { (list) throws(Failure) in try await list.objects(self) ?? [] }) {
            for object in list where objects[object.id] == nil { foreign[object.id] = object }
        }
        return foreign
    }

    /// The definitions that are to go, whole: the lists by label may have shown their metadata alone.
    func leavingDefinitions(
        _ scope: ObservationScope, _ objects: [ObjectID: LiveObject]
    ) async throws(Failure) -> [LiveObject] {
        var definitions: [LiveObject] = []
        for object in objects.values.sorted(by: { $0.id < $1.id })
        where object.id.isDefinition && isLeaving(object, scope) && object.definedKind == nil {
            let gvk = GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind)
            if let definition = try await find(object.id, gvk) { definitions.append(definition) }
        }
        return definitions
    }

    private func isLeaving(_ object: LiveObject, _ scope: ObservationScope) -> Bool {
        object.bears(scope) && !scope.wanted.contains(object.id)
    }

    /// Those of tenants that leave, and those of scope environment that nobody asks for any more.
    private func leavingNamespaces(_ scope: ObservationScope, _ namespaces: [String: LiveObject]) -> [String] {
        let others = namespaces.values.filter { isLeaving($0, scope) && $0.labels[Marks.tenant] == nil }
        return Set(scope.leavingNamespaces + others.map(\.id.name)).filter { namespaces[$0] != nil }.sorted()
    }

    /// A kind that cannot be listed may hold what nobody wants to lose: then nothing is known of the content.
    private func contents(of namespaces: [String], _ discovered: Discovered?) async throws(Failure) -> [KindList] {
        guard let first = namespaces.first else { return [] }
        var known = discovered
        if known == nil { known = try await allKinds() }
        guard let known else { return [] }
        if let silent = known.silent.first {
            throw Failure(
                .unreachable,
                "cannot tell on \(origin) what lies in namespace \(first), which is to be removed: \(silent), an aggregated "
                    + "API, does not answer; mend it or remove its APIService")
        }
        let kinds = known.kinds.filter {
            $0.isNamespaced && $0.verbs.contains("list") && $0.verbs.contains("delete") && !$0.isEvent
        }
        return namespaces.flatMap { namespace in
            kinds.map { KindList($0, namespace: namespace, isMetadataOnly: true) }
        }
    }
}
