import Formats

/// The rows of one tenant, checked against each other and against what the tenant may have.
struct TenantPeople {
    struct Outcome: Sendable {
        /// Without those that say what an earlier one says.
        let rows: [People.RowID]
        let diagnostics: [Diagnostic]
    }

    private let tables: [UsersTable]
    private let roles: RoleRules
    private let name: String
    /// Nil where the tenant's file cannot be read.
    private let tenant: Tenant?
    private let limit: (count: Int, place: Place, layer: Layer)?
    private var diagnostics: [Diagnostic] = []
    private var repetitions = 0

    init(
        _ name: String, _ tenant: Tenant?, _ tables: [UsersTable], _ roles: RoleRules,
        limit: (count: Int, place: Place, layer: Layer)?
    ) {
        (self.name, self.tenant, self.tables, self.roles, self.limit) = (name, tenant, tables, roles, limit)
    }

    private func entry(_ id: People.RowID) -> UsersTable.Entry { tables[Int(id.table)].entries[Int(id.row)] }

    private func row(_ id: People.RowID) -> UserRow { tables[Int(id.table)].row(Int(id.row)) }

    /// - Parameter rows: in the order of files and lines.
    mutating func check(_ rows: [People.RowID]) -> Outcome {
        let unique = withoutRepetitions(rows)
        if let tenant {
            checkRoles(unique, tenant)
            checkCount(unique, tenant)
        }
        return Outcome(rows: unique, diagnostics: diagnostics)
    }

    /// Within a tenant a person occurs once.
    private mutating func withoutRepetitions(_ rows: [People.RowID]) -> [People.RowID] {
        var emails = HashIndex(capacity: rows.count)
        var ids = HashIndex(capacity: rows.count)
        var repeated: Set<Int> = []
        // Beside each other, since they are looked up in no order.
        let hashes = rows.map { id in
            let entry = entry(id)
            return (email: entry.email, id: entry.id)
        }
        for (index, id) in rows.enumerated() {
            let own = hashes[index]
            var earlier = emails.insert(index, hash: own.email) { other in
                hashes[other].email == own.email && row(rows[other]).email == row(id).email
            }
            if earlier == nil, own.id != 0 {
                earlier = ids.insert(index, hash: own.id) { other in
                    hashes[other].id == own.id && row(rows[other]).id == row(id).id
                }
            }
            guard let earlier else { continue }
            repeated.insert(index)
            reportRepetition(row(id), of: row(rows[earlier]))
        }
        return repeated.isEmpty ? rows : rows.indices.filter { !repeated.contains($0) }.map { rows[$0] }
    }

    private mutating func reportRepetition(_ row: UserRow, of other: UserRow) {
        repetitions += 1
        guard repetitions <= CSV.diagnosticLimit else { return }
        let notes = [Diagnostic.Note("the first one", at: other.source)]
        if row.saysTheSame(as: other) {
            diagnostics.append(
                DiagnosticCode.repeatedRow.at(
                    row.source, "the same row as at \(other.source.fileAndLine); remove one of them", .warning,
                    notes: notes))
            return
        }
        let who = row.email == other.email ? row.email : "the person with id '\(row.id ?? "")'"
        diagnostics.append(
            DiagnosticCode.duplicatePerson.at(
                row.source,
                "\(who) is in tenant '\(row.tenant)' already, at \(other.source.fileAndLine); write all roles in one row, as operator;analyst",
                notes: notes)
        )
    }

    /// One finding for each role that is not one for this tenant, however many have it.
    private mutating func checkRoles(_ rows: [People.RowID], _ tenant: Tenant) {
        var found: [CellID: (first: People.RowID, count: Int)] = [:]
        var sound: Set<CellID> = []
        var last: CellID?
        for id in rows {
            let cell = CellID(table: id.table, cell: entry(id).roles)
            // Neighbours mostly have the same roles.
            if cell == last { continue }
            if sound.contains(cell) {
                last = cell
                continue
            }
            if let earlier = found[cell] {
                found[cell] = (earlier.first, earlier.count + 1)
                continue
            }
            let names = tables[Int(id.table)].roleCells[Int(cell.cell)]
            if names.allSatisfy({ roles.objection(to: $0, for: tenant) == nil }) {
                sound.insert(cell)
            } else {
                found[cell] = (id, 1)
            }
        }
        for (cell, held) in found {
            let table = tables[Int(cell.table)]
            let others =
                held.count == 1 ? "" : "; so in \(held.count - 1) more \(held.count == 2 ? "row" : "rows") of the file"
            let place = table.place(Int(held.first.row), column: UsersReader.Column.role)
            for name in table.roleCells[Int(cell.cell)] {
                guard let (code, message) = roles.objection(to: name, for: tenant) else { continue }
                diagnostics.append(code.at(place, message + others))
            }
        }
    }

    private struct CellID: Hashable {
        let table: UInt32
        let cell: UInt32
    }

    private mutating func checkCount(_ rows: [People.RowID], _ tenant: Tenant) {
        guard let limit, limit.count >= 0, tenant.state.value != .absent else { return }
        var count = 0
        var first: People.RowID?
        for id in rows where entry(id).isActive {
            if count == limit.count { first = id }
            count += 1
        }
        guard let first else { return }
        diagnostics.append(
            DiagnosticCode.limitExceeded.at(
                tables[Int(first.table)].place(Int(first.row)),
                "tenant '\(tenant.name)' has \(count) people, its limit is \(limit.count): remove people, or raise 'users'",
                notes: [Diagnostic.Note("the limit (layer \(limit.layer.rawValue))", at: limit.place)]))
    }
}

/// Which roles a tenant's people may have.
struct RoleRules: Sendable {
    let roles: [String: Role]
    /// Also those whose files cannot be read.
    let known: Set<String>
    /// Names of tiers, the same.
    let tiers: Set<String>

    func objection(to name: String, for tenant: Tenant) -> (DiagnosticCode, String)? {
        if let role = roles[name] {
            // What a tier allows is not known where one of the two tiers is not.
            if case .tier(let tier) = role.reach, !tiers.isSuperset(of: [tier.value, tenant.tier.value]) { return nil }
            guard !role.allows(tenant: tenant.name, tier: tenant.tier.value) else { return nil }
            return (.roleNotAllowed, "role '\(name)' is not for tenant '\(tenant.name)'\(role.advice)")
        }
        if ForeignRoles.contains(name) {
            let what = "is a group or a role of the identity provider itself; name a role of roles/"
            return (.privilegedRole, "'\(name)' \(what)")
        }
        guard !known.contains(name) else { return nil }
        return (.unknownRole, "unknown role '\(name)'" + Names.phraseOrList(for: name, among: known))
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
