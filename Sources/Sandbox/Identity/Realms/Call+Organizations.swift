import Formats

// Organizations and their members.

extension Call {
    /// The organizations of a realm that has them switched on.
    private func requireOrganizations(manage: Bool) throws(Refusal) {
        try access.require(manage ? access.manageOrganizations : access.viewOrganizations)
        guard realm.settings.isOn("organizationsEnabled") else {
            throw .message(404, "Organizations not enabled for this realm.")
        }
    }

    private func organization(manage: Bool = false) throws(Refusal) -> Organization {
        try requireOrganizations(manage: manage)
        guard let organization = realm.organizations[parameters[0]] else {
            throw .message(404, "Organization not found.")
        }
        return organization
    }

    private func shown(_ organization: Organization, brief: Bool) -> JSON {
        var shown = organization.document
        shown["id"] = .string(organization.id)
        shown["attributes"] = brief ? nil : shown["attributes"] ?? [:]
        return shown
    }

    private var found: [Organization] {
        let fields = text("q").map(UserFilter.fields) ?? []
        let search = text("search")?.lowercased() ?? ""
        let isExact = flag("exact") ?? false
        let pattern = LikePattern("%\(search)%")
        func matches(_ organization: Organization) -> Bool {
            let attributes = organization.document.lists("attributes")
            guard fields.allSatisfy({ attributes[$0.name]?.contains($0.value) == true }) else { return false }
            guard !search.isEmpty else { return true }
            return ([organization.name] + organization.domains).contains {
                isExact ? $0.lowercased() == search : pattern.matches($0.lowercased())
            }
        }
        return realm.organizations.values.filter(matches).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    func listOrganizations() throws(Refusal) -> Reply {
        if !access.listOrganizations { try requireOrganizations(manage: false) }
        guard realm.settings.isOn("organizationsEnabled") else {
            throw .message(404, "Organizations not enabled for this realm.")
        }
        guard access.viewOrganizations else { return .ok([]) }
        let page = try Page(self, defaultMax: 10)
        let isBrief = flag("briefRepresentation") ?? true
        return .ok(.array(page.cut(found).map { shown($0, brief: isBrief) }))
    }

    func countOrganizations() throws(Refusal) -> Reply {
        try requireOrganizations(manage: false)
        return .ok(.int(Int64(found.count)))
    }

    func getOrganization() throws(Refusal) -> Reply { .ok(shown(try organization(), brief: false)) }

    func createOrganization() throws(Refusal) -> Reply {
        let read = try representation(.organization)
        try requireOrganizations(manage: true)
        guard let body = read else { throw .message(400, "Organization cannot be null.") }
        guard let name = body["name"]?.string, !Validation.isBlank(name) else {
            throw .message(400, "Name can not be null")
        }
        guard name.utf16.count <= 255 else { throw .unknownError }
        let given = body["alias"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let alias = given ?? name
        if let problem = Self.problem(inName: alias) {
            throw given == nil
                ? .message(400, "Name cannot be used as alias: \(problem)") : .error(400, problem)
        }
        try checkNameIsFree(name, except: nil)
        guard !realm.organizations.values.contains(where: { $0.alias == alias }) else {
            throw .message(409, "A organization with the same alias already exists")
        }
        var made = Organization(id: newID(), document: ["name": .string(name), "alias": .string(alias)])
        try fill(&made, from: body)
        realm.put(made)
        note(.create, "ORGANIZATION", "organizations/\(made.id)", written(body, made))
        return .created("\(realmURL)/organizations/\(made.id)")
    }

    func updateOrganization() throws(Refusal) -> Reply {
        var organization = try organization(manage: true)
        guard let body = try representation(.organization) else { throw .unknownError }
        guard let name = body["name"]?.string, !name.isEmpty else {
            throw .message(409, "A organization with the same name already exists.")
        }
        try checkNameIsFree(name, except: organization.id)
        guard body["alias"]?.string ?? name == organization.alias else {
            throw .message(400, "Cannot change the alias")
        }
        organization.document["name"] = .string(name)
        try fill(&organization, from: body)
        realm.put(organization)
        note(.update, "ORGANIZATION", "organizations/\(organization.id)", written(body, nil))
        return .noContent
    }

    /// A representation as the trail keeps it: its domains each with what is known of it.
    private func written(_ body: JSON, _ organization: Organization?) -> String {
        var body = body
        if let domains = try? entries(body["domains"]), body["domains"] != nil {
            body["domains"] = .array(
                domains.map { ["name": $0["name"] ?? "", "verified": $0["verified"] ?? false] })
        }
        return written(body, organization?.id, with: ["enabled": true], in: Shape.organizationOrder)
    }

    /// That somebody joins or leaves, in the trail.
    private func noteMember(_ operation: AdminOperation, _ organization: Organization, _ path: String, _ id: String) {
        var shown = shown(organization, brief: true)
        shown["domains"] = nil
        var details: JSON = ["username": .string(realm.users[id]?.username ?? "")]
        details["email"] = realm.users[id]?.email.map(JSON.string)
        note(
            operation, "ORGANIZATION_MEMBERSHIP", "organizations/\(organization.id)/members\(path)",
            shown.written(in: Shape.organizationOrder), details: details)
    }

    func deleteOrganization() throws(Refusal) -> Reply {
        let organization = try organization(manage: true)
        realm.remove(organization)
        note(.delete, "ORGANIZATION", "organizations/\(organization.id)", nil)
        return .noContent
    }

    private func checkNameIsFree(_ name: String, except id: String?) throws(Refusal) {
        guard !realm.organizations.values.contains(where: { $0.name == name && $0.id != id }) else {
            throw .message(409, "A organization with the same name already exists.")
        }
    }

    private func fill(_ organization: inout Organization, from body: JSON) throws(Refusal) {
        // Whether it is switched on is no matter of what it was before.
        organization.document["enabled"] = body["enabled"] ?? true
        if let address = body["redirectUrl"]?.string, address.contains(" ") {
            throw .message(400, "Organization redirect URL is not valid.")
        }
        organization.document["description"] = body["description"]
        organization.document["redirectUrl"] = body["redirectUrl"]
        if body["attributes"] != nil { organization.document["attributes"] = .lists(body.lists("attributes")) }
        var domains: [String: Bool] = [:]
        for entry in try entries(body["domains"]) {
            guard let name = entry["name"]?.string?.lowercased() else { throw .unknownError }
            guard !name.isEmpty else { throw .message(400, "Domain name cannot be empty") }
            guard Validation.isEmail("a@\(name.hasPrefix("*.") ? String(name.dropFirst(2)) : name)") else {
                throw .message(400, "Invalid domain format: \(name)")
            }
            if let owner = realm.organizations.values.first(where: {
                $0.id != organization.id && $0.domains.contains(name)
            }) {
                throw .message(
                    400, "Domain \(name) is already linked to organization \(owner.name) in realm \(realm.name)")
            }
            domains[name] = entry["verified"]?.bool ?? false
        }
        // They are a set for the server, whose order shows.
        let names = JavaOrder.sorted(domains.keys.sorted())
        organization.document["domains"] =
            names.isEmpty
            ? nil : .array(names.map { ["name": .string($0), "verified": .bool(domains[$0] ?? false)] })
    }

    /// Domains, each of which may be its name alone.
    private func entries(_ list: JSON?) throws(Refusal) -> [JSON] {
        guard let list, !list.isNull else { return [] }
        guard let elements = list.array else { throw .wrongType }
        var entries: [JSON] = []
        for element in elements {
            if element.string != nil {
                entries.append(["name": element])
            } else {
                guard let object = element.object else { throw .wrongType }
                entries.append(try Shape.organizationDomain.conform(object, text: request.body))
            }
        }
        return entries
    }

    /// Why a name may not stand in an address.
    private static func problem(inName name: String) -> String? {
        if name.contains(" ") { return "Empty Space not allowed." }
        return name.first { "/?#%;\\".contains($0) }.map { "Character '\($0)' not allowed." }
    }

    /// What organizations have elsewhere and never have here.
    func nothingOfOrganization() throws(Refusal) -> Reply {
        _ = try organization()
        return .ok([])
    }

    /// Finds the organization that a path names.
    func locateOrganization() throws(Refusal) { _ = try organization() }

    // MARK: Members

    private func member(of organization: Organization, at index: Int) throws(Refusal) -> User {
        guard organization.members.contains(parameters[index]), let user = realm.users[parameters[index]] else {
            throw .notFound
        }
        return user
    }

    private func shown(member user: User, brief: Bool) -> JSON {
        var shown = user.representation(profile: UserProfile(of: realm), brief: brief)
        shown["membershipType"] = "UNMANAGED"
        return .object(shown)
    }

    func listOrganizationMembers() throws(Refusal) -> Reply {
        let organization = try organization()
        try access.require(access.viewUsers)
        let page = try Page(self, defaultMax: 10)
        let search = text("search")?.lowercased() ?? ""
        let isExact = flag("exact") ?? false
        let type = text("membershipType")?.uppercased()
        guard type == nil || type == "UNMANAGED" || type == "MANAGED" else { throw .unknownError }
        let isNoOther = type != "MANAGED"
        let pattern = LikePattern(search: "*\(search)*")
        let users = organization.members.compactMap { realm.users[$0] }.filter { user in
            isNoOther
                && (search.isEmpty
                    || [user.username, user.email, user.firstName, user.lastName].contains {
                        guard let value = $0?.lowercased() else { return false }
                        return isExact ? value == search : pattern.matches(value)
                    })
        }
        let isBrief = flag("briefRepresentation") ?? true
        let sorted = users.sorted { $0.username.utf8.lexicographicallyPrecedes($1.username.utf8) }
        return .ok(.array(page.cut(sorted).map { shown(member: $0, brief: isBrief) }))
    }

    func countOrganizationMembers() throws(Refusal) -> Reply { .ok(.int(Int64(try organization().members.count))) }

    func getOrganizationMember() throws(Refusal) -> Reply {
        .ok(shown(member: try member(of: try organization(), at: 1), brief: false))
    }

    /// The body is the bare id, or the id as a JSON string.
    func addOrganizationMember() throws(Refusal) -> Reply {
        var organization = try organization(manage: true)
        let id = String(decoding: request.body, as: UTF8.self).filter { $0 != "\"" && !$0.isWhitespace }
        guard realm.users[id] != nil else { throw .notFound }
        guard organization.members.insert(id).inserted else {
            throw .message(409, "User is already a member of the organization.")
        }
        realm.put(organization)
        noteMember(.create, organization, "", id)
        return .created("\(realmURL)/organizations/\(organization.id)/members/\(id)")
    }

    func removeOrganizationMember() throws(Refusal) -> Reply {
        var organization = try organization(manage: true)
        let user = try member(of: organization, at: 1)
        organization.members.remove(user.id)
        realm.put(organization)
        noteMember(.delete, organization, "/\(user.id)", user.id)
        return .noContent
    }

    /// The organizations that a person, named by the last parameter, is a member of.
    func organizationsOfMember() throws(Refusal) -> Reply {
        try requireOrganizations(manage: false)
        let id = parameters[parameters.count - 1]
        guard realm.users[id] != nil else { throw .notFound }
        let isBrief = flag("briefRepresentation") ?? true
        let found = found.filter { $0.members.contains(id) }
        return .ok(.array(found.map { shown($0, brief: isBrief) }))
    }
}
