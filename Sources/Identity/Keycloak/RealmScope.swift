package import Tenancy

/// What part of a realm concerns one fleet and environment.
package struct RealmScope: Sendable {
    /// `fleet/environment`, as marks name it.
    package let owner: String
    /// Paths of the tenants' own groups.
    package let tops: Set<String>
    /// Realm roles that some group of the fleet maps.
    package let roles: Set<String>
    /// `manageRoles`, `manageProfile`, onboarding and the like.
    package let environment: Environment

    package init(owner: String, tops: Set<String>, roles: Set<String>, environment: Environment) {
        self.owner = owner
        self.tops = tops
        self.roles = roles
        self.environment = environment
    }

    package init(_ desired: DesiredState) {
        let groups = desired.tenants.flatMap(\.groups)
        self.init(
            owner: "\(desired.fleet)/\(desired.environment.name)",
            tops: Set(groups.filter { $0.role == nil }.map(\.path)), roles: Set(groups.flatMap(\.realmRoles)),
            environment: desired.environment)
    }
}
