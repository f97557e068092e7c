import Formats

/// What decides about ownership besides the values: the schema, who writes, and what does not count.
struct OwnershipContext {
    let schema: ObjectSchema
    let writer: ManagedFields.Writer
    /// Fields that the endpoint resets whatever a writer sends, with what lies below: `status` of an object itself.
    let excluded: FieldSet
    let time: String

    var apiVersion: String { schema.gvk.apiVersion }

    /// Fields that belong to nobody.
    static let unowned = FieldSet(
        [["apiVersion"], ["kind"], ["metadata"]].map { FieldPath($0.map(PathElement.field)) }
            + [
                "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation",
                "managedFields",
                "resourceVersion",
            ].map { FieldPath(fields: "metadata", $0) })
}

/// Somebody else owns a field that an apply would change.
package struct OwnershipConflict: Sendable, Hashable {
    package let writer: ManagedFields.Writer
    package let apiVersion: String
    package let time: String?
    package let path: FieldPath
}

extension ManagedFields {
    /// What an update or a patch does to ownership: the writer gets what it changed or added, and whoever had it loses it.
    mutating func recordUpdate(from live: JSON, to new: JSON, _ context: OwnershipContext) {
        var comparison = Comparison(live, new, context.schema.root)
        comparison.exclude(context.excluded)
        let gained = comparison.modified.union(comparison.added)
        release(gained.union(comparison.removed), except: nil)
        let mine = gained.subtractingWithChildren(context.excluded).subtracting(OwnershipContext.unowned)
        guard !mine.isEmpty else { return }
        let before = self[context.writer]?.fields ?? FieldSet()
        set(before.union(mine), of: context.writer, apiVersion: context.apiVersion)
        touch(context.writer, time: context.time)
    }

    /// What an apply makes of the live object, and of the ownership, as if it were forced; and the fields of others for which
    /// it has to be forced. The object is nil where nothing is different.
    mutating func apply(
        _ config: JSON, to live: JSON, _ context: OwnershipContext
    ) -> (object: JSON?, conflicts: [OwnershipConflict]) {
        let schema = context.schema.root
        var new = schema.merging(live, config)
        let last = self[context.writer]?.fields ?? FieldSet()
        let fields = FieldSet(of: config, schema).subtractingWithChildren(context.excluded)
        set(fields, of: context.writer, apiVersion: context.apiVersion)
        if !last.subtracting(fields).isEmpty { new = prune(new, last, schema) }
        defer {
            set(fields.subtracting(OwnershipContext.unowned), of: context.writer, apiVersion: context.apiVersion)
            if live != new { touch(context.writer, time: context.time) }
        }
        guard live != new else { return (nil, []) }
        var comparison = Comparison(live, new, schema)
        comparison.exclude(context.excluded)
        let changed = comparison.modified.union(comparison.added)
        let conflicts = conflicts(changed, except: context.writer)
        release(changed, except: context.writer)
        release(comparison.removed, except: context.writer)
        return (new, conflicts)
    }

    /// Takes the fields from everybody else.
    private mutating func release(_ fields: FieldSet, except writer: Writer?) {
        guard !fields.isEmpty else { return }
        for index in entries.indices where entries[index].writer != writer {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty && $0.writer != writer }
    }

    private func conflicts(_ changed: FieldSet, except writer: Writer) -> [OwnershipConflict] {
        guard !changed.isEmpty else { return [] }
        return entries.filter { $0.writer != writer }
            .sorted { $0.writer.order.lexicographicallyPrecedes($1.writer.order, by: ByteOrder.precedes) }
            .flatMap { entry in
                entry.fields.intersection(changed).paths.map {
                    OwnershipConflict(writer: entry.writer, apiVersion: entry.apiVersion, time: entry.time, path: $0)
                }
            }
    }

    /// The merged object without what the applier owned before, does not apply any more, and nobody else owns.
    private func prune(_ merged: JSON, _ last: FieldSet, _ schema: FieldSchema) -> JSON {
        let lastWithParents = last.withDeclaredParents(schema)
        let mergedSet = FieldSet(of: merged, schema).withDeclaredParents(schema)
        var pruned = schema.removing(lastWithParents, from: merged, keepsEmpty: true)
        let owned = entries.reduce(FieldSet()) { $0.union($1.fields) }.withDeclaredParents(schema)
        let kept = FieldSet(of: pruned, schema).withDeclaredParents(schema)
        pruned = schema.removing(mergedSet.subtracting(kept.union(owned)), from: merged, keepsEmpty: true)
        // What was never ours stays, although it lies in something that goes.
        let rest = FieldSet(of: pruned, schema).withDeclaredParents(schema)
        return schema.removing(
            mergedSet.subtracting(rest).intersection(lastWithParents), from: merged, keepsEmpty: true)
    }
}

extension ManagedFields.Writer {
    fileprivate var order: [String] { [manager, operation.rawValue, apiVersion, subresource] }

    /// `"kubectl-edit" using apps/v1`, as messages about conflicts name the writer.
    var label: String {
        var text = GoFormat.quoted(manager)
        if !subresource.isEmpty { text += " with subresource \(GoFormat.quoted(subresource))" }
        if operation == .update { text += " using \(apiVersion)" }
        return text
    }
}
