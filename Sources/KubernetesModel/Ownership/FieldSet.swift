/// A set of paths: which fields a manager owns, or which a change touches.
///
/// A tree in the shape of the object: a node is in the set (`isMember`), has nodes below it, or both.
package struct FieldSet: Sendable, Hashable {
    package struct Node: Sendable, Hashable {
        package let element: PathElement
        package var isMember: Bool
        package var children: FieldSet

        package init(element: PathElement, isMember: Bool, children: FieldSet) {
            self.element = element
            self.isMember = isMember
            self.children = children
        }
    }

    /// By element; none without being a member or having a member below it.
    package private(set) var nodes: [Node] = []

    package init() {}

    /// The nodes have to be sorted.
    init(sorted nodes: [Node]) {
        self.nodes = nodes
    }

    package init(_ paths: [FieldPath]) {
        for path in paths { insert(path) }
    }

    package var isEmpty: Bool { nodes.isEmpty }

    /// Adds the path, but not the paths above it.
    package mutating func insert(_ path: FieldPath) { insert(path.elements[...]) }

    private mutating func insert(_ path: ArraySlice<PathElement>) {
        guard let first = path.first else { return }
        let rest = path.dropFirst()
        let index = place(of: first)
        if index == nodes.count || nodes[index].element != first {
            nodes.insert(Node(element: first, isMember: false, children: FieldSet()), at: index)
        }
        if rest.isEmpty {
            nodes[index].isMember = true
        } else {
            nodes[index].children.insert(rest)
        }
    }

    /// Adds a node that comes after all others, unless there is nothing in it.
    mutating func append(_ element: PathElement, isMember: Bool, children: FieldSet) {
        guard isMember || !children.isEmpty else { return }
        nodes.append(Node(element: element, isMember: isMember, children: children))
    }

    /// Adds a node in its place, uniting it with what is there.
    mutating func add(_ element: PathElement, isMember: Bool, children: FieldSet) {
        guard isMember || !children.isEmpty else { return }
        let index = place(of: element)
        if index < nodes.count, nodes[index].element == element {
            nodes[index].isMember = nodes[index].isMember || isMember
            nodes[index].children = nodes[index].children.union(children)
        } else {
            nodes.insert(Node(element: element, isMember: isMember, children: children), at: index)
        }
    }

    package func contains(_ path: FieldPath) -> Bool {
        guard let last = path.elements.last else { return false }
        var set = self
        for element in path.elements.dropLast() { set = set.below(element) }
        return set.node(last)?.isMember ?? false
    }

    package func node(_ element: PathElement) -> Node? {
        let index = place(of: element)
        return index < nodes.count && nodes[index].element == element ? nodes[index] : nil
    }

    /// What the set holds below the element.
    package func below(_ element: PathElement) -> FieldSet { node(element)?.children ?? FieldSet() }

    /// Every path of the set: of a level those that are members first, then what lies below each, as the server lists them.
    package var paths: [FieldPath] {
        var found: [FieldPath] = []
        collect(into: &found, prefix: FieldPath())
        return found
    }

    private func collect(into found: inout [FieldPath], prefix: FieldPath) {
        for node in nodes where node.isMember { found.append(prefix.appending(node.element)) }
        for node in nodes { node.children.collect(into: &found, prefix: prefix.appending(node.element)) }
    }

    private func place(of element: PathElement) -> Int {
        if let last = nodes.last, last.element < element { return nodes.count }
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            if nodes[middle].element < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
