/// A part of an environment: some of its tenants, with or without what is there once.
package struct FleetPart: Sendable, Hashable {
    package let tenants: Set<String>
    /// What is of no tenant belongs to it.
    package let hasShared: Bool

    package init(tenants: Set<String>, hasShared: Bool) {
        self.tenants = tenants
        self.hasShared = hasShared
    }

    package var isEmpty: Bool { tenants.isEmpty && !hasShared }

    /// Nil for what is of no tenant.
    package func holds(_ tenant: String?) -> Bool { tenant.map(tenants.contains) ?? hasShared }
}
