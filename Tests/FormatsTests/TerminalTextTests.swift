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
