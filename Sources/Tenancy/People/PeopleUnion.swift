import Formats

/// Finds out which rows belong to one person: those of one id, and those of one address.
struct PeopleUnion {
    private let tables: [UsersTable]
    private let rows: [People.RowID]
    /// Hashes of the rows' addresses and ids, beside each other: they are looked up in no order.
    private var emails: [UInt64] = []
    private var ids: [UInt64] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// For each row its person.
    private(set) var persons: [UInt32] = []
    /// How many people there are.
    private(set) var count = 0

    init(_ tables: [UsersTable], _ rows: [People.RowID]) {
        (self.tables, self.rows) = (tables, rows)
        emails.reserveCapacity(rows.count)
        ids.reserveCapacity(rows.count)
        for id in rows {
            let entry = tables[Int(id.table)].entries[Int(id.row)]
            emails.append(entry.email)
            ids.append(entry.id)
        }
        unite()
    }

    private func row(_ index: Int) -> UserRow { tables[Int(rows[index].table)].row(Int(rows[index].row)) }

    private func haveSameEmail(_ one: Int, _ other: Int) -> Bool {
        emails[one] == emails[other] && row(one).email == row(other).email
    }

    private func haveSameID(_ one: Int, _ other: Int) -> Bool {
        ids[one] == ids[other] && row(one).id == row(other).id
    }

    private mutating func unite() {
        let none = UInt32.max
        var known = HashIndex(capacity: rows.count)
        /// For each row the first one with its address.
        var firsts = [UInt32](repeating: 0, count: rows.count)
        /// For each of those the first row with the address and an id.
        var identified = [UInt32](repeating: none, count: rows.count)
        for index in rows.indices {
            let first = known.insert(index, hash: emails[index]) { haveSameEmail($0, index) } ?? index
            firsts[index] = UInt32(first)
            guard ids[index] != 0 else { continue }
            if identified[first] == none {
                identified[first] = UInt32(index)
            } else if !haveSameID(Int(identified[first]), index) {
                reportIDs(index, Int(identified[first]))
            }
        }
        number(firsts, identified, none)
    }

    /// Gives every row its person. The rows are sorted by tenant, so that the first row of a person is that of its home.
    private mutating func number(_ firsts: [UInt32], _ identified: [UInt32], _ none: UInt32) {
        var known = HashIndex(capacity: rows.count)
        persons = [UInt32](repeating: 0, count: rows.count)
        var homes: [UInt32] = []
        /// The row whose id, or else whose address, is the key.
        func keyRow(_ index: Int) -> (row: Int, hasID: Bool) {
            if ids[index] != 0 { return (index, true) }
            let first = Int(firsts[index])
            return identified[first] == none ? (first, false) : (Int(identified[first]), true)
        }
        for index in rows.indices {
            let (key, hasID) = keyRow(index)
            let hash = hasID ? ids[key] : emails[key]
            let earlier = known.insert(index, hash: hash) { other in
                let (otherKey, otherHasID) = keyRow(other)
                guard hasID == otherHasID else { return false }
                return key == otherKey || hasID && haveSameID(key, otherKey)
            }
            if let earlier {
                persons[index] = persons[earlier]
                checkProfile(index, home: Int(homes[Int(persons[earlier])]))
            } else {
                persons[index] = UInt32(homes.count)
                homes.append(UInt32(index))
            }
        }
        count = homes.count
    }

    private mutating func reportIDs(_ index: Int, _ other: Int) {
        let (row, earlier) = (row(index), row(other))
        diagnostics.append(
            DiagnosticCode.differingProfile.at(
                row.source,
                "\(row.email) has the id '\(row.id ?? "")' here and '\(earlier.id ?? "")' at \(earlier.source.fileAndLine); let both rows say the same",
                notes: [Diagnostic.Note("the first one", at: earlier.source)]))
    }

    /// A person looks the same in every tenant.
    private mutating func checkProfile(_ index: Int, home: Int) {
        let (row, home) = (row(index), row(home))
        guard home.tenant != row.tenant, !row.hasSameProfile(as: home) else { return }
        diagnostics.append(
            DiagnosticCode.differingProfile.at(
                row.source,
                "\(row.email) has other \(row.difference(from: home)) here than at \(home.source.fileAndLine); let both rows say the same",
                notes: [Diagnostic.Note("the first one", at: home.source)]))
    }
}
