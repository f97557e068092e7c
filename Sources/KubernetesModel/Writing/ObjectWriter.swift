package import Formats

/// What the server hands out when an object is created.
package struct Allocations: Sendable {
    package let uid: String
    /// The address for a Service that does not bring its own.
    package let clusterIP: String

    package init(uid: String, clusterIP: String = "") {
        self.uid = uid
        self.clusterIP = clusterIP
    }
}

/// What a write makes of objects of one kind, as the API server does it: reading, filling in defaults, ownership of fields,
/// what the kind itself sets, validation.
///
/// Nothing is stored here: the result is the object to store, without a new `resourceVersion`.
package struct ObjectWriter: Sendable {
    package let kind: ResourceKind
    package let schema: ObjectSchema
    /// Empty for the object itself; `status` for its status.
    package let subresource: String
    /// The `fieldManager` of the request.
    package let manager: String
    /// The time of the request: `2026-01-01T00:00:00Z`.
    package let time: String
    /// Whether the kind's own validation has a say. Without it a write shows what it would change if it were allowed.
    package var validates = true
    /// What others make of an object after it was read and before it is validated. Nobody owns what they change.
    package var admission: Admission?

    package typealias Admission = @Sendable (_ object: JSON, _ schema: ObjectSchema) throws(APIStatus) -> JSON

    /// Without a schema, that of the built-in kind is taken.
    package init?(
        kind: ResourceKind, schema: ObjectSchema? = nil, subresource: String = "", manager: String, time: String
    ) {
        guard let schema = schema ?? ObjectSchema.of(kind.gvk) else { return nil }
        self.kind = kind
        self.schema = schema
        self.subresource = subresource
        self.manager = manager
        self.time = time
    }

    /// What POST makes of the object. Its name, where it is generated, is there already.
    package func create(_ object: JSON, _ allocations: Allocations) throws(APIStatus) -> JSON {
        let new = try read(object)
        var managed = Self.managed(new) ?? ManagedFields()
        let written = schema.encoding.stored(Self.withoutManagedFields(new), keepsRequired: true)
        managed.recordUpdate(from: empty, to: written, context(.update))
        return try begin(new, managed, allocations)
    }

    /// What PUT makes of the live object, or the patch that led to the new one.
    package func update(_ live: JSON, to object: JSON, by patch: ObjectPatch? = nil) throws(APIStatus) -> JSON {
        let new = try read(object, from: patch)
        return try store(new, over: live)
    }

    /// Throws where the object of a request's body is none of the kind.
    package func checkReadable(_ object: JSON) throws(APIStatus) { _ = try read(object) }

    /// What a patch makes of the live object, other than an apply.
    package func patch(_ live: JSON, with patch: ObjectPatch) throws(APIStatus) -> JSON {
        let patched = try patch.applied(to: live, schema)
        return try update(live, to: patched, by: patch)
    }

    /// What server-side apply makes of the live object, or of none.
    package func apply(
        _ config: JSON, to live: JSON?, force: Bool, _ allocations: Allocations
    ) throws(APIStatus) -> JSON {
        try check(config)
        guard let live else {
            var managed = ManagedFields()
            let (merged, _) = managed.apply(config, to: empty, context(.apply))
            return try begin(try convert(merged ?? empty), managed, allocations)
        }
        try checkLive(live)
        let merge = merge(config, over: live)
        if !force, !merge.conflicts.isEmpty { throw APIStatus.conflicts(merge.conflicts) }
        return try complete(merge, over: live)
    }

    /// An apply before the object is completed and validated.
    struct Merge {
        /// Nil where the configuration changes nothing.
        let object: JSON?
        let managed: ManagedFields
        /// Who owned what before, with somebody for what nobody claimed.
        let owners: ManagedFields
        /// What the object says of that.
        let recorded: ManagedFields
        /// The fields of others for which the apply has to be forced.
        let conflicts: [OwnershipConflict]
    }

    func merge(_ config: JSON, over live: JSON) -> Merge {
        let owners = owners(of: live)
        var managed = owners
        let (object, conflicts) = managed.apply(config, to: Self.withoutManagedFields(live), context(.apply))
        return Merge(
            object: object, managed: managed, owners: owners, recorded: Self.managed(live) ?? ManagedFields(),
            conflicts: conflicts)
    }

    func complete(_ merge: Merge, over live: JSON) throws(APIStatus) -> JSON {
        guard let merged = merge.object ?? admission.map({ _ in Self.withoutManagedFields(live) }) else {
            return merge.recorded.equalsExceptTimes(merge.managed) ? live : merge.managed.written(into: live)
        }
        return try finish(try convert(merged), merge.managed, before: merge.recorded, over: live)
    }

    /// The live object as this program reads and completes it, so that a server of another version, which writes some field
    /// that is unknown here or fills in another default, makes no difference.
    func normalised(_ live: JSON) -> JSON {
        guard var object = try? schema.encoding.canonical(live) else { return live }
        schema.complete(&object)
        return schema.encoding.stored(object)
    }

    // MARK: Steps

    /// Who owns the live object's fields, when it is applied to. Fields that nobody ever claimed belong to an updater of a
    /// name for this.
    private func owners(of live: JSON) -> ManagedFields {
        var managed = Self.managed(live) ?? ManagedFields()
        if managed.entries.isEmpty {
            let writer = context(.update, manager: "before-first-apply")
            managed.recordUpdate(from: empty, to: Self.withoutManagedFields(live), writer)
        }
        return managed
    }

    /// The object of the kind with nothing in it.
    var empty: JSON {
        let object: JSON = ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind)]
        return (try? schema.encoding.canonical(object)) ?? object
    }

    private func context(_ operation: ManagedFields.Operation, manager: String? = nil) -> OwnershipContext {
        let writer = ManagedFields.Writer(
            manager: manager ?? self.manager, operation: operation, apiVersion: kind.apiVersion,
            subresource: subresource)
        return OwnershipContext(
            schema: schema, writer: writer, excluded: KindRules.excluded(kind, subresource: subresource), time: time)
    }

    /// The object as the server reads it from a request's body, or has made it by a patch: in its one spelling, defaults filled
    /// in.
    private func read(_ object: JSON, from patch: ObjectPatch? = nil) throws(APIStatus) -> JSON {
        let origin: ValueOrigin = if case .strategic = patch { .conversion } else { .body }
        var new: JSON
        do throws(DecodingProblem) {
            new = try schema.encoding.canonical(
                KindRules.folded(object, kind.gvk), keepsEmpty: true, from: origin)
        } catch {
            throw status(of: error, in: object, patch)
        }
        schema.complete(&new)
        return new
    }

    private func status(of problem: DecodingProblem, in object: JSON, _ patch: ObjectPatch?) -> APIStatus {
        let (shown, detail): (String, String)
        switch patch {
        case .strategic(let patch): (shown, detail) = (GoFormat.plain(patch), problem.textOfConversion)
        case .some: (shown, detail) = (object.text, problem.text)
        case nil:
            return .badRequest(
                "\(kind.kind) in version \(GoFormat.quoted(kind.version)) cannot be handled as a \(kind.kind): "
                    + problem.text)
        }
        // The patch is what is refused, not an object of a name.
        return .invalid(
            GroupVersionKind(group: "", version: "", kind: ""), name: "",
            [.invalid("patch", text: GoFormat.quoted(shown), detail)])
    }

    /// What is wrong with an applied configuration before anything is made of it.
    func check(_ config: JSON) throws(APIStatus) {
        let version = config["apiVersion"]?.string ?? ""
        if version != kind.apiVersion {
            throw APIStatus.badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(version), expected: \(kind.apiVersion)"
            )
        }
        if config[path: "metadata", "managedFields"] != nil {
            throw APIStatus.badRequest("metadata.managedFields must be nil")
        }
        let problems = schema.root.problems(in: config)
        if !problems.isEmpty {
            throw APIStatus.internalError("failed to create typed patch object (\(label(config))): \(problems.text)")
        }
    }

    /// A live object with elements that nothing tells apart cannot be applied to as long as nobody owns anything of it.
    func checkLive(_ live: JSON) throws(APIStatus) {
        guard Self.managed(live)?.entries.isEmpty ?? true else { return }
        let problems = schema.root.problems(in: Self.withoutManagedFields(live), allowsDuplicates: true)
        if problems.isEmpty { return }
        throw APIStatus.internalError(
            "failed to create manager for existing fields: failed to convert new object (\(label(live))) to smd typed: "
                + problems.text)
    }

    /// What was merged, in its one spelling and completed.
    func convert(_ merged: JSON) throws(APIStatus) -> JSON {
        var new: JSON
        do throws(DecodingProblem) {
            new = try schema.encoding.canonical(merged, keepsEmpty: true, from: .conversion)
        } catch {
            throw APIStatus.internalError(
                "failed to convert new object (\(label(merged))) to proper version: unable to convert unstructured object to "
                    + "\(gvkText): \(error.textOfConversion)")
        }
        new = KindRules.folded(new, kind.gvk)
        schema.complete(&new)
        return new
    }

    /// `acme/backend; apps/v1, Kind=Deployment`
    private func label(_ object: JSON) -> String {
        let metadata = object["metadata"]
        return "\(metadata?["namespace"]?.string ?? "")/\(metadata?["name"]?.string ?? ""); \(gvkText)"
    }

    private var gvkText: String { "\(kind.group)/\(kind.version), Kind=\(kind.kind)" }

    private func store(_ new: JSON, over live: JSON) throws(APIStatus) -> JSON {
        let sent = subresource.isEmpty ? Self.managed(new) : nil
        var managed = ManagedFields()
        let isReset = subresource.isEmpty && new[path: "metadata", "managedFields"]?.array == [[:]]
        if !isReset {
            managed = sent.flatMap { $0.entries.isEmpty ? nil : $0 } ?? Self.managed(live) ?? ManagedFields()
        }
        if !managed.entries.isEmpty {
            let written = schema.encoding.stored(Self.withoutManagedFields(new), keepsRequired: true)
            managed.recordUpdate(from: Self.withoutManagedFields(live), to: written, context(.update))
        }
        return try finish(new, managed, before: Self.managed(live) ?? ManagedFields(), over: live)
    }

    /// Makes a new object of what was sent.
    private func begin(_ object: JSON, _ managed: ManagedFields, _ allocations: Allocations) throws(APIStatus) -> JSON {
        let new = prepared(try admitted(object), allocations)
        try refuse(new, schema.problems(in: new, kind, live: nil))
        return managed.written(into: schema.encoding.stored(KindRules.answered(new, kind)))
    }

    private func admitted(_ object: JSON) throws(APIStatus) -> JSON {
        guard let admission else { return object }
        return try convert(try admission(Self.withoutManagedFields(object), schema))
    }

    /// A new object with what the server gives it, before it is validated.
    func prepared(_ object: JSON, _ allocations: Allocations) -> JSON {
        var new = object
        new.edit("metadata") { metadata in
            metadata["uid"] = .string(allocations.uid)
            metadata["creationTimestamp"] = .string(time)
            for key in ["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"]
            {
                metadata[key] = nil
            }
        }
        KindRules.prepareForCreate(&new, kind, empty: empty, allocations)
        return new
    }

    /// Takes over what a writer cannot change, counts the generation and validates the change.
    private func finish(
        _ object: JSON, _ managed: ManagedFields, before: ManagedFields, over live: JSON
    ) throws(APIStatus) -> JSON {
        let old = Self.withoutManagedFields(live)
        let new = prepared(try admitted(object), over: old)
        let stored = schema.encoding.stored(new)
        // What is there already has been found good.
        if stored != old { try refuse(new, schema.problems(in: new, kind, live: old)) }
        let answered = KindRules.answered(stored, kind)
        if answered == old, before.equalsExceptTimes(managed) { return live }
        return managed.written(into: answered)
    }

    /// A changed object with what a writer cannot change, before it is validated. `old` is without managed fields.
    func prepared(_ object: JSON, over old: JSON) -> JSON {
        var new = Self.withoutManagedFields(object)
        new.edit("metadata") { metadata in
            for key in Self.systemFields { metadata[key] = old["metadata"]?[key] }
        }
        KindRules.prepareForUpdate(&new, kind, subresource: subresource, live: old)
        return new
    }

    private func refuse(_ object: JSON, _ problems: [FieldProblem]) throws(APIStatus) {
        guard validates, !problems.isEmpty else { return }
        throw APIStatus.invalid(kind.gvk, name: object[path: "metadata", "name"]?.string ?? "", problems)
    }

    private static let systemFields = [
        "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion",
        "selfLink", "namespace", "name",
    ]

    private static func managed(_ object: JSON) -> ManagedFields? { try? ManagedFields(of: object) }

    static func withoutManagedFields(_ object: JSON) -> JSON {
        var object = object
        object.edit("metadata") { $0["managedFields"] = nil }
        return object
    }
}

extension ManagedFields {
    /// Whether only the times differ.
    func equalsExceptTimes(_ other: ManagedFields) -> Bool {
        guard entries.count == other.entries.count else { return false }
        return entries.allSatisfy { entry in
            other[entry.writer].map { $0.fields == entry.fields && $0.apiVersion == entry.apiVersion } ?? false
        }
    }
}
