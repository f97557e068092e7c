import Formats
import Testing

@Suite struct SuggestionTests {
    static let cases: [(String, [String], String?)] = [
        ("entreprise", ["basic", "enterprise"], "enterprise"), ("teir", ["tier", "limits"], "tier"),
        ("tir", ["tier"], "tier"),
        ("Tier", ["tier"], "tier"), ("x", ["y", "z"], nil), ("a", ["ab"], "ab"), ("replicas", ["limits"], nil),
        ("", ["a"], nil),
        ("spce", ["spec", "space"], "space"), ("baz", ["bar", "bat"], "bar"), ("operater", ["operator"], "operator"),
    ]

    @Test(arguments: cases) func suggests(name: String, names: [String], nearest: String?) {
        #expect(Suggestion.nearest(name, among: names) == nearest)
        #expect(Suggestion.nearest(name, among: names.reversed()) == nearest)
    }
}
