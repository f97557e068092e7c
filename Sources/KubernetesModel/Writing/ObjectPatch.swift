package import Formats

/// A change to an object as a client describes it, other than by server-side apply.
package enum ObjectPatch: Sendable {
    /// RFC 7386: members replace members, null removes, lists replace lists.
    case merge(JSON)
    /// RFC 6902: operations one after the other.
    case json(JSON)
    /// As a merge patch, but lists of known elements are merged by their keys.
    case strategic(JSON)

    package func applied(to live: JSON, _ schema: ObjectSchema) throws(APIStatus) -> JSON {
        switch self {
        case .merge(let patch): return MergePatch.apply(patch, to: live)
        case .json(let operations):
            do throws(JSONPatch.Problem) { return try JSONPatch.apply(operations, to: live) } catch {
                throw error.status
            }
        case .strategic(let patch): return try StrategicMergePatch.apply(patch, to: live, schema.root)
        }
    }
}

/// RFC 7386.
package enum MergePatch {
    package static func apply(_ patch: JSON, to value: JSON?) -> JSON {
        guard let changes = patch.object else { return patch }
        var out = value?.object ?? JSONObject()
        for change in changes {
            out[change.key] = change.value.isNull ? nil : apply(change.value, to: out[change.key])
        }
        return .object(out)
    }
}
