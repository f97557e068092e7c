import Formats

/// How the writes of the store stand in the journal: replayed in order they make the store again.
enum StoreJournal {
    static let part = "kubernetes"

    static func record(_ event: StoreEvent) -> JSON {
        let key = event.object.key
        var record: JSONObject = ["resource": .string(key.resource), "version": .int(event.version)]
        switch event.kind {
        case .added, .modified: record["put"] = event.object.value
        case .deleted: record["delete"] = .string(key.path)
        }
        return .object(record)
    }

    /// Takes a record over; nil where it is not one that `record` made.
    static func replay(_ record: JSON, into store: ClusterStore) -> Void? {
        guard let resource = record["resource"]?.string, let version = record["version"]?.int else { return nil }
        if let value = record["put"] {
            let metadata = value["metadata"]
            let key = ObjectKey(
                resource: resource, namespace: metadata?["namespace"]?.string ?? "",
                name: metadata?["name"]?.string ?? "")
            return store.restore(key, value, version: version)
        }
        guard let path = record["delete"]?.string else { return nil }
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        let key = ObjectKey(resource: resource, namespace: parts.count == 2 ? parts[0] : "", name: parts.last ?? "")
        return store.restore(key, nil, version: version)
    }
}
