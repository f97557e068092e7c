import Formats
import Testing

@Suite struct PatternTests {
    static let cases: [(String, [String], [String])] = [
        ("^[a-z]+$", ["a", "abc"], ["", "abc\n", "\nabc", "aBc", "a\u{301}"]),
        ("a|b", ["xa", "b"], ["", "c"]), ("^(a|bc)*$", ["", "abcbca"], ["ab", "c"]), ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaa"], ["a"]), ("^a{1,3}b?$", ["a", "aaab"], ["aaaab", "b"]),
        ("^.$", ["é", "😀"], ["", "\n", "ab"]),
        ("^[^a-c]$", ["d", "é"], ["b", ""]), ("^\\d\\w\\s$", ["1_ "], ["a_ ", "1- "]), ("^[\\d.-]+$", ["1.2-3"], ["a"]),
        ("^\\D\\W\\S$", ["a-b"], ["1-b"]), ("\\.", ["a.b"], ["ab"]), ("^\\u00e9\\x41\\u{1f600}$", ["éA😀"], ["eA"]),
        ("", ["", "a"], []), ("^$", [""], ["a", "\n"]), ("^(?:)$", [""], ["a"]), ("a^b", [], ["ab", "a\nb"]),
        ("^(a*)*$", ["", "aaa"], ["b"]),
        ("^[]$", [], ["]", ""]), ("^[a-]$", ["a", "-"], ["b"]), ("(^a|b$)", ["ax", "xb"], ["xa", "bx"]),
        ("^a+?$", ["aa"], [""]),
        ("^((a|b)+|c?d)$|e|f*g$", ["abba", "d", "cd", "xe", "ffg"], ["", "c", "abd", "x"]),
        ("^(?:a|(b|c){2}|)z$", ["az", "bcz", "z"], ["bz", "abz"]),
        ("^\\p{Lu}\\p{Letter}+[\\p{Nd}_]\\P{L}$", ["Éa٣-", "Aé_1"], ["éa1-", "Aa1b"]),
        ("^[A-F\\x30-9]$", ["0", "F"], ["G"]),
    ]

    @Test(arguments: cases) func matches(source: String, right: [String], wrong: [String]) throws {
        let pattern = try Pattern(source)
        for text in right { #expect(pattern.matches(text), "\(source) should match \(text)") }
        for text in wrong { #expect(!pattern.matches(text), "\(source) should not match \(text)") }
    }

    @Test(arguments: [
        "(", ")", "[", "a{", "a{2", "a{3,2}", "*", "a**", "\\", "(?=a)", "(?<n>a)", "\\1", "\\b", "\\p{Script=Greek}",
        "\\p{X}", "\\pL", "\\p{L", "[z-a]",
        "\\xg0",
        "\\u{110000}", "((a{1000}){1000}){1000}", String(repeating: "(", count: 100),
    ])
    func refuses(source: String) {
        #expect(throws: Pattern.ParseError.self) { try Pattern(source) }
    }

    /// Too large for a table, so followed step by step; with the same outcome.
    @Test func matchesLargeExpressions() throws {
        let pattern = try Pattern("^(x|[a-y]{300,500}$)|^$|z\\d$")
        for text in ["", "x", "xé", String(repeating: "b", count: 400), "éz7"] { #expect(pattern.matches(text)) }
        for text in ["b", String(repeating: "b", count: 299), String(repeating: "b", count: 501), "z7\n", "é"] {
            #expect(!pattern.matches(text))
        }
    }

    /// An expression that makes a backtracking matcher try 2^30 ways.
    @Test func isLinear() throws {
        let pattern = try Pattern("^(a+)+(a|aa)*$")
        #expect(pattern.matches(String(repeating: "a", count: 5_000)))
        #expect(!pattern.matches(String(repeating: "a", count: 5_000) + "b"))
    }
}
