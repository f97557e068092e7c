package import Formats

extension FieldSet {
    /// The fields that whoever applies the value owns.
    package init(of value: JSON, _ schema: FieldSchema) {
        self = Self.below(value, schema).children
    }

    /// Whether the value is a leaf, and the set of what is in it.
    private static func below(_ value: JSON, _ schema: FieldSchema) -> (isMember: Bool, children: FieldSet) {
        switch schema.atom(of: value) {
        case .scalar, .list(.atomic), .map(isAtomic: true): (true, FieldSet())
        case .list(let kind): (false, elements(value.array ?? [], kind, schema))
        case .map: (false, members(value.object ?? JSONObject(), schema))
        }
    }

    private static func members(_ members: JSONObject, _ schema: FieldSchema) -> FieldSet {
        var set = FieldSet()
        for member in members {
            let (isLeaf, children) = schema.member(member.key).map { below(member.value, $0) } ?? (true, FieldSet())
            var isMember = isLeaf
            if member.value.isNull || member.value.object?.isEmpty == true || !schema.declares(member.key) {
                isMember = true
            }
            set.append(.field(member.key), isMember: isMember, children: children)
        }
        return set
    }

    /// Of elements with one key each, all that is in them; of several with one key, the key alone.
    private static func elements(_ elements: [JSON], _ kind: FieldSchema.ListKind, _ schema: FieldSchema) -> FieldSet {
        var set = FieldSet()
        let paths = elements.map { try? schema.element($0, of: kind) }
        var counts: [PathElement: Int] = [:]
        for path in paths { if let path { counts[path, default: 0] += 1 } }
        for (element, path) in zip(elements, paths) {
            guard let path else { continue }
            let below = counts[path] == 1 ? below(element, schema.elementOrAny).children : FieldSet()
            set.add(path, isMember: true, children: below)
        }
        return set
    }
}
