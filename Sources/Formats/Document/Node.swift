/// A node of a parsed YAML document, with the place where it begins.
package struct Node: Sendable {
    package let mark: Mark
    package var content: Content

    package enum Content: Sendable {
        case scalar(Scalar)
        case sequence([Node])
        case mapping([Entry])
    }

    /// The text of a scalar as written, unescaped, and whether it was plain: only a plain scalar can be anything but a string.
    package struct Scalar: Sendable, Hashable {
        package let text: String
        package let isPlain: Bool

        package init(text: String, isPlain: Bool) {
            self.text = text
            self.isPlain = isPlain
        }
    }

    /// One `key: value` of a mapping, in the order of the file. Keys are unique scalars.
    package struct Entry: Sendable {
        package let key: String
        package let keyMark: Mark
        package var value: Node

        package init(key: String, keyMark: Mark, value: Node) {
            self.key = key
            self.keyMark = keyMark
            self.value = value
        }
    }

    package init(_ content: Content, at mark: Mark) {
        self.content = content
        self.mark = mark
    }
}

extension Node {
    package var scalar: Scalar? { if case .scalar(let value) = content { value } else { nil } }
    package var sequence: [Node]? { if case .sequence(let value) = content { value } else { nil } }
    package var mapping: [Entry]? { if case .mapping(let value) = content { value } else { nil } }

    /// The value of the mapping's key, or nil where this is no mapping or has no such key.
    package subscript(key: String) -> Node? { entry(key)?.value }

    package func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { ByteOrder.isSame($0.key, key) }
    }
}
