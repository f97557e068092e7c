package import Formats

/// A group of the identity provider: `/acme`, or `/acme/operator` with the realm roles that it grants.
package struct DesiredGroup: Sendable, Hashable {
    /// With the environment's `groupPrefix`, from `/`.
    package let path: String
    package let tenant: String
    /// Nil for the tenant's own group.
    package let role: String?
    /// Sorted.
    package let realmRoles: [String]
    /// The role is an administrator's.
    package let isAdmin: Bool
    package let source: Place

    package init(
        path: String, tenant: String, role: String?, realmRoles: [String], isAdmin: Bool = false, source: Place
    ) {
        self.path = path
        self.tenant = tenant
        self.role = role
        self.realmRoles = realmRoles.sorted()
        self.isAdmin = isAdmin
        self.source = source
    }
}

/// One person over all files: the union of their memberships.
package struct DesiredPerson: Sendable, Hashable {
    /// `id`, else the canonical e-mail: what stays when an e-mail changes.
    package let key: String
    /// Lower case, NFC.
    package let email: String
    package let givenName: String?
    package let familyName: String?
    /// The tenant whose row gives the profile.
    package let home: String
    /// The row that gives the profile.
    package let source: Place
    /// By tenant and role.
    package let memberships: [Membership]

    package init(
        key: String, email: String, givenName: String?, familyName: String?, home: String, source: Place,
        memberships: [Membership]
    ) {
        self.key = key
        self.email = email
        self.givenName = givenName
        self.familyName = familyName
        self.home = home
        self.source = source
        self.memberships = memberships.sorted { ($0.tenant, $0.role) < ($1.tenant, $1.role) }
    }

    /// An account is enabled while one membership is active.
    package var isActive: Bool { memberships.contains { $0.isActive } }
}

/// A role that a person has in a tenant.
package struct Membership: Sendable, Hashable {
    package let tenant: String
    package let role: String
    /// The path of the group that grants it.
    package let group: String
    /// False while the row says `active: false`, has expired, or its tenant is suspended or absent.
    package let isActive: Bool
    /// The role is an administrator's.
    package let isAdmin: Bool
    /// The row.
    package let source: Place

    package init(tenant: String, role: String, group: String, isActive: Bool, isAdmin: Bool, source: Place) {
        self.tenant = tenant
        self.role = role
        self.group = group
        self.isActive = isActive
        self.isAdmin = isAdmin
        self.source = source
    }
}
