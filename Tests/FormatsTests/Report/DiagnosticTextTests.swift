import Formats
import Testing

@Suite struct DiagnosticTextTests {
    private let files: [String: [UInt8]] = [
        "a.yaml": Array("\u{feff}spec:\r\n  tier: entreprise # x\r\n\tx: 日本\u{1b}[m y\r\n".utf8),
        "long.yaml": Array((String(repeating: "x", count: 200) + "y" + String(repeating: "z", count: 200)).utf8),
    ]

    private func render(_ diagnostics: Diagnostic..., color: Bool = false) -> String {
        DiagnosticReport(diagnostics) { files[$0] }.text(color: color)
    }

    private func at(_ file: String, _ line: Int, _ column: Int) -> Place {
        Place(file: file, mark: Mark(line: line, column: column))
    }

    @Test func printsLinesAndCarets() {
        let text = render(
            Diagnostic(
                "RCN1012", at: at("a.yaml", 2, 9), "unknown tier 'entreprise'",
                notes: [.init("tiers are here", at: at("a.yaml", 1, 1)), .init("no place")]),
            Diagnostic("RCN1001", .warning, at: nil, "everything is \u{1b}odd"))
        #expect(
            text == """
                warning: everything is \\x1bodd [RCN1001]
                a.yaml:2:9: error: unknown tier 'entreprise' [RCN1012]
                  2 |   tier: entreprise # x
                    |         ^^^^^^^^^^
                  a.yaml:1:1: note: tiers are here
                    1 | spec:
                      | ^^^^
                  note: no place

                """)
    }

    @Test func alignsTheCaret() {
        let text = render(Diagnostic("X", at: at("a.yaml", 3, 11), "m"))
        #expect(text == "a.yaml:3:11: error: m [X]\n  3 |     x: 日本\\x1b[m y\n    |                   ^\n")
    }

    @Test func cutsLongLines() {
        let lines = render(Diagnostic("X", at: at("long.yaml", 1, 201), "m")).split(separator: "\n")
        #expect(
            lines[1] == "  1 | …" + String(repeating: "x", count: 50) + "y" + String(repeating: "z", count: 48) + "…")
        #expect(lines[2] == "    |  " + String(repeating: " ", count: 50) + String(repeating: "^", count: 49))
    }

    @Test func leavesOutWhatIsNotThere() {
        #expect(render(Diagnostic("X", at: at("b.yaml", 1, 1), "m")) == "b.yaml:1:1: error: m [X]\n")
        #expect(render(Diagnostic("X", at: at("a.yaml", 9, 1), "m")) == "a.yaml:9:1: error: m [X]\n")
        #expect(render(Diagnostic("X", at: at("a.yaml", 1, 99), "m")).contains("  1 | spec:\n    |      ^\n"))
        #expect(render(Diagnostic("X", at: .whole("a.yaml"), "m")) == "a.yaml:1:1: error: m [X]\n")
    }

    @Test func colors() {
        let text = render(Diagnostic("X", at: at("a.yaml", 1, 1), "m"), color: true)
        #expect(text.hasPrefix("a.yaml:1:1: \u{1b}[1;31merror:\u{1b}[0m \u{1b}[1mm\u{1b}[0m [X]\n"))
    }

    /// What is underlined, by the line and the column of the place.
    static let words: [(file: String, line: String, column: Int, word: String)] = [
        ("a.yaml", "tier: basic # the first", 7, "basic"), ("a.yaml", "tier: a basic one  ", 7, "a basic one"),
        ("a.yaml", "key: value", 1, "key"), ("a.yaml", "{a: b, c: d}", 5, "b"), ("a.yaml", "[one, two]", 7, "two"),
        ("a.yaml", #"a: "x, \" y" # z"#, 4, #""x, \" y""#), ("a.yaml", "a: 'x: y'", 4, "'x: y'"),
        ("a.yaml", "a: 'open", 4, "'open"), ("a.yaml", "a: 12:30 x", 4, "12:30 x"), ("a.yaml", "a: [1]", 4, "["),
        ("a.yaml", "a: ${values.size + 1}", 4, "${values.size + 1}"), ("a.yaml", "a: ${b.colour.c}", 8, "colour"),
        ("a.yaml", "a: ${1 + 'x'}", 8, "+"), ("a.yaml", "a: ${x && y}", 8, "&&"), ("a.yaml", "a:  b", 3, " "),
        ("a.csv", "ada@acme.example,two words,x", 18, "two words"), ("a.csv", #""a,b",c"#, 1, #""a,b""#),
        ("a.csv", "a,,c", 3, ","),
    ]

    @Test(arguments: words.indices) func underlinesTheWord(_ index: Int) throws {
        let (file, line, column, word) = Self.words[index]
        let report = DiagnosticReport([Diagnostic("X", at: at(file, 1, column), "m")]) { _ in Array(line.utf8) }
        let carets = try #require(report.text().split(separator: "\n").last).count { $0 == "^" }
        #expect(carets == word.count, "\(line)")
        let end = report.json["diagnostics"]?.array?.first?["place"]?["endColumn"]
        #expect(end == .int(Int64(column + word.count)))
    }
}
