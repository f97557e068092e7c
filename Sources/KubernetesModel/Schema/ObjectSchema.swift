import Formats

/// The schema of a whole object: its kind and the tree of its fields.
package struct ObjectSchema: Sendable {
    package let gvk: GroupVersionKind
    package let root: FieldSchema
    /// What objects are read and written by. Of custom resources only the metadata is: everything else stays as it is sent.
    let encoding: FieldSchema
    /// Of a custom resource: how it is pruned, filled and validated.
    package let custom: CustomSchema?
    let evaluate: RuleEvaluator?

    package init(gvk: GroupVersionKind, root: FieldSchema) {
        self.gvk = gvk
        self.root = root
        encoding = root
        custom = nil
        evaluate = nil
    }

    /// The schema of a custom resource.
    ///
    /// - Parameter evaluate: answers the rules of the schema; without it they are not held to.
    package init(gvk: GroupVersionKind, custom: CustomSchema, evaluate: RuleEvaluator? = nil) {
        let library = APIModel.shared.library
        self.gvk = gvk
        root = CustomFields.root(of: custom, in: library)
        encoding = library.schema(named: SchemaLibrary.untypedName) ?? root
        self.custom = custom
        self.evaluate = evaluate
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

    /// Fills in what is not said, once the object is read.
    func complete(_ object: inout JSON) {
        Defaults.fill(&object, gvk)
        if let custom { object = custom.completed(object) }
    }

    /// What the kind itself refuses.
    func problems(in object: JSON, _ kind: ResourceKind, live: JSON?) -> [FieldProblem] {
        // An amount is no other for being spelt differently.
        let problems = Validation.problems(in: root.respelt(object), kind, live: live.map(root.respelt))
        guard let custom else { return problems }
        return problems + CustomCheck(schema: custom, evaluate: evaluate).problems(in: object, live: live)
    }
}
