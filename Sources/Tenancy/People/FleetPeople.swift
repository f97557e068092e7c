/// All rows of all files, united by person: which rows there are and whose they are. What a row says is read where it is asked for.
package struct People: Sendable {
    /// A row of a table.
    struct RowID: Sendable {
        let table: UInt32
        let row: UInt32
    }

    let tables: [UsersTable]
    /// By tenant, then in the order of files and lines.
    let rows: [RowID]
    /// The rows of each tenant, among `rows`.
    let tenants: [String: Range<Int>]
    /// For each of `rows` its person.
    private let persons: [UInt32]
    /// Numbers of rows, those of one person beside each other.
    private let grouped: [UInt32]
    /// Where each person's rows begin in `grouped`, and the end of the last.
    private let starts: [UInt32]

    /// - Parameters:
    ///   - persons: for each row the number of its person, numbers without gaps.
    init(tables: [UsersTable], rows: [RowID], tenants: [String: Range<Int>], persons: [UInt32], count: Int) {
        (self.tables, self.rows, self.tenants, self.persons) = (tables, rows, tenants, persons)
        var starts = [UInt32](repeating: 0, count: count + 1)
        for person in persons { starts[Int(person) + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var next = starts
        var grouped = [UInt32](repeating: 0, count: rows.count)
        for (row, person) in persons.enumerated() {
            grouped[Int(next[Int(person)])] = UInt32(row)
            next[Int(person)] += 1
        }
        (self.starts, self.grouped) = (starts, grouped)
    }

    /// How many people there are.
    package var count: Int { starts.count - 1 }

    /// What a row says.
    func row(_ index: Int) -> UserRow {
        let id = rows[index]
        return tables[Int(id.table)].row(Int(id.row))
    }

    func entry(_ index: Int) -> UsersTable.Entry {
        let id = rows[index]
        return tables[Int(id.table)].entries[Int(id.row)]
    }

    /// The roles of a row, without a look at the rest of it.
    func roles(_ index: Int) -> [String] {
        let id = rows[index]
        let table = tables[Int(id.table)]
        return table.roleCells[Int(table.entries[Int(id.row)].roles)]
    }

    /// A person's rows, by tenant. The first is the home: it gives the profile.
    func rows(of person: Int) -> [UserRow] {
        grouped[Int(starts[person])..<Int(starts[person + 1])].map { row(Int($0)) }
    }

    /// The key of the person that a row belongs to: an `id`, else the canonical e-mail.
    func key(ofRow index: Int) -> String { Self.key(of: rows(of: Int(persons[index]))) }

    /// The key of the person whose rows these are.
    static func key(of rows: [UserRow]) -> String {
        rows.lazy.compactMap(\.id).first ?? rows.first?.email ?? ""
    }
}
