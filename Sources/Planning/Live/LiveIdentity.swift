/// The realm, as far as this fleet and environment have to know it.
package struct LiveIdentity: Sendable {
    /// By path. Groups under the tenants' names, and every group with our mark.
    package let groups: [String: LiveGroup]
    /// Everybody in the realm but service accounts, by id.
    package let people: [String: LivePerson]
    /// Names of the realm roles.
    package let realmRoles: Set<String>
    /// Whether the realm keeps attributes that only administrators write: where it does not, marks vanish in silence.
    package let keepsMarks: Bool
    /// The account that we run as, which is never touched; nil where it could not be told.
    package let ownSubject: String?
    package let traits: RealmTraits
    /// Of the user profile, as far as it binds administrators.
    package let profile: [ProfileRule]

    package init(
        groups: [String: LiveGroup], people: [String: LivePerson], realmRoles: Set<String>, keepsMarks: Bool,
        ownSubject: String?, traits: RealmTraits = RealmTraits(), profile: [ProfileRule] = []
    ) {
        self.groups = groups
        self.people = people
        self.realmRoles = realmRoles
        self.keepsMarks = keepsMarks
        self.ownSubject = ownSubject
        self.traits = traits
        self.profile = profile.sorted { $0.name < $1.name }
    }
}

package struct LiveGroup: Sendable, Hashable {
    package let id: String
    package let path: String
    /// Realm roles that are mapped onto the group.
    package let realmRoles: Set<String>
    /// Client roles mapped onto it, as `client/role`: the fleet never puts any there.
    package let clientRoles: Set<String>
    /// The `reconcile.owners` of the group, as `fleet/environment`.
    package let owners: Set<String>

    package init(id: String, path: String, realmRoles: Set<String>, clientRoles: Set<String> = [], owners: Set<String>)
    {
        self.id = id
        self.path = path
        self.realmRoles = realmRoles
        self.clientRoles = clientRoles
        self.owners = owners
    }
}

package struct LivePerson: Sendable, Hashable {
    /// The subject: the provider's own id, which outlives names and addresses.
    package let id: String
    package let username: String
    package let email: String?
    package let givenName: String?
    package let familyName: String?
    package let isEnabled: Bool
    package let attributes: [String: [String]]
    /// Paths of the groups in `LiveIdentity.groups` whose direct member the person is.
    package let groups: Set<String>
    /// The account comes from elsewhere (LDAP and the like) and is not ours to disable.
    package let isFederated: Bool
    /// `reconcile.key`: the stable key of the person, if the account is marked.
    package let key: String?
    /// `reconcile.owners`: the fleets and environments that the account serves, as `fleet/environment`.
    package let owners: Set<String>
    /// `reconcile.home`: the owner who writes the profile.
    package let home: String?

    package init(
        id: String, username: String, email: String?, givenName: String?, familyName: String?, isEnabled: Bool,
        attributes: [String: [String]], groups: Set<String>, isFederated: Bool
    ) {
        self.id = id
        self.username = username
        self.email = email
        self.givenName = givenName
        self.familyName = familyName
        self.isEnabled = isEnabled
        self.attributes = attributes
        self.groups = groups
        self.isFederated = isFederated
        key = attributes[PersonMark.key]?.first
        owners = Set(attributes[PersonMark.owners] ?? [])
        home = attributes[PersonMark.home]?.first
    }

    /// What a service account's name begins with.
    package static let serviceAccountPrefix = "service-account-"

    /// Whether the account is a client's. A person's, whose username is the e-mail, may begin so too.
    package var isServiceAccount: Bool {
        username.hasPrefix(Self.serviceAccountPrefix) && username.lowercased() != email?.lowercased()
    }

    /// The same in these groups.
    package func with(groups: Set<String>) -> LivePerson {
        LivePerson(
            id: id, username: username, email: email, givenName: givenName, familyName: familyName,
            isEnabled: isEnabled, attributes: attributes, groups: groups, isFederated: isFederated)
    }
}

/// Names of the attributes that mark accounts and groups.
package enum PersonMark {
    package static let key = "reconcile.key"
    package static let owners = "reconcile.owners"
    package static let home = "reconcile.home"
    package static let all: Set<String> = [key, owners, home]
}
