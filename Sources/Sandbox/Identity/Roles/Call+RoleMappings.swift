import Formats

// Which roles a user or a group has.

/// Who has roles mapped.
private enum RoleHolder {
    case user(User)
    case group(Group)

    var roles: Set<String> {
        get {
            switch self {
            case .user(let user): user.roles
            case .group(let group): group.roles
            }
        }
        set {
            switch self {
            case .user(var user):
                user.roles = newValue
                self = .user(user)
            case .group(var group):
                group.roles = newValue
                self = .group(group)
            }
        }
    }

    var path: String {
        switch self {
        case .user(let user): "users/\(user.id)/role-mappings"
        case .group(let group): "groups/\(group.id)/role-mappings"
        }
    }
}

/// Which mappings a request is about.
enum MappingScope { case user, group }

extension Call {
    private func holder(_ scope: MappingScope, manage: Bool = false) throws(Refusal) -> RoleHolder {
        let holder: RoleHolder =
            switch scope {
            case .user: .user(try user())
            case .group: .group(try group())
            }
        try access.require(manage ? access.manageUsers : access.viewUsers)
        return holder
    }

    /// The id of the realm or client whose roles are meant.
    private func container() throws(Refusal) -> String {
        guard parameters.count > 1 else { return realm.id }
        guard let client = realm.clients[parameters[1]] else { throw .error(404, "Client not found") }
        return client.id
    }

    func allMappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        let roles = try holder(scope).roles.compactMap { realm.roles[$0] }.sorted { $0.name < $1.name }
        var shown: JSON = [:]
        // Here, and only here, the realm's roles are for those who may see them.
        let realmRoles = access.viewRealm ? roles.filter { !$0.isClientRole } : []
        if !realmRoles.isEmpty { shown["realmMappings"] = .array(realmRoles.map { $0.shown(brief: true) }) }
        var byClient = JSONObject()
        for (id, held) in Dictionary(grouping: roles.filter(\.isClientRole), by: \.container) {
            guard let client = realm.clients[id] else { continue }
            byClient[client.clientID] = [
                "id": .string(id), "client": .string(client.clientID),
                "mappings": .array(held.map { $0.shown(brief: true) }),
            ]
        }
        if !byClient.isEmpty { shown["clientMappings"] = .object(byClient) }
        return .ok(shown)
    }

    func mappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        let holder = try holder(scope)
        return .ok(show(holder.roles, of: try container(), brief: true))
    }

    /// With those that come by composites, and, for a user, by groups.
    func effectiveMappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        let holder = try holder(scope)
        let roles =
            switch holder {
            case .user(let user): realm.effectiveRoles(of: user)
            case .group(let group): realm.expanded(group.roles)
            }
        return .ok(show(roles, of: try container(), brief: flag("briefRepresentation") ?? true))
    }

    /// Those that could be added.
    func availableMappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        let held = try holder(scope).roles
        let access = access
        let free = realm.roles.values.filter { !held.contains($0.id) && access.mayMap($0) }
        return .ok(show(Set(free.map(\.id)), of: try container(), brief: true))
    }

    private func show(_ ids: Set<String>, of container: String, brief: Bool) -> JSON {
        let roles = ids.compactMap { realm.roles[$0] }.filter { $0.container == container }
        return .array(roles.sorted { $0.name < $1.name }.map { $0.shown(brief: brief) })
    }

    func addMappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        var holder = try holder(scope, manage: true)
        guard let roles = try namedRoles() else { throw .unknownError }
        holder.roles.formUnion(roles.map(\.id))
        return put(holder, .create)
    }

    /// Without a body every role of the container goes, the default one included.
    func removeMappings(_ scope: MappingScope) throws(Refusal) -> Reply {
        var holder = try holder(scope, manage: true)
        let container = try container()
        if let roles = try namedRoles() {
            holder.roles.subtract(roles.map(\.id))
            return put(holder, .delete)
        }
        let gone = holder.roles.compactMap { realm.roles[$0] }.filter { $0.container == container }
        holder.roles.subtract(gone.map(\.id))
        let written = gone.sorted { $0.name < $1.name }.map { $0.shown(brief: true).written(in: Shape.roleOrder) }
        return put(holder, .delete, "[\(written.joined(separator: ","))]")
    }

    private func put(_ holder: RoleHolder, _ operation: AdminOperation, _ written: String? = nil) -> Reply {
        switch holder {
        case .user(let user): realm.put(user)
        case .group(let group): realm.put(group)
        }
        let isRealm = parameters.count == 1
        note(
            operation, isRealm ? "REALM_ROLE_MAPPING" : "CLIENT_ROLE_MAPPING",
            holder.path + (isRealm ? "/realm" : "/clients/\(parameters[1])"), written ?? writtenRoles())
        return .noContent
    }

    /// The roles in the body, each with its id and its name; nil without a body.
    private func namedRoles() throws(Refusal) -> [Role]? {
        let container = try container()
        guard let body = try json() else { return nil }
        guard let elements = body.array else { throw .wrongType }
        let access = access
        var roles: [Role] = []
        for element in elements {
            guard !element.isNull else { throw .unknownError }
            guard let object = element.object else { throw .wrongType }
            let named = try Shape.role.conform(object, text: request.body)
            guard let role = realm.role(named: named["name"]?.string ?? "", in: container),
                role.id == named["id"]?.string
            else { throw .error(404, "Role not found") }
            try access.require(access.mayMap(role))
            roles.append(role)
        }
        return roles
    }
}
