import Formats
import Tenancy

extension RealmComparison {
    /// What the group needs: nothing, one change, or a refusal.
    func change(of desired: DesiredGroup) -> [Change] {
        if let reason = blockedGroups[desired.path] {
            // Below a group that is blocked nothing is said: one line is enough.
            if let parent = desired.parentPath, blockedGroups[parent] != nil { return [] }
            return [change(.blocked, desired, reason: reason, operation: nil)]
        }
        let group = desired.mapping(desired.realmRoles.filter(canMap))
        guard let live = live.groups[desired.path] else {
            // Whoever joins the group gets these.
            let notes = group.realmRoles.isEmpty ? [] : ["grants \(group.realmRoles.sorted().joined(separator: ", "))"]
            return [change(.create, desired, notes: notes, operation: .createGroup(group))]
        }
        if let change = release(of: live, tenant: desired.tenant, source: desired.source) { return [change] }
        let added = group.realmRoles.filter { !live.realmRoles.contains($0) }
        let removed = live.realmRoles.subtracting(desired.realmRoles).sorted()
        let isAdopted = !live.owners.contains(input.owner)
        guard isAdopted || !added.isEmpty || !removed.isEmpty else { return [] }
        let fields =
            added.map { Self.field(role: $0, before: nil, after: .string($0)) }
            + removed.map { Self.field(role: $0, before: .string($0), after: nil) }
        return [
            change(
                isAdopted ? .adopt : .update, desired, fields: fields,
                precondition: Precondition(uid: live.id, fields: fields),
                operation: .updateGroup(group, id: live.id, addRoles: added, removeRoles: removed))
        ]
    }

    /// Groups of ours that nothing asks for: only the topmost, since its subgroups go with it.
    func addGroupRemovals(to plan: inout SystemPlan) {
        // By their topmost group, since a fleet has many.
        let families = Dictionary(grouping: live.groups.keys) { $0.dropFirst().prefix { $0 != "/" } }
        for path in ourGroups.sorted() {
            guard let group = live.groups[path] else { continue }
            let tenant = input.tenant(ofGroup: path)
            plan.population[.groups, of: tenant] += 1
            guard desiredGroups[path] == nil else { continue }
            if let tenant, input.isKept(tenant) {
                plan.kept[tenant, default: 0] += 1
            } else if let change = release(of: group, tenant: tenant, source: nil) {
                plan.changes.append(change)
            } else if !isBelowRemoval(path) {
                let family = families[path.dropFirst().prefix { $0 != "/" }] ?? []
                plan.changes.append(removal(of: group, family, tenant: tenant))
            }
        }
    }

    /// Our mark goes, everything else stays; nil where nobody asked for it.
    private func release(of group: LiveGroup, tenant: String?, source: Place?) -> Change? {
        let path = String(group.path.dropFirst())
        let address = input.address("groups", path)
        guard input.wishes.forget.contains(address), group.owners.contains(input.owner) else { return nil }
        return Change(
            address: address, action: .forget, title: "group \(path)", tenant: tenant,
            source: source ?? tenant.flatMap { input.tenants[$0]?.source.wholeFile },
            reason: "stays as it is, and is not ours any more", wave: .group(group.path),
            precondition: Precondition(uid: group.id, fields: []),
            operation: .identity(.releaseGroup(path: group.path, id: group.id)))
    }

    private func canMap(_ role: String) -> Bool { input.environment.managesRoles || live.realmRoles.contains(role) }

    private func isBelowRemoval(_ path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return false }
        let parent = String(path[..<slash])
        return ourGroups.contains(parent) && desiredGroups[parent] == nil
    }

    private func removal(of group: LiveGroup, _ family: [String], tenant: String?) -> Change {
        let below = family.filter { $0.hasPrefix(group.path + "/") }
        let foreign = below.filter { !ourGroups.contains($0) }.min()
        let others = group.owners.subtracting([input.owner]).min()
        let refusal =
            foreign.map { "holds group \($0.dropFirst()), which is not ours" }
            ?? others.map { "serves \($0) too" }
        let isAbsent = tenant.flatMap { input.tenants[$0]?.state } == .absent
        let reason =
            isAbsent ? "state: absent" : ["no longer asked for", input.since].compactMap { $0 }.joined(separator: " ")
        return Change(
            address: input.address("groups", String(group.path.dropFirst())),
            action: refusal == nil ? .delete : .blocked, title: "group \(group.path.dropFirst())", tenant: tenant,
            source: tenant.flatMap { input.tenants[$0]?.source.wholeFile }, reason: refusal ?? reason,
            notes: below.isEmpty ? [] : ["with \(below.count) \(below.count == 1 ? "subgroup" : "subgroups")"],
            wave: .group(group.path), precondition: Precondition(uid: group.id, fields: []),
            operation: refusal == nil ? .identity(.deleteGroup(path: group.path, id: group.id)) : nil)
    }

    private func change(
        _ action: Action, _ group: DesiredGroup, reason: String? = nil, fields: [FieldChange] = [],
        notes: [String] = [], precondition: Precondition? = nil, operation: IdentityOperation?
    ) -> Change {
        Change(
            address: input.address("groups", String(group.path.dropFirst())), action: action,
            title: "group \(group.path.dropFirst())", tenant: group.tenant, source: group.source, reason: reason,
            fields: fields, notes: notes, wave: .group(group.path), precondition: precondition,
            operation: operation.map { .identity($0) })
    }

    private static func field(role: String, before: JSON?, after: JSON?) -> FieldChange {
        FieldChange(pointer: "/realmRoles/\(role)", path: "realmRoles[\(role)]", before: before, after: after)
    }
}

extension Wave {
    /// A tenant's own group comes with its namespace, so that it is there before the groups below it.
    fileprivate static func group(_ path: String) -> Wave { path.dropFirst().contains("/") ? .groups : .namespaces }
}

extension DesiredGroup {
    fileprivate func mapping(_ roles: [String]) -> DesiredGroup {
        DesiredGroup(path: path, tenant: tenant, role: role, realmRoles: roles, isAdmin: isAdmin, source: source)
    }
}
