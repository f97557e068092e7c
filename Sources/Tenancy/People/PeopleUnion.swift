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
        row(one).email == row(other).email
    }

    private func haveSameID(_ one: Int, _ other: Int) -> Bool {
        row(one).id == row(other).id
    }

    private mutating func unite() {
        let union = self
        let (byEmail, byID) = inParallel {
            union.firsts(union.emails, union.haveSameEmail)
        } _: {
            union.firsts(union.ids, union.haveSameID)
        }
        // For each first row with an address the first row with that address and an id.
        var identified = [UInt32](repeating: .max, count: rows.count)
        for index in rows.indices where ids[index] != 0 {
            let first = Int(byEmail[index])
            if identified[first] == .max {
                identified[first] = UInt32(index)
            } else if byID[Int(identified[first])] != byID[index] {
                reportIDs(index, Int(identified[first]))
            }
        }
        number(byEmail, byID, identified)
    }

    /// For each row the first one whose text is the same; nothing of use for rows without one.
    private func firsts(_ hashes: [UInt64], _ isSame: (Int, Int) -> Bool) -> [UInt32] {
        var known = HashIndex(capacity: rows.count)
        var firsts = [UInt32](repeating: 0, count: rows.count)
        for index in rows.indices where hashes[index] != 0 {
            let first = known.insert(index, hash: hashes[index]) { hashes[$0] == hashes[index] && isSame($0, index) }
            firsts[index] = UInt32(first ?? index)
        }
        return firsts
    }

    /// Gives every row its person. The rows are sorted by tenant, so that the first row of a person is that of its home.
    private mutating func number(_ byEmail: [UInt32], _ byID: [UInt32], _ identified: [UInt32]) {
        persons = [UInt32](repeating: 0, count: rows.count)
        /// For each row that gives a key its person, and for each person its home.
        var numbers = [UInt32](repeating: .max, count: rows.count)
        var homes: [UInt32] = []
        homes.reserveCapacity(rows.count)
        for index in rows.indices {
            // The first row with the id that is the key, or else with the address that is.
            let first = Int(byEmail[index])
            let giver = ids[index] != 0 ? index : identified[first] == .max ? nil : Int(identified[first])
            let key = giver.map { Int(byID[$0]) } ?? first
            if numbers[key] == .max {
                numbers[key] = UInt32(homes.count)
                homes.append(UInt32(index))
            } else {
                checkProfile(index, home: Int(homes[Int(numbers[key])]))
            }
            persons[index] = numbers[key]
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
