/// Comma-separated values as RFC 4180 has them, read as bytes and strictly.
///
/// Accepted: a UTF-8 byte order mark, LF and CRLF alike (within quotes CRLF becomes LF), a last line without a newline. Refused at
/// their place: other encodings and separators, bare CR and control characters, a quote inside an unquoted field, text
/// behind a closing quote, an unclosed quote, blank lines, and rows with too few or too many fields.
package enum CSV {
    /// The columns that a file may have. Rows are asked by the position of a column in `all`.
    package struct Columns: Sendable {
        package let required: [String]
        package let optional: [String]
        /// Whether columns of other names may be there as well.
        package let allowsOthers: Bool
        /// What to say of columns that are refused although their names make sense, by name.
        package let advice: [String: String]

        package init(
            required: [String], optional: [String] = [], allowsOthers: Bool = false, advice: [String: String] = [:]
        ) {
            self.required = required
            self.optional = optional
            self.allowsOthers = allowsOthers
            self.advice = advice
        }

        /// The required ones, then the optional ones.
        package var all: [String] { required + optional }
    }

    /// What a whole file came to.
    package struct Outcome: Sendable {
        /// The names of the header, in the order of the file; empty where there is no readable header.
        package let header: [String]
        /// How many rows were visited: those without an error of form.
        package let rowCount: Int
        /// In the order of their places; empty when the file is sound.
        package let diagnostics: [Diagnostic]
        /// To read single rows again; nil where there is no usable header.
        package var layout: Layout?
    }

    /// Where a file's columns stand.
    package struct Layout: Sendable {
        /// For each declared column its index among the fields, -1 where the file does not have it.
        let indexes: [Int]
    }

    /// After so many findings the reading ends.
    package static let diagnosticLimit = 100

    /// No header has more names; each is compared with all others.
    package static let columnLimit = 256

    /// Reads a file, calling `visit` with every row that has the right form. Nothing is kept of a row, so that memory does not
    /// grow with their number. Without a usable header no row is visited.
    package static func read(
        _ bytes: [UInt8], file: String, columns: Columns, _ visit: (borrowing Row) -> Void
    ) -> Outcome {
        withText(bytes) { text in
            var reader = CSVReader(text, file: file, columns: columns)
            return reader.read(visit)
        }
    }

    /// Reads one row again, from where its visit said that it begins.
    package static func read<Result>(
        rowAt start: Int, line: Int, of bytes: [UInt8], file: String, layout: Layout,
        _ visit: (borrowing Row) -> Result
    ) -> Result? {
        withText(bytes) { text in
            var scanner = CSVScanner(text, from: start, line: line)
            guard case .row = scanner.next() else { return nil }
            return scanner.fields.withUnsafeBufferPointer { fields in
                layout.indexes.withUnsafeBufferPointer { indexes in
                    var row = Row(text: text, fields: fields, indexes: indexes, file: file)
                    (row.start, row.line) = (start, line)
                    return visit(row)
                }
            }
        }
    }

    /// The file's text without a byte order mark.
    private static func withText<Result>(
        _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        bytes.withUnsafeBufferPointer { whole in
            let isMarked = whole.starts(with: ForeignText.byteOrderMark)
            return body(isMarked ? UnsafeBufferPointer(rebasing: whole[3...]) : whole)
        }
    }
}

extension CSV {
    /// One row, valid only during the visit. Columns are named by their position among the declared ones.
    package struct Row: ~Copyable {
        let text: UnsafeBufferPointer<UInt8>
        let fields: UnsafeBufferPointer<CSVField>
        /// For each declared column its index among the fields, -1 where the file does not have it.
        let indexes: UnsafeBufferPointer<Int>
        package let file: String
        /// The offset of the row's first byte, for `read(rowAt:)`.
        package internal(set) var start = 0
        /// Where the row begins; a quoted field may carry it over several lines.
        package internal(set) var line = 1

        init(
            text: UnsafeBufferPointer<UInt8>, fields: UnsafeBufferPointer<CSVField>,
            indexes: UnsafeBufferPointer<Int>, file: String
        ) {
            (self.text, self.fields, self.indexes, self.file) = (text, fields, indexes, file)
        }

        /// Whether the file has that column.
        package func has(_ column: Int) -> Bool { indexes[column] >= 0 }

        /// The field's text without its quotes; empty where the file does not have the column.
        package func text(_ column: Int) -> String {
            indexes[column] < 0 ? "" : fields[indexes[column]].text(in: text)
        }

        /// The same as bytes, copied only where quotes inside the field were doubled.
        @inlinable
        package func withBytes<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
            if let bytes = bytes(column) { return body(bytes) }
            return unescaped(column).withUnsafeBufferPointer(body)
        }

        /// The field's bytes as they stand in the file; nil where quotes inside it were doubled.
        @usableFromInline
        package func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
            guard indexes[column] >= 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
            let field = fields[indexes[column]]
            return field.isEscaped ? nil : UnsafeBufferPointer(rebasing: text[field.start..<field.end])
        }

        @usableFromInline
        package func unescaped(_ column: Int) -> [UInt8] {
            indexes[column] < 0 ? [] : fields[indexes[column]].unescaped(in: text)
        }

        /// Where the field begins (its quote, if it has one); the row where the file does not have the column.
        package func place(_ column: Int) -> Place {
            indexes[column] < 0 ? place : place(ofField: indexes[column])
        }

        /// Where a character of the field stands, counted from 0; the field itself where quotes inside it were doubled.
        package func place(_ column: Int, character: Int) -> Place {
            let begin = place(column)
            guard indexes[column] >= 0, character > 0, !fields[indexes[column]].isEscaped else { return begin }
            let quote = fields[indexes[column]].isQuoted ? 1 : 0
            return Place(file: file, mark: Mark(line: begin.line, column: begin.column + quote + character))
        }

        /// Where the row begins.
        package var place: Place { Place(file: file, mark: Mark(line: line, column: 1)) }

        /// All fields as the file has them, in its own order.
        package var fieldCount: Int { fields.count }

        package func text(ofField index: Int) -> String { fields[index].text(in: text) }

        package func place(ofField index: Int) -> Place {
            let offset = fields[index].isQuoted ? fields[index].start - 1 : fields[index].start
            let inRow = Mark(atOffset: offset - start, of: UnsafeBufferPointer(rebasing: text[start...]))
            return Place(file: file, mark: Mark(line: line + Int(inRow.line) - 1, column: Int(inRow.column)))
        }
    }
}

/// Codes of what can be wrong with a CSV file.
enum CSVCode {
    static let syntax = "RCN1201"
    static let encoding = "RCN1202"
    static let character = "RCN1203"
    static let header = "RCN1204"
    static let fieldCount = "RCN1205"
    static let blankLine = "RCN1206"
    static let empty = "RCN1207"
    static let tooMany = "RCN1208"
}
