/// All objects of one resource, sorted as lists show them.
struct ResourceShelf: Sendable {
    private(set) var objects: [StoredObject] = []

    /// The object's place, or the place where it would be.
    private func place(of path: String) -> (index: Int, isPresent: Bool) {
        var low = 0
        var high = objects.count
        while low < high {
            let middle = (low + high) / 2
            if objects[middle].path < path { low = middle + 1 } else { high = middle }
        }
        return (low, low < objects.count && objects[low].path == path)
    }

    subscript(key: ObjectKey) -> StoredObject? {
        let place = place(of: key.path)
        return place.isPresent ? objects[place.index] : nil
    }

    mutating func put(_ object: StoredObject) {
        let place = place(of: object.path)
        if place.isPresent {
            objects[place.index] = object
        } else {
            objects.insert(object, at: place.index)
        }
    }

    mutating func remove(_ key: ObjectKey) {
        let place = place(of: key.path)
        if place.isPresent { objects.remove(at: place.index) }
    }

    /// The objects of one namespace, or all.
    func slice(namespace: String?) -> ArraySlice<StoredObject> {
        guard let namespace else { return objects[...] }
        // `0` follows `/`: everything between the two bounds begins with `namespace/`.
        return objects[place(of: "\(namespace)/").index..<place(of: "\(namespace)0").index]
    }
}
