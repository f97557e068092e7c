import Formats

/// Every object that the store holds at one moment; only the store changes it.
struct ClusterState: Sendable {
    /// The number of the last write: one counter for all objects.
    private(set) var version: Int64
    private var shelves: [String: ResourceShelf] = [:]

    init(version: Int64) {
        self.version = version
    }

    func object(_ key: ObjectKey) -> StoredObject? { shelves[key.resource]?[key] }

    func objects(_ resource: String, namespace: String? = nil) -> ArraySlice<StoredObject> {
        shelves[resource]?.slice(namespace: namespace) ?? []
    }

    /// The names of the resources that have objects, sorted.
    var resources: [String] { shelves.filter { !$0.value.objects.isEmpty }.keys.sorted() }
}

extension ClusterState {
    /// The event that putting the value in the object's place will be, with the next version.
    func putting(_ key: ObjectKey, _ value: JSON) -> StoreEvent {
        let object = Self.object(key, value, version: version + 1)
        let previous = self.object(key)
        let kind: StoreEvent.Kind = previous == nil ? .added : .modified
        return StoreEvent(kind: kind, version: version + 1, object: object, previous: previous)
    }

    /// The event that removing the object will be: it holds the last state under the version of the deletion.
    func removing(_ live: StoredObject) -> StoreEvent {
        let object = Self.object(live.key, live.value, version: version + 1)
        return StoreEvent(kind: .deleted, version: version + 1, object: object, previous: live)
    }

    private static func object(_ key: ObjectKey, _ value: JSON, version: Int64) -> StoredObject {
        var value = value
        value["metadata"]?["resourceVersion"] = .string(String(version))
        return StoredObject(key: key, version: version, value: value)
    }

    mutating func apply(_ event: StoreEvent) {
        version = event.version
        let key = event.object.key
        switch event.kind {
        case .added, .modified: shelves[key.resource, default: ResourceShelf()].put(event.object)
        case .deleted: shelves[key.resource]?.remove(key)
        }
    }

    /// Takes events back, the newest first: the state becomes the one of that version.
    mutating func takeBack(_ events: ArraySlice<StoreEvent>, to version: Int64) {
        for event in events.reversed() {
            if let previous = event.previous {
                shelves[previous.key.resource, default: ResourceShelf()].put(previous)
            } else {
                shelves[event.object.key.resource]?.remove(event.object.key)
            }
        }
        self.version = version
    }

    /// Takes an entry of the journal over; nil removes.
    mutating func restore(_ key: ObjectKey, _ value: JSON?, version restored: Int64) {
        version = max(version, restored)
        if let value {
            shelves[key.resource, default: ResourceShelf()].put(StoredObject(key: key, version: restored, value: value))
        } else {
            shelves[key.resource]?.remove(key)
        }
    }
}
