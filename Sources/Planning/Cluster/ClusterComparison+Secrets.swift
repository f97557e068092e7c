import Formats
import KubernetesModel
import Tenancy

extension ClusterComparison {
    /// A Secret of generated values: made by POST, never applied, never read. Which keys are there is read from
    /// managedFields, which rotation they are of from our annotation.
    func update(ofGenerated desired: DesiredObject, _ keys: [SecretKey], _ live: LiveObject) -> Change? {
        let present = live.dataKeys
        let rotations = SecretRotations(of: live)
        let added = keys.filter { !present.contains($0.name) }
        let rotated = keys.filter { present.contains($0.name) && $0.rotation > rotations[$0.name] }
        let fields = metadataFields(of: desired, live)
        guard !added.isEmpty || !rotated.isEmpty || !fields.isEmpty else { return nil }
        let values = added + rotated
        let touched =
            fields
            + values.map { key in
                FieldChange(
                    pointer: "/data/\(key.name)", path: "data.\(key.name)",
                    before: present.contains(key.name) ? .int(Int64(rotations[key.name])) : nil, after: nil,
                    isSensitive: true)
            }
        var notes = input.notes(on: added)
        if !rotated.isEmpty { notes.append("new value of \(rotated.map(\.name).sorted().joined(separator: ", "))") }
        return change(
            .update, desired, fields: fields, notes: notes,
            precondition: Precondition(uid: live.uid, fields: touched),
            operation: .cluster(
                .updateSecret(
                    desired.rememberingRotations(beside: live), uid: live.uid, add: added, rotate: rotated)))
    }

    /// A Secret whose values stand in the manifest: they are compared by who wrote them and by what the lock remembers,
    /// since values are never read back.
    func update(ofPlain desired: DesiredObject, _ live: LiveObject) -> Change? {
        let metadata = metadataFields(of: desired, live)
        let isSame = input.remembered(desired.id, tenant: desired.tenant)?.digest == desired.digest
        let data = (desired.object["data"]?.object?.keys ?? []).compactMap { key -> FieldChange? in
            let writer = live.writer(ofData: key)
            if writer?.isOurs == true, isSame { return nil }
            let isDrift = isSame || writer.map { !$0.isOurs } == true
            return FieldChange(
                pointer: "/data/\(key)", path: "data.\(key)", before: nil, after: nil, isSensitive: true,
                isDrift: isDrift, manager: writer.flatMap { $0.isOurs ? nil : $0.manager }, since: writer?.time)
        }
        let fields = metadata + data
        if let reason = live.fixedField(against: desired, changesData: !data.isEmpty) {
            return replacement(of: desired, live, by: desired, because: reason, fields: fields)
        }
        guard !fields.isEmpty else { return nil }
        return change(
            .update, desired, fields: fields, notes: data.isEmpty ? [] : ["values are not read back"],
            precondition: Precondition(uid: live.uid, fields: fields),
            operation: .cluster(.apply(desired, uid: live.uid, forced: data.contains { $0.manager != nil })))
    }

    /// Labels and annotations that the manifest sets and the live object lacks or has otherwise.
    private func metadataFields(of desired: DesiredObject, _ live: LiveObject) -> [FieldChange] {
        let isSame = input.remembered(desired.id, tenant: desired.tenant)?.digest == desired.digest
        return ["labels", "annotations"].flatMap { part -> [FieldChange] in
            let wanted = desired.object[path: "metadata", part]?.object ?? JSONObject()
            return wanted.compactMap { member in
                let before = live.object[path: "metadata", part, member.key]
                guard before != member.value else { return nil }
                return FieldChange(
                    pointer: "/metadata/\(part)/\(JSONPointer.escaped(member.key))",
                    path: "metadata.\(part)[\(member.key)]", before: before, after: member.value, isDrift: isSame)
            }
        }
    }
}

/// Who wrote a field, by the object's managedFields.
struct FieldWriter {
    let manager: String
    let time: String?
    var isOurs: Bool { manager == Marks.fieldManager }
}

extension LiveObject {
    /// Of a Secret: what of it cannot be changed and would have to be. Its type is known where it was looked at.
    fileprivate func fixedField(against desired: DesiredObject, changesData: Bool) -> String? {
        let wanted = desired.object["type"]?.string ?? "Opaque"
        if let type = object["type"]?.string, type != wanted { return "type: field is immutable" }
        let isFixed = managedFields.contains { $0[path: "fieldsV1", "f:immutable"] != nil }
        return isFixed && changesData ? "data: field is immutable when `immutable` is set" : nil
    }

    /// The keys of a Secret's `data`, from whoever wrote them.
    var dataKeys: Set<String> {
        var keys: Set<String> = []
        for entry in managedFields {
            for member in entry[path: "fieldsV1", "f:data"]?.object ?? JSONObject() where member.key.hasPrefix("f:") {
                keys.insert(String(member.key.dropFirst(2)))
            }
        }
        return keys
    }

    /// Us where we are among those who own the key, else the first who does.
    func writer(ofData key: String) -> FieldWriter? {
        let writers = managedFields.compactMap { entry -> FieldWriter? in
            guard entry[path: "fieldsV1", "f:data", "f:\(key)"] != nil, let manager = entry["manager"]?.string else {
                return nil
            }
            return FieldWriter(manager: manager, time: entry["time"]?.string)
        }
        return writers.first { $0.isOurs } ?? writers.first
    }
}
