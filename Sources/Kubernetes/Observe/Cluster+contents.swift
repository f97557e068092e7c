import KubernetesModel
package import Planning

/// Everything that lies in some namespaces, and may have been made by somebody.
package struct ClusterContents: Sendable {
    /// By name.
    package let namespaces: [LiveObject]
    /// In order. Of Secrets the metadata alone.
    package let objects: [LiveObject]
    /// Kinds that we may not list.
    package let hidden: [String]

    /// The same of some of the namespaces.
    package func restricted(to kept: [LiveObject]) -> ClusterContents {
        let names = Set(kept.map(\.id.name))
        return ClusterContents(
            namespaces: kept, objects: objects.filter { names.contains($0.id.namespace ?? "") }, hidden: hidden)
    }
}

extension Cluster {
    /// Reads namespaces with all that is in them. The cluster is read whole or not at all, but for kinds that we may not see.
    ///
    /// - Parameter names: nil for all namespaces.
    package func contents(of names: [String]?) async throws(Failure) -> ClusterContents {
        let discovered = try await allKinds()
        guard let namespaceKind = try await kind(GroupVersionKind(group: "", version: "v1", kind: "Namespace")) else {
            throw Failure(.unreachable, "\(origin) knows no namespaces")
        }
        let listed = try await KindList(namespaceKind, isMetadataOnly: false).objects(self) ?? []
        let namespaces = listed.filter { names?.contains($0.id.name) ?? true }.sorted { $0.id < $1.id }
        let kinds = discovered.kinds.filter { $0.isNamespaced && $0.mayHoldOurs }
        // One list of each kind, or one in each namespace that was named: rights may end there.
        let places: [String?] = names == nil ? [nil] : namespaces.map(\.id.name)
        let lists = kinds.flatMap { kind in
            places.map { KindList(kind, namespace: $0, isMetadataOnly: false, mayBeHidden: true) }
        }
        let found = try await allOf(lists) { (list) throws(Failure) in
            (kind: list.kind.qualifiedPlural, objects: try await list.objects(self))
        }
        let held = Set(namespaces.map(\.id.name))
        return ClusterContents(
            namespaces: namespaces,
            objects: found.flatMap { $0.objects ?? [] }.filter { held.contains($0.id.namespace ?? "") }
                .sorted { $0.id < $1.id },
            hidden: Set(found.filter { $0.objects == nil }.map(\.kind)).sorted())
    }
}
