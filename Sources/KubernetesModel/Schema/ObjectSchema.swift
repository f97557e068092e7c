/// The schema of a whole object: its kind and the tree of its fields.
package struct ObjectSchema: Sendable {
    package let gvk: GroupVersionKind
    package let root: FieldSchema

    package init(gvk: GroupVersionKind, root: FieldSchema) {
        self.gvk = gvk
        self.root = root
    }

    /// The schema of a built-in kind; nil for kinds whose types the program does not carry.
    package static func builtin(_ gvk: GroupVersionKind) -> ObjectSchema? {
        let model = APIModel.shared
        guard let name = model.typeNames[gvk], let root = model.library.schema(named: name) else { return nil }
        return ObjectSchema(gvk: gvk, root: root)
    }

    /// The built-in kind's schema; for any other kind one that knows its metadata and allows everything else.
    package static func of(_ gvk: GroupVersionKind) -> ObjectSchema? {
        builtin(gvk)
            ?? APIModel.shared.library.schema(named: SchemaLibrary.untypedName).map { ObjectSchema(gvk: gvk, root: $0) }
    }
}
