package import Formats
package import KubernetesModel

/// What the systems hold now, as far as it could be read.
package struct LiveState: Sendable {
    package var cluster: Observed<LiveCluster>
    package var identity: Observed<LiveIdentity>

    package init(cluster: Observed<LiveCluster>, identity: Observed<LiveIdentity>) {
        self.cluster = cluster
        self.identity = identity
    }
}

/// A system was read whole, or not at all: a partial view is never taken for the truth.
package enum Observed<Value: Sendable>: Sendable {
    /// The environment has no such system, or the run was told to leave it alone.
    case notAsked
    case known(Value)
    /// Reading failed; the reason reads well after `error: ` and names the server.
    case unknown(reason: String)

    package var value: Value? { if case .known(let value) = self { value } else { nil } }
}

/// The cluster: all objects with the marks of this fleet and environment, and what stands in the way of planned ones.
package struct LiveCluster: Sendable {
    /// Marked objects, and objects that have a desired name without being marked, by identity.
    package let objects: [ObjectID: LiveObject]
    /// Every namespace there is, by name, whoever made it.
    package let namespaces: [String: LiveObject]
    /// Everything without our marks that lies in the namespaces of tenants with `state: absent`, as far as it was
    /// looked at: what would go with the namespace and is not ours to remove.
    package let foreign: [ObjectID: LiveObject]

    package init(
        objects: [ObjectID: LiveObject], namespaces: [String: LiveObject], foreign: [ObjectID: LiveObject] = [:]
    ) {
        self.objects = objects
        self.namespaces = namespaces
        self.foreign = foreign
    }
}

/// An object as the server answered it: of Secrets the metadata only, never a value.
package struct LiveObject: Sendable {
    package let id: ObjectID
    package let apiVersion: String
    package let object: JSON

    package init(id: ObjectID, apiVersion: String, object: JSON) {
        self.id = id
        self.apiVersion = apiVersion
        self.object = object
    }

    package var uid: String { object[path: "metadata", "uid"]?.string ?? "" }
    package var labels: JSONObject { object[path: "metadata", "labels"]?.object ?? JSONObject() }
    package var isTerminating: Bool { object[path: "metadata", "deletionTimestamp"] != nil }
}
