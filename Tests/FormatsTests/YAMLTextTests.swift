import Formats
import TestSupport
import Testing

@Suite struct YAMLTextTests {
    static let scalars: [(JSON, String)] = [
        ("abc", "abc"), ("two words", "two words"), ("", #""""#), ("~", #""~""#), ("null", #""null""#),
        ("NO", #""NO""#),
        ("on", #""on""#), ("y", #""y""#), ("True", #""True""#), ("012", #""012""#), ("1e3", #""1e3""#),
        ("12:30:45", #""12:30:45""#),
        ("2024-01-31", #""2024-01-31""#), ("1_000", #""1_000""#), ("0x1F", #""0x1F""#), ("1.10", #""1.10""#),
        ("+1", #""+1""#),
        ("-1", #""-1""#), (".5", #"".5""#), (".inf", #"".inf""#), ("100m", "100m"), ("1Gi", "1Gi"), ("=", #""=""#),
        ("<<", #""<<""#),
        ("a${b", #""a${b""#), ("a: b", #""a: b""#), ("a:b", "a:b"), ("a:", #""a:""#), ("a #b", #""a #b""#),
        ("a#b", "a#b"), (" a", #"" a""#),
        ("a ", #""a ""#), ("- a", #""- a""#), ("#ff", ##""#ff""##), ("@a", #""@a""#), ("%a", #""%a""#), ("*", #""*""#),
        ("é", "é"), ("日本", "日本"), ("a\u{202e}b", #""a\u202eb""#), ("\u{feff}", #""\ufeff""#),
        ("\u{1b}[m", #""\x1b[m""#),
        ("\u{85}", #""\x85""#), ("\u{2028}", #""\u2028""#), ("a\0", #""a\x00""#), ("\u{e0041}", #""\U000e0041""#),
        ("tab\there", #""tab\there""#), ("say \"hi\"", "say \"hi\""), ("\"hi\"", #""\"hi\"""#), (7, "7"), (-7, "-7"),
        (1.5, "1.5"),
        (1e21, "1.0e+21"), (5.0, "5.0"), (.null, "null"), (true, "true"), ([], "[]"), ([:], "{}"),
    ]

    @Test(arguments: scalars) func writes(value: JSON, text: String) throws {
        let written = YAML.text(of: ["k": value])
        #expect(written == "k: \(text)\n")
        #expect(try reread(written) == ["k": value])
        #expect(try reread(YAML.text(of: value)) == value)
        if let key = value.string {
            let object = JSON.object(JSONObject([.init(key: key, value: 1)]))
            #expect(try reread(YAML.text(of: object)) == object)
        }
    }

    static let blocks: [(String, String)] = [
        ("a\nb\n", "k: |\n  a\n  b\n"), ("a\nb", "k: |-\n  a\n  b\n"), ("a\n\n\n", "k: |+\n  a\n\n\n"),
        ("\na\n", "k: |\n\n  a\n"),
        ("a\n  b: #c\n", "k: |\n  a\n    b: #c\n"), ("\n", "k: \"\\n\"\n"), (" a\nb\n", "k: \" a\\nb\\n\"\n"),
        ("\n a\nb\n", "k: \"\\n a\\nb\\n\"\n"), ("a\r\nb", "k: \"a\\r\\nb\"\n"), ("a\n  \nb", "k: \"a\\n  \\nb\"\n"),
        ("a\n\tb\n", "k: \"a\\n\\tb\\n\"\n"), ("---\n...\n", "k: |\n  ---\n  ...\n"),
    ]

    @Test(arguments: blocks) func writesLines(text: String, expected: String) throws {
        let written = YAML.text(of: ["k": .string(text)])
        #expect(written == expected)
        #expect(try reread(written) == ["k": .string(text)])
        #expect(try reread(YAML.text(of: [.string(text), .string(text)])) == [.string(text), .string(text)])
    }

    @Test func writesLongKeys() throws {
        let key = String(repeating: "é\n", count: 341)
        let value = JSON.object(JSONObject([.init(key: key, value: ["a": [1, ["b": 2]]])]))
        for json in [value, [value, [value]], ["k": value]] { #expect(try reread(YAML.text(of: json)) == json) }
        #expect(YAML.text(of: value).hasPrefix("? \"é"))
    }

    @Test func ordersAndIndents() throws {
        let value: JSON = [
            "spec": ["replicas": 2, "list": [["b": 1, "name": "x", "c": ["d"]], [[1, 2], []], .null]],
            "kind": "Deployment",
            "apiVersion": "apps/v1", "metadata": ["labels": [:], "name": "web"],
        ]
        let text = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {}
            spec:
              list:
                - name: x
                  b: 1
                  c:
                    - d
                - - - 1
                    - 2
                  - []
                - null
              replicas: 2

            """
        #expect(YAML.text(of: value) == text)
        #expect(try reread(text) == value)
        #expect(YAML.text(of: ["b": 1, "a": 2, "kind": 3], order: []) == "a: 2\nb: 1\nkind: 3\n")
    }

    /// Every object that the recorded servers sent survives the way through YAML.
    @Test func roundTripsRecordings() throws {
        var count = 0
        for name in try Fixture.names(in: "kubernetes/transcripts", ending: ".json") {
            let transcript = try JSON.parse(Fixture.bytes("kubernetes/transcripts/\(name)"))
            for step in transcript["steps"]?.array ?? [] {
                for value in [step["request"]?["body"], step["response"]?["body"]].compactMap({ $0 }) {
                    #expect(try reread(YAML.text(of: value)) == value)
                    count += 1
                }
            }
        }
        #expect(count > 300)
    }

    private func reread(_ text: String) throws -> JSON {
        let parsed = YAML.parse(Array(text.utf8), file: "f")
        #expect(parsed.diagnostics == [])
        let node = try #require(parsed.documents.first)
        #expect(node.unclearNumbers.isEmpty)
        return node.json
    }
}
