import Formats

// The requests to `/admin/realms/{realm}/…` that are understood.

extension RouteTable {
    static let admin = RouteTable(
        realms + users + userParts + groups + roles + clients + organizations + mappings)

    private static let realms: [Route] = [
        Route("GET", "") { try $0.getRealm() },
        Route("PUT", "") { try $0.updateRealm() },
        Route("DELETE", "") { try $0.deleteRealm() },
        Route("POST", "partialImport") { try $0.partialImport() },
        Route("GET", "admin-events") { try $0.listAdminEvents() },
        Route("DELETE", "admin-events") { try $0.deleteAdminEvents() },
        Route("GET", "events") { try $0.listEvents() },
        Route("DELETE", "events") { try $0.deleteEvents() },
        Route("GET", "events/config") { try $0.eventSettings() },
        Route("PUT", "events/config") { try $0.updateEventSettings() },
        Route("POST", "logout-all") { try $0.logoutAll() },
        Route("GET", "client-session-stats") { try $0.sessionStatistics() },
        Route("GET", "authentication/required-actions") { try $0.listRequiredActions() },
        Route("GET", "authentication/required-actions/{alias}") { try $0.getRequiredAction() },
        Route("PUT", "authentication/required-actions/{alias}") { try $0.updateRequiredAction() },
        Route("GET", "authentication/unregistered-required-actions") { try $0.noRequiredActions() },
        Route("GET", "credential-registrators") { try $0.credentialRegistrators() },
        Route("GET", "identity-provider/instances") { try $0.listProviders() },
        Route("POST", "identity-provider/instances") { try $0.createProvider() },
        Route("GET", "identity-provider/instances/{alias}") { try $0.getProvider() },
        Route("PUT", "identity-provider/instances/{alias}") { try $0.updateProvider() },
        Route("DELETE", "identity-provider/instances/{alias}") { try $0.deleteProvider() },
        Route("DELETE", "sessions/{id}") { try $0.deleteSession() },
        Route("GET", "default-groups") { try $0.defaultGroups() },
        Route("PUT", "default-groups/{id}") { try $0.addDefaultGroup() },
        Route("DELETE", "default-groups/{id}") { try $0.removeDefaultGroup() },
    ]

    private static let users: [Route] = [
        Route("GET", "users") { try $0.listUsers() },
        Route("POST", "users") { try $0.createUser() },
        Route("GET", "users/count") { try $0.countUsers() },
        Route("GET", "users/profile") { try $0.getProfile() },
        Route("PUT", "users/profile") { try $0.updateProfile() },
        Route("GET", "users/{id}") { try $0.getUser() },
        Route("PUT", "users/{id}") { try $0.updateUser() },
        Route("DELETE", "users/{id}") { try $0.deleteUser() },
    ]

    private static let userParts: [Route] = [
        Route("GET", "users/{id}/groups") { try $0.userGroups() },
        Route("GET", "users/{id}/groups/count") { try $0.countUserGroups() },
        Route("PUT", "users/{id}/groups/{group}") { try $0.joinGroup() },
        Route("DELETE", "users/{id}/groups/{group}") { try $0.leaveGroup() },
        Route("GET", "users/{id}/sessions") { try $0.userSessions() },
        Route("POST", "users/{id}/logout") { try $0.logoutUser() },
        Route("PUT", "users/{id}/reset-password") { try $0.resetPassword() },
        Route("GET", "users/{id}/credentials") { try $0.listCredentials() },
        Route("DELETE", "users/{id}/credentials/{credential}") { try $0.deleteCredential() },
        Route("PUT", "users/{id}/credentials/{credential}/userLabel") { try $0.labelCredential() },
        Route("POST", "users/{id}/credentials/{credential}/moveToFirst") { try $0.moveCredential() },
        Route("POST", "users/{id}/credentials/{credential}/moveAfter/{other}") { try $0.moveCredential() },
        Route("PUT", "users/{id}/disable-credential-types") { try $0.disableCredentialTypes() },
        Route("PUT", "users/{id}/execute-actions-email") { try $0.executeActionsEmail() },
        Route("PUT", "users/{id}/reset-password-email") { try $0.executeActionsEmail() },
        Route("PUT", "users/{id}/send-verify-email") { try $0.sendVerifyEmail() },
        Route("GET", "users/{id}/offline-sessions/{client}") { try $0.offlineSessionsOfUser() },
        Route("GET", "users/{id}/federated-identity") { try $0.listIdentities() },
        Route("POST", "users/{id}/federated-identity/{provider}") { try $0.addIdentity() },
        Route("DELETE", "users/{id}/federated-identity/{provider}") { try $0.removeIdentity() },
        Route("GET", "users/{id}/consents") { try $0.consents() },
        Route("GET", "users/{id}/configured-user-storage-credential-types") { try $0.nothingOfUser() },
        Route("GET", "users/{id}/unmanagedAttributes") { try $0.unmanagedAttributes() },
    ]

    private static let groups: [Route] = [
        Route("GET", "groups") { try $0.listGroups() },
        Route("POST", "groups") { try $0.createGroup() },
        Route("GET", "groups/count") { try $0.countGroups() },
        Route("GET", "groups/{id}") { try $0.getGroup() },
        Route("PUT", "groups/{id}") { try $0.updateGroup() },
        Route("DELETE", "groups/{id}") { try $0.deleteGroup() },
        Route("GET", "groups/{id}/children") { try $0.listChildren() },
        Route("POST", "groups/{id}/children") { try $0.createChild() },
        Route("GET", "groups/{id}/members") { try $0.listMembers() },
        Route("GET", "group-by-path") { _ in throw Refusal.error(404, "Group path does not exist") },
        Route("GET", "group-by-path/{*}") { try $0.groupByPath() },
    ]

    /// The same requests for roles of the realm and for those of a client.
    private static let roles: [Route] =
        roleRoutes("roles") { .realm($0.realm) }
        + roleRoutes("clients/{client}/roles") { (call) throws(Refusal) in .client(try call.client()) }
        + [
            Route("GET", "roles-by-id/{id}") { try $0.getRoleByID() },
            Route("PUT", "roles-by-id/{id}") { try $0.updateRoleByID() },
            Route("DELETE", "roles-by-id/{id}") { try $0.deleteRoleByID() },
            Route("GET", "roles-by-id/{id}/composites") { try $0.compositesByID() },
            Route("GET", "roles-by-id/{id}/composites/realm") { try $0.realmCompositesByID() },
            Route("GET", "roles-by-id/{id}/composites/clients/{part}") { try $0.clientCompositesByID() },
            Route("POST", "roles-by-id/{id}/composites") { try $0.addCompositesByID() },
            Route("DELETE", "roles-by-id/{id}/composites") { try $0.removeCompositesByID() },
        ]

    private static func roleRoutes(
        _ path: String, _ container: @escaping @Sendable (Call) throws(Refusal) -> RoleContainer
    ) -> [Route] {
        [
            Route("GET", path) { try $0.listRoles(container($0)) },
            Route("POST", path) { try $0.createRole(container($0)) },
            Route("GET", "\(path)/{role}") { try $0.getRole(container($0)) },
            Route("PUT", "\(path)/{role}") { try $0.updateRole(container($0)) },
            Route("DELETE", "\(path)/{role}") { try $0.deleteRole(container($0)) },
            Route("GET", "\(path)/{role}/composites") { try $0.listComposites(container($0)) },
            Route("POST", "\(path)/{role}/composites") { try $0.addComposites(container($0)) },
            Route("DELETE", "\(path)/{role}/composites") { try $0.removeComposites(container($0)) },
            Route("GET", "\(path)/{role}/composites/realm") { try $0.listRealmComposites(container($0)) },
            Route("GET", "\(path)/{role}/composites/clients/{part}") { try $0.listClientComposites(container($0)) },
            Route("GET", "\(path)/{role}/users") { try $0.roleUsers(container($0)) },
            Route("GET", "\(path)/{role}/groups") { try $0.roleGroups(container($0)) },
        ]
    }

    private static let clients: [Route] = [
        Route("GET", "clients") { try $0.listClients() },
        Route("POST", "clients") { try $0.createClient() },
        Route("GET", "clients/{id}") { try $0.getClient() },
        Route("PUT", "clients/{id}") { try $0.updateClient() },
        Route("DELETE", "clients/{id}") { try $0.deleteClient() },
        Route("GET", "clients/{id}/client-secret") { try $0.clientSecret() },
        Route("POST", "clients/{id}/client-secret") { try $0.replaceClientSecret() },
        Route("GET", "clients/{id}/service-account-user") { try $0.serviceAccountUser() },
        Route("GET", "clients/{id}/protocol-mappers/models") { try $0.listMappers() },
        Route("POST", "clients/{id}/protocol-mappers/models") { try $0.createMapper() },
        Route("GET", "clients/{id}/protocol-mappers/protocol/{protocol}") { try $0.listMappers() },
        Route("GET", "clients/{id}/protocol-mappers/models/{mapper}") { try $0.getMapper() },
        Route("PUT", "clients/{id}/protocol-mappers/models/{mapper}") { try $0.updateMapper() },
        Route("DELETE", "clients/{id}/protocol-mappers/models/{mapper}") { try $0.deleteMapper() },
        Route("GET", "clients/{id}/user-sessions") { try $0.sessionsOfClient(offline: false) },
        Route("GET", "clients/{id}/offline-sessions") { try $0.sessionsOfClient(offline: true) },
        Route("GET", "clients/{id}/session-count") { try $0.countSessionsOfClient(offline: false) },
        Route("GET", "clients/{id}/offline-session-count") { try $0.countSessionsOfClient(offline: true) },
    ]

    private static let organizations: [Route] = [
        Route("GET", "organizations") { try $0.listOrganizations() },
        Route("POST", "organizations") { try $0.createOrganization() },
        Route("GET", "organizations/count") { try $0.countOrganizations() },
        Route("GET", "organizations/members/{member}/organizations") { try $0.organizationsOfMember() },
        Route("GET", "organizations/{id}") { try $0.getOrganization() },
        Route("PUT", "organizations/{id}") { try $0.updateOrganization() },
        Route("DELETE", "organizations/{id}") { try $0.deleteOrganization() },
        Route("GET", "organizations/{id}/members") { try $0.listOrganizationMembers() },
        Route("POST", "organizations/{id}/members") { try $0.addOrganizationMember() },
        Route("GET", "organizations/{id}/identity-providers") { try $0.nothingOfOrganization() },
        Route("GET", "organizations/{id}/groups") { try $0.nothingOfOrganization() },
        Route("GET", "organizations/{id}/invitations") { try $0.nothingOfOrganization() },
        Route("GET", "organizations/{id}/members/count") { try $0.countOrganizationMembers() },
        Route("GET", "organizations/{id}/members/{member}") { try $0.getOrganizationMember() },
        Route("DELETE", "organizations/{id}/members/{member}") { try $0.removeOrganizationMember() },
        Route("GET", "organizations/{id}/members/{member}/organizations") { try $0.organizationsOfMember() },
    ]

    private static let mappings: [Route] = mappingRoutes("users", .user) + mappingRoutes("groups", .group)

    private static func mappingRoutes(_ holders: String, _ scope: MappingScope) -> [Route] {
        ["realm", "clients/{client}"].flatMap { part in
            let path = "\(holders)/{id}/role-mappings/\(part)"
            return [
                Route("GET", path) { try $0.mappings(scope) },
                Route("POST", path) { try $0.addMappings(scope) },
                Route("DELETE", path) { try $0.removeMappings(scope) },
                Route("GET", "\(path)/composite") { try $0.effectiveMappings(scope) },
                Route("GET", "\(path)/available") { try $0.availableMappings(scope) },
            ]
        } + [Route("GET", "\(holders)/{id}/role-mappings") { try $0.allMappings(scope) }]
    }
}

extension Call {
    /// Nobody is kept in another store here.
    func nothingOfUser() throws(Refusal) -> Reply {
        _ = try user()
        try access.require(access.viewUsers)
        return .ok([])
    }

    func unmanagedAttributes() throws(Refusal) -> Reply {
        let user = try user()
        try access.require(access.viewUsers)
        let profile = UserProfile(of: realm)
        return .ok(.lists(user.attributes.filter { !profile.declares($0.key) && profile.shows($0.key) }))
    }
}
