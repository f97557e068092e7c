package import Planning

/// What a run is asked for: the meaning of the command line, not its words.
package struct RunRequest: Sendable {
    package enum System: String, Sendable, CaseIterable { case cluster, identity }

    /// A path or a `file://` URL; nil for the repository around the working directory.
    package var repository: String?
    /// A branch, tag or commit; nil for the work tree, or for `HEAD` where only a commit will do.
    package var ref: String?
    /// The commit whose endpoints, limits, roles and policy hold; nil for the files' own.
    package var base: String?
    /// Only what can come out otherwise than at the base.
    package var isForAffectedAlone = false
    /// No system is asked; what the base asks for stands for it.
    package var isOffline = false
    /// Empty for all.
    package var environments: [String] = []
    /// Empty for all.
    package var tenants: Set<String> = []
    /// Nil for both.
    package var only: System?
    /// Digests of refused changes that may pass this once.
    package var approvals: Set<String> = []
    /// Only what this plan holds is carried out, and of that only what is still the same.
    package var saved: SavedPlan?
    /// What is to be adopted and forgotten.
    package var wishes = OwnershipWishes()
    /// Nothing else is carried out.
    package var isForWishesAlone = false
    /// An apply ends with the checks.
    package var checksAfterwards = false
    /// A kubeconfig may say that its server need not prove who it is.
    package var allowsUnverifiedCluster = false
    /// Changes under way at once.
    package var parallelism = 16
    /// Seconds for each request.
    package var timeout = 60.0
    /// Seconds until what was applied has to be ready.
    package var waitTimeout = 300.0
    /// Seconds after which a lease that nobody renews may be taken over.
    package var leaseTimeout = 60.0

    package init() {}
}
