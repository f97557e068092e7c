import Formats

/// Reads a mapping of a file whose schema has been checked: what is of another shape counts as missing.
struct Fields {
    let node: Node?
    let file: String

    func place(of node: Node?) -> Place { Place(file: file, mark: node?.mark ?? .start) }

    var place: Place { place(of: node) }

    subscript(key: String) -> Fields { Fields(node: node?[key], file: file) }

    var text: String? { node?.scalar?.text }

    var marked: Marked<String>? { text.map { Marked(value: $0, place: place) } }

    var bool: Bool? {
        if case .bool(let value) = node?.scalar?.resolved { value } else { nil }
    }

    var int: Int? {
        switch node?.scalar?.resolved {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    var number: Double? {
        switch node?.scalar?.resolved {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    var elements: [Fields] { (node?.sequence ?? []).map { Fields(node: $0, file: file) } }

    var markedElements: [Marked<String>] { elements.compactMap(\.marked) }

    var members: [(key: Marked<String>, value: Fields)] {
        (node?.mapping ?? []).map { entry in
            (
                Marked(value: entry.key, place: Place(file: file, mark: entry.keyMark)),
                Fields(node: entry.value, file: file)
            )
        }
    }

    /// A map from names to texts.
    var markedMembers: [String: Marked<String>] {
        Dictionary(members.compactMap { member in member.value.marked.map { (member.key.value, $0) } }) { first, _ in
            first
        }
    }
}
