import Formats

/// Reads the rows of a users file.
struct UsersReader {
    private static let columns = CSV.Columns(
        required: ["email", "role"], optional: ["id", "given_name", "family_name", "active", "expires"])
    private enum Column { static let (email, role, id, given, family, active, expires) = (0, 1, 2, 3, 4, 5, 6) }

    private let tenant: String
    private var rows: [UserRow] = []
    private var diagnostics: [Diagnostic] = []

    static func read(_ bytes: [UInt8], file: String, tenant: String) -> (rows: [UserRow], diagnostics: [Diagnostic]) {
        var reader = UsersReader(tenant: tenant)
        let outcome = CSV.read(bytes, file: file, columns: columns) { row in reader.read(row) }
        return (reader.rows, (outcome.diagnostics + reader.diagnostics).sorted())
    }

    private init(tenant: String) {
        self.tenant = tenant
    }

    private mutating func read(_ row: borrowing CSV.Row) {
        let email: String?
        let written = row.text(Column.email)
        switch EmailAddress.canonical(written) {
        case .success(let address): email = address
        case .failure(let problem):
            diagnostics.append(DiagnosticCode.wrongEmail.at(row.place(Column.email), problem.message))
            email = nil
        }
        let (id, roles, isActive, expires) = (id(row), roles(row), isActive(row), expires(row))
        guard let email else { return }
        rows.append(
            UserRow(
                tenant: tenant, email: email, spelling: written == email ? nil : written, id: id, roles: roles,
                givenName: name(row, Column.given),
                familyName: name(row, Column.family), isActive: isActive, expires: expires, source: row.place))
    }

    private mutating func refuse(_ place: Place, _ message: String) {
        diagnostics.append(DiagnosticCode.wrongCell.at(place, message))
    }

    private mutating func id(_ row: borrowing CSV.Row) -> String? {
        let text = row.text(Column.id)
        guard !text.isEmpty else { return nil }
        let isClean = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || "-_.:@|/+=".utf8.contains(byte)
        }
        guard isClean, text.utf8.count <= 128 else {
            refuse(row.place(Column.id), "an id has at most 128 letters, digits and -_.:@|/+=")
            return nil
        }
        return text
    }

    private mutating func roles(_ row: borrowing CSV.Row) -> [UserRow.Marked] {
        let place = row.place(Column.role)
        var names: [String] = []
        for part in row.text(Column.role).split(separator: ";" as Character) {
            let name = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        if names.isEmpty { refuse(place, "a role is missing") }
        return names.map { UserRow.Marked(name: $0, place: place) }
    }

    private func name(_ row: borrowing CSV.Row, _ column: Int) -> String? {
        let text = row.text(column)
        return text.isEmpty ? nil : text
    }

    private mutating func isActive(_ row: borrowing CSV.Row) -> Bool {
        switch row.text(Column.active) {
        case "", "true": return true
        case "false": return false
        case let other:
            refuse(row.place(Column.active), "'\(other.prefix(40))' is neither true nor false")
            return true
        }
    }

    private mutating func expires(_ row: borrowing CSV.Row) -> CalendarDate? {
        let text = row.text(Column.expires)
        guard !text.isEmpty else { return nil }
        guard let date = CalendarDate(text) else {
            refuse(row.place(Column.expires), "'\(text.prefix(40))' is no day; write it as 2027-06-30")
            return nil
        }
        return date
    }
}
