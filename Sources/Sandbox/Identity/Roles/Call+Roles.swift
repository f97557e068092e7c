import Formats
import HTTPServer

// Roles of the realm and of its clients.

/// Where a request looks for roles: the realm, or the client that the path names.
enum RoleContainer {
    case realm(Realm)
    case client(Client)

    var id: String {
        switch self {
        case .realm(let realm): realm.id
        case .client(let client): client.id
        }
    }
}

extension Role {
    /// Whether the server's columns hold what the role says of itself.
    var fits: Bool { [name, description ?? ""].allSatisfy { $0.utf16.count <= 255 } }

    func shown(brief: Bool) -> JSON {
        var shown: JSON = [
            "id": .string(id), "name": .string(name), "composite": .bool(!composites.isEmpty),
            "clientRole": .bool(isClientRole), "containerId": .string(container),
        ]
        shown["description"] = description.map(JSON.string)
        if !brief { shown["attributes"] = .lists(attributes) }
        return shown
    }
}

extension Call {
    /// The parameter after the container's own is the role's name.
    func role(in container: RoleContainer) throws(Refusal) -> Role {
        let index = if case .client = container { 1 } else { 0 }
        guard let role = realm.role(named: parameters[index], in: container.id) else { throw .roleNotFound }
        return role
    }

    private func requireView(_ container: RoleContainer) throws(Refusal) {
        switch container {
        case .realm: try access.require(access.viewRealm)
        case .client: try access.require(access.viewClients)
        }
    }

    private func requireManage(_ container: RoleContainer) throws(Refusal) {
        switch container {
        case .realm: try access.require(access.manageRealm)
        case .client(let client):
            try access.require(access.manageClients && !client.isAdministration(of: realm))
        }
    }

    func listRoles(_ container: RoleContainer) throws(Refusal) -> Reply {
        if case .realm = container { try access.require(access.listRoles) } else { try requireView(container) }
        let page = try Page(self)
        let search = (text("search") ?? "").trimmed.lowercased()
        let pattern = LikePattern("%\(search)%")
        let roles = realm.roles.values
            .filter { $0.container == container.id && (search.isEmpty || pattern.matches($0.name.lowercased())) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let isBrief = flag("briefRepresentation") ?? true
        // Without a search only a request that names both ends gets a page.
        let (first, max) = (try number("first"), try number("max"))
        let isWhole = search.isEmpty && (first == nil || max == nil)
        return .ok(.array((isWhole ? roles : page.cut(roles)).map { $0.shown(brief: isBrief) }))
    }

    func createRole(_ container: RoleContainer) throws(Refusal) -> Reply {
        let read = try representation(.role)
        try requireManage(container)
        guard let body = read else { throw .unknownError }
        guard let name = body["name"]?.string else { throw .error(400, "role has no name") }
        guard realm.role(named: name, in: container.id) == nil else {
            throw .message(409, "Role with name \(name) already exists")
        }
        var role = Role(
            id: newID(), name: name, description: body["description"]?.string, container: container.id,
            isClientRole: { if case .client = container { true } else { false } }())
        role.attributes = body.lists("attributes").filter { !$0.value.isEmpty }
        guard role.fits else { throw .unknownError }
        // Parts are taken only by a role that says that it has some.
        let parts = try composites(in: body["composites"])
        if body["composite"]?.bool == true { role.composites = parts }
        realm.put(role)
        var path = "roles"
        if case .client(let client) = container { path = "clients/\(client.id)/roles" }
        note(.create, resource(role), "\(path)/\(name)", written(body, role.id))
        return .created("\(realmURL)/\(path)\(name.isEmpty ? "" : "/\(PercentEncoding.encode(name))")")
    }

    /// `{"realm": [names], "client": {clientId: [names]}}`; names that nobody has are passed over.
    private func composites(in json: JSON?) throws(Refusal) -> Set<String> {
        let json = try Shape.composites.conform(json?.object ?? JSONObject(), text: request.body)
        var found = (json["realm"]?.strings ?? []).compactMap { realm.role(named: $0, in: realm.id)?.id }
        for member in json["client"]?.object ?? JSONObject() {
            guard let client = realm.client(named: member.key) else { continue }
            found += member.value.strings.compactMap { realm.role(named: $0, in: client.id)?.id }
        }
        return Set(found)
    }

    func getRole(_ container: RoleContainer) throws(Refusal) -> Reply {
        try requireView(container)
        return .ok(try role(in: container).shown(brief: false))
    }

    func updateRole(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireManage(container)
        return try update(role)
    }

    private func update(_ role: Role) throws(Refusal) -> Reply {
        guard let body = try representation(.role) else { throw .unknownError }
        guard let name = body["name"]?.string, !Validation.isBlank(name) else {
            throw .error(400, "role has no name")
        }
        if name != role.name, realm.role(named: name, in: role.container) != nil {
            throw .described(409, "conflict", "Duplicate resource error")
        }
        var role = role
        role.name = name
        role.description = body["description"]?.string
        if body["attributes"] != nil { role.attributes = body.lists("attributes").filter { !$0.value.isEmpty } }
        guard role.fits else { throw .unknownError }
        realm.put(role)
        note(.update, resource(role), path(of: role), written(body, nil))
        return .noContent
    }

    func deleteRole(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireManage(container)
        return try delete(role)
    }

    private func delete(_ role: Role) throws(Refusal) -> Reply {
        guard role.id != realm.settings.defaultRole else {
            throw .message(400, "\(role.name) is default role of the realm and cannot be removed.")
        }
        realm.removeEverywhere(role)
        let isByID = request.path.contains("/roles-by-id/")
        note(
            .delete, resource(role), path(of: role),
            isByID ? nil : written(["name": .string(role.name)], role.id))
        return .noContent
    }

    private func written(_ body: JSON, _ id: String?) -> String {
        written(body, id, with: ["composite": false], in: Shape.roleOrder)
    }

    private func resource(_ role: Role) -> String { role.isClientRole ? "CLIENT_ROLE" : "REALM_ROLE" }

    /// What a role is called in the trail: by its id where the request has it so.
    private func path(of role: Role) -> String {
        if request.path.contains("/roles-by-id/") { return "roles-by-id/\(role.id)" }
        return role.isClientRole ? "clients/\(role.container)/roles/\(role.name)" : "roles/\(role.name)"
    }

    // MARK: By id

    private func roleByID(manage: Bool = false) throws(Refusal) -> Role {
        guard let role = realm.roles[parameters[0]] else { throw .error(404, "Could not find role with id") }
        let container = realm.clients[role.container].map(RoleContainer.client) ?? .realm(realm)
        if manage { try requireManage(container) } else { try requireView(container) }
        return role
    }

    func getRoleByID() throws(Refusal) -> Reply { .ok(try roleByID().shown(brief: false)) }
    func updateRoleByID() throws(Refusal) -> Reply { try update(roleByID(manage: true)) }
    func deleteRoleByID() throws(Refusal) -> Reply { try delete(roleByID(manage: true)) }
    func compositesByID() throws(Refusal) -> Reply {
        let role = try roleByID()
        guard text("search") != nil || text("first") != nil || text("max") != nil else { return composites(of: role) }
        let page = try Page(self)
        let pattern = LikePattern("%\((text("search") ?? "").lowercased())%")
        let parts = role.composites.compactMap { realm.roles[$0] }.filter { pattern.matches($0.name.lowercased()) }
        let sorted = parts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return .ok(.array(page.cut(sorted).map { $0.shown(brief: true) }))
    }

    func realmCompositesByID() throws(Refusal) -> Reply {
        composites(of: try roleByID()) { !$0.isClientRole }
    }

    func clientCompositesByID() throws(Refusal) -> Reply {
        let role = try roleByID()
        guard let client = realm.clients[parameters[1]] else { throw .clientNotFound }
        return composites(of: role) { $0.container == client.id }
    }

    func addCompositesByID() throws(Refusal) -> Reply { try change(roleByID(manage: true)) { $0.union($1) } }
    func removeCompositesByID() throws(Refusal) -> Reply { try change(roleByID(manage: true)) { $0.subtracting($1) } }

    // MARK: Composites, users and groups of a role

    func listComposites(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireView(container)
        return composites(of: role)
    }

    func listRealmComposites(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireView(container)
        return composites(of: role) { !$0.isClientRole }
    }

    /// Those of the client that the last parameter names.
    func listClientComposites(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireView(container)
        guard let client = realm.clients[parameters[parameters.count - 1]] else { throw .clientNotFound }
        return composites(of: role) { $0.container == client.id }
    }

    private func composites(of role: Role, _ isWanted: (Role) -> Bool = { _ in true }) -> Reply {
        let parts = role.composites.compactMap { realm.roles[$0] }.filter(isWanted).sorted { $0.name < $1.name }
        return .ok(.array(parts.map { $0.shown(brief: true) }))
    }

    func addComposites(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireManage(container)
        return try change(role) { $0.union($1) }
    }

    func removeComposites(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireManage(container)
        return try change(role) { $0.subtracting($1) }
    }

    private func change(
        _ role: Role, _ combine: (Set<String>, Set<String>) -> Set<String>
    ) throws(Refusal) -> Reply {
        guard let given = try json() else { throw .unknownError }
        guard let elements = given.array else { throw .wrongType }
        var parts: Set<String> = []
        for element in elements {
            guard !element.isNull else { throw .unknownError }
            guard let object = element.object else { throw .wrongType }
            let named = try Shape.role.conform(object, text: request.body)
            guard let part = realm.roles[named["id"]?.string ?? ""] else {
                throw .error(404, "Could not find composite role")
            }
            try access.require(access.mayPassOn(part))
            parts.insert(part.id)
        }
        var role = role
        role.composites = combine(role.composites, parts)
        realm.put(role)
        let operation: AdminOperation = request.method == "POST" ? .create : .delete
        note(operation, resource(role), "\(path(of: role))/composites", writtenRoles())
        return .noContent
    }

    func roleUsers(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireView(container)
        try access.require(access.viewUsers)
        let page = try Page(self, defaultMax: 100)
        let users = realm.usersByName.ids.compactMap { realm.users[$0] }.filter { $0.roles.contains(role.id) }
        return .ok(list(page.cut(users), brief: flag("briefRepresentation") ?? false))
    }

    func roleGroups(_ container: RoleContainer) throws(Refusal) -> Reply {
        let role = try role(in: container)
        try requireView(container)
        try access.require(access.viewUsers)
        let page = try Page(self, defaultMax: 100)
        let groups = realm.groups.values.filter { $0.roles.contains(role.id) }.sorted { left, right in
            left.name == right.name ? left.id < right.id : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        let isBrief = flag("briefRepresentation") ?? true
        return .ok(.array(page.cut(groups).map { shown($0, isBrief ? [] : [.details]) }))
    }
}
