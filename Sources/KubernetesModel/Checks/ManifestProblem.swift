package import Formats

/// One thing about a manifest that the API server would refuse.
package struct ManifestProblem: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A field that the kind does not have.
        case unknownField
        /// A value of another type than the field's, or one that cannot be read into it.
        case wrongType
        /// A field that the kind cannot do without.
        case missingField
        /// A value that the kind refuses.
        case wrongValue
    }

    package let kind: Kind
    /// The place in the manifest. What is missing is named too, behind the last thing that is there.
    package let pointer: JSONPointer
    /// Whether the finding is about the member's name rather than its value.
    package let isAboutKey: Bool
    /// Lower case, no full stop; with the field, what was found and what was expected.
    package let message: String

    init(_ kind: Kind, at pointer: JSONPointer, isAboutKey: Bool = false, _ message: String) {
        self.kind = kind
        self.pointer = pointer
        self.isAboutKey = isAboutKey
        self.message = message
    }
}

extension ManifestProblem: Comparable {
    package static func < (left: ManifestProblem, right: ManifestProblem) -> Bool {
        if left.pointer != right.pointer { return left.pointer.tokens.lexicographicallyPrecedes(right.pointer.tokens) }
        return left.message < right.message
    }
}

extension JSONPointer {
    /// The place as people write it: `spec.template.spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`.
    package var display: String {
        var text = ""
        for token in tokens {
            if JSONPointer.index(token) != nil || token.utf8.contains(where: { $0 == 0x2e || $0 == 0x2f }) {
                text += "[\(token)]"
            } else {
                text += text.isEmpty ? token : ".\(token)"
            }
        }
        return text
    }

    /// Whether the other place is this one or lies within it.
    package func contains(_ other: JSONPointer) -> Bool { other.tokens.starts(with: tokens) }

    var parent: JSONPointer { JSONPointer(tokens.dropLast()) }
}
