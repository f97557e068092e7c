extension FieldSet {
    package func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var out = FieldSet()
        zip(other) { one, another in
            guard let one, let another else {
                if let node = one ?? another {
                    out.append(node.element, isMember: node.isMember, children: node.children)
                }
                return
            }
            out.append(
                one.element, isMember: one.isMember || another.isMember, children: one.children.union(another.children))
        }
        return out
    }

    package func intersection(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return FieldSet() }
        var out = FieldSet()
        zip(other) { one, another in
            guard let one, let another else { return }
            out.append(
                one.element, isMember: one.isMember && another.isMember,
                children: one.children.intersection(another.children))
        }
        return out
    }

    /// The paths that are here and not there. A path in `other` takes away that path alone, not what lies below it.
    package func subtracting(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        var out = FieldSet()
        zip(other) { one, another in
            guard let one else { return }
            out.append(
                one.element, isMember: one.isMember && !(another?.isMember ?? false),
                children: another.map { one.children.subtracting($0.children) } ?? one.children)
        }
        return out
    }

    /// The paths that are here and neither there nor below one that is there.
    package func subtractingWithChildren(_ other: FieldSet) -> FieldSet {
        if isEmpty || other.isEmpty { return self }
        var out = FieldSet()
        zip(other) { one, another in
            guard let one else { return }
            guard let another else {
                out.append(one.element, isMember: one.isMember, children: one.children)
                return
            }
            guard !another.isMember else { return }
            out.append(
                one.element, isMember: one.isMember,
                children: one.children.subtractingWithChildren(another.children))
        }
        return out
    }

    /// The paths below which there is no other.
    package var leaves: FieldSet {
        var out = FieldSet()
        for node in nodes {
            out.append(node.element, isMember: node.isMember && node.children.isEmpty, children: node.children.leaves)
        }
        return out
    }

    /// The set with every declared field that lies on the way to a member, but not the elements of maps and lists.
    func withDeclaredParents(_ schema: FieldSchema?) -> FieldSet {
        var out = FieldSet()
        for node in nodes {
            var isMember = node.isMember
            if !isMember, !node.children.isEmpty, case .field(let name) = node.element,
                case .object(let type) = schema?.shape,
                type.field(name) != nil
            {
                isMember = true
            }
            out.append(
                node.element, isMember: isMember,
                children: node.children.withDeclaredParents(schema?.below(node.element)))
        }
        return out
    }

    /// Walks both sets' nodes in their order, pairing those with the same element.
    private func zip(_ other: FieldSet, _ body: (Node?, Node?) -> Void) {
        var left = nodes[...]
        var right = other.nodes[...]
        while let one = left.first, let another = right.first {
            let order = one.element.compare(another.element)
            body(order <= 0 ? one : nil, order >= 0 ? another : nil)
            if order <= 0 { left.removeFirst() }
            if order >= 0 { right.removeFirst() }
        }
        for node in left { body(node, nil) }
        for node in right { body(nil, node) }
    }
}

extension FieldSchema {
    /// The schema of what lies behind the path's element.
    func below(_ element: PathElement) -> FieldSchema? {
        switch element {
        case .field(let name): member(name)
        case .key, .value, .index:
            if case .any = shape { self } else { self.element }
        }
    }
}
