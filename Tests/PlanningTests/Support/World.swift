import Formats
import KubernetesModel
import Planning
import Tenancy

/// A live cluster and realm that tests change by hand.
struct World {
    var objects: [ObjectID: LiveObject] = [:]
    var foreign: [ObjectID: LiveObject] = [:]
    var groups: [String: LiveGroup] = [:]
    var people: [String: LivePerson] = [:]
    var realmRoles: Set<String> = ["operator", "analyst"]
    var keepsMarks = true
    var ownSubject: String?
    var traits = RealmTraits()
    var profile: [ProfileRule] = []
    var clusterTrouble: String?
    var realmTrouble: String?

    static let owner = "knowton/prod"

    var state: LiveState {
        let namespaces = objects.values.filter { $0.id.kind == "Namespace" }
        let cluster = LiveCluster(
            objects: objects, namespaces: Dictionary(uniqueKeysWithValues: namespaces.map { ($0.id.name, $0) }),
            foreign: foreign)
        let realm = LiveIdentity(
            groups: groups, people: people, realmRoles: realmRoles, keepsMarks: keepsMarks, ownSubject: ownSubject,
            traits: traits, profile: profile)
        return LiveState(
            cluster: clusterTrouble.map { .unknown(reason: $0) } ?? .known(cluster),
            identity: realmTrouble.map { .unknown(reason: $0) } ?? .known(realm))
    }

    /// What a whole run leaves behind.
    init(applied desired: DesiredState? = nil) {
        guard let desired else { return }
        for object in desired.objects + desired.tenants.flatMap(\.objects) { add(object) }
        for group in desired.tenants.flatMap(\.groups) { add(group) }
        for person in desired.people where person.isActive { add(person) }
    }

    // MARK: Cluster

    /// As the server answers after our apply, or our POST for a generated Secret.
    mutating func add(_ desired: DesiredObject) {
        let time = "2026-11-21T09:00:00Z"
        let uid = objects[desired.id]?.uid ?? Self.uid(desired.id)
        guard let kind = BuiltinKinds.kind(apiVersion: desired.apiVersion, kind: desired.id.kind),
            let writer = ObjectWriter(kind: kind, manager: Marks.fieldManager, time: time)
        else { return }
        let live: JSON?
        if desired.secret != nil {
            live = try? writer.create(created(desired), Allocations(uid: uid, clusterIP: "10.0.0.1"))
        } else {
            live = try? writer.apply(
                desired.object, to: objects[desired.id]?.object, force: true,
                Allocations(uid: uid, clusterIP: "10.0.0.1"))
        }
        guard var live else { return }
        if desired.id.kind == "Secret" { live["data"] = nil }
        objects[desired.id] = LiveObject(id: desired.id, apiVersion: desired.apiVersion, object: live)
    }

    /// A change by somebody else, as the server records it.
    mutating func edit(_ id: ObjectID, by manager: String, _ body: (inout JSON) -> Void) {
        guard let live = objects[id], let kind = BuiltinKinds.kind(apiVersion: live.apiVersion, kind: id.kind),
            let writer = ObjectWriter(kind: kind, manager: manager, time: "2026-11-21T10:00:00Z")
        else { return }
        var object = live.object
        body(&object)
        guard let edited = try? writer.update(live.object, to: object) else { return }
        objects[id] = LiveObject(id: id, apiVersion: live.apiVersion, object: edited)
    }

    /// Sets a value inside the object by somebody else.
    mutating func edit(_ id: ObjectID, by manager: String, _ keys: String..., to value: JSON?) {
        edit(id, by: manager) { $0 = Self.setting($0, keys[...], value) }
    }

    /// An object that is none of ours.
    mutating func addForeign(
        _ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String, labels: JSON? = nil
    ) {
        let gvk = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        var metadata: JSON = ["name": .string(name)]
        metadata["namespace"] = namespace.map { .string($0) }
        metadata["labels"] = labels
        var object: JSON = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": metadata]
        let id = ObjectID(group: gvk.group, kind: kind, namespace: namespace, name: name)
        object["metadata"]?["uid"] = .string(Self.uid(id))
        objects[id] = LiveObject(id: id, apiVersion: apiVersion, object: object)
    }

    /// Sets a value inside the object, whoever owns it.
    mutating func set(_ id: ObjectID, _ keys: String..., to value: JSON?) {
        change(id) { $0 = Self.setting($0, keys[...], value) }
    }

    mutating func change(_ id: ObjectID, _ body: (inout JSON) -> Void) {
        guard let live = objects[id] else { return }
        var object = live.object
        body(&object)
        objects[id] = LiveObject(id: id, apiVersion: live.apiVersion, object: object)
    }

    /// The uid that objects of this world have.
    static func uid(_ id: ObjectID) -> String { "uid-\(id.kind)-\(id.name)" }

    /// With a value for each key, and what remembers the rotations.
    private func created(_ desired: DesiredObject) -> JSON {
        var object = desired.object
        object["data"] = [:]
        for key in desired.secret ?? [] { object["data"]?[key.name] = "eA==" }
        let rotations = (desired.secret ?? []).filter { $0.rotation > 0 }.map { "\($0.name)=\($0.rotation)" }
        guard !rotations.isEmpty else { return object }
        object["metadata"]?["annotations"] = [
            "reconcile.dev/rotations": .string(rotations.sorted().joined(separator: ","))
        ]
        return object
    }

    private static func setting(_ value: JSON, _ keys: ArraySlice<String>, _ new: JSON?) -> JSON {
        guard let key = keys.first else { return new ?? .null }
        if case .array(var elements) = value, let index = Int(key) {
            elements[index] = setting(elements[index], keys.dropFirst(), new)
            return .array(elements)
        }
        var value = value
        value[key] = keys.count == 1 ? new : setting(value[key] ?? [:], keys.dropFirst(), new)
        return value
    }

    // MARK: Realm

    mutating func add(_ group: DesiredGroup) {
        groups[group.path] = LiveGroup(
            id: "id\(group.path)", path: group.path, realmRoles: Set(group.realmRoles), owners: [Self.owner])
    }

    mutating func addForeignGroup(_ path: String) {
        groups[path] = LiveGroup(id: "id\(path)", path: path, realmRoles: [], owners: [])
    }

    mutating func add(_ person: DesiredPerson) {
        people["s-\(person.key)"] = LivePerson(
            id: "s-\(person.key)", username: person.email, email: person.email, givenName: person.givenName,
            familyName: person.familyName, isEnabled: true,
            attributes: [
                PersonMark.key: [person.key], PersonMark.owners: [Self.owner], PersonMark.home: [Self.owner],
            ],
            groups: Set(person.memberships.filter(\.isActive).map(\.group)), isFederated: false)
    }

    /// An account with some of it otherwise.
    mutating func change(
        _ id: String, email: String? = nil, isEnabled: Bool? = nil, groups: Set<String>? = nil,
        attributes: [String: [String]]? = nil, isFederated: Bool? = nil, username: String? = nil
    ) {
        guard let person = people[id] else { return }
        people[id] = LivePerson(
            id: id, username: username ?? person.username, email: email ?? person.email, givenName: person.givenName,
            familyName: person.familyName, isEnabled: isEnabled ?? person.isEnabled,
            attributes: attributes ?? person.attributes, groups: groups ?? person.groups,
            isFederated: isFederated ?? person.isFederated)
    }

    /// What the lock holds after a run that left this.
    func inventory(of desired: DesiredState) -> PlanInventory {
        var inventory = PlanInventory(commit: "a41be07c0ffee0000000000000000000000000000")
        func remembered(_ objects: [DesiredObject]) -> [ObjectID: InventoryObject] {
            Dictionary(
                uniqueKeysWithValues: objects.map {
                    ($0.id, InventoryObject(apiVersion: $0.apiVersion, uid: Self.uid($0.id), digest: $0.digest))
                })
        }
        inventory.objects = remembered(desired.objects)
        for tenant in desired.tenants {
            let people = desired.people.filter { $0.home == tenant.name }.map { person in
                (
                    KeyHash.of(person.key),
                    InventoryPerson(
                        subject: "s-\(person.key)",
                        groups: Set(person.memberships.filter(\.isActive).map(\.group)))
                )
            }
            inventory.tenants[tenant.name] = InventoryTenant(
                objects: remembered(tenant.objects), people: Dictionary(uniqueKeysWithValues: people),
                actions: Dictionary(uniqueKeysWithValues: tenant.actions.map { ($0.key, $0.version) }), id: tenant.id)
        }
        return inventory
    }
}

extension World {
    func with(_ change: (inout World) -> Void) -> World {
        var world = self
        change(&world)
        return world
    }

    mutating func add(_ groups: [DesiredGroup]) {
        for group in groups { add(group) }
    }
}
