import Formats

/// Who sends a request, as the token says.
struct Caller {
    /// The realm that issued the token.
    let realm: Realm
    let user: User
    let client: Client
    /// The admin roles by client, as they were when the token was made. Nil for the administration's own clients,
    /// whose tokens hold no roles: there the user's roles count, as they are now.
    let grants: [String: Set<String>]?
    let realmGrants: Set<String>?
}

/// The roles that a realm's administration knows.
enum AdminRole: String, CaseIterable {
    case createClient = "create-client"
    case impersonation
    case manageAuthorization = "manage-authorization"
    case manageClients = "manage-clients"
    case manageEvents = "manage-events"
    case manageIdentityProviders = "manage-identity-providers"
    case manageOrganizations = "manage-organizations"
    case manageRealm = "manage-realm"
    case manageUsers = "manage-users"
    case queryClients = "query-clients"
    case queryGroups = "query-groups"
    case queryOrganizations = "query-organizations"
    case queryRealms = "query-realms"
    case queryUsers = "query-users"
    case viewAuthorization = "view-authorization"
    case viewClients = "view-clients"
    case viewEvents = "view-events"
    case viewIdentityProviders = "view-identity-providers"
    case viewOrganizations = "view-organizations"
    case viewRealm = "view-realm"
    case viewUsers = "view-users"

    /// The roles that come with it.
    var composites: [AdminRole] {
        switch self {
        case .viewClients: [.queryClients]
        case .viewUsers: [.queryGroups, .queryUsers]
        case .viewOrganizations: [.queryOrganizations]
        default: []
        }
    }
}

/// What a caller may do in a realm.
struct Access {
    private let roles: Set<String>
    let caller: Caller
    let store: IdentityStore
    let realm: Realm

    init(caller: Caller, store: IdentityStore, realm: Realm) {
        self.caller = caller
        self.store = store
        self.realm = realm
        roles = Self.adminRoles(of: caller, in: realm)
    }

    /// The client that holds a realm's admin roles, seen from the realm that the token is of.
    private static func adminRoles(of caller: Caller, in realm: Realm) -> Set<String> {
        let name: String
        if caller.realm.isMaster {
            name = "\(realm.name)-realm"
        } else if caller.realm === realm {
            name = RealmTemplate.managementClient
        } else {
            return []
        }
        if let grants = caller.grants { return grants[name] ?? [] }
        guard let client = caller.realm.client(named: name) else { return [] }
        return Set(
            caller.realm.effectiveRoles(of: caller.user).compactMap { caller.realm.roles[$0] }
                .filter { $0.container == client.id }.map(\.name))
    }

    func has(_ any: AdminRole...) -> Bool { any.contains { roles.contains($0.rawValue) } }

    /// Whether the caller has any admin role here; to be somebody else is none.
    var isAdministrator: Bool { AdminRole.allCases.contains { $0 != .impersonation && roles.contains($0.rawValue) } }

    func require(_ isAllowed: Bool) throws(Refusal) {
        guard isAllowed else { throw .forbidden }
    }

    var viewUsers: Bool { has(.viewUsers, .manageUsers) }
    var manageUsers: Bool { has(.manageUsers) }
    var queryUsers: Bool { has(.queryUsers, .viewUsers, .manageUsers) }
    var listGroups: Bool { has(.queryGroups, .viewUsers, .manageUsers) }
    var listRoles: Bool { viewRealm || has(.manageIdentityProviders) }
    var viewProfile: Bool { viewRealm || queryUsers }
    var viewRealm: Bool { has(.viewRealm, .manageRealm) }
    var manageRealm: Bool { has(.manageRealm) }
    var listClients: Bool { has(.queryClients, .viewClients, .manageClients) }
    var viewClients: Bool { has(.viewClients, .manageClients) }
    var manageClients: Bool { has(.manageClients) }
    var viewEvents: Bool { has(.viewEvents, .manageEvents) }
    var listOrganizations: Bool { viewOrganizations || has(.queryOrganizations) }
    var viewOrganizations: Bool { has(.viewOrganizations, .manageOrganizations, .manageRealm) }
    var manageOrganizations: Bool { has(.manageOrganizations, .manageRealm) }

    /// Whether the caller may give a role away: an admin role only who has it himself.
    func mayMap(_ role: Role) -> Bool { manageUsers && mayPassOn(role) }

    /// Whether a role is not too much for the caller, whatever it is to become part of.
    func mayPassOn(_ role: Role) -> Bool {
        guard role.isClientRole, let client = realm.clients[role.container], client.isAdministration(of: realm) else {
            return !(realm.isMaster && !role.isClientRole && ["admin", "create-realm"].contains(role.name))
                || holds(role)
        }
        return holds(role)
    }

    private func holds(_ role: Role) -> Bool {
        if caller.realm === realm, caller.grants == nil {
            return caller.realm.effectiveRoles(of: caller.user).contains(role.id)
        }
        // Who manages people may let others look for anything, and at people.
        let harmless: Set<AdminRole> = [
            .manageUsers, .queryClients, .queryGroups, .queryOrganizations, .queryRealms, .queryUsers, .viewUsers,
        ]
        if manageUsers, let known = AdminRole(rawValue: role.name), harmless.contains(known) { return true }
        guard role.name != RealmTemplate.realmAdmin else {
            return AdminRole.allCases.allSatisfy { roles.contains($0.rawValue) }
        }
        return roles.contains(role.name)
    }
}

extension Realm {
    var isMaster: Bool { name == RealmTemplate.master }

    /// The ids of all roles that a user has: mapped directly, by groups and their ancestors, and by composites.
    func effectiveRoles(of user: User) -> Set<String> {
        var direct = user.roles
        for id in user.groups {
            var group = groups[id]
            while let current = group {
                direct.formUnion(current.roles)
                group = current.parent.flatMap { groups[$0] }
            }
        }
        return expanded(direct)
    }

    /// The roles and all that they stand for.
    func expanded(_ direct: Set<String>) -> Set<String> {
        var (all, open) = (direct, Array(direct))
        while let id = open.popLast() {
            for part in roles[id]?.composites ?? [] where all.insert(part).inserted { open.append(part) }
        }
        return all
    }
}
