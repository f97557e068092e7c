package import Formats

/// Compares live objects with manifests as the server would when they are applied: whoever owns a field, by value, amount,
/// default, key of a list and membership of a set; what the manifest leaves out stays, unless we alone had applied it.
package struct Differ: Sendable {
    /// The manager that applies.
    package let manager: String
    /// Managers that people work with; `*` at the end stands for any rest.
    package let persons: [String]

    package init(manager: String = Marks.fieldManager, persons: [String] = ["kubectl*"]) {
        self.manager = manager
        self.persons = persons
    }

    package func isPerson(_ manager: String) -> Bool {
        persons.contains { pattern in
            pattern.hasSuffix("*") ? manager.hasPrefix(pattern.dropLast()) : manager == pattern
        }
    }

    /// Without a schema, that of the built-in kind is taken; of other kinds everything is compared as it is.
    package func difference(
        desired: JSON, live: JSON, kind: ResourceKind, schema: ObjectSchema? = nil
    ) -> ObjectDifference {
        guard var writer = ObjectWriter(kind: kind, schema: schema, manager: manager, time: Self.later) else {
            return ObjectDifference(manifest: desired)
        }
        let agreement = Agreement(live: live, manager: manager, apiVersion: desired["apiVersion"]?.string)
        if let agreement, agreement.holds(of: desired, live: live, writer.schema.root) {
            return ObjectDifference(manifest: desired, result: live)
        }
        let desired = writer.schema.root.respelt(desired)
        do throws(APIStatus) {
            try writer.check(desired)
            try writer.checkLive(live)
        } catch {
            return ObjectDifference(manifest: desired, refusal: error)
        }
        let merge = writer.merge(desired, over: live)
        var refusal: APIStatus?
        var written: JSON?
        do throws(APIStatus) { written = try writer.complete(merge, over: live) } catch {
            // What would change if it were allowed is worth showing: it may call for a new object.
            refusal = error
            writer.validates = false
            written = try? writer.complete(merge, over: live)
        }
        guard let result = written else {
            return ObjectDifference(manifest: desired, conflicts: merge.conflicts, refusal: refusal)
        }
        var walk = DifferenceWalk(desired: desired)
        if !DifferenceWalk.areSame(live, result) {
            // Amounts are the same by value, however they are spelt.
            let root = writer.schema.root
            walk.compare(root.respelt(writer.normalised(live)), root.respelt(result), root)
        }
        return ObjectDifference(
            manifest: desired, fields: walk.found.map { field($0, merge.owners, merge.conflicts) },
            pointers: walk.pointers,
            conflicts: merge.conflicts, refusal: refusal,
            changesOwnership: !merge.recorded.equalsExceptTimes(merge.managed), result: result)
    }

    /// The manifest without these fields.
    package func leaving(_ paths: [FieldPath], out desired: JSON, kind: ResourceKind) -> JSON {
        guard let schema = ObjectSchema.of(kind.gvk) else { return desired }
        return schema.root.removing(FieldSet(paths), from: desired).withoutNulls
    }

    private func field(
        _ found: DifferenceWalk.Found, _ owners: ManagedFields, _ conflicts: [OwnershipConflict]
    ) -> FieldDifference {
        let others = owners.entries.filter { $0.writer.manager != manager && $0.fields.touches(found.path) }
        let last = others.max { ($0.time ?? "", $0.writer.manager) < ($1.time ?? "", $1.writer.manager) }
        return FieldDifference(
            path: found.path, pointer: found.pointer, desiredPointer: found.desired, before: found.before,
            after: found.after,
            owner: last.map {
                .init(manager: $0.writer.manager, time: $0.time, isPerson: isPerson($0.writer.manager))
            },
            isConflict: conflicts.contains { $0.path.lies(within: found.path) || found.path.lies(within: $0.path) })
    }

    /// A time that no server has written, so that what only the time would change is told from the rest.
    private static let later = "9999-12-31T00:00:00Z"
}

extension JSON {
    /// Without members that are null, which is how removing says that nothing is left of them.
    fileprivate var withoutNulls: JSON {
        switch self {
        case .object(let members):
            .object(
                JSONObject(
                    members.compactMap { member in
                        member.value.isNull ? nil : .init(key: member.key, value: member.value.withoutNulls)
                    }))
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }
}

extension FieldPath {
    /// Whether the other path is this one or leads to it.
    func lies(within other: FieldPath) -> Bool {
        elements.count >= other.elements.count && elements.prefix(other.elements.count).elementsEqual(other.elements)
    }
}

extension FieldSet {
    /// Whether the path, one above it that is owned as a whole, or one below it is in the set.
    func touches(_ path: FieldPath) -> Bool {
        var set = self
        for element in path.elements {
            guard let node = set.node(element) else { return false }
            if node.children.isEmpty { return node.isMember }
            set = node.children
        }
        return true
    }
}
