import Formats
import TestSupport
import Testing

@Suite struct CSVTests {
    static let columns = CSV.Columns(required: ["email", "role"], optional: ["id", "name"])

    /// Rows as `line:email/role/id/name`, and the diagnostics' lines.
    private func read(_ bytes: [UInt8], _ columns: CSV.Columns = columns) -> (rows: [String], lines: [String]) {
        var rows: [String] = []
        let outcome = CSV.read(bytes, file: "u", columns: columns) { row in
            rows.append("\(row.line):" + columns.all.indices.map { row.text($0) }.joined(separator: "/"))
        }
        #expect(outcome.rowCount == rows.count)
        return (rows, outcome.diagnostics.map(\.line))
    }

    private func read(_ text: String) -> (rows: [String], lines: [String]) { read(Array(text.utf8)) }

    @Test func readsLineEndingsAlike() {
        let text = "email,role,name\na@x,op,\"A \"\"B\"\"\nC\"\nb@x,,\n"
        let expected = ["2:a@x/op//A \"B\"\nC", "4:b@x///"]
        #expect(read(text).rows == expected)
        #expect(read(text.replacing("\n", with: "\r\n")).rows == expected)
        #expect(read("\u{feff}" + text).rows == expected)
        #expect(read(String(text.dropLast())).rows == expected)
        #expect(read("email,name,role\na@x,N,op").rows == ["2:a@x/op//N"])
        #expect(read("\"email\",\"role\"\n\"\",\"a,b\"\n").rows == ["2:/a,b//"])
        #expect(read("email,role\n") == ([], []))
        #expect(read("email,role") == ([], []))
    }

    @Test func parsesBytesNotCharacters() {
        // A comma is a comma, also before a combining mark or a joiner.
        #expect(read("email,role\na,\u{301}b\n").rows == ["2:a/\u{301}b//"])
        #expect(read("email,role\na,\u{200d}b\n").rows == ["2:a/\u{200d}b//"])
        #expect(read("email,role\n\"a\"\u{301},b\n").lines.first?.hasPrefix("u:2:4: error: text behind") == true)
    }

    @Test func placesFields() {
        var places: [String] = []
        let text = "email,role,name\né@x,\"o\np\",\"n\"\n"
        _ = CSV.read(Array(text.utf8), file: "u", columns: Self.columns) { row in
            places = (0..<4).map { row.place($0).description } + ["\(row.place)"]
            #expect(row.has(3) && !row.has(2))
            row.withBytes(1) { #expect(Array($0) == Array("o\np".utf8)) }
            row.withBytes(2) { #expect($0.isEmpty) }
            #expect(row.fieldCount == 3)
            #expect(row.text(ofField: 2) == "n")
        }
        #expect(places == ["u:2:1", "u:2:5", "u:2:1", "u:3:4", "u:2:1"])
    }

    static let forms: [(String, String, [String])] = [
        (
            "empty", "",
            [
                "1:1: error: the file is empty: not even a header; was it cut off? bring its rows back, or write the header alone [RCN1207]"
            ]
        ),
        (
            "blank first", "\nemail,role\n",
            ["1:1: error: expected the names of the columns in the first line [RCN1204]"]
        ),
        ("semicolons", "email;role\na;b\n", ["1:1: error: the columns are separated by ';'; use ',' [RCN1204]"]),
        ("tabs", "email\trole\na\tb\n", ["1:1: error: the columns are separated by tabs; use ',' [RCN1204]"]),
        (
            "unknown", "email,rolle,role\na,b,c\n",
            ["1:7: error: unknown column 'rolle'; did you mean 'role'? [RCN1204]"]
        ),
        ("far", "email,role,salary\n", ["1:12: error: unknown column 'salary'; remove it [RCN1204]"]),
        ("nameless", "email,role,\n", ["1:12: error: column without a name [RCN1204]"]),
        (
            "upper case", "Email,role\n",
            ["1:1: error: unknown column 'Email': write it 'email' [RCN1204]"]
        ),
        (
            "padded", "email, role\n",
            ["1:7: error: unknown column ' role': spaces around 'role' [RCN1204]"]
        ),
        (
            "Cyrillic", "\u{435}mail,role\n",
            ["1:1: error: unknown column '\u{435}mail' (with U+0435); did you mean 'email'? [RCN1204]"]
        ),
        ("duplicate", "email,role,email\na,b,c\n", ["1:12: error: duplicate column 'email' [RCN1204]"]),
        ("missing", "email\na\n", ["1:1: error: missing column 'role'; add it, with its value in every row [RCN1204]"]),
        (
            "lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            [
                "1:1: error: this is a Git LFS pointer, not the file itself; take its path out of .gitattributes and commit the file itself [RCN1202]"
            ]
        ),
        (
            "conflict", "email,role\n<<<<<<< HEAD\na,b\n",
            ["2:1: error: unresolved merge conflict; keep one side, and remove the markers [RCN1201]"]
        ),
        (
            "bare CR", "email,role\na,b\rc,d\n",
            ["2:4: error: U+000D not allowed: a carriage return without a line feed; end lines with LF [RCN1203]"]
        ),
        (
            "CR in quotes", "email,role\na,\"b\rc\"\n",
            ["2:5: error: U+000D not allowed: a carriage return without a line feed; end lines with LF [RCN1203]"]
        ),
        ("NUL", "email,role\na,\0\n", ["2:3: error: U+0000 not allowed: a control character; remove it [RCN1203]"]),
        (
            "U+2028", "email,role\na,é\u{2028}\n",
            ["2:4: error: U+2028 not allowed: a line break that Git and most editors do not show; remove it [RCN1203]"]
        ),
        (
            "BOM inside", "email,role\n\u{feff}a,b\n",
            ["2:1: error: U+FEFF not allowed: a byte order mark in the middle of the file; remove it [RCN1203]"]
        ),
    ]

    @Test(arguments: forms) func refusesForm(id: String, text: String, lines: [String]) {
        let result = read(text)
        #expect(result.lines == lines.map { "u:" + $0 }, "\(id)")
    }

    static let rows: [(String, String, [String], [String])] = [
        ("few", "a\nc,d", ["3:c/d//"], ["2:1: error: 1 field, the header has 2 [RCN1205]"]),
        (
            "many", "a,b,é,x\nc,d", ["3:c/d//"],
            ["2:5: error: 4 fields, the header has 2; a comma within a field needs quotes around the field [RCN1205]"]
        ),
        (
            "blank", "a,b\n\nc,d\n\n", ["2:a/b//", "4:c/d//"],
            ["3:1: error: a blank line; remove it [RCN1206]", "5:1: error: a blank line; remove it [RCN1206]"]
        ),
        (
            "quote inside", "a,b\"c\"\nc,d", ["3:c/d//"],
            [
                "2:4: error: a quote inside an unquoted field; put the whole field in quotes and double the inner ones [RCN1201]"
            ]
        ),
        (
            "behind quote", "\"a\nb\"c,d\nc,d", ["4:c/d//"],
            ["3:3: error: text behind a closing quote; double the quotes that belong to the field [RCN1201]"]
        ),
        (
            "unclosed", "a,b\nc,\"d\ne,f\n", ["2:a/b//"],
            [
                "3:1: error: this row has a quote that is never closed; close it, or, where it belongs to the text, put the whole field in quotes and double it [RCN1201]"
            ]
        ),
    ]

    @Test(arguments: rows) func refusesRows(id: String, text: String, rows: [String], lines: [String]) {
        for lineEnd in ["\n", "\r\n"] {
            let result = read("email,role\n".appending(text).replacing("\n", with: lineEnd))
            #expect(result.rows == rows, "\(id)")
            #expect(result.lines == lines.map { "u:" + $0 }, "\(id)")
        }
    }

    @Test func notesTheQuote() {
        let outcome = CSV.read(Array("email,role\na,\"b\nc\n".utf8), file: "u", columns: Self.columns) { _ in }
        #expect(
            outcome.diagnostics.first?.notes.map { "\($0.place?.description ?? "") \($0.message)" } == [
                "u:2:3 opened here"
            ])
        #expect(outcome.header == ["email", "role"])
    }

    @Test func namesEncodings() {
        let latin = Array("email,role\na,Ren".utf8) + [0xe9] + Array(",x\n".utf8)
        #expect(
            read(latin).lines == [
                "u:2:6: error: byte 0xe9 is not UTF-8 ('é' in Windows-1252); save the file as UTF-8 [RCN1202]"
            ])
        let wide = "email,role\n".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        #expect(read([0xff, 0xfe] + wide).lines == ["u:1:1: error: the file is UTF-16; save it as UTF-8 [RCN1202]"])
        #expect(read(wide).lines == ["u:1:1: error: the file is UTF-16; save it as UTF-8 [RCN1202]"])
    }

    @Test func endsAfterManyErrors() {
        let result = read("email,role\n" + String(repeating: "x\n", count: 5_000))
        #expect(result.lines.count == CSV.diagnosticLimit + 1)
        #expect(result.lines.last == "u:101:1: error: too many errors; the rest of the file was not read [RCN1208]")
    }

    @Test func cutAnywhereNeverTraps() {
        let whole = Array("email,role\r\n\"a\"\"é\",b\r\nc,\"d\r\ne\"\r\n".utf8)
        for end in whole.indices {
            let result = read(Array(whole[..<end]))
            #expect(result.rows.count <= 2)
        }
    }
}

/// The public collection csv-spectrum.
@Suite struct CSVSpectrumTests {
    private static let folder = "conformance/csv-spectrum"

    /// The rows as objects, and the findings.
    private func read(_ name: String) throws -> (rows: JSON, lines: [String]) {
        var rows: [[String]] = []
        let outcome = try CSV.read(
            Fixture.bytes("\(Self.folder)/csvs/\(name)"), file: name,
            columns: CSV.Columns(required: [], allowsOthers: true)
        ) { row in rows.append((0..<row.fieldCount).map { row.text(ofField: $0) }) }
        let objects = rows.map { row in
            JSON.object(JSONObject(zip(outcome.header, row).map { .init(key: $0, value: .string($1)) }))
        }
        return (.array(objects), outcome.diagnostics.map(\.line))
    }

    /// Every file comes out as the collection says, but for two rules of ours: a line break within quotes is LF whatever the file
    /// has, and a quote within an unquoted field is refused.
    @Test func everyFile() throws {
        let names = try Fixture.names(in: "\(Self.folder)/csvs", ending: ".csv")
        #expect(names.count == 12)
        var equal = 0
        for name in names where name != "location_coordinates.csv" {
            let bytes = try Fixture.bytes("\(Self.folder)/json/\(name.replacing(".csv", with: ".json"))")
            let wanted = try JSON.parse(String(decoding: bytes, as: UTF8.self).replacing("\\r\\n", with: "\\n"))
            let found = try read(name)
            #expect(found.lines == [], "\(name)")
            #expect(found.rows == wanted, "\(name)")
            equal += 1
        }
        #expect(equal == 11)
    }

    /// A quote for seconds of arc, in a field without quotes.
    @Test func coordinatesAreRefused() throws {
        let lines = try read("location_coordinates.csv").lines
        #expect(
            lines == [
                "location_coordinates.csv:2:22: error: a quote inside an unquoted field; put the whole field in quotes and double the inner ones [RCN1201]"
            ])
    }
}
