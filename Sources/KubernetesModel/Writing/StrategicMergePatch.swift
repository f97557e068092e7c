package import Formats

/// Kubernetes' own merge patch, which `kubectl apply` and `kubectl edit` send: lists that the schema marks are merged by a key, and
/// ordered by the patch.
///
/// Directives: `$patch: replace | delete`, `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`, `$retainKeys`.
package enum StrategicMergePatch {
    package static func apply(_ patch: JSON, to value: JSON, _ schema: FieldSchema) throws(APIStatus) -> JSON {
        try merge(patch.object ?? JSONObject(), over: value.object ?? JSONObject(), schema)
    }

    static func merge(_ patch: JSONObject, over value: JSONObject, _ schema: FieldSchema?) throws(APIStatus) -> JSON {
        var patch = patch
        if let directive = patch["$patch"] {
            patch["$patch"] = nil
            switch directive.string {
            case "replace": return .object(patch)
            case "delete": return [:]
            default: throw unknown(directive, .object(patch))
            }
        }
        var out = value
        try retain(&patch, &out)
        try arrange(&patch, &out, schema)
        for change in patch {
            let prefix = "$deleteFromPrimitiveList/"
            if change.key.hasPrefix(prefix) {
                remove(change.value, from: &out, String(change.key.dropFirst(prefix.count)))
            } else {
                out[change.key] = try merged(change.value, over: out[change.key], change.key, schema)
            }
        }
        return .object(out)
    }

    static func unknown(_ directive: JSON, _ map: JSON) -> APIStatus {
        var whole = map
        whole["$patch"] = directive
        return .internalError("unknown patch type: \(GoFormat.plain(directive)) in map: \(GoFormat.plain(whole))")
    }

    private static func field(_ name: String, _ schema: FieldSchema?) -> ObjectType.Field? {
        guard case .object(let type)? = schema?.shape else { return nil }
        return type.field(name)
    }

    /// What `$retainKeys` does not name goes.
    private static func retain(_ patch: inout JSONObject, _ out: inout JSONObject) throws(APIStatus) {
        guard let directive = patch["$retainKeys"] else { return }
        patch["$retainKeys"] = nil
        let kept = directive.array.map { Set($0.compactMap(\.string)) }
        let others = patch.filter { !$0.value.isNull && !$0.key.hasPrefix("$") }
        guard let kept, others.allSatisfy({ kept.contains($0.key) }) else {
            throw .badRequest("invalid patch format of retainKeys")
        }
        for member in out where !kept.contains(member.key) { out[member.key] = nil }
    }

    /// Merges the lists whose order the patch gives.
    private static func arrange(
        _ patch: inout JSONObject, _ out: inout JSONObject, _ schema: FieldSchema?
    ) throws(APIStatus) {
        let prefix = "$setElementOrder/"
        for directive in patch where directive.key.hasPrefix(prefix) {
            patch[directive.key] = nil
            let name = String(directive.key.dropFirst(prefix.count))
            guard let order = directive.value.array else {
                throw .badRequest("invalid patch format of setElementOrder list")
            }
            let (key, change) = (field(name, schema)?.patchKey, patch[name])
            patch[name] = nil
            let live = out[name]?.array
            try ListMerge.check(change?.array ?? [], follows: order, key)
            guard live != nil || change != nil else { continue }
            var list = live.map { JSON.array($0) }
            if let change { list = try merged(change, over: list, name, schema) }
            guard let elements = list?.array else { continue }
            out[name] = .array(try ListMerge.ordered(elements, by: order, then: live ?? [], key))
        }
    }

    /// The member's new value, or nil where it goes.
    private static func merged(
        _ change: JSON, over value: JSON?, _ name: String, _ schema: FieldSchema?
    ) throws(APIStatus) -> JSON? {
        let flags = field(name, schema)?.flags ?? []
        switch (change, value) {
        case (.null, _): return nil
        case (.object, .object?) where flags.contains(.patchReplaces): return change
        case (.object(let change), .object(let value)?):
            return try merge(change, over: value, schema?.member(name))
        case (.array(let changes), .array(let elements)?) where flags.contains(.patchMerges):
            let below = schema?.member(name)?.element
            return .array(try ListMerge.merge(changes, over: elements, field(name, schema)?.patchKey, below))
        case (.array, .array?): return change
        default: return plain(change)
        }
    }

    /// A value for which there is nothing to merge with: without what the patch would delete, and without nulls. Nil for a
    /// directive.
    private static func plain(_ value: JSON) -> JSON? {
        switch value {
        case .object(let members):
            guard members["$patch"] == nil else { return nil }
            return .object(
                JSONObject(
                    members.compactMap { member in
                        member.value.isNull ? nil : plain(member.value).map { .init(key: member.key, value: $0) }
                    }))
        case .array(let elements): return .array(elements.compactMap(plain))
        default: return value
        }
    }

    private static func remove(_ values: JSON, from object: inout JSONObject, _ name: String) {
        guard let elements = object[name]?.array, let gone = values.array else { return }
        object[name] = .array(elements.filter { !gone.contains($0) })
    }
}
