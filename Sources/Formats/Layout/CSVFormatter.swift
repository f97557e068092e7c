extension CSV {
    /// The file with LF, without a byte order mark, with quotes only where a field needs them; order and fields stay.
    ///
    /// Nil where the file cannot be read as CSV.
    package static func formatted(_ bytes: [UInt8]) -> [UInt8]? {
        var rows: [[String]] = []
        // Which columns there may be is not asked here.
        let outcome = read(bytes, file: "", columns: Columns(required: [], allowsOthers: true)) { row in
            rows.append((0..<row.fieldCount).map { row.text(ofField: $0) })
        }
        guard outcome.diagnostics.isEmpty, !outcome.header.isEmpty else { return nil }
        return Array(([outcome.header] + rows).map(line).joined().utf8)
    }

    /// One row with its line feed.
    package static func line(_ fields: [String]) -> String {
        fields.map { field in
            guard field.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return field }
            return "\"" + field.replacingScalars { $0 == "\"" ? "\"\"" : nil } + "\""
        }.joined(separator: ",") + "\n"
    }
}
