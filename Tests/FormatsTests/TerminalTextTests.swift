import Formats
import Testing

@Suite struct TerminalTextTests {
    static let cases: [(String, String)] = [
        ("plain text: a#b", "plain text: a#b"), ("é 日本 😀", "é 日本 😀"), ("\u{1b}[31mred\u{7}", #"\x1b[31mred\x07"#),
        ("a\r\nb\tc", #"a\r\nb\tc"#), ("\u{9b}1m\u{7f}\u{85}", #"\x9b1m\x7f\x85"#),
        ("\u{202e}abc\u{2066}", #"\u{202e}abc\u{2066}"#),
        ("a\u{200b}b\u{feff}", #"a\u{200b}b\u{feff}"#), ("\u{e0041}\u{2028}", #"\u{e0041}\u{2028}"#),
        ("x\u{fe0f}", #"x\u{fe0f}"#),
        ("::error::x", #"\x3a:error::x"#), ("  ::set-env x", #"  \x3a:set-env x"#), ("a ::error::", "a ::error::"),
        (":x", ":x"),
        ("##vso[task.setvariable]", #"\x23#vso[task.setvariable]"#), ("a ##vso[x]", #"a \x23#vso[x]"#),
        ("##[group]x", #"\x23#[group]x"#),
        ("## heading", "## heading"), ("###teamcity[", #"#\x23#teamcity["#), ("", ""), ("   ", "   "),
    ]

    @Test(arguments: cases) func escapes(text: String, expected: String) {
        #expect(TerminalText.escaped(text) == expected)
    }

    @Test func keepsLines() {
        #expect(TerminalText.escapedLines("a\n::b::\n\u{1b}c") == "a\n\\x3a:b::\n\\x1bc")
    }

    /// No control byte of any kind comes through.
    @Test func letsNothingHiddenThrough() {
        for code in UInt32(0)...0x2100 {
            guard let scalar = UnicodeScalar(code) else { continue }
            let text = TerminalText.escaped("a\(scalar)")
            if code < 0x20 || (0x7f...0x9f).contains(code) || (0x202a...0x202e).contains(code)
                || (0x2066...0x2069).contains(code)
            {
                #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) })
            }
        }
    }
}

@Suite struct DiagnosticTextTests {
    private let files: [String: [UInt8]] = [
        "a.yaml": Array("\u{feff}spec:\r\n  tier: entreprise\r\n\tx: 日本\u{1b}[m y\r\n".utf8),
        "long.yaml": Array((String(repeating: "x", count: 200) + "y" + String(repeating: "z", count: 200)).utf8),
    ]

    private func render(_ diagnostics: Diagnostic..., color: Bool = false) -> String {
        DiagnosticText.render(diagnostics, source: { files[$0] }, color: color)
    }

    private func at(_ file: String, _ line: Int, _ column: Int) -> Place {
        Place(file: file, mark: Mark(line: line, column: column))
    }

    @Test func printsLineAndCaret() {
        let text = render(
            Diagnostic(
                "RCN1012", at: at("a.yaml", 2, 9), "unknown tier 'entreprise'",
                notes: [.init("tiers are here", at: at("t.yaml", 1, 1)), .init("no place")]),
            Diagnostic("RCN1001", .warning, at: nil, "everything is \u{1b}odd"))
        #expect(
            text == """
                warning: everything is \\x1bodd [RCN1001]
                a.yaml:2:9: error: unknown tier 'entreprise' [RCN1012]
                  2 |   tier: entreprise
                    |         ^
                  t.yaml:1:1: note: tiers are here
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
        #expect(lines[2] == "    |  " + String(repeating: " ", count: 50) + "^")
    }

    @Test func leavesOutWhatIsNotThere() {
        #expect(render(Diagnostic("X", at: at("b.yaml", 1, 1), "m")) == "b.yaml:1:1: error: m [X]\n")
        #expect(render(Diagnostic("X", at: at("a.yaml", 9, 1), "m")) == "a.yaml:9:1: error: m [X]\n")
        #expect(render(Diagnostic("X", at: at("a.yaml", 1, 99), "m")).contains("  1 | spec:\n    |      ^\n"))
    }

    @Test func colors() {
        let text = render(Diagnostic("X", at: at("a.yaml", 1, 1), "m"), color: true)
        #expect(text.hasPrefix("a.yaml:1:1: \u{1b}[1;31merror:\u{1b}[0m \u{1b}[1mm\u{1b}[0m [X]\n"))
    }
}
