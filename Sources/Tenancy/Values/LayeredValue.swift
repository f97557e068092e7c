import Expressions
import Formats

/// Who gave a value, from the weakest to the strongest; the fleet gives the defaults of features, a row of a users file what is known
/// of a person.
enum Layer: String, Sendable {
    case fleet
    case blueprint
    case tier
    case environment
    case tenant
    case tenantInEnvironment = "tenant in environment"
    case user
}

/// A value in which every leaf knows who gave it and where.
struct LayeredValue: Sendable {
    indirect enum Content: Sendable {
        /// `written` is the scalar of the file, for a schema that takes it for something else than its text alone tells.
        case scalar(Value, written: Node.Scalar?)
        case list([LayeredValue])
        /// Sorted by the bytes of the key.
        case map([Member])
    }

    struct Member: Sendable {
        let key: String
        /// Where the key stands, in the file of the value.
        let keyMark: Mark
        let value: LayeredValue
    }

    let content: Content
    let layer: Layer
    let place: Place

    init(_ content: Content, _ layer: Layer, _ place: Place) {
        self.content = content
        self.layer = layer
        self.place = place
    }

    init(_ scalar: Value, _ layer: Layer, _ place: Place) {
        self.init(.scalar(scalar, written: nil), layer, place)
    }

    /// A text that knows its place.
    init(_ text: Marked<String>, _ layer: Layer) {
        self.init(.scalar(.string(text.value), written: nil), layer, text.place)
    }

    /// The node as it is written; nulls stay, for `over` to act on.
    init(_ node: Node, _ layer: Layer, file: String) {
        let content: Content =
            switch node.content {
            case .scalar(let scalar): .scalar(Value(scalar.json), written: scalar)
            case .sequence(let elements): .list(elements.map { LayeredValue($0, layer, file: file) })
            case .mapping(let entries):
                Self.map(
                    entries.map {
                        Member(key: $0.key, keyMark: $0.keyMark, value: LayeredValue($0.value, layer, file: file))
                    })
            }
        self.init(content, layer, Place(file: file, mark: node.mark))
    }

    /// A map of members in any order.
    static func map(_ members: [(String, LayeredValue)]) -> Content {
        map(members.map { Member(key: $0.0, keyMark: $0.1.place.mark, value: $0.1) })
    }

    private static func map(_ members: [Member]) -> Content {
        // Mostly they are sorted already, and nothing has to be moved.
        for index in members.indices.dropFirst()
        where !ByteOrder.precedes(members[index - 1].key, members[index].key) {
            return .map(members.sorted { ByteOrder.precedes($0.key, $1.key) })
        }
        return .map(members)
    }

    static func empty(_ layer: Layer, _ place: Place) -> LayeredValue {
        LayeredValue(.map([]), layer, place)
    }

    var isNull: Bool {
        if case .scalar(.null, _) = content { true } else { false }
    }

    /// This value laid over another one: maps merge, lists replace, null removes.
    func over(_ base: LayeredValue) -> LayeredValue {
        guard case .map(let upper) = content else { return self }
        let lower: [Member] = if case .map(let members) = base.content { members } else { [] }
        var merged: [Member] = []
        merged.reserveCapacity(upper.count + lower.count)
        var (high, low) = (0, 0)
        while high < upper.count || low < lower.count {
            let order =
                high == upper.count ? 1 : low == lower.count ? -1 : ByteOrder.compare(upper[high].key, lower[low].key)
            if order > 0 {
                merged.append(lower[low])
                low += 1
                continue
            }
            let member = upper[high]
            if !member.value.isNull {
                // Also where there is nothing below: nulls further in have nothing to remove, and go.
                let under = order == 0 ? lower[low].value : .empty(member.value.layer, member.value.place)
                merged.append(
                    Member(key: member.key, keyMark: member.keyMark, value: member.value.over(under)))
            }
            high += 1
            if order == 0 { low += 1 }
        }
        return LayeredValue(.map(merged), layer, place)
    }

    subscript(key: String) -> LayeredValue? {
        switch content {
        case .scalar: return nil
        case .list(let elements):
            guard let index = Int(key), elements.indices.contains(index) else { return nil }
            return elements[index]
        case .map(let members):
            var (low, high) = (0, members.count)
            while low < high {
                let middle = (low + high) / 2
                let order = ByteOrder.compare(members[middle].key, key)
                if order == 0 { return members[middle].value }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }

    /// Where the last key of the path stands.
    func keyPlace(_ path: [String]) -> Place? {
        guard let last = path.last, case .map(let members)? = lookUp(path.dropLast())?.content,
            let member = members.first(where: { $0.key == last })
        else { return nil }
        return Place(file: member.value.place.file, mark: member.keyMark)
    }

    /// What lies behind the path, as far as it leads: of a path that goes on below a leaf, the leaf.
    func lookUp(_ path: some Sequence<String>) -> LayeredValue? {
        var found = self
        for key in path {
            if case .scalar = found.content { return found }
            guard let next = found[key] else { return nil }
            found = next
        }
        return found
    }

    /// The value behind a path that leads through maps alone.
    func field(at path: some Sequence<String>) -> LayeredValue? {
        var found = self
        for key in path {
            guard case .map = found.content, let next = found[key] else { return nil }
            found = next
        }
        return found
    }

    /// The value without its places, for expressions.
    var value: Value {
        switch content {
        case .scalar(let value, _): value
        case .list(let elements): .list(elements.map(\.value))
        case .map(let members):
            .map(ValueMap(ascending: members.map { ValueMap.Entry(key: .string($0.key), value: $0.value.value) }))
        }
    }

    /// The value as a tree for a schema; its marks mean nothing.
    var node: Node {
        switch content {
        case .scalar(let value, let written):
            written.map { Node(.scalar($0), at: .start) } ?? Node(value.json ?? .null)
        case .list(let elements): Node(.sequence(elements.map(\.node)), at: .start)
        case .map(let members):
            Node(.mapping(members.map { Node.Entry(key: $0.key, keyMark: .start, value: $0.value.node) }), at: .start)
        }
    }

    /// The same value with the types that a schema found in it: `json` has the same shape.
    func typed(_ json: JSON) -> LayeredValue {
        switch (content, json) {
        case (.list(let elements), .array(let values)) where elements.count == values.count:
            LayeredValue(.list(zip(elements, values).map { $0.typed($1) }), layer, place)
        case (.map(let members), .object(let object)):
            LayeredValue(
                .map(
                    members.map { member in
                        Member(
                            key: member.key, keyMark: member.keyMark,
                            value: object[member.key].map(member.value.typed) ?? member.value)
                    }), layer, place)
        case (.scalar, _): LayeredValue(Value(json), layer, place)
        default: self
        }
    }

    /// Calls the closure with every leaf and its path; an empty list or map is a leaf.
    func forEachLeaf(_ path: [String] = [], _ visit: ([String], LayeredValue) -> Void) {
        switch content {
        case .list(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() { element.forEachLeaf(path + [String(index)], visit) }
        case .map(let members) where !members.isEmpty:
            for member in members { member.value.forEachLeaf(path + [member.key], visit) }
        default: visit(path, self)
        }
    }
}
