package import KubernetesModel
package import Tenancy

/// What the lock remembers of earlier runs, as far as planning asks for it.
///
/// It never authorises a removal by itself: it tells drift from a changed file, names the tenant of an account whose
/// row is gone, and keeps an object ours whose labels somebody took off.
package struct PlanInventory: Sendable, Hashable {
    /// The source commit of the last applied run; nil without a lock.
    package var commit: String?
    /// Objects of scope environment, by identity.
    package var objects: [ObjectID: InventoryObject]
    /// By name: every tenant that an applied run left something of.
    package var tenants: [String: InventoryTenant]
    /// Hashes (`KeyHash.of`) of the break-glass accounts that were applied last.
    package var breakGlass: Set<String>

    package init(
        commit: String? = nil, objects: [ObjectID: InventoryObject] = [:], tenants: [String: InventoryTenant] = [:],
        breakGlass: Set<String> = []
    ) {
        self.commit = commit
        self.objects = objects
        self.tenants = tenants
        self.breakGlass = breakGlass
    }
}

/// What is remembered of one tenant.
package struct InventoryTenant: Sendable, Hashable {
    package var objects: [ObjectID: InventoryObject]
    /// By the hash of the key (`KeyHash.of`), under the tenant that gives the profile.
    package var people: [String: InventoryPerson]
    /// By key: the version of the blueprint for which the action was run to its end.
    package var actions: [String: String]
    /// The customer's own id; nil where the file had none.
    package var id: String?

    package init(
        objects: [ObjectID: InventoryObject] = [:], people: [String: InventoryPerson] = [:],
        actions: [String: String] = [:], id: String? = nil
    ) {
        self.objects = objects
        self.people = people
        self.actions = actions
        self.id = id
    }
}

/// One object as it was left by the last run that touched it.
package struct InventoryObject: Sendable, Hashable {
    package let apiVersion: String
    package let uid: String
    /// `DesiredObject.digest` of what was applied: equal to the present one, a difference is drift.
    package let digest: String
    /// Its removal was asked for and had not come through.
    package let isRemovalPending: Bool

    package init(apiVersion: String, uid: String, digest: String, isRemovalPending: Bool = false) {
        self.apiVersion = apiVersion
        self.uid = uid
        self.digest = digest
        self.isRemovalPending = isRemovalPending
    }
}

/// One account as it was left by the last run that touched it.
package struct InventoryPerson: Sendable, Hashable {
    /// The provider's own id.
    package let subject: String
    /// Paths of the groups that the files asked for: a membership outside of them was made by hand. Nil where it is
    /// not remembered.
    package let groups: Set<String>?
    /// The day on which the account was disabled, its row gone; nil while it has a row.
    package let left: CalendarDate?

    package init(subject: String, groups: Set<String>? = nil, left: CalendarDate? = nil) {
        self.subject = subject
        self.groups = groups
        self.left = left
    }
}
