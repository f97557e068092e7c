/// The first row: which column stands where, and what is wrong with their names.
struct CSVHeader {
    let names: [String]
    private let places: [Place]
    private let columns: CSV.Columns

    init(_ fields: [CSVField], text: UnsafeBufferPointer<UInt8>, file: String, columns: CSV.Columns) {
        names = fields.map { $0.text(in: text) }
        places = fields.map { Place(file: file, mark: Mark(atOffset: $0.start - ($0.isQuoted ? 1 : 0), of: text)) }
        self.columns = columns
    }

    /// For each declared column its index in the file, -1 for an optional one that is not there; nil where rows
    /// cannot be understood.
    func indexes(_ diagnostics: inout [Diagnostic]) -> [Int]? {
        if let separator = otherSeparator {
            diagnostics.append(finding(0, "the columns are separated by \(separator); use ','"))
            return nil
        }
        let declared = columns.all
        var indexes = Array(repeating: -1, count: declared.count)
        var isUsable = true
        for (index, name) in names.enumerated() {
            if let first = names[..<index].firstIndex(of: name) {
                let note = Diagnostic.Note("first used here", at: places[first])
                diagnostics.append(finding(index, "duplicate column '\(name)'", notes: [note]))
                isUsable = false
            } else if let position = declared.firstIndex(where: { ByteOrder.isSame($0, name) }) {
                indexes[position] = index
            } else if !columns.allowsOthers {
                diagnostics.append(finding(index, unknown(name)))
            }
        }
        let meant = columns.allowsOthers ? [] : Set(names.filter { !declared.contains($0) }.compactMap(meant))
        for (position, name) in columns.required.enumerated() where indexes[position] < 0 {
            isUsable = false
            // What is misspelt is said once.
            if meant.contains(name) { continue }
            diagnostics.append(finding(0, "missing column '\(name)'; add it, with its value in every row"))
        }
        return isUsable ? indexes : nil
    }

    private var otherSeparator: String? {
        guard names.count == 1, let only = names.first, !columns.all.contains(only) else { return nil }
        return only.utf8.contains(UInt8(ascii: ";")) ? "';'" : only.utf8.contains(0x09) ? "tabs" : nil
    }

    private func unknown(_ name: String) -> String {
        if name.isEmpty { return "column without a name" }
        if let advice = columns.advice[name] { return "column '\(name)' is not allowed here: \(advice)" }
        let trimmed = String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        if trimmed != name, columns.all.contains(trimmed) {
            return "unknown column '\(name)': spaces around '\(trimmed)'"
        }
        if columns.all.contains(trimmed.lowercased()) {
            return "unknown column '\(name)': write it '\(trimmed.lowercased())'"
        }
        let foreign = name.unicodeScalars.first { $0.value > 0x7e }
        let hint = foreign.map { " (with U+\(String($0.value, radix: 16, uppercase: true).leftPadded(to: 4)))" } ?? ""
        let phrase = Suggestion.phrase(for: name, among: columns.all)
        return "unknown column '\(name)'\(hint)" + (phrase.isEmpty ? "; remove it" : phrase)
    }

    /// The column that a name that is none stands for, as far as it can be told.
    private func meant(_ name: String) -> String? {
        guard columns.advice[name] == nil else { return nil }
        let trimmed = String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        let plain = columns.all.contains(trimmed) ? trimmed : trimmed.lowercased()
        return columns.all.contains(plain) ? plain : Suggestion.nearest(name, among: columns.all)
    }

    private func finding(_ index: Int, _ message: String, notes: [Diagnostic.Note] = []) -> Diagnostic {
        Diagnostic(CSVCode.header, at: places[index], message, notes: notes)
    }
}

extension String {
    /// With zeros in front, for hexadecimal numbers.
    func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: Swift.max(0, width - utf8.count)) + self
    }
}
