package import KubernetesModel
package import Planning
package import Tenancy

/// All that is recorded of one environment: what its folder on the state branch holds.
///
/// It knows no time. A record keeps the commit that it was last changed by, so that a run which changes nothing
/// records nothing either.
package struct StateTree: Sendable, Hashable {
    package let fleet: String
    package let environment: String
    /// The source commit of the last run that changed any record; nil where that was a work tree.
    package private(set) var commit: String?
    /// Objects of scope environment.
    package private(set) var objects: [ObjectID: InventoryObject]
    /// By name.
    package private(set) var tenants: [String: TenantRecord]
    /// The limits that the files asked for when they were applied last: looser ones wait until they stand here.
    package private(set) var limits: Limits?
    /// Digests that an approval of the files has let pass: each does so once.
    package private(set) var usedApprovals: Set<String>
    /// Hashes of the break-glass accounts that the files named when they were applied last: they are so until others
    /// stand here.
    package private(set) var breakGlass: Set<String>

    package init(
        fleet: String, environment: String, commit: String? = nil, objects: [ObjectID: InventoryObject] = [:],
        tenants: [String: TenantRecord] = [:], limits: Limits? = nil, usedApprovals: Set<String> = [],
        breakGlass: Set<String> = []
    ) {
        self.fleet = fleet
        self.environment = environment
        self.commit = commit
        self.objects = objects
        self.tenants = tenants
        self.limits = limits
        self.usedApprovals = usedApprovals
        self.breakGlass = breakGlass
    }

    /// What planning asks the lock.
    package var inventory: PlanInventory {
        PlanInventory(commit: commit, objects: objects, tenants: tenants.mapValues(\.inventory), breakGlass: breakGlass)
    }

    /// Records a tenant as a run of that commit left it; a record that says nothing new stays as it is.
    package mutating func record(
        _ name: String, status: TenantStatus, inventory: InventoryTenant, commit: String?
    ) {
        if let held = tenants[name], held.status == status, held.inventory == inventory { return }
        tenants[name] = TenantRecord(status: status, inventory: inventory, commit: commit)
        self.commit = commit
    }

    /// Records the objects of scope environment as a run of that commit left them.
    package mutating func record(objects: [ObjectID: InventoryObject], commit: String?) {
        guard objects != self.objects else { return }
        self.objects = objects
        self.commit = commit
    }

    /// Records what the files say about removals.
    package mutating func record(
        limits: Limits, usedApprovals: Set<String>, breakGlass: Set<String>, commit: String?
    ) {
        guard limits != self.limits || usedApprovals != self.usedApprovals || breakGlass != self.breakGlass else {
            return
        }
        self.limits = limits
        self.breakGlass = breakGlass
        self.usedApprovals = usedApprovals
        self.commit = commit
    }

    /// Forgets a tenant of whom nothing is left.
    package mutating func forget(_ name: String, commit: String?) {
        guard tenants.removeValue(forKey: name) != nil else { return }
        self.commit = commit
    }
}

/// All that is recorded of one tenant in one environment.
package struct TenantRecord: Sendable, Hashable {
    package let status: TenantStatus
    package let inventory: InventoryTenant
    /// The source commit of the last run that changed this record; nil where that was a work tree.
    package let commit: String?

    package init(status: TenantStatus, inventory: InventoryTenant, commit: String?) {
        self.status = status
        self.inventory = inventory
        self.commit = commit
    }
}
