import Formats

// People over all files.
extension Resolver {
    mutating func resolvePeople() -> People {
        let tables = files.users
        let byTenant = rowsByTenant(tables)
        let names = byTenant.keys.sorted()
        let rules = RoleRules(roles: roles, known: known.roles, tiers: known.tiers)
        let held = Dictionary(tenants.map { ($0.name, $0) }) { first, _ in first }
        let limits = Dictionary(
            tenants.compactMap { tenant in
                byTenant[tenant.name] == nil ? nil : usersLimit(tenant).map { (tenant.name, $0) }
            }
        ) { first, _ in first }
        let checked = parallelMap(names) { name in
            var people = TenantPeople(name, held[name], tables, rules, limit: limits[name])
            return people.check((byTenant[name] ?? []).flatMap(\.rows))
        }
        var rows: [People.RowID] = []
        rows.reserveCapacity(checked.reduce(0) { $0 + $1.rows.count })
        var ranges: [String: Range<Int>] = [:]
        for (name, outcome) in zip(names, checked) {
            ranges[name] = rows.count..<rows.count + outcome.rows.count
            rows += outcome.rows
            diagnostics += outcome.diagnostics
        }
        let union = PeopleUnion(tables, rows)
        diagnostics += union.diagnostics
        return People(tables: tables, rows: rows, tenants: ranges, persons: union.persons, count: union.count)
    }

    /// The rows of known tenants, in the order of files and lines.
    private mutating func rowsByTenant(_ tables: [UsersTable]) -> [String: [TableRows]] {
        var byTenant: [String: [TableRows]] = [:]
        for (number, table) in tables.enumerated() {
            let isKnown = table.tenants.map(known.tenants.contains)
            if isKnown.contains(false) { reportUnknownTenants(table, isKnown) }
            if !table.isShared, isKnown == [true] {
                byTenant[table.tenants[0], default: []].append(
                    TableRows(table: UInt32(number), numbers: .all(table.entries.count)))
                continue
            }
            let rows = Dictionary(grouping: table.entries.indices) { table.entries[$0].tenant }
            for (tenant, rows) in rows where isKnown[Int(tenant)] {
                byTenant[table.tenants[Int(tenant)], default: []].append(
                    TableRows(table: UInt32(number), numbers: .some(rows)))
            }
        }
        return byTenant
    }

    private mutating func reportUnknownTenants(_ table: UsersTable, _ isKnown: [Bool]) {
        for (index, name) in table.tenants.enumerated() where !isKnown[index] {
            let rows = table.entries.indices.filter { table.entries[$0].tenant == index }
            guard table.isShared else {
                let hint = Names.phraseOrList(for: name, among: known.tenants)
                let near = Suggestion.nearest(name, among: known.tenants)
                let own = near.flatMap { near in files.users.first { !$0.isShared && $0.tenants == [near] } }
                let move = own.map { " its people are in \($0.path): move the rows there" } ?? ""
                report(.unknownTenant, at: .whole(table.path), "there is no tenant '\(name)'\(hint)\(move)")
                continue
            }
            guard let first = rows.first, !name.isEmpty else { continue }
            let others =
                rows.count == 1 ? "" : "; so in \(rows.count - 1) more \(rows.count == 2 ? "row" : "rows") of the file"
            report(
                .unknownTenant, at: table.place(first, column: UsersReader.Column.tenant),
                "there is no tenant '\(name)'" + Names.phrase(for: name, among: known.tenants) + others)
        }
    }

    /// How many people the tenant may have, and who says so.
    private func usersLimit(_ tenant: Tenant) -> (count: Int, place: Place, layer: Layer)? {
        let own = Fields(node: tenant.limits, file: tenant.source.file)["users"]
        if let count = own.int { return (count, own.place, .tenant) }
        guard let tier = tiers[tenant.tier.value] else { return nil }
        let shared = Fields(node: tier.limits, file: tier.source.file)["users"]
        return shared.int.map { ($0, shared.place, .tier) }
    }
}

/// Rows of one table that are a tenant's, in the order of its lines.
private struct TableRows: Sendable {
    enum Numbers: Sendable {
        case all(Int)
        case some([Int])
    }

    let table: UInt32
    let numbers: Numbers

    var rows: [People.RowID] {
        switch numbers {
        case .all(let count): (0..<count).map { People.RowID(table: table, row: UInt32($0)) }
        case .some(let numbers): numbers.map { People.RowID(table: table, row: UInt32($0)) }
        }
    }
}
