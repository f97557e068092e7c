import Formats

/// The rows of one users file, in 40 bytes each; what else they say is read from the file again where it is asked for.
///
/// A million people are more than a fleet's whole rest, and nearly all of them are looked at once.
struct UsersTable: Sendable {
    /// What every check looks at.
    struct Entry: Sendable {
        /// Of the canonical address. Equal addresses have equal hashes; the other way round the addresses tell.
        let email: UInt64
        /// Of the id; 0 where the row has none.
        let id: UInt64
        let start: UInt32
        let line: UInt32
        /// Into `roleCells`.
        let roles: UInt32
        /// Into `tenants`.
        let tenant: UInt32
        /// Days since 1970: from then on the membership is inactive; `Int32.max` where it never expires.
        let expires: Int32
        let isActive: Bool
    }

    let path: String
    /// The tenants that rows are for. One in a file whose path decides.
    let tenants: [String]
    /// The different contents of the column `role`.
    let roleCells: [[String]]
    let entries: [Entry]
    let bytes: [UInt8]
    let layout: CSV.Layout?
    /// True where the fleet lists the file among those with a column `tenant`.
    let isShared: Bool

    /// The whole row.
    func row(_ index: Int) -> UserRow {
        let entry = entries[index]
        let read = withRow(index) { row -> UserRow in
            let written = row.text(UsersReader.Column.email)
            let email = EmailAddress.canonical(written)
            let column = UsersReader.Column(isShared: isShared)
            return UserRow(
                tenant: tenants[Int(entry.tenant)], email: email, spelling: written == email ? nil : written,
                id: entry.id == 0 ? nil : Self.text(row, column.id), roles: roleCells[Int(entry.roles)],
                givenName: Self.text(row, column.given), familyName: Self.text(row, column.family),
                isActive: entry.isActive,
                expires: entry.expires == .max ? nil : CalendarDate(daysSince1970: Int(entry.expires)),
                source: row.place)
        }
        // The entry was made from this very row.
        return read
            ?? UserRow(
                tenant: tenants[Int(entry.tenant)], email: "", spelling: nil, id: nil, roles: [], givenName: nil,
                familyName: nil, isActive: false, expires: nil, source: place(index))
    }

    private static func text(_ row: borrowing CSV.Row, _ column: Int) -> String? {
        let text = row.text(column)
        // A cell of spaces is an empty one: a realm drops them, and they would differ for ever.
        return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : text
    }

    /// Where the row begins.
    func place(_ index: Int) -> Place {
        Place(file: path, mark: Mark(line: Int(entries[index].line), column: 1))
    }

    /// Where a cell of the row begins.
    func place(_ index: Int, column: Int) -> Place {
        withRow(index) { $0.place(column) } ?? place(index)
    }

    private func withRow<Result>(_ index: Int, _ visit: (borrowing CSV.Row) -> Result) -> Result? {
        guard let layout else { return nil }
        return CSV.read(
            rowAt: Int(entries[index].start), line: Int(entries[index].line), of: bytes, file: path, layout: layout,
            visit)
    }
}
