import Formats

// People over all files.
extension Resolver {
    mutating func resolvePeople() -> People {
        var byTenant: [String: [UserRow]] = [:]
        for file in files.users {
            guard known.tenants.contains(file.tenant) else {
                let hint = Suggestion.phrase(for: file.tenant, among: known.tenants)
                report(.unknownTenant, at: .whole(file.path), "there is no tenant '\(file.tenant)'\(hint)")
                continue
            }
            byTenant[file.tenant, default: []] += file.rows
        }
        let tenantsByName = Dictionary(tenants.map { ($0.name, $0) }) { first, _ in first }
        var rows: [UserRow] = []
        for (name, held) in byTenant.sorted(by: { $0.key < $1.key }) {
            let unique = withoutRepetitions(held)
            if let tenant = tenantsByName[name] {
                for row in unique { checkRoles(row, tenant) }
                checkCount(unique, tenant)
            }
            rows += unique
        }
        return People(persons: united(rows))
    }

    /// Within a tenant a person occurs once. The rows come in the order of files and lines.
    private mutating func withoutRepetitions(_ rows: [UserRow]) -> [UserRow] {
        var kept: [UserRow] = []
        var byEmail: [String: Int] = [:]
        var byID: [String: Int] = [:]
        for row in rows {
            guard let earlier = byEmail[row.email] ?? row.id.flatMap({ byID[$0] }) else {
                byEmail[row.email] = kept.count
                if let id = row.id { byID[id] = kept.count }
                kept.append(row)
                continue
            }
            let other = kept[earlier]
            if row.saysTheSame(as: other) {
                report(
                    .repeatedRow, at: row.source, "the same row as at \(other.source.fileAndLine)", .warning,
                    notes: [first(other.source)])
            } else {
                let who = row.email == other.email ? row.email : "the person with id '\(row.id ?? "")'"
                report(
                    .duplicatePerson, at: row.source,
                    "\(who) is in tenant '\(row.tenant)' already, at \(other.source.fileAndLine)",
                    notes: [first(other.source)])
            }
        }
        return kept
    }

    private mutating func checkRoles(_ row: UserRow, _ tenant: Tenant) {
        for marked in row.roles {
            if let role = roles[marked.name] {
                guard !role.allows(tenant: tenant.name, tier: tenant.tier.value) else { continue }
                report(.roleNotAllowed, at: marked.place, "role '\(marked.name)' is not for tenant '\(tenant.name)'")
            } else if ForeignRoles.contains(marked.name) {
                report(
                    .privilegedRole, at: marked.place,
                    "'\(marked.name)' is a group or a role of the identity provider itself, no role of this fleet")
            } else if !known.roles.contains(marked.name) {
                let hint = Suggestion.phrase(for: marked.name, among: known.roles)
                report(.unknownRole, at: marked.place, "unknown role '\(marked.name)'\(hint)")
            }
        }
    }

    private mutating func checkCount(_ rows: [UserRow], _ tenant: Tenant) {
        guard tenant.state.value != .absent else { return }
        let own = Fields(node: tenant.limits, file: tenant.source.file)["users"]
        let tier = tiers[tenant.tier.value]
        let limit =
            own.int.map { ($0, own.place) }
            ?? tier.flatMap { tier in
                let fields = Fields(node: tier.limits, file: tier.source.file)["users"]
                return fields.int.map { ($0, fields.place) }
            }
        let active = rows.filter(\.isActive)
        guard let (limit, place) = limit, limit >= 0, active.count > limit else { return }
        report(
            .limitExceeded, at: active[limit].source,
            "tenant '\(tenant.name)' has \(active.count) people, its limit is \(limit)",
            notes: [Diagnostic.Note("the limit", at: place)])
    }

    /// One person for each id, and for each address without one; the rows are sorted by tenant.
    private mutating func united(_ rows: [UserRow]) -> [People.Person] {
        var idOfEmail: [String: UserRow] = [:]
        for row in rows where row.id != nil {
            guard let other = idOfEmail[row.email] else {
                idOfEmail[row.email] = row
                continue
            }
            if other.id != row.id {
                report(
                    .differingProfile, at: row.source,
                    "\(row.email) has the id '\(row.id ?? "")' here and '\(other.id ?? "")' at \(other.source.fileAndLine)",
                    notes: [first(other.source)])
            }
        }
        var persons: [String: [UserRow]] = [:]
        for row in rows {
            let key = row.id ?? idOfEmail[row.email]?.id ?? row.email
            persons[key, default: []].append(row)
            guard let home = persons[key]?.first, home.tenant != row.tenant, !row.hasSameProfile(as: home) else {
                continue
            }
            report(
                .differingProfile, at: row.source,
                "\(row.email) has other \(Self.difference(row, home)) here than at \(home.source.fileAndLine)",
                notes: [first(home.source)])
        }
        return persons.map { People.Person(key: $0.key, rows: $0.value) }.sorted { $0.key < $1.key }
    }

    private static func difference(_ row: UserRow, _ home: UserRow) -> String {
        var columns: [String] = []
        if row.email != home.email { columns.append("email") }
        if row.email == home.email, row.spelling != home.spelling {
            columns.append("spelling ('\(row.spelling ?? row.email)', '\(home.spelling ?? home.email)')")
        }
        if row.givenName != home.givenName { columns.append("given_name") }
        if row.familyName != home.familyName { columns.append("family_name") }
        return columns.joined(separator: ", ")
    }
}

/// Names that would reach beyond a fleet's roles: paths of groups, and roles by which Keycloak governs itself.
enum ForeignRoles {
    static func contains(_ name: String) -> Bool {
        name.utf8.contains(UInt8(ascii: "/")) || name.hasPrefix("realm-") || name.hasPrefix("default-roles-")
            || governing.contains(name)
    }

    private static let governing: Set<String> = [
        "create-client", "create-realm", "impersonation", "manage-authorization", "manage-clients", "manage-events",
        "manage-identity-providers", "manage-organizations", "manage-realm", "manage-users", "offline_access",
        "query-clients", "query-groups", "query-realms", "query-users", "uma_authorization", "view-authorization",
        "view-clients", "view-events", "view-identity-providers", "view-organizations", "view-realm", "view-users",
    ]
}
