package import Formats

/// One place where a live object is not what its manifest asks for.
package struct FieldDifference: Sendable, Hashable {
    /// Somebody other than us who wrote the live value last.
    package struct Owner: Sendable, Hashable {
        package let manager: String
        /// `2026-01-01T00:00:00Z`; nil where the server does not know.
        package let time: String?
        /// Whether a person works with this manager (`kubectl*`), so that its fields may be taken back.
        package let isPerson: Bool

        package init(manager: String, time: String?, isPerson: Bool) {
            self.manager = manager
            self.time = time
            self.isPerson = isPerson
        }
    }

    /// The place in terms of the schema: elements of lists by their keys.
    package let path: FieldPath
    /// Where the states differ, as a JSON Pointer into either; a list of changed length as a whole.
    package let pointer: JSONPointer
    /// The place in the manifest; nil where the manifest does not say anything about it.
    package let desiredPointer: JSONPointer?
    /// The live value; nil where there is none.
    package let before: JSON?
    /// The value after an apply; nil where it goes.
    package let after: JSON?
    /// Set where somebody else wrote the live value: then the difference is drift.
    package let owner: Owner?
    /// Whether the server refuses the change unless it is forced.
    package let isConflict: Bool

    package init(
        path: FieldPath, pointer: JSONPointer, desiredPointer: JSONPointer? = nil, before: JSON?, after: JSON?,
        owner: Owner? = nil, isConflict: Bool = false
    ) {
        self.path = path
        self.pointer = pointer
        self.desiredPointer = desiredPointer
        self.before = before
        self.after = after
        self.owner = owner
        self.isConflict = isConflict
    }

    /// `spec.template.spec.containers[backend].image`
    package var displayPath: String { path.display }
}

extension FieldPath {
    /// The path as people read it: `spec.ports[80/TCP].targetPort`.
    package var display: String {
        var text = ""
        for element in elements {
            switch element {
            case .field(let name):
                // A name with dots, such as a label's, would read as several.
                if name.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) {
                    text += "[\(name)]"
                } else {
                    text += text.isEmpty ? name : ".\(name)"
                }
            case .key(let key): text += "[\(key.map { GoFormat.plain($0.value) }.joined(separator: "/"))]"
            case .value(let value): text += "[\(GoFormat.plain(value))]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}

/// What an apply of a manifest would do to a live object.
package struct ObjectDifference: Sendable {
    /// The manifest with its amounts as the server spells them: what has to be applied for the rest to hold.
    package let manifest: JSON
    /// By place, in the order of the object's members.
    package let fields: [FieldDifference]
    /// The same as plain JSON: pointers to what differs, lists of one length place by place, other lists as a whole.
    package let pointers: [JSONPointer]
    /// Fields of others for which the server would refuse an apply that is not forced.
    package let conflicts: [OwnershipConflict]
    /// Why the server would refuse the apply even when forced.
    package let refusal: APIStatus?
    /// Whether the apply would change who owns what.
    package let changesOwnership: Bool
    /// The object as it would be after a forced apply; nil where it cannot be told.
    package let result: JSON?

    package init(
        manifest: JSON, fields: [FieldDifference] = [], pointers: [JSONPointer] = [],
        conflicts: [OwnershipConflict] = [],
        refusal: APIStatus? = nil, changesOwnership: Bool = false, result: JSON? = nil
    ) {
        self.manifest = manifest
        self.fields = fields
        self.pointers = pointers
        self.conflicts = conflicts
        self.refusal = refusal
        self.changesOwnership = changesOwnership
        self.result = result
    }

    /// Whether an apply would leave the object as it is, but for who owns what and the order of its lists.
    package var isSame: Bool { fields.isEmpty && refusal == nil }
}
