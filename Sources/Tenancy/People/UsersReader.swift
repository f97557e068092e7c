import Formats
import Glibc

/// Reads the rows of a users file.
struct UsersReader {
    /// Positions among the declared columns.
    struct Column {
        static let (email, role, tenant) = (0, 1, 2)
        let id: Int
        var given: Int { id + 1 }
        var family: Int { id + 2 }
        var active: Int { id + 3 }
        var expires: Int { id + 4 }

        init(isShared: Bool) { id = isShared ? 3 : 2 }
    }

    private static let optional = ["id", "given_name", "family_name", "active", "expires"]
    private static let own = CSV.Columns(
        required: ["email", "role"], optional: optional,
        advice: [
            "tenant":
                "the file's path decides the tenant; list the file under sharedUserFiles in reconcile.yaml to let a column decide"
        ])
    private static let shared = CSV.Columns(required: ["email", "role", "tenant"], optional: optional)

    private let hash = TextHash.seeded
    private let column: Column
    private let isShared: Bool
    private var entries: [UsersTable.Entry] = []
    private var roleCells = CellIndex()
    private var tenants = CellIndex()
    private var diagnostics: [Diagnostic] = []
    private var errors = 0

    /// - Parameter tenant: from the path; nil in a file with a column `tenant`.
    static func read(
        _ bytes: [UInt8], file: String, tenant: String?
    ) -> (table: UsersTable, diagnostics: [Diagnostic]) {
        var reader = UsersReader(isShared: tenant == nil)
        let outcome = CSV.read(bytes, file: file, columns: tenant == nil ? shared : own) { row in reader.read(row) }
        let table = UsersTable(
            path: file, tenants: tenant.map { [$0] } ?? reader.tenants.texts,
            roleCells: reader.roleCells.texts.map(roles), entries: reader.entries, bytes: bytes,
            layout: outcome.layout, isShared: tenant == nil)
        return (table, (outcome.diagnostics + reader.diagnostics).sorted())
    }

    private init(isShared: Bool) {
        self.isShared = isShared
        column = Column(isShared: isShared)
    }

    private mutating func read(_ row: borrowing CSV.Row) {
        guard errors <= CSV.diagnosticLimit else { return }
        let email = row.withBytes(Column.email) { bytes -> Result<UInt64, EmailAddress.Problem> in
            if EmailAddress.isPlain(bytes) { return .success(hash.of(bytes)) }
            if let problem = EmailAddress.problem(in: bytes) { return .failure(problem) }
            return .success(hash.lowercased(bytes))
        }
        if case .failure(let problem) = email {
            refuse(row.place(Column.email, character: problem.offset), problem.message, .wrongEmail)
        }
        checkName(row, column.given)
        checkName(row, column.family)
        let id = id(row)
        let roles = roleCells.index(row, Column.role)
        if roleCells.isBlank(roles) {
            refuse(row.place(Column.role), "a role is missing; write the name of a file of roles/, without '.yaml'")
        }
        let tenant = isShared ? tenants.index(row, Column.tenant) : 0
        if isShared, tenants.isBlank(tenant) {
            refuse(row.place(Column.tenant), "a tenant is missing; name one of tenants/")
        }
        let (isActive, expires) = (isActive(row), expires(row))
        guard case .success(let address) = email else { return }
        entries.append(
            UsersTable.Entry(
                email: address, id: id, start: UInt32(clamping: row.start), line: UInt32(clamping: row.line),
                roles: roles,
                tenant: tenant, expires: expires, isActive: isActive))
    }

    private mutating func refuse(_ place: Place, _ message: String, _ code: DiagnosticCode = .wrongCell) {
        errors += 1
        if errors <= CSV.diagnosticLimit {
            diagnostics.append(code.at(place, message))
        } else if errors == CSV.diagnosticLimit + 1 {
            diagnostics.append(DiagnosticCode.wrongCell.at(place, "too many errors; the rest of the file was not read"))
        }
    }

    /// The different roles of a cell, in its order; they are separated by `;`.
    private static func roles(_ cell: String) -> [String] {
        var names: [String] = []
        for part in cell.utf8.split(separator: UInt8(ascii: ";")) {
            let trimmed = part.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
            let name = String(decoding: Array(trimmed), as: UTF8.self)
            if !name.isEmpty, !names.contains(where: { ByteOrder.isSame($0, name) }) { names.append(name) }
        }
        return names
    }

    /// 0 where there is none.
    private mutating func id(_ row: borrowing CSV.Row) -> UInt64 {
        let hash = row.withBytes(column.id) { bytes -> UInt64? in
            guard !bytes.isEmpty else { return 0 }
            guard bytes.count <= 128, bytes.allSatisfy(Self.isOfIDs) else { return nil }
            return self.hash.of(bytes)
        }
        if hash == nil { refuse(row.place(column.id), "an id has at most 128 letters, digits and -_.:@|/+=") }
        return hash ?? 0
    }

    private static func isOfIDs(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3a, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "@"), UInt8(ascii: "|"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private mutating func checkName(_ row: borrowing CSV.Row, _ column: Int) {
        let suspicion = row.withBytes(column) { bytes -> UInt8? in
            guard let first = bytes.first else { return nil }
            switch first {
            case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): return first
            default: break
            }
            return MixedScripts.isLatin(bytes) ? nil : 0
        }
        guard let suspicion else { return }
        if suspicion != 0 {
            let character = Character(UnicodeScalar(suspicion))
            refuse(
                row.place(column), "a name does not begin with '\(character)': spreadsheets take it for a formula")
        } else if let finding = MixedScripts.finding(in: row.text(column)) {
            let place = row.place(column, character: finding.offset)
            diagnostics.append(DiagnosticCode.mixedScripts.at(place, finding.message, .warning))
        }
    }

    private mutating func isActive(_ row: borrowing CSV.Row) -> Bool {
        let answer = row.withBytes(column.active) { bytes -> Bool? in
            if bytes.isEmpty || bytes.says("true") { return true }
            return bytes.says("false") ? false : nil
        }
        if answer == nil {
            refuse(
                row.place(column.active),
                "'\(row.text(column.active).prefix(40))' is neither true nor false; write true or false")
        }
        return answer ?? true
    }

    private mutating func expires(_ row: borrowing CSV.Row) -> Int32 {
        let day = row.withBytes(column.expires) { bytes -> Int32? in
            bytes.isEmpty ? .max : CalendarDate(utf8: bytes).map { Int32(clamping: $0.daysSince1970) }
        }
        if day == nil {
            let text = row.text(column.expires)
            refuse(row.place(column.expires), "'\(text.prefix(40))' is no day; write it as 2027-06-30")
        }
        return day ?? .max
    }
}

/// The different contents of a column that has few of them.
private struct CellIndex {
    private(set) var texts: [String] = []
    private var bytes: [[UInt8]] = []
    private var blank: Set<UInt32> = []
    private var known: [String: UInt32] = [:]
    /// The cell before, and its number.
    private var last: (cell: [UInt8], number: UInt32)?

    /// The number of the cell's content.
    mutating func index(_ row: borrowing CSV.Row, _ column: Int) -> UInt32 {
        // Neighbours mostly say the same.
        let near = row.withBytes(column) { cell -> UInt32? in
            if let last, cell.isSame(as: last.cell) { return last.number }
            return bytes.prefix(8).firstIndex { cell.isSame(as: $0) }.map { UInt32($0) }
        }
        if let near, near == last?.number { return near }
        let number = near ?? index(row.text(column))
        last = (bytes[Int(number)], number)
        return number
    }

    private mutating func index(_ text: String) -> UInt32 {
        if let found = known[text], ByteOrder.isSame(texts[Int(found)], text) { return found }
        let number = UInt32(texts.count)
        texts.append(text)
        bytes.append(Array(text.utf8))
        known[text] = number
        if text.utf8.allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: ";") }) { blank.insert(number) }
        return number
    }

    /// True where the content is nothing but separators.
    func isBlank(_ index: UInt32) -> Bool { !blank.isEmpty && blank.contains(index) }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func says(_ text: StaticString) -> Bool {
        guard let baseAddress else { return text.utf8CodeUnitCount == 0 }
        return count == text.utf8CodeUnitCount && memcmp(baseAddress, text.utf8Start, count) == 0
    }

    fileprivate func isSame(as bytes: [UInt8]) -> Bool {
        guard let baseAddress else { return bytes.isEmpty }
        return count == bytes.count && memcmp(baseAddress, bytes, count) == 0
    }
}
