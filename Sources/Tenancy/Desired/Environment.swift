/// One environment of the fleet, with defaults filled in.
package struct Environment: Sendable, Hashable {
    package enum Cluster: Sendable, Hashable {
        case sandbox
        /// A context of the user's kubeconfig; nil is its current one.
        case kubernetes(context: String?)
        case inCluster
    }

    package enum Identity: Sendable, Hashable {
        case sandbox
        case keycloak(Keycloak)
    }

    package struct Keycloak: Sendable, Hashable {
        /// Without a final slash.
        package let url: String
        package let realm: String
        package let clientId: String

        package init(url: String, realm: String, clientId: String) {
            self.url = url
            self.realm = realm
            self.clientId = clientId
        }
    }

    package enum Onboarding: Sendable, Hashable {
        /// The default: these required actions on the new account, `UPDATE_PASSWORD` unless said otherwise.
        case requiredActions([String])
        /// An identity provider elsewhere signs people in: nothing is required of a new account.
        case federated
    }

    /// What `kubectl edit`, `kubectl scale` and their like write as.
    package static let handManagers = ["kubectl*"]

    package let name: String
    /// Nil where the environment has none.
    package let cluster: Cluster?
    package let identity: Identity?
    /// Default: empty; a tenant's namespace is prefix + name.
    package let namespacePrefix: String
    /// Default: empty; a tenant's group is `/` + prefix + name.
    package let groupPrefix: String
    package let onboarding: Onboarding
    /// `manageProfile`: apply may allow administrators' attributes in the realm's user profile.
    package let managesProfile: Bool
    /// `manageRoles`: apply may make realm roles that are missing.
    package let managesRoles: Bool
    /// Usernames and e-mails, in lower case, of accounts that no run takes anything from.
    package let breakGlass: Set<String>
    /// How many days after its disable an account without a row is deleted; nil for never.
    package let deleteAfter: Int?
    /// Field managers that people work with, whose changes are taken back; `*` at the end stands for any rest.
    package let takesBackFrom: [String]
    package private(set) var limits: Limits
    /// Where `reconcile check` may go.
    package let checks: CheckPolicy
    /// The branch that status and lock are written to.
    package let stateBranch: String

    package init(
        name: String, cluster: Cluster?, identity: Identity?, namespacePrefix: String = "", groupPrefix: String = "",
        onboarding: Onboarding = .requiredActions(["UPDATE_PASSWORD"]), managesProfile: Bool = false,
        managesRoles: Bool = false, breakGlass: Set<String> = [], deleteAfter: Int? = nil,
        takesBackFrom: [String] = handManagers, limits: Limits = Limits(),
        checks: CheckPolicy = CheckPolicy(), stateBranch: String
    ) {
        self.name = name
        self.cluster = cluster
        self.identity = identity
        self.namespacePrefix = namespacePrefix
        self.groupPrefix = groupPrefix
        self.onboarding = onboarding
        self.managesProfile = managesProfile
        self.managesRoles = managesRoles
        self.breakGlass = breakGlass
        self.deleteAfter = deleteAfter
        self.takesBackFrom = takesBackFrom
        self.limits = limits
        self.checks = checks
        self.stateBranch = stateBranch
    }
}

/// What a run may remove before it asks.
package struct Limits: Sendable, Hashable {
    package var maxDeletePercent: Double
    package var maxDeletes: Int
    /// Below this many, percentages are not looked at.
    package var minPopulation: Int
    package var maxTenantRemovals: Int
    package var maxChangedTenants: Int
    package var minAdmins: Int

    package init(
        maxDeletePercent: Double = 25, maxDeletes: Int = 50, minPopulation: Int = 10, maxTenantRemovals: Int = 1,
        maxChangedTenants: Int = 100, minAdmins: Int = 1
    ) {
        self.maxDeletePercent = maxDeletePercent
        self.maxDeletes = maxDeletes
        self.minPopulation = minPopulation
        self.maxTenantRemovals = maxTenantRemovals
        self.maxChangedTenants = maxChangedTenants
        self.minAdmins = minAdmins
    }
}

extension Environment {
    /// The same under limits that are in force instead.
    package func limited(to limits: Limits) -> Environment {
        var environment = self
        environment.limits = limits
        return environment
    }
}

extension Limits {
    /// Of each limit the one that lets less pass.
    package func stricter(_ other: Limits) -> Limits {
        Limits(
            maxDeletePercent: min(maxDeletePercent, other.maxDeletePercent),
            maxDeletes: min(maxDeletes, other.maxDeletes), minPopulation: min(minPopulation, other.minPopulation),
            maxTenantRemovals: min(maxTenantRemovals, other.maxTenantRemovals),
            maxChangedTenants: min(maxChangedTenants, other.maxChangedTenants),
            minAdmins: max(minAdmins, other.minAdmins))
    }

    /// Names and values, in the order of the documentation.
    package var members: [(name: String, value: Double)] {
        [
            ("maxDeletePercent", maxDeletePercent), ("maxDeletes", Double(maxDeletes)),
            ("minPopulation", Double(minPopulation)), ("maxTenantRemovals", Double(maxTenantRemovals)),
            ("maxChangedTenants", Double(maxChangedTenants)), ("minAdmins", Double(minAdmins)),
        ]
    }
}
