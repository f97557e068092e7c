import Formats
import Testing

@Suite struct YAMLParseTests {
    private func parse(_ text: String, _ stream: YAML.Stream = .one) -> YAML.Parsed {
        YAML.parse(Array(text.utf8), file: "a.yaml", stream: stream)
    }

    @Test func keepsPlaces() throws {
        let parsed = parse("# head\nspec:\n  é: [1, \"x\"]\n  list:\n    - a: b\n      c: |\n        text\n")
        #expect(parsed.diagnostics == [])
        let spec = try #require(parsed.document?["spec"])
        #expect(spec.mark == Mark(line: 3, column: 3))
        let flow = try #require(spec.entry("é"))
        #expect(flow.keyMark == Mark(line: 3, column: 3))
        #expect(flow.value.mark == Mark(line: 3, column: 6))
        #expect(flow.value.sequence?[1].mark == Mark(line: 3, column: 10))
        let item = try #require(spec["list"]?.sequence?.first)
        #expect(item.mark == Mark(line: 5, column: 7))
        #expect(item["c"]?.scalar == Node.Scalar(text: "text\n", isPlain: false))
    }

    @Test func readsWindowsFiles() throws {
        let plain = parse("a:\n  b: 1\n  c: |\n    x\n    y\n")
        let windows = parse("\u{feff}a:\r\n  b: 1\r\n  c: |\r\n    x\r\n    y\r\n")
        #expect(windows.diagnostics == [])
        #expect(windows.document?.json == plain.document?.json)
        #expect(windows.document?["a"]?["c"]?.mark == Mark(line: 3, column: 6))
    }

    static let types: [(String, JSON)] = [
        ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("nULL", "nULL"), ("true", true), ("TRUE", true),
        ("tRUE", "tRUE"),
        ("False", false), ("NO", "NO"), ("on", "on"), ("y", "y"), ("7", 7), ("-7", -7), ("0", 0), ("1.10", 1.1),
        ("1.", 1.0),
        (".5", 0.5), ("-.5e1", -5.0), ("1e3", 1000.0), ("0.0", 0.0), ("-0.0", .double(-0.0)),
        ("9223372036854775807", .int(.max)),
        ("-9223372036854775808", .int(.min)), ("12:30:45", "12:30:45"), ("2024-01-31", "2024-01-31"),
        ("1_000", "1_000"),
        ("0b1", "0b1"), ("0x", "0x"), ("0xfg", "0xfg"), ("0o8", "0o8"), ("-0x1", "-0x1"), ("0x1p3", "0x1p3"),
        ("nan", "nan"),
        ("١٢", "١٢"), ("1Gi", "1Gi"), ("-", "-"), ("1e", "1e"), ("1.2.3", "1.2.3"), ("+", "+"), (".", "."),
        ("\"7\"", "7"),
        ("'null'", "null"), ("!!str 7", "7"), ("! 7", "7"), ("!!int \"7\"", 7), ("!!null ''", .null),
        ("!!bool true", true),
        ("!!float 1.5", 1.5), ("!!seq [1]", [1]), ("!!map {a: 1}", ["a": 1]), ("\"\\0\\e\\x9b\"", "\0\u{1b}\u{9b}"),
        ("[a, [b], {}]", ["a", ["b"], [:]]),
    ]

    @Test(arguments: types) func resolves(text: String, value: JSON) throws {
        let parsed = parse("k: \(text == "-" ? "-\n" : text)\n".replacing("k: -\n\n", with: "k: \"-\"\n"))
        #expect(parsed.diagnostics == [])
        #expect(parsed.document?["k"]?.json.text == value.text)
        #expect(parsed.document?["k"]?.unclearNumbers.isEmpty == true)
    }

    static let unclear: [(String, String)] = [
        ("012", "it can be read as 12 or, in octal, as 10; write 12 or 10, or quote it"),
        ("0644", "it can be read as 644 or, in octal, as 420; write 644 or 420, or quote it"),
        ("-010", "it can be read as -10 or, in octal, as -8; write -10 or -8, or quote it"),
        ("09", "write 9, or quote it"), ("01.5", "write it without the leading zero, or quote it"),
        ("0x10", "write 16, or quote it"), ("0o17", "write 15, or quote it"), ("+5", "write 5, or quote it"),
        ("-0", "write 0, or quote it"), ("1e400", "it is out of range"),
        ("9223372036854775808", "it is beyond 64 bits"),
        ("-9223372036854775809", "it is beyond 64 bits"), ("0xffffffffffffffffff", "it is beyond 64 bits"),
        (".inf", "JSON has no infinity"), ("-.INF", "JSON has no infinity"), (".nan", "JSON has no such number"),
    ]

    @Test(arguments: unclear) func explainsUnclearNumbers(text: String, advice: String) throws {
        let node = try #require(parse("k: [\(text)]\n").document)
        #expect(node.json == ["k": [.string(text)]])
        let found = node.unclearNumbers
        #expect(found.map(\.message) == ["'\(text)' is no clear number: \(advice)"])
        #expect(found.map(\.mark) == [Mark(line: 1, column: 5)])
    }

    @Test func readsSeveralDocuments() {
        let parsed = parse("---\n# nothing\n---\na: 1\n---\nb: 2\n...\n", .many)
        #expect(parsed.diagnostics == [])
        #expect(parsed.documents.map(\.json) == [["a": 1], ["b": 2]])
        #expect(parse("", .many).documents.isEmpty)
        #expect(parse("", .many).diagnostics == [])
    }

    @Test func keepsTheFirstOfDuplicates() {
        let parsed = parse("a: 1\nb: {x: 1, \"x\": 2}\n'a': 3\n")
        #expect(parsed.documents.map(\.json) == [["a": 1, "b": ["x": 1]]])
        #expect(
            parsed.diagnostics.map(\.line) == [
                "a.yaml:2:11: error: duplicate key 'x', first used at line 2, column 5; remove one of them [RCN1104]",
                "a.yaml:3:1: error: duplicate key 'a', first used at line 1, column 1; remove one of them [RCN1104]",
            ])
        #expect(parsed.document == nil)
    }

    /// Many keys are looked up in a table, and still each one is found.
    @Test func findsDuplicatesAmongMany() {
        let keys = (0..<40_000).map { "k\($0): 1\n" }.joined()
        #expect(parse(keys).document?.mapping?.count == 40_000)
        #expect(parse(keys + "k7: 2\nk39999: 2\n").diagnostics.map(\.place?.line) == [40_001, 40_002])
    }

    @Test func limitsSizes() {
        var limits = YAML.Limits()
        limits.bytes = 100
        limits.nodes = 5
        func line(_ text: String) -> String? {
            YAML.parse(Array(text.utf8), file: "a.yaml", limits: limits).diagnostics.first?.line
        }
        #expect(line("a: [1, 2, 3]") == "a.yaml:1:11: error: more than 5 values in one file [RCN1110]")
        #expect(
            line(String(repeating: "x", count: 101))
                == "a.yaml:1:1: error: file of 101 bytes; at most 100 are read [RCN1110]")
        #expect(parse("? " + String(repeating: "k", count: 2000) + "\n: 1\n").diagnostics.first?.code == "RCN1110")
    }
}
