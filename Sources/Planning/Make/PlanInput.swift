import KubernetesModel
import Tenancy

/// What both systems' comparisons look things up in.
struct PlanInput {
    let desired: DesiredState
    let inventory: PlanInventory
    /// Variables for secret values that are known to be unset.
    let unsetVariables: Set<String>
    /// In UTC; nil where nothing may depend on it.
    let today: CalendarDate?
    /// By name, those with `state: absent` too.
    let tenants: [String: DesiredTenant]
    let wishes: OwnershipWishes

    init(
        desired: DesiredState, inventory: PlanInventory, unsetVariables: Set<String> = [],
        wishes: OwnershipWishes = OwnershipWishes(), today: CalendarDate? = nil
    ) {
        self.wishes = wishes
        self.today = today
        self.desired = desired
        self.inventory = inventory
        self.unsetVariables = unsetVariables
        tenants = Dictionary(desired.tenants.map { ($0.name, $0) }) { first, _ in first }
    }

    var environment: Environment { desired.environment }
    /// How marks name us: `fleet/environment`.
    var owner: String { "\(desired.fleet)/\(desired.environment.name)" }
    /// `since the apply of 3f2a91c`, the commit that was applied last; nil without a lock.
    var since: String? { inventory.commit.map { "since the apply of \($0.prefix(7))" } }

    /// What the lock remembers of the object.
    func remembered(_ id: ObjectID, tenant: String?) -> InventoryObject? {
        guard let tenant else { return inventory.objects[id] }
        return inventory.tenants[tenant]?.objects[id]
    }

    /// `k8s/prod/acme/apps/Deployment/tenant-acme/backend`; `core` stands for the group without a name, `_` for no tenant.
    func address(of id: ObjectID, tenant: String?) -> String {
        let group = id.group.isEmpty ? "core" : id.group
        return "k8s/\(environment.name)/\(tenant ?? "_")/\(group)/\(id.kind)/\(id.path)"
    }

    /// `idp/prod/users/u-1001`, `idp/prod/groups/acme/operator`
    func address(_ collection: String, _ name: String) -> String {
        "idp/\(environment.name)/\(collection)/\(name)"
    }

    /// The tenant that a group's path belongs to by its first part, whether the files have it or not; nil where the
    /// path lacks the environment's prefix.
    func tenant(ofGroup path: String) -> String? {
        let prefix = "/" + environment.groupPrefix
        guard path.hasPrefix(prefix) else { return nil }
        let name = path.dropFirst(prefix.count).prefix { $0 != "/" }
        return name.isEmpty ? nil : String(name)
    }

    /// Nothing of the tenant is removed: it is in no file at all, or to be removed while it is protected.
    func isKept(_ name: String) -> Bool {
        guard let tenant = tenants[name] else { return true }
        return tenant.state == .absent && tenant.isProtected
    }
}

/// What one system contributes to the plan, before gates.
struct SystemPlan {
    var changes: [Change] = []
    var population = Population()
    /// How many things stay of each tenant that is kept against the files.
    var kept: [String: Int] = [:]
}
