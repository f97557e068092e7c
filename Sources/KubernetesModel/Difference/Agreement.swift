import Formats

/// Whether a live object holds all that a manifest says, letter for letter, and we own just that: the usual case of a run in which nothing
/// is to be done, told without merging anything.
///
/// A yes is certain. A no may be a different spelling, another order or somebody else's field, and says nothing.
struct Agreement {
    /// The fields of our own applies, as the server writes them.
    private let owned: JSONObject

    /// Nil where we have applied the object in no version, or in another one.
    init?(live: JSON, manager: String, apiVersion: String?) {
        let ours = (live[path: "metadata", "managedFields"]?.array ?? []).filter { entry in
            entry["manager"]?.string == manager && entry["operation"]?.string == "Apply"
                && entry["subresource"] == nil
        }
        guard ours.count == 1, let entry = ours.first, entry["apiVersion"]?.string == apiVersion, apiVersion != nil,
            let fields = entry["fieldsV1"]?.object
        else { return nil }
        owned = fields
    }

    func holds(of desired: JSON, live: JSON, _ schema: FieldSchema) -> Bool {
        guard case .object(var fields) = desired, case .object(var metadata)? = fields["metadata"],
            fields["status"] == nil
        else { return false }
        // What names the object is nobody's.
        for name in ["apiVersion", "kind"] where !Self.take(name, from: &fields, asIn: live) { return false }
        for name in ["name", "namespace"] where !Self.take(name, from: &metadata, asIn: live["metadata"]) {
            return false
        }
        fields["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        return holds(.object(fields), live, .object(owned), schema)
    }

    private static func take(_ name: String, from fields: inout JSONObject, asIn live: JSON?) -> Bool {
        guard let value = fields[name] else { return true }
        fields[name] = nil
        return live?[name] == value
    }

    private func holds(_ desired: JSON, _ live: JSON, _ owned: JSON, _ schema: FieldSchema) -> Bool {
        guard case .object(let fields) = owned else { return false }
        switch (desired, live) {
        case (.object(let wanted), .object(let held)) where !schema.isAtomic && !wanted.isEmpty:
            return holds(wanted, held, fields, schema)
        case (.array(let wanted), .array(let held)) where !schema.isAtomic && !wanted.isEmpty:
            return holds(wanted, held, fields, schema)
        default:
            return fields.isEmpty && desired == live
        }
    }

    /// Members and owned fields come in the same order.
    private func holds(_ wanted: JSONObject, _ held: JSONObject, _ fields: JSONObject, _ schema: FieldSchema) -> Bool {
        let owned = fields.filter { $0.key != "." }
        guard owned.count == wanted.count else { return false }
        for (member, field) in zip(wanted, owned) {
            guard field.key.utf8.count == member.key.utf8.count + 2, field.key.utf8.starts(with: "f:".utf8),
                field.key.utf8.dropFirst(2).elementsEqual(member.key.utf8), let live = held[member.key],
                let below = schema.member(member.key), holds(member.value, live, field.value, below)
            else { return false }
        }
        return true
    }

    private func holds(_ wanted: [JSON], _ held: [JSON], _ fields: JSONObject, _ schema: FieldSchema) -> Bool {
        guard case .list(.map) = schema.shape, case .list(let kind) = schema.shape, let below = schema.element,
            wanted.count == held.count, fields.count(where: { $0.key != "." }) == wanted.count
        else { return false }
        for (element, live) in zip(wanted, held) {
            guard let key = try? schema.element(live, of: kind), let owned = fields[key.fieldsV1],
                holds(element, live, owned, below)
            else { return false }
        }
        return true
    }
}
