import Formats
import KubernetesModel
import Tenancy

extension ClusterComparison {
    func update(of desired: DesiredObject, _ live: LiveObject) -> Change? {
        if let keys = desired.secret { return update(ofGenerated: desired, keys, live) }
        if desired.id.isSecret { return update(ofPlain: desired, live) }
        let wanted = leavingScaleAlone(desired, live)
        let difference = differ.difference(desired: wanted.object, live: live.object, kind: wanted.resourceKind)
        guard !difference.isSame else { return nil }
        let isSame = input.remembered(desired.id, tenant: desired.tenant)?.digest == desired.digest
        let fields = difference.fields.map { FieldChange($0, of: desired, isDrift: $0.owner != nil || isSame) }
        let precondition = Precondition(uid: live.uid, fields: fields)
        let manifest = wanted.with(object: difference.manifest)
        if let refusal = difference.refusal {
            if refusal.isAboutRoleReference(of: desired.id) {
                return change(
                    .replace, desired, reason: "a role reference cannot be changed", fields: fields,
                    precondition: precondition, operation: .cluster(.replace(manifest, uid: live.uid)))
            }
            return change(
                .blocked, desired, reason: refusal.advice(on: desired.id), fields: fields, precondition: precondition,
                operation: nil)
        }
        if let reason = conflict(in: difference) {
            return change(
                .blocked, desired, reason: reason, fields: fields, precondition: precondition, operation: nil,
                obstacle: .conflict)
        }
        return change(
            .update, desired, fields: fields, precondition: precondition,
            operation: .cluster(.apply(manifest, uid: live.uid, forced: !difference.conflicts.isEmpty)))
    }

    /// Taking a field back is forced only from managers that people work with.
    private func conflict(in difference: ObjectDifference) -> String? {
        let others = difference.conflicts.filter { !differ.isPerson($0.writer.manager) }
        guard let first = others.min(by: { $0.writer.manager < $1.writer.manager }) else { return nil }
        let fields = others.filter { $0.writer.manager == first.writer.manager }.map(\.path.display).sorted()
        let shown: String =
            fields.prefix(3).joined(separator: ", ") + (fields.count > 3 ? " and \(fields.count - 3) more" : "")
        return "conflict with \(first.writer.manager), which owns \(shown); leave "
            + "\(fields.count == 1 ? "it" : "them") out of the manifest, or keep \(first.writer.manager) from writing there"
    }

    /// Replicas of a workload that a desired autoscaler targets stay as they are: the live value takes the place of the
    /// manifest's, so that nothing differs and an apply of other fields does not take the field away.
    private func leavingScaleAlone(_ desired: DesiredObject, _ live: LiveObject) -> DesiredObject {
        guard scaled.contains(desired.id), desired.object[path: "spec", "replicas"] != nil,
            let replicas = live.object[path: "spec", "replicas"]
        else { return desired }
        var object = desired.object
        object["spec"]?["replicas"] = replicas
        return desired.with(object: object)
    }
}

extension DesiredObject {
    func with(object: JSON) -> DesiredObject {
        DesiredObject(
            id: id, apiVersion: apiVersion, object: object, secret: secret, tenant: tenant, source: source,
            origins: origins, manifest: manifest)
    }

    /// The built-in kind, or one of which nothing but the name is known.
    fileprivate var resourceKind: ResourceKind {
        BuiltinKinds.kind(apiVersion: apiVersion, kind: id.kind)
            ?? ResourceKind(
                gvk: GroupVersionKind(apiVersion: apiVersion, kind: id.kind), plural: id.kind.lowercased() + "s",
                singular: id.kind.lowercased(), isNamespaced: id.namespace != nil)
    }

    /// The place that gave the field its value: of the layer that won, else in the manifest itself.
    fileprivate func place(of tokens: [String]) -> Place? {
        var pointer = JSONPointer(tokens)
        let text = pointer.description
        let origin = origins.filter { text == $0.pointer || text.hasPrefix($0.pointer + "/") }
            .max { $0.pointer.utf8.count < $1.pointer.utf8.count }
        if let origin { return origin.place }
        guard let manifest else { return nil }
        while !pointer.tokens.isEmpty {
            if let node = manifest[pointer] { return Place(file: source.file, mark: node.mark) }
            pointer.tokens.removeLast()
        }
        return nil
    }
}

extension FieldChange {
    fileprivate init(_ difference: FieldDifference, of desired: DesiredObject, isDrift: Bool) {
        self.init(
            pointer: difference.pointer.description, path: difference.displayPath, before: difference.before,
            after: difference.after, isDrift: isDrift, manager: difference.owner?.manager,
            since: difference.owner?.time, source: difference.desiredPointer.flatMap { desired.place(of: $0.tokens) })
    }
}

extension APIStatus {
    /// Bindings hold nothing but their subjects: making one anew loses nothing.
    fileprivate func isAboutRoleReference(of id: ObjectID) -> Bool {
        guard let causes = details?.causes, !causes.isEmpty else { return false }
        return ["RoleBinding", "ClusterRoleBinding"].contains(id.kind) && causes.allSatisfy { $0.field == "roleRef" }
    }

    /// `spec.selector: field is immutable; delete it by hand and run again, or give it another name`
    fileprivate func advice(on id: ObjectID) -> String {
        guard code == 422, let causes = details?.causes, !causes.isEmpty else {
            return "the server would refuse it: \(message)"
        }
        var reasons: [String] = []
        for cause in causes where !reasons.contains(cause.brief) { reasons.append(cause.brief) }
        let list = reasons.joined(separator: ", ")
        let isFixed = reasons.allSatisfy { reason in Self.fixed.contains { (word: String) in reason.contains(word) } }
        return isFixed ? "\(list); \(wayOut(of: id))" : "the server would refuse it: \(list)"
    }

    private func wayOut(of id: ObjectID) -> String {
        switch id.kind {
        case "PersistentVolumeClaim":
            "copy its data to a claim of another name first: whatever no manifest has is removed, data and all"
        case "StatefulSet": "delete it by hand with --cascade=orphan and run again"
        default: "delete it by hand and run again, or give it another name"
        }
    }

    /// How the server says that a field cannot be changed on an object that is there.
    private static let fixed = ["immutable", "may not change once set", "are forbidden", "cannot change"]
}

extension APIStatus.Cause {
    /// `spec.selector: field is immutable`: the first line, without the value that the server quotes.
    fileprivate var brief: String {
        let line = String(message.prefix { $0 != "\n" })
        guard line.hasPrefix("Invalid value: ") else {
            return "\(field): \(line.hasPrefix("Forbidden: ") ? String(line.dropFirst(11)) : line)"
        }
        return "\(field): \(line.split(separator: ": " as String).last ?? "")"
    }
}
