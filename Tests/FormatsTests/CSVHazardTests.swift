import Formats
import Testing

/// Lists of people as spreadsheets, editors and attackers make them, each with its one outcome.
@Suite struct CSVHazardTests {
    private func read(_ bytes: [UInt8]) -> (rows: [String], lines: [String]) {
        let columns = CSV.Columns(required: ["email", "role"], optional: ["id", "name"])
        var rows: [String] = []
        let outcome = CSV.read(bytes, file: "users.csv", columns: columns) { row in
            rows.append("\(row.line):" + columns.all.indices.map { row.text($0) }.joined(separator: "/"))
        }
        return (rows, outcome.diagnostics.map(\.line))
    }

    private func read(_ text: String) -> (rows: [String], lines: [String]) { read(Array(text.utf8)) }

    @Test("C1: LF and CRLF are the same, also mixed and without the last one; a bare CR is refused")
    func lineEnds() {
        let text = "email,role,name\na@x,op,\"A\nB\"\nb@x,op,C\n"
        let rows = ["2:a@x/op//A\nB", "4:b@x/op//C"]
        let crlf = text.replacing("\n", with: "\r\n")
        for form in [
            text, crlf, String(text.dropLast()), String(crlf.dropLast()), text.replacing("name\n", with: "name\r\n"),
        ] {
            #expect(read(form).rows == rows)
            #expect(read(form).lines == [])
        }
        let message = "error: U+000D not allowed: a carriage return without a line feed; end lines with LF [RCN1203]"
        #expect(read(text.replacing("\n", with: "\r")).lines == ["users.csv:1:16: \(message)"])
        #expect(read("email,role\na@x,op\rb@x,op\n").lines == ["users.csv:2:7: \(message)"])
        #expect(read("email,role\na@x,\"o\rp\"\n").lines == ["users.csv:2:7: \(message)"])
        #expect(read("email,role\r\na@x,op\r").lines == ["users.csv:2:7: \(message)"])
        #expect(read("email,role\na@x,op\r").rows == [])
    }

    @Test(
        "C2: a mark that joins what stands before it moves no column",
        arguments: ["\u{301}", "\u{200d}", "\u{fe0f}", "\u{20dd}", "\u{1f3fb}"])
    func joiningMarks(mark: String) {
        #expect(read("email,role\na@x,\(mark)op\n").rows == ["2:a@x/\(mark)op//"])
        #expect(read("email,role\na@x,\"\(mark)op\"\n").rows == ["2:a@x/\(mark)op//"])
        let behind = read("email,role\n\"a@x\"\(mark),op\n")
        #expect(behind.rows == [])
        #expect(
            behind.lines == [
                "users.csv:2:6: error: text behind a closing quote; double the quotes that belong to the field [RCN1201]"
            ])
        #expect(read("email,role\na@x,op\n\(mark)b@x,op\n").rows == ["2:a@x/op//", "3:\(mark)b@x/op//"])
    }

    static let headers: [(String, String, [String])] = [
        ("byte order mark", "\u{feff}email,role\na@x,op\n", []), ("reordered", "name,role,email\nA,op,a@x\n", []),
        ("quoted", "\"email\",\"role\"\na@x,op\n", []),
        ("duplicate", "email,role,email\n", ["1:12: error: duplicate column 'email' [RCN1204]"]),
        (
            "missing", "email,name\n",
            ["1:1: error: missing column 'role'; add it, with its value in every row [RCN1204]"]
        ),
        (
            "upper case", "email,ROLE\n",
            ["1:7: error: unknown column 'ROLE': write it 'role' [RCN1204]"]
        ),
        (
            "padded", "email ,role\n",
            ["1:1: error: unknown column 'email ': spaces around 'email' [RCN1204]"]
        ),
        (
            "Cyrillic", "\u{435}mail,role\n",
            ["1:1: error: unknown column '\u{435}mail' (with U+0435); did you mean 'email'? [RCN1204]"]
        ),
        ("extra", "email,role,salary\n", ["1:12: error: unknown column 'salary'; remove it [RCN1204]"]),
        (
            "very many", String(repeating: "c,", count: 300_000) + "email\n",
            ["1:1: error: 300001 columns; at most 256 are read [RCN1204]"]
        ),
    ]

    @Test("C3: a header with wrong names is refused at the name", arguments: headers)
    func headerNames(id: String, text: String, expected: [String]) {
        let result = read(text)
        #expect(result.lines == expected.map { "users.csv:" + $0 }, "\(id)")
        #expect(result.rows.count == (expected.isEmpty ? 1 : 0))
    }

    static let forms: [(String, String, [String], [String])] = [
        (
            "unclosed quote", "email,role\na@x,op\nb@x,\"o\n\np\nc@x,op\n", ["2:a@x/op//"],
            [
                "3:1: error: this row has a quote that is never closed; close it, or, where it belongs to the text, put the whole field in quotes and double it [RCN1201]"
            ]
        ),
        (
            "quote in a field", "email,role\na\"b\"@x,op\nb@x,op\n", ["3:b@x/op//"],
            [
                "2:2: error: a quote inside an unquoted field; put the whole field in quotes and double the inner ones [RCN1201]"
            ]
        ),
        (
            "line break in quotes", "email,role,name\na@x,op,\"A\n\nB\"\nb@x,op,C\n",
            ["2:a@x/op//A\n\nB", "5:b@x/op//C"], []
        ),
        (
            "doubled quotes", "email,role,name\na@x,op,\"\"\"A\"\"\"\nb@x,op,\"\"\n",
            ["2:a@x/op//\"A\"", "3:b@x/op//"], []
        ),
        (
            "behind several lines", "email,role,name\na@x,op,\"A\n\nB\"\nb@x\n", ["2:a@x/op//A\n\nB"],
            ["5:1: error: 1 field, the header has 3 [RCN1205]"]
        ),
        (
            "too many", "email,role\na@x,op,viewer\n", [],
            [
                "2:8: error: 3 fields, the header has 2; a comma within a field needs quotes around the field [RCN1205]"
            ]
        ),
        (
            "blank lines", "email,role\n\na@x,op\n\r\n", ["3:a@x/op//"],
            ["2:1: error: a blank line; remove it [RCN1206]", "4:1: error: a blank line; remove it [RCN1206]"]
        ),
        (
            "semicolons", "email;role\na@x;op\n", [],
            ["1:1: error: the columns are separated by ';'; use ',' [RCN1204]"]
        ),
        (
            "tabs", "email\trole\na@x\top\n", [],
            ["1:1: error: the columns are separated by tabs; use ',' [RCN1204]"]
        ),
    ]

    @Test("C4: a row of another form is refused at the line on which it begins", arguments: forms)
    func rowForms(id: String, text: String, rows: [String], expected: [String]) {
        let result = read(text)
        #expect(result.rows == rows, "\(id)")
        #expect(result.lines == expected.map { "users.csv:" + $0 }, "\(id)")
    }

    @Test("C4: another encoding is named")
    func encodings() {
        let latin = Array("email,role,name\na@x,op,A\nb@x,op,Ren".utf8) + [0xe9, 0x0a]
        #expect(
            read(latin).lines == [
                "users.csv:3:11: error: byte 0xe9 is not UTF-8 ('é' in Windows-1252); save the file as UTF-8 [RCN1202]"
            ])
        let text = "email,role\na@x,op\n"
        let little = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        for bytes in [little, big, [0xff, 0xfe] + little, [0xfe, 0xff] + big] {
            #expect(read(bytes).lines == ["users.csv:1:1: error: the file is UTF-16; save it as UTF-8 [RCN1202]"])
        }
    }
}
