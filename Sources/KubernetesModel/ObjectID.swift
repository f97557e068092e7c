/// A kind of object as the API names it: `apps/v1`, `Deployment`.
package struct GroupVersionKind: Sendable, Hashable {
    package let group: String
    package let version: String
    package let kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// `v1` is the version of the group without a name; anything else is `group/version`.
    package init(apiVersion: String, kind: String) {
        if let slash = apiVersion.firstIndex(of: "/") {
            group = String(apiVersion[..<slash])
            version = String(apiVersion[apiVersion.index(after: slash)...])
        } else {
            group = ""
            version = apiVersion
        }
        self.kind = kind
    }

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

/// What makes an object one and the same whichever version it is read in: group, kind, namespace and name.
package struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Empty for the core group.
    package let group: String
    package let kind: String
    /// Nil for objects of the cluster.
    package let namespace: String?
    package let name: String

    package init(group: String, kind: String, namespace: String?, name: String) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// `Deployment tenant-acme/backend`, as plans show it.
    package var description: String { "\(kind) \(path)" }

    /// `tenant-acme/backend`, or the name alone for objects of the cluster.
    package var path: String { namespace.map { "\($0)/\(name)" } ?? name }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.namespace ?? "", left.kind, left.name, left.group)
            < (right.namespace ?? "", right.kind, right.name, right.group)
    }
}
