package import KubernetesModel

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

    package init(
        commit: String? = nil, objects: [ObjectID: InventoryObject] = [:], tenants: [String: InventoryTenant] = [:]
    ) {
        self.commit = commit
        self.objects = objects
        self.tenants = tenants
    }
}

/// What is remembered of one tenant.
package struct InventoryTenant: Sendable, Hashable {
    package var objects: [ObjectID: InventoryObject]
    /// By the hash of the key (`KeyHash.of`), under the tenant that gives the profile.
    package var people: [String: InventoryPerson]

    package init(objects: [ObjectID: InventoryObject] = [:], people: [String: InventoryPerson] = [:]) {
        self.objects = objects
        self.people = people
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

    package init(subject: String, groups: Set<String>? = nil) {
        self.subject = subject
        self.groups = groups
    }
}
