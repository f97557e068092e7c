import Formats
import Testing

@Suite struct ScalarSourceTests {
    /// A file whose one value holds `X` once, there where the mark has to be.
    static let files: [(String, String)] = [
        ("plain", "k: ab X cd # X\n"), ("plain folded", "k: ab\n  cd\n\n  é X e\n"), ("plain last", "k: X"),
        ("single", "k: 'it''s X'\n"), ("single folded", "k: 'it''s  \n\n\n   so  X'\n"),
        ("double", "k: \"\\t\\x41\\u00e9\\U0001F600 X\"\n"),
        ("double folded", "k: \"a \\t \n  b \\\n  \\  c\\\n\n  X\"\n"),
        ("tag", "k: !!str \"a X\"\n"), ("literal", "k: |\n  a\n\n   b\n  X c\n"),
        ("literal, kept", "k: |+2 # c\n   a\n  X\n\n\n"), ("literal, blank first", "k: |-\n\n  a\n  X"),
        ("folded", "k: >\n  a\n  b\n\n  c\n    d\n    X\n  e\n"), ("folded, blank first", "k: >-\n\n  a\n\n\n  b X\n"),
        ("Windows", "k: |\r\n  a\r\n  X\r\n"), ("BOM", "\u{feff}k: 'a X'\n"), ("flow", "{a: [1, \"b X\"]}\n"),
    ]

    @Test(arguments: files) func findsTheCharacter(id: String, text: String) throws {
        let bytes = Array(text.utf8)
        let node = try #require(YAML.parse(bytes, file: "f").document)
        let value = try #require(node["k"] ?? node["a"]?.sequence?[1])
        let read = try #require(value.scalar?.text)
        let offset = try #require(Array(read.unicodeScalars).firstIndex(of: "X"))
        let source = try #require(ScalarSource(bytes, from: value.mark, text: read), "\(id)")
        var place = (line: 1, column: 1)
        for scalar in text.unicodeScalars.drop(while: { $0 == "\u{feff}" }) {
            if scalar == "X" { break }
            place = scalar == "\n" ? (place.line + 1, 1) : (place.line, place.column + 1)
        }
        #expect(source.mark(of: offset) == Mark(line: place.line, column: place.column), "\(id)")
        #expect(source.mark(of: read.unicodeScalars.count) != nil)
        #expect(source.mark(of: read.unicodeScalars.count + 1) == nil)
    }

    @Test func tellsWhenTheTextIsAnother() {
        #expect(ScalarSource(Array("k: 'abc'\n".utf8), from: Mark(line: 1, column: 4), text: "abd") == nil)
        #expect(ScalarSource(Array("k: 'abc'\n".utf8), from: Mark(line: 9, column: 4), text: "abc") == nil)
        #expect(ScalarSource([], from: .start, text: "a") == nil)
    }
}
