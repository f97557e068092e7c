import Formats
import KubernetesModel

/// What would go with a namespace without being ours to remove, as far as it is known.
struct NamespaceContent {
    /// Claims and Secrets first, then by identity.
    let foreign: [ObjectID]
    private let namespace: String

    /// - Parameter going: objects of ours that are meant to go.
    init(of namespace: String, in comparison: ClusterComparison, going: Set<ObjectID>) {
        self.namespace = namespace
        var content = comparison.live.foreign.merging(comparison.live.objects) { _, marked in marked }
        content = content.filter { $0.key.namespace == namespace }
        let owned = Self.owned(by: going, in: content)
        foreign = content.keys
            .filter { !going.contains($0) && !owned.contains($0) && !Self.comesByItself($0) }
            .sorted { ($0.isData ? 0 : 1, $0) < ($1.isData ? 0 : 1, $1) }
    }

    /// `Deployment web, Job migrate and 3 more`: data first.
    static func names(of objects: [ObjectID], atMost limit: Int) -> String {
        let sorted = objects.sorted { ($0.isData ? 0 : 1, $0) < ($1.isData ? 0 : 1, $1) }
        let shown = sorted.prefix(limit).map { "\($0.kind) \($0.name)" }.joined(separator: ", ")
        return sorted.count > limit ? "\(shown) and \(sorted.count - limit) more" : shown
    }

    /// Why the namespace stays; nil where nothing of others is known to be in it.
    var refusal: String? {
        guard !foreign.isEmpty else { return nil }
        return
            "holds what is not ours: \(Self.names(of: foreign, atMost: 3)); remove it, or say deletion: {cascade: true}"
    }

    /// Everything that hangs on ours by ownerReferences, over any number of steps: pods of a replica set of ours.
    private static func owned(by going: Set<ObjectID>, in content: [ObjectID: LiveObject]) -> Set<ObjectID> {
        var uids = Set(going.compactMap { content[$0]?.uid })
        var owned: Set<ObjectID> = []
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for (id, object) in content where !owned.contains(id) && object.owners.contains(where: uids.contains) {
                owned.insert(id)
                uids.insert(object.uid)
                hasGrown = true
            }
        }
        return owned
    }

    /// What a control plane puts into every namespace, and what lives and dies with other objects.
    private static func comesByItself(_ id: ObjectID) -> Bool {
        switch (id.kind, id.name) {
        case ("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"): true
        case ("Event", _), ("EndpointSlice", _), ("Endpoints", _), ("Lease", _): true
        default: false
        }
    }
}

extension ObjectID {
    /// What is lost for good.
    fileprivate var isData: Bool {
        group.isEmpty && (kind == "PersistentVolumeClaim" || kind == "Secret")
            || group == "apps" && kind == "StatefulSet"
    }
}

extension LiveObject {
    fileprivate var owners: [String] {
        (object[path: "metadata", "ownerReferences"]?.array ?? []).compactMap { $0["uid"]?.string }
    }
}
