import Formats
import KubernetesModel
import Tenancy

/// What becomes ours, and what is to be ours no longer, because somebody asked for it by its address.
extension ClusterComparison {
    /// Somebody asked for it, and said from whom where it belongs to another fleet or environment.
    func isAdopted(_ live: LiveObject, as desired: DesiredObject) -> Bool {
        guard input.wishes.adopt.contains(input.address(of: desired.id, tenant: desired.tenant)) else { return false }
        guard ownership.isClaimedElsewhere(live) else { return true }
        return ownership.claimant(of: live) == input.wishes.from
    }

    /// The object as the files have it, with our marks; what others own of the fields that the plan shows is taken over.
    func adoption(of desired: DesiredObject, _ live: LiveObject) -> Change {
        if live.isTerminating {
            return change(.blocked, desired, reason: "is being deleted; adopt what comes after it", operation: nil)
        }
        let reason = live.holder
        guard let update = update(of: desired, live, adopting: true) else {
            // All is as it should be, but for who says so.
            return change(
                .adopt, desired, reason: reason, precondition: Precondition(uid: live.uid, fields: []),
                operation: .cluster(.apply(desired, uid: live.uid, forced: true)))
        }
        guard update.action == .update else { return update }
        return change(
            .adopt, desired, reason: reason, fields: update.fields.map(\.asTakenOver), notes: update.notes,
            precondition: update.precondition, operation: update.operation)
    }

    /// Our marks go, everything else stays; nil where nobody asked for it.
    func release(of live: LiveObject, as desired: DesiredObject) -> Change? {
        let address = input.address(of: desired.id, tenant: desired.tenant)
        guard input.wishes.forget.contains(address) else { return nil }
        return change(
            .forget, desired, reason: "stays as it is, and is not ours any more",
            precondition: Precondition(uid: live.uid, fields: []),
            operation: .cluster(.release(live.id, apiVersion: live.apiVersion, uid: live.uid)))
    }

    /// The same of what the files do not ask for, and would be removed.
    func release(of live: LiveObject, tenant: String?) -> Change? {
        let address = input.address(of: live.id, tenant: tenant)
        guard input.wishes.forget.contains(address) else { return nil }
        return Change(
            address: address, action: .forget, title: live.id.description, tenant: tenant,
            source: tenant.flatMap { input.tenants[$0]?.source.wholeFile },
            reason: "stays as it is, and is not ours any more", wave: Wave(kind: live.id.kind),
            precondition: Precondition(uid: live.uid, fields: []),
            operation: .cluster(.release(live.id, apiVersion: live.apiVersion, uid: live.uid)))
    }
}

extension FieldChange {
    /// Who has it now is said; that it is otherwise than the files say is no drift, since it never was ours.
    fileprivate var asTakenOver: FieldChange {
        FieldChange(
            pointer: pointer, path: path, before: before, after: after, isSensitive: isSensitive, isDrift: false,
            manager: manager, since: since, source: source)
    }
}
