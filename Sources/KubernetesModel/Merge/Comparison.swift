package import Formats

/// What differs between two states of an object, as paths in the object's terms.
package struct Comparison: Sendable, Hashable {
    package private(set) var removed = FieldSet()
    package private(set) var modified = FieldSet()
    package private(set) var added = FieldSet()

    package var isSame: Bool { removed.isEmpty && modified.isEmpty && added.isEmpty }

    package init(_ old: JSON, _ new: JSON, _ schema: FieldSchema) {
        compare(old, new, schema, FieldPath())
    }

    /// Takes out fields that do not count, with what lies below them.
    mutating func exclude(_ fields: FieldSet) {
        removed = removed.subtractingWithChildren(fields)
        modified = modified.subtractingWithChildren(fields)
        added = added.subtractingWithChildren(fields)
    }

    private mutating func compare(_ old: JSON?, _ new: JSON?, _ schema: FieldSchema, _ path: FieldPath) {
        if let old, let new, old == new || Self.areSameNumber(old, new) { return }
        let (one, other) = (schema.atom(of: old ?? new), schema.atom(of: new ?? old))
        var isLeaf = false
        if one != other { isLeaf = walk(old, new, one, schema, path, isLeaf: isLeaf) }
        isLeaf = walk(old, new, other, schema, path, isLeaf: isLeaf)
        guard !isLeaf else { return }
        if old == nil { added.insert(path) } else if new == nil { removed.insert(path) }
    }

    /// Whether one is a whole number that the other writes with a point.
    private static func areSameNumber(_ old: JSON, _ new: JSON) -> Bool {
        switch (old, new) {
        case (.int(let whole), .double(let number)), (.double(let number), .int(let whole)): Double(whole) == number
        default: false
        }
    }

    /// Whether the value was compared as one.
    private mutating func walk(
        _ old: JSON?, _ new: JSON?, _ atom: Atom, _ schema: FieldSchema, _ path: FieldPath, isLeaf: Bool
    ) -> Bool {
        switch atom {
        case .list(let kind) where kind != .atomic && !((old?.array ?? []).isEmpty && (new?.array ?? []).isEmpty):
            compareElements(old?.array ?? [], new?.array ?? [], kind, schema, path)
            return false
        case .map(isAtomic: false)
        where !((old?.object ?? JSONObject()).isEmpty && (new?.object ?? JSONObject()).isEmpty):
            (old?.object ?? JSONObject()).zip(new?.object ?? JSONObject()) { key, one, other in
                guard let member = schema.member(key) else { return }
                compare(one, other, member, path.appending(.field(key)))
            }
            return false
        default:
            if isLeaf { return true }
            if old == nil {
                added.insert(path)
            } else if new == nil {
                removed.insert(path)
            } else {
                modified.insert(path)
            }
            return true
        }
    }

    private mutating func compareElements(
        _ old: [JSON], _ new: [JSON], _ kind: FieldSchema.ListKind, _ schema: FieldSchema, _ path: FieldPath
    ) {
        let (left, right) = (grouped(old, kind, schema), grouped(new, kind, schema))
        let keys = left.keys + right.keys.filter { left.values[$0] == nil }
        for key in keys {
            let (ones, others) = (left.values[key] ?? [], right.values[key] ?? [])
            let place = path.appending(key)
            if ones.count <= 1, others.count <= 1 {
                compare(ones.first, others.first, schema.elementOrAny, place)
            } else if ones.count >= 2, others.count >= 2 {
                if ones != others { modified.insert(place) }
            } else if ones.count >= 2 {
                if let other = others.first { compare(nil, other, schema.elementOrAny, place) }
                removed.insert(place)
            } else {
                if let one = ones.first { compare(one, nil, schema.elementOrAny, place) }
                added.insert(place)
            }
        }
    }

    private func grouped(
        _ elements: [JSON], _ kind: FieldSchema.ListKind, _ schema: FieldSchema
    ) -> (keys: [PathElement], values: [PathElement: [JSON]]) {
        var keys: [PathElement] = []
        var values: [PathElement: [JSON]] = [:]
        for element in elements {
            guard let key = try? schema.element(element, of: kind) else { continue }
            if values[key] == nil { keys.append(key) }
            values[key, default: []].append(element)
        }
        return (keys, values)
    }
}
