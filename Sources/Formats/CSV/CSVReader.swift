/// Reads a file: its form, its header, then row after row.
struct CSVReader {
    private let text: UnsafeBufferPointer<UInt8>
    private let file: String
    private let columns: CSV.Columns
    private var diagnostics: [Diagnostic] = []

    init(_ text: UnsafeBufferPointer<UInt8>, file: String, columns: CSV.Columns) {
        self.text = text
        self.file = file
        self.columns = columns
    }

    mutating func read(_ visit: (borrowing CSV.Row) -> Void) -> CSV.Outcome {
        guard checkForm() else { return outcome([], 0) }
        var scanner = CSVScanner(text)
        guard let header = header(&scanner) else { return outcome([], 0) }
        let names = header.names
        guard let indexes = header.indexes(&diagnostics) else { return outcome(names, 0) }
        let count = indexes.withUnsafeBufferPointer { rows(&scanner, indexes: $0, width: names.count, visit) }
        var outcome = outcome(names, count)
        outcome.layout = CSV.Layout(indexes: indexes)
        return outcome
    }

    private mutating func rows(
        _ scanner: inout CSVScanner, indexes: UnsafeBufferPointer<Int>, width: Int, _ visit: (borrowing CSV.Row) -> Void
    ) -> Int {
        withUnsafeTemporaryAllocation(of: CSVField.self, capacity: width) { room in
            // One value for all rows: a new one would count references to the file's name.
            var row = CSV.Row(text: text, fields: UnsafeBufferPointer(room), indexes: indexes, file: file)
            var count = 0
            while diagnostics.count < CSV.diagnosticLimit {
                if scanner.plainRow(room) {
                    count &+= 1
                    (row.start, row.line) = (scanner.start, scanner.line)
                    visit(row)
                    continue
                }
                switch scanner.next() {
                case .end: return count
                case .blank: report(CSVCode.blankLine, line: scanner.line, "a blank line; remove it")
                case .malformed(let problem): report(problem, scanner)
                case .row where scanner.fields.count != width: reportWidth(scanner, width)
                case .row:
                    count &+= 1
                    // What is in the room belongs to no row any more.
                    _ = room.update(fromContentsOf: scanner.fields)
                    (row.start, row.line) = (scanner.start, scanner.line)
                    visit(row)
                }
            }
            report(CSVCode.tooMany, line: scanner.line, "too many errors; the rest of the file was not read")
            return count
        }
    }

    private mutating func header(_ scanner: inout CSVScanner) -> CSVHeader? {
        switch scanner.next() {
        case .row where scanner.fields.count > CSV.columnLimit:
            report(CSVCode.header, line: 1, "\(scanner.fields.count) columns; at most \(CSV.columnLimit) are read")
        case .row: return CSVHeader(scanner.fields, text: text, file: file, columns: columns)
        case .malformed(let problem): report(problem, scanner)
        case .blank, .end: report(CSVCode.header, line: 1, "expected the names of the columns in the first line")
        }
        return nil
    }

    // MARK: Form

    private mutating func checkForm() -> Bool {
        if text.isEmpty {
            report(
                CSVCode.empty, line: 1,
                "the file is empty: not even a header; was it cut off? bring its rows back, or write the header alone")
        } else if let encoding = ForeignText.encoding(text) {
            report(CSVCode.encoding, line: 1, "the file is \(encoding); save it as UTF-8")
        } else if ForeignText.isLFSPointer(text) {
            report(CSVCode.encoding, line: 1, ForeignText.lfsAdvice)
        } else if let finding = CharacterCheck.first(in: text) {
            report(finding)
        } else if let offset = ForeignText.conflictMarker(text) {
            let mark = Mark(atOffset: offset, of: text)
            diagnostics.append(
                Diagnostic(
                    CSVCode.syntax, at: Place(file: file, mark: mark),
                    "unresolved merge conflict; keep one side, and remove the markers"))
        }
        return diagnostics.isEmpty
    }

    private mutating func report(_ finding: CharacterCheck.Finding) {
        let place = Place(file: file, mark: Mark(atOffset: finding.offset, of: text))
        guard case .notUTF8(let byte) = finding.kind else {
            let message = finding.message(controlAdvice: "a control character; remove it")
            diagnostics.append(Diagnostic(CSVCode.character, at: place, message))
            return
        }
        // Spreadsheets save Latin letters in this encoding; what the byte means there helps to see the mistake.
        let letter = byte >= 0xa0 ? " ('\(UnicodeScalar(byte))' in Windows-1252)" : ""
        let message = "byte 0x\(String(byte, radix: 16)) is not UTF-8\(letter); save the file as UTF-8"
        diagnostics.append(Diagnostic(CSVCode.encoding, at: place, message))
    }

    // MARK: Reporting

    private mutating func reportWidth(_ scanner: CSVScanner, _ width: Int) {
        let count = scanner.fields.count
        let offset = count > width ? scanner.fields[width].start : scanner.start
        let advice = count > width ? "; a comma within a field needs quotes around the field" : ""
        let message = "\(count) \(count == 1 ? "field" : "fields"), the header has \(width)\(advice)"
        diagnostics.append(Diagnostic(CSVCode.fieldCount, at: place(offset, scanner), message))
    }

    private mutating func report(_ problem: CSVScanner.Problem, _ scanner: CSVScanner) {
        let notes = problem.cause.map { [Diagnostic.Note($0.message, at: place($0.offset, scanner))] } ?? []
        diagnostics.append(
            Diagnostic(CSVCode.syntax, at: place(problem.offset, scanner), problem.message, notes: notes))
    }

    private mutating func report(_ code: String, line: Int, _ message: String) {
        diagnostics.append(Diagnostic(code, at: Place(file: file, mark: Mark(line: line, column: 1)), message))
    }

    /// The place of an offset within the scanner's record.
    private func place(_ offset: Int, _ scanner: CSVScanner) -> Place {
        let record = UnsafeBufferPointer(rebasing: text[scanner.start...])
        let inRecord = Mark(atOffset: offset - scanner.start, of: record)
        return Place(
            file: file, mark: Mark(line: scanner.line + Int(inRecord.line) - 1, column: Int(inRecord.column)))
    }

    private func outcome(_ header: [String], _ count: Int) -> CSV.Outcome {
        CSV.Outcome(header: header, rowCount: count, diagnostics: diagnostics.sorted())
    }
}
