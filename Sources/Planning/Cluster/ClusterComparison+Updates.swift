import Formats
import KubernetesModel
import Tenancy

extension ClusterComparison {
    /// - Parameter adopting: It is not ours yet: whatever others own of it is taken over.
    func update(of desired: DesiredObject, _ live: LiveObject, adopting: Bool = false) -> Change? {
        if let keys = desired.secret { return update(ofGenerated: desired, keys, live) }
        if desired.id.isSecret { return update(ofPlain: desired, live) }
        let (wanted, difference) = difference(of: leavingScaleAlone(desired, live), live)
        guard !difference.isSame else { return nil }
        let isSame = input.remembered(desired.id, tenant: desired.tenant)?.digest == desired.digest
        let fields = difference.fields.map {
            FieldChange($0, of: desired, isDrift: !adopting && ($0.owner != nil || isSame))
        }
        let precondition = Precondition(uid: live.uid, fields: fields)
        let manifest = wanted.with(object: difference.manifest)
        if let refusal = difference.refusal {
            guard refusal.isAboutFixedFields else {
                return change(
                    .blocked, desired, reason: "the server would refuse it: \(refusal.brief)", fields: fields,
                    precondition: precondition, operation: nil)
            }
            // Nothing but the binding itself is lost and made again.
            let isRole = refusal.isAboutRoleReference(of: desired.id)
            return replacement(
                of: desired, live, by: manifest, because: isRole ? "a role reference cannot be changed" : refusal.brief,
                fields: fields, isAllowed: isRole)
        }
        if !adopting, let reason = conflict(in: difference, desired.rules) {
            return change(
                .blocked, desired, reason: reason, fields: fields, precondition: precondition, operation: nil,
                obstacle: .conflict)
        }
        return change(
            .update, desired, fields: fields, precondition: precondition,
            operation: .cluster(.apply(manifest, uid: live.uid, forced: !difference.conflicts.isEmpty)))
    }

    /// The difference without the fields that the blueprint leaves to other managers.
    private func difference(of desired: DesiredObject, _ live: LiveObject) -> (DesiredObject, ObjectDifference) {
        let whole = differ.difference(desired: desired.object, live: live.object, kind: desired.resourceKind)
        let left = whole.conflicts.map(\.path).filter { desired.rules.resolution(of: $0.display) == .leave }
        guard !left.isEmpty else { return (desired, whole) }
        let rest = desired.with(object: differ.leaving(left, out: desired.object, kind: desired.resourceKind))
        return (rest, differ.difference(desired: rest.object, live: live.object, kind: rest.resourceKind))
    }

    /// A change that the server would refuse on the object that is there: making it anew, where the blueprint allows it.
    func replacement(
        of desired: DesiredObject, _ live: LiveObject, by manifest: DesiredObject, because reason: String,
        fields: [FieldChange], isAllowed: Bool = false
    ) -> Change {
        let precondition = Precondition(uid: live.uid, fields: fields)
        guard isAllowed || desired.rules.mayBeReplaced else {
            return change(
                .blocked, desired, reason: "needs to be replaced: \(reason); \(desired.id.wayOut)", fields: fields,
                precondition: precondition, operation: nil)
        }
        return change(
            .replace, desired, reason: reason, fields: fields, precondition: precondition,
            operation: .cluster(.replace(manifest, uid: live.uid)))
    }

    /// Taking a field back is forced only from managers that people work with, and where the blueprint says so.
    private func conflict(in difference: ObjectDifference, _ rules: ObjectRules) -> String? {
        let others = difference.conflicts.filter {
            !differ.isPerson($0.writer.manager) && rules.resolution(of: $0.path.display) != .takeBack
        }
        guard let first = others.min(by: { $0.writer.manager < $1.writer.manager }) else { return nil }
        let fields = others.filter { $0.writer.manager == first.writer.manager }.map(\.path.display).sorted()
        let shown: String =
            fields.prefix(3).joined(separator: ", ") + (fields.count > 3 ? " and \(fields.count - 3) more" : "")
        return
            "conflict with \(first.writer.manager), which owns \(shown); say in the blueprint's onConflict whether to "
            + "takeBack or leave it"
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

    /// Whether all that stands in the way are fields that cannot be changed on an object that is there.
    fileprivate var isAboutFixedFields: Bool {
        guard code == 422, let causes = details?.causes, !causes.isEmpty else { return false }
        return causes.allSatisfy { cause in
            Self.fixed.contains { (word: String) in cause.brief.contains(word) }
        }
    }

    /// `spec.selector: field is immutable`
    fileprivate var brief: String {
        guard code == 422, let causes = details?.causes, !causes.isEmpty else { return message }
        var reasons: [String] = []
        for cause in causes where !reasons.contains(cause.brief) { reasons.append(cause.brief) }
        return reasons.joined(separator: ", ")
    }

    /// How the server says that a field cannot be changed on an object that is there.
    private static let fixed = [
        "immutable", "may not change once set", "are forbidden", "cannot change", "can not be less than",
    ]
}

extension ObjectID {
    /// What to do about a field that cannot be changed.
    fileprivate var wayOut: String {
        let allow = "give it another name, or list it under the blueprint's replace"
        return switch kind {
        case "PersistentVolumeClaim":
            "copy its data to a claim of another name first: the old one is removed, data and all, when no manifest has it, "
                + "and so it is when it is listed under the blueprint's replace"
        case "StatefulSet": "\(allow) (its pods go with it, its claims stay)"
        default: allow
        }
    }
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
