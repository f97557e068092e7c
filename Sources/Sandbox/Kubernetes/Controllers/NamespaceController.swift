import Formats

/// Fills new namespaces with what every one has, and empties those that are to go.
struct NamespaceController: Controller {
    private static let account = "default"
    private static let bundle = "kube-root-ca.crt"
    private static let finalizer = "kubernetes"

    func affected(by event: StoreEvent, _ cluster: ControllerContext) -> [ObjectKey] {
        let key = event.object.key
        if key.resource == "namespaces" { return [key] }
        guard event.kind == .deleted, !key.namespace.isEmpty else { return [] }
        let home = ObjectKey(resource: "namespaces", namespace: "", name: key.namespace)
        guard let namespace = cluster.store.object(home) else { return [] }
        // What every namespace has comes back; a namespace that is to go may be empty now.
        let isStandard = key.name == Self.account || key.name == Self.bundle
        return namespace.isBeingDeleted || isStandard ? [home] : []
    }

    func reconcile(_ key: ObjectKey, _ cluster: ControllerContext) throws -> Duration? {
        guard let namespace = cluster.store.object(key) else { return nil }
        guard namespace.isBeingDeleted else {
            try fill(key.name, cluster)
            return nil
        }
        return try empty(namespace, cluster)
    }

    private func fill(_ name: String, _ cluster: ControllerContext) throws {
        if cluster.object("serviceaccounts", name, Self.account) == nil {
            let account: JSON = [
                "apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(Self.account)],
            ]
            try cluster.create("serviceaccounts", in: name, account)
        }
        guard cluster.object("configmaps", name, Self.bundle) == nil else { return }
        let bundle: JSON = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(Self.bundle), "annotations": ["kubernetes.io/description": .string(Self.description)],
            ],
            "data": ["ca.crt": .string(cluster.authority)],
        ]
        try cluster.create("configmaps", in: name, bundle)
    }

    private static let description = """
        Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the \
        internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of \
        Kubernetes clusters.
        """

    /// Removes what lies in the namespace, and the namespace when nothing is left.
    private func empty(_ namespace: StoredObject, _ cluster: ControllerContext) throws -> Duration? {
        let name = namespace.key.name
        for object in contents(of: name, cluster) where !object.isBeingDeleted { try cluster.remove(object) }
        let left = contents(of: name, cluster)
        guard left.isEmpty else {
            try report(left, in: namespace, cluster)
            return nil
        }
        try cluster.change(namespace, subresource: "finalize") { $0["spec"]?["finalizers"] = nil }
        return nil
    }

    private func contents(of name: String, _ cluster: ControllerContext) -> [StoredObject] {
        let state = cluster.store.snapshot()
        return state.resources.flatMap { state.objects($0, namespace: name) }
    }

    private func report(_ left: [StoredObject], in namespace: StoredObject, _ cluster: ControllerContext) throws {
        let kinds = Self.counts(
            left.map { object in
                let parts = object.key.resource.split(separator: ".", maxSplits: 1)
                return "\(parts[0]).\(parts.count > 1 ? String(parts[1]) : "")"
            })
        let finalizers = Self.counts(left.flatMap(\.finalizers))
        let remaining = kinds.map { "\($0.name) has \($0.count) resource instances" }.joined(separator: ", ")
        let holding = finalizers.map { "\($0.name) in \($0.count) resource instances" }.joined(separator: ", ")
        let conditions = [
            Condition(
                type: "NamespaceDeletionDiscoveryFailure", status: false, reason: "ResourcesDiscovered",
                message: "All resources successfully discovered"),
            Condition(
                type: "NamespaceDeletionGroupVersionParsingFailure", status: false, reason: "ParsedGroupVersions",
                message: "All legacy kube types successfully parsed"),
            Condition(
                type: "NamespaceDeletionContentFailure", status: false, reason: "ContentDeleted",
                message: "All content successfully deleted, may be waiting on finalization"),
            Condition(
                type: "NamespaceContentRemaining", status: true, reason: "SomeResourcesRemain",
                message: "Some resources are remaining: \(remaining)"),
            holding.isEmpty
                ? Condition(
                    type: "NamespaceFinalizersRemaining", status: false, reason: "ContentHasNoFinalizers",
                    message: "All content-preserving finalizers finished")
                : Condition(
                    type: "NamespaceFinalizersRemaining", status: true, reason: "SomeFinalizersRemain",
                    message: "Some content in the namespace has finalizers remaining: \(holding)"),
        ]
        let earlier = namespace.value["status"]?["conditions"]?.array ?? []
        var status = namespace.value["status"] ?? [:]
        status["conditions"] = .array(conditions.map { $0.json(earlier, time: cluster.time, with: []) })
        try cluster.setStatus(namespace, status)
    }

    private static func counts(_ names: [String]) -> [(name: String, count: Int)] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).map { (name: $0.key, count: $0.value) }
            .sorted { $0.name < $1.name }
    }
}
