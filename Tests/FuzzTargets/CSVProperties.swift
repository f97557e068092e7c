import Formats

/// Rows in their order with their fields at places of the file; written with quotes they are read as the same rows.
enum CSVProperties {
    static func complaint(about bytes: [UInt8]) -> String? {
        let shape = TextShape(bytes)
        var found: String?
        var rows: [[String]] = []
        var last = 1
        let outcome = CSV.read(bytes, file: "f", columns: CSV.Columns(required: [], allowsOthers: true)) { row in
            if row.line <= last { found = "row at line \(row.line) behind line \(last)" }
            last = row.line
            for index in 0..<row.fieldCount {
                let place = row.place(ofField: index)
                if !shape.holds(line: place.line, column: place.column) { found = "no such place: \(place)" }
            }
            rows.append((0..<row.fieldCount).map { row.text(ofField: $0) })
        }
        if let found { return found }
        if outcome.rowCount != rows.count { return "\(rows.count) rows, counted \(outcome.rowCount)" }
        if rows.contains(where: { $0.count != outcome.header.count }) {
            return "a row of another width than the header"
        }
        for diagnostic in outcome.diagnostics {
            guard let place = diagnostic.place, shape.holds(line: place.line, column: place.column) else {
                return "no such place: \(diagnostic.line)"
            }
        }
        let isUsable = !outcome.header.isEmpty && !outcome.diagnostics.contains { $0.code == "RCN1204" }
        return isUsable ? again([outcome.header] + rows) : nil
    }

    private static func again(_ table: [[String]]) -> String? {
        let text = table.map { row in
            row.map(quoted).joined(separator: ",") + "\r\n"
        }.joined()
        var rows: [[String]] = []
        let columns = CSV.Columns(required: [], allowsOthers: true)
        let outcome = CSV.read(Array(text.utf8), file: "again", columns: columns) { row in
            rows.append((0..<row.fieldCount).map { row.text(ofField: $0) })
        }
        guard outcome.diagnostics.isEmpty else { return "written, it is refused: \(outcome.diagnostics)" }
        let isSame = zip([outcome.header] + rows, table).allSatisfy { one, other in
            zip(one, other).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        }
        return isSame && rows.count == table.count - 1 ? nil : "not read as it was written"
    }

    /// A quote is doubled whatever follows: with a combining mark behind it, it is no character of its own any more.
    private static func quoted(_ field: String) -> String {
        "\"" + field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
