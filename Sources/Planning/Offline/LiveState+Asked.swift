import Formats
import KubernetesModel
package import Tenancy

extension LiveState {
    /// The systems as they would be if they were just what the files of a commit ask for: for plans that ask nobody.
    ///
    /// - Parameter roles: realm roles that are taken to be there.
    package init(asked desired: DesiredState, roles: Set<String>) {
        let objects = (desired.objects + desired.tenants.flatMap(\.objects)).map(\.asLive)
        let byID = Dictionary(objects.map { ($0.id, $0) }) { first, _ in first }
        let namespaces = byID.values.filter { $0.id.isNamespace }.map { ($0.id.name, $0) }
        let owner = "\(desired.fleet)/\(desired.environment.name)"
        let groups = desired.tenants.flatMap(\.groups).map { group in
            (
                group.path,
                LiveGroup(
                    id: group.path, path: group.path, realmRoles: Set(group.realmRoles), owners: [owner])
            )
        }
        let people = desired.people.filter(\.isActive).map { ($0.key, $0.asLive(owner: owner)) }
        self.init(
            cluster: desired.environment.cluster == nil
                ? .notAsked
                : .known(
                    LiveCluster(objects: byID, namespaces: Dictionary(namespaces) { first, _ in first })),
            identity: desired.environment.identity == nil
                ? .notAsked
                : .known(
                    LiveIdentity(
                        groups: Dictionary(groups) { first, _ in first },
                        people: Dictionary(people) { first, _ in first }, realmRoles: roles, keepsMarks: true,
                        ownSubject: nil)))
    }
}

extension PlanInventory {
    /// What the lock would hold then.
    package init(asked desired: DesiredState, commit: String) {
        func remembered(_ objects: [DesiredObject]) -> [ObjectID: InventoryObject] {
            objects.reduce(into: [:]) { inventory, object in
                inventory[object.id] = InventoryObject(
                    apiVersion: object.apiVersion, uid: object.id.description, digest: object.digest)
            }
        }
        let homes = Dictionary(grouping: desired.people.filter(\.isActive), by: \.home)
        let tenants = desired.tenants.map { tenant in
            let people = (homes[tenant.name] ?? []).map { person in
                (KeyHash.of(person.key), InventoryPerson(subject: person.key, groups: Set(person.activeGroups)))
            }
            return (
                tenant.name,
                InventoryTenant(
                    objects: remembered(tenant.objects), people: Dictionary(people) { first, _ in first },
                    actions: Dictionary(tenant.actions.map { ($0.key, $0.version) }) { first, _ in first },
                    id: tenant.id)
            )
        }
        self.init(
            commit: commit, objects: remembered(desired.objects), tenants: Dictionary(tenants) { first, _ in first })
    }
}

extension DesiredPerson {
    fileprivate func asLive(owner: String) -> LivePerson {
        LivePerson(
            id: key, username: email, email: email, givenName: givenName, familyName: familyName, isEnabled: true,
            attributes: [PersonMark.key: [key], PersonMark.owners: [owner], PersonMark.home: [owner]],
            groups: Set(activeGroups), isFederated: false)
    }
}

extension DesiredObject {
    /// The object as a server would answer it after our apply; of Secrets without values.
    fileprivate var asLive: LiveObject {
        var live = applied ?? owned
        if id.isSecret { live["data"] = nil }
        live["metadata"]?["uid"] = .string(id.description)
        return LiveObject(id: id, apiVersion: apiVersion, object: live)
    }

    /// With the defaults and the ownership of a built-in kind; nil for others, and for what the kind itself would refuse.
    private var applied: JSON? {
        guard let kind = BuiltinKinds.kind(apiVersion: apiVersion, kind: id.kind),
            var writer = ObjectWriter(kind: kind, manager: Marks.fieldManager, time: "1970-01-01T00:00:00Z")
        else { return nil }
        writer.validates = false
        let given = Allocations(uid: id.description, clusterIP: "10.0.0.1")
        guard secret != nil else { return try? writer.apply(object, to: nil, force: true, given) }
        var made = rememberingRotations(beside: nil).object
        made["data"] = .object(JSONObject((secret ?? []).map { .init(key: $0.name, value: "") }))
        return try? writer.create(made, given)
    }

    /// The manifest itself, all of it ours.
    private var owned: JSON {
        var live = object
        live["metadata"]?["managedFields"] = [
            [
                "manager": .string(Marks.fieldManager), "operation": "Apply", "apiVersion": .string(apiVersion),
                "fieldsType": "FieldsV1", "fieldsV1": Self.fields(of: object),
            ]
        ]
        return live
    }

    private static func fields(of value: JSON) -> JSON {
        guard let members = value.object else { return [:] }
        return .object(JSONObject(members.map { .init(key: "f:\($0.key)", value: fields(of: $0.value)) }))
    }
}
