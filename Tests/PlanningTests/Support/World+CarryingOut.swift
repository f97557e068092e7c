import Formats
import KubernetesModel
import Planning
import Tenancy

extension World {
    /// What the systems hold after the plan's operations, as the clients carry them out.
    mutating func carryOut(_ plan: Plan) {
        for change in plan.changes {
            switch change.operation {
            case .cluster(let operation): carryOut(operation)
            case .identity(let operation): carryOut(operation)
            case .none: break
            }
        }
    }

    private mutating func carryOut(_ operation: ClusterOperation) {
        switch operation {
        case .apply(let object, _, _), .createSecret(let object), .replace(let object, _),
            .updateSecret(let object, _, _, _):
            add(object)
        case .delete(let id, _, let uid), .awaitRemoval(let id, _, let uid):
            guard objects[id]?.uid == uid else { return }
            objects[id] = nil
            if id.kind == "Namespace" { objects = objects.filter { $0.key.namespace != id.name } }
        case .release(let id, _, _):
            change(id) { object in
                for label in Marks.labels { object["metadata"]?["labels"]?[label] = nil }
                object["metadata"]?["managedFields"] = []
            }
        case .run(let run):
            add(run.action.job)
            change(run.action.job.id) { $0["status"] = ["conditions": [["type": "Complete", "status": "True"]]] }
        }
    }

    private mutating func carryOut(_ operation: IdentityOperation) {
        switch operation {
        case .allowMarks: keepsMarks = true
        case .createRealmRole(let name): realmRoles.insert(name)
        case .createGroup(let group), .updateGroup(let group, _, _, _): add(group)
        case .deleteGroup(let path, _):
            groups = groups.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
            for id in people.keys {
                change(id, groups: people[id]?.groups.filter { groups[$0] != nil })
            }
        case .releaseGroup(let path, let id):
            groups[path] = groups[path].map {
                LiveGroup(id: id, path: path, realmRoles: $0.realmRoles, owners: [])
            }
        case .createPerson(let person): add(person)
        case .updatePerson(let update): carryOut(update)
        case .parkEmail(let id, _): change(id, email: "\(id)@reconcile.invalid")
        case .deletePerson(let id): people[id] = nil
        case .disablePerson(let id, let leave):
            change(id, isEnabled: false, groups: people[id]?.groups.subtracting(leave))
        case .releasePerson(let id, let leave):
            change(id, groups: people[id]?.groups.subtracting(leave), attributes: [:])
        }
    }

    private mutating func carryOut(_ update: PersonUpdate) {
        guard let before = people[update.id] else { return }
        let groups = before.groups.union(update.join).subtracting(update.leave)
        guard update.writesProfile else {
            change(update.id, groups: groups)
            return
        }
        var attributes = before.attributes
        attributes[PersonMark.key] = [update.person.key]
        attributes[PersonMark.owners] = (attributes[PersonMark.owners] ?? []).filter { $0 != Self.owner } + [Self.owner]
        if attributes[PersonMark.home] == nil { attributes[PersonMark.home] = [Self.owner] }
        people[update.id] = LivePerson(
            id: update.id, username: before.username, email: update.person.email,
            givenName: update.person.givenName ?? before.givenName,
            familyName: update.person.familyName ?? before.familyName, isEnabled: true, attributes: attributes,
            groups: groups, isFederated: false)
    }
}
