/// A kind that an API server knows, as discovery tells it: how it is called in paths, on the command line and in lists.
package struct ResourceKind: Sendable, Hashable {
    /// `deployments/scale`: a part of an object with a path of its own.
    package struct Subresource: Sendable, Hashable {
        package let name: String
        /// The kind that is sent and answered there: the object's own, or `autoscaling/v1 Scale` and the like.
        package let kind: GroupVersionKind
        package let verbs: [String]

        package init(name: String, kind: GroupVersionKind, verbs: [String]) {
            self.name = name
            self.kind = kind
            self.verbs = verbs
        }
    }

    package let gvk: GroupVersionKind
    /// `deployments`, as in paths.
    package let plural: String
    /// `deployment`
    package let singular: String
    package let shortNames: [String]
    package let categories: [String]
    package let isNamespaced: Bool
    /// In the order of discovery, which is alphabetical.
    package let verbs: [String]
    package let subresources: [Subresource]
    /// The `storageVersionHash` of discovery, where it was recorded.
    package let storageVersionHash: String?

    package init(
        gvk: GroupVersionKind, plural: String, singular: String, shortNames: [String] = [], categories: [String] = [],
        isNamespaced: Bool, verbs: [String] = ResourceKind.allVerbs, subresources: [Subresource] = [],
        storageVersionHash: String? = nil
    ) {
        self.gvk = gvk
        self.plural = plural
        self.singular = singular
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.subresources = subresources
        self.storageVersionHash = storageVersionHash
    }

    package static let allVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    package var group: String { gvk.group }
    package var version: String { gvk.version }
    package var kind: String { gvk.kind }
    package var apiVersion: String { gvk.apiVersion }
    /// `DeploymentList`
    package var listKind: String { gvk.kind + "List" }
    /// `deployments.apps`, as messages name the resource; `configmaps` in the core group.
    package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    /// `Deployment.apps`, as messages name the kind; `ConfigMap` in the core group.
    package var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
    package var hasStatus: Bool { subresource("status") != nil }
    package var hasScale: Bool { subresource("scale") != nil }
    /// Whether objects of the kind are kept: kinds that can only be created (reviews, bindings) are questions.
    package var isStored: Bool { verbs.contains("list") }

    package func subresource(_ name: String) -> Subresource? { subresources.first { $0.name == name } }

    /// `/apis/apps/v1`, or `/api/v1` for the core group.
    package var basePath: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

    /// The path of the kind's list: of a namespace, or of the whole cluster.
    package func path(namespace: String?) -> String {
        guard isNamespaced, let namespace else { return "\(basePath)/\(plural)" }
        return "\(basePath)/namespaces/\(namespace)/\(plural)"
    }

    /// The path of one object.
    package func path(namespace: String?, name: String) -> String { "\(path(namespace: namespace))/\(name)" }
}
