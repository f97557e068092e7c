import KubernetesModel
package import Planning
package import Tenancy

/// What observing a cluster has to look at.
package struct ObservationScope: Sendable {
    /// An object that was wanted, or is: where to find it.
    struct Target: Sendable, Hashable {
        let id: ObjectID
        let gvk: GroupVersionKind
    }

    let fleet: String
    let environment: String
    /// Kinds whose objects are compared field by field.
    let comparedKinds: Set<GroupVersionKind>
    /// Kinds of which it is enough to know what is there.
    let rememberedKinds: Set<GroupVersionKind>
    /// What is wanted now.
    let wanted: Set<ObjectID>
    /// Secrets with values of their own that are not what was applied: a change of their type is known beforehand.
    let changedSecrets: Set<ObjectID>
    /// Looked for by name where the lists by label do not show them.
    let targets: [Target]
    /// Without a lock, our objects may be of any kind.
    let looksEverywhere: Bool
    /// Namespaces that are to go: everything in them is looked at.
    let leavingNamespaces: [String]

    /// The only tenants that are looked at; nil for everything.
    let tenants: [String]?
    /// More names than this make a longer address than some servers take.
    private static let mostNames = 40

    /// - Parameters:
    ///   - part: what is looked at; nil for everything.
    ///   - looksEverywhere: By default when the inventory knows of no applied commit.
    package init(
        _ desired: DesiredState, _ inventory: PlanInventory, part: FleetPart? = nil, looksEverywhere: Bool? = nil
    ) {
        let named = part.map { $0.tenants.sorted() } ?? []
        tenants = part?.hasShared == false && (1...Self.mostNames).contains(named.count) ? named : nil
        let open = desired.tenants.flatMap { tenant in
            let done = inventory.tenants[tenant.name]?.actions ?? [:]
            return tenant.actions.filter { done[$0.key] != $0.version }.map(\.job)
        }
        let objects = desired.objects + desired.tenants.flatMap(\.objects) + open
        let wanted = objects.map { object in
            Target(id: object.id, gvk: GroupVersionKind(apiVersion: object.apiVersion, kind: object.id.kind))
        }
        let inventories =
            (part?.hasShared == false ? [] : [inventory.objects])
            + inventory.tenants.filter { part?.holds($0.key) != false }.map(\.value.objects)
        let wantedIDs = Set(wanted.map(\.id))
        let remembered = inventories.flatMap { objects in
            objects.map { id, object in
                Target(id: id, gvk: GroupVersionKind(apiVersion: object.apiVersion, kind: id.kind))
            }
        }
        fleet = desired.fleet
        environment = desired.environment.name
        self.wanted = wantedIDs
        changedSecrets = Set(
            objects.lazy.filter { object in
                let held = object.tenant.map { inventory.tenants[$0]?.objects ?? [:] } ?? inventory.objects
                return object.id.kind == "Secret" && object.id.group.isEmpty && object.secret == nil
                    && held[object.id]?.digest != object.digest
            }.map(\.id))
        comparedKinds = Set(wanted.map(\.gvk))
        rememberedKinds = Set(remembered.map(\.gvk))
        targets = (wanted + remembered.filter { !wantedIDs.contains($0.id) }).sorted { $0.id < $1.id }
        self.looksEverywhere = looksEverywhere ?? (inventory.commit == nil)
        leavingNamespaces = desired.tenants.filter { $0.state == .absent && part?.holds($0.name) != false }
            .map(\.namespace)
    }

    /// The labels that all objects of the fleet and environment bear, or those of the tenants that are looked at.
    var selector: String {
        let all = Marks.selector(fleet: fleet, environment: environment)
        return tenants.map { "\(all),\(Marks.tenant) in (\($0.joined(separator: ",")))" } ?? all
    }
}

extension Marks {
    static func selector(fleet: String, environment: String) -> String {
        "\(managedBy)=\(managedByValue),\(Self.fleet)=\(fleet),\(Self.environment)=\(environment)"
    }
}
