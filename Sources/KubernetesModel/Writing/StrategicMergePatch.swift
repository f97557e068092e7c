package import Formats

/// Kubernetes' own merge patch, which `kubectl apply` sends: lists that the schema marks are merged by a key.
///
/// Directives: `$patch: replace | delete | merge`, `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`, `$retainKeys`.
package enum StrategicMergePatch {
    package static func apply(_ patch: JSON, to value: JSON, _ schema: FieldSchema) throws(APIStatus) -> JSON {
        try merge(patch, over: value, schema) ?? .object(JSONObject())
    }

    /// Nil where the patch deletes the object.
    private static func merge(_ patch: JSON, over value: JSON?, _ schema: FieldSchema?) throws(APIStatus) -> JSON? {
        guard var changes = patch.object else { return patch }
        switch changes["$patch"]?.string {
        case "replace":
            changes["$patch"] = nil
            return .object(changes)
        case "delete": return nil
        case "merge", nil: changes["$patch"] = nil
        case let other?: throw APIStatus.badRequest("Unknown patch type: \(other)")
        }
        var out = value?.object ?? JSONObject()
        if let kept = changes["$retainKeys"]?.array?.compactMap(\.string) {
            for member in out where !kept.contains(member.key) { out[member.key] = nil }
        }
        for change in changes where !change.key.hasPrefix("$") {
            out[change.key] = try merged(change.value, over: out[change.key], change.key, changes, schema)
        }
        for change in changes where change.key.hasPrefix("$deleteFromPrimitiveList/") {
            remove(change.value, from: &out, String(change.key.dropFirst("$deleteFromPrimitiveList/".count)))
        }
        for change in changes where change.key.hasPrefix("$setElementOrder/") {
            let name = String(change.key.dropFirst("$setElementOrder/".count))
            guard let order = change.value.array, let elements = out[name]?.array else { continue }
            out[name] = .array(sorted(elements, by: order, field(name, schema)?.patchKey))
        }
        return .object(out)
    }

    private static func field(_ name: String, _ schema: FieldSchema?) -> ObjectType.Field? {
        guard case .object(let type)? = schema?.shape else { return nil }
        return type.field(name)
    }

    /// The member's new value, or nil where it goes.
    private static func merged(
        _ change: JSON, over value: JSON?, _ name: String, _ changes: JSONObject, _ schema: FieldSchema?
    ) throws(APIStatus) -> JSON? {
        if change.isNull { return nil }
        let below = schema?.member(name)
        let flags = field(name, schema)?.flags ?? []
        switch change {
        case .object where flags.contains(.patchReplaces): return change
        case .object: return try merge(change, over: value, below)
        case .array(let elements) where flags.contains(.patchMerges):
            return try mergeList(elements, over: value?.array ?? [], field(name, schema)?.patchKey, below?.element)
        default: return change
        }
    }

    private static func mergeList(
        _ changes: [JSON], over elements: [JSON], _ key: String?, _ schema: FieldSchema?
    ) throws(APIStatus) -> JSON {
        guard let key else {
            // A set of scalars.
            return .array(elements + changes.filter { !elements.contains($0) })
        }
        if changes.contains(where: { $0["$patch"] == "replace" }) {
            return .array(changes.filter { $0["$patch"] == nil })
        }
        var out = elements
        for change in changes {
            guard let name = change[key] else {
                throw APIStatus.badRequest("map: \(change.text) does not contain declared merge key: \(key)")
            }
            let place = out.firstIndex { $0[key] == name }
            if let merged = try merge(change, over: place.map { out[$0] }, schema) {
                if let place { out[place] = merged } else { out.append(merged) }
            } else {
                out.removeAll { $0[key] == name }
            }
        }
        return .array(out)
    }

    private static func remove(_ values: JSON, from object: inout JSONObject, _ name: String) {
        guard let elements = object[name]?.array, let gone = values.array else { return }
        let rest = elements.filter { !gone.contains($0) }
        object[name] = .array(rest)
    }

    /// The elements in the given order; those that it does not name keep their place after the one before them.
    private static func sorted(_ elements: [JSON], by order: [JSON], _ key: String?) -> [JSON] {
        func name(_ element: JSON) -> JSON { key.flatMap { element[$0] } ?? element }
        let wanted = order.map(name)
        var groups: [(place: Int, elements: [JSON])] = []
        for element in elements {
            if let place = wanted.firstIndex(of: name(element)) {
                groups.append((place, [element]))
            } else if groups.isEmpty {
                groups.append((-1, [element]))
            } else {
                groups[groups.count - 1].elements.append(element)
            }
        }
        return groups.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
            .flatMap(\.element.elements)
    }
}
