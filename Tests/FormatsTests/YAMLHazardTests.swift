import Formats
import Testing

/// Texts that are made to hurt, each with its one outcome; what it may cost is counted in values that are made.
@Suite struct YAMLHazardTests {
    private func lines(_ text: String, nodes: Int? = nil) -> [String] { lines(Array(text.utf8), nodes: nodes) }

    private func lines(_ bytes: [UInt8], nodes: Int? = nil) -> [String] {
        var limits = YAML.Limits()
        if let nodes { limits.nodes = nodes }
        let parsed = YAML.parse(bytes, file: "f", limits: limits)
        #expect((parsed.document == nil) == !parsed.diagnostics.isEmpty)
        return parsed.diagnostics.map { String($0.line.dropFirst(2)) }
    }

    @Test("Y1: an alias bomb ends at its first anchor, before anything was multiplied")
    func aliasBomb() {
        let bomb = (1...10).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ","))]\n"
        }
        let expected = ["1:5: error: anchors and aliases are not supported; repeat the value [RCN1106]"]
        // The map, its key and the value with the anchor: with room for those alone the outcome is the same.
        #expect(lines("a0: &a0 x\n" + bomb.joined(), nodes: 3) == expected)
        #expect(lines("a: *a\n", nodes: 3) == ["1:4: error: aliases are not supported; repeat the value [RCN1106]"])
    }

    @Test("Y2: deep nesting ends at level 65, whatever follows")
    func deepNesting() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(lines(nested(64)) == [])
        let expected = ["1:65: error: nesting deeper than 64 levels [RCN1105]"]
        #expect(lines(nested(65), nodes: 65) == expected)
        #expect(lines(String(repeating: "[", count: 100_000), nodes: 65) == expected)
        #expect(
            lines(String(repeating: "- ", count: 80_000), nodes: 65)
                == ["1:129: error: nesting deeper than 64 levels [RCN1105]"])
        let block = (0..<8_000).map { String(repeating: " ", count: min($0, 100)) + "a:\n" }.joined()
        #expect(lines(block, nodes: 129) == ["65:65: error: nesting deeper than 64 levels [RCN1105]"])
        #expect(
            lines(String(repeating: "{\"", count: 50_000), nodes: 3)
                == ["1:5: error: expected ',' or '}' [RCN1101]"])
    }

    @Test("Y3: very many or very large things meet a limit")
    func largeThings() {
        let anchors = "a:\n" + (0..<40_000).map { "- &a\($0) x\n" }.joined()
        #expect(lines(anchors, nodes: 4).map { $0.prefix(4) } == ["2:3:"])
        let tags = (0..<8_000).map { "%TAG !a\($0)! tag:x:\n" }.joined() + "---\na: 1\n"
        #expect(lines(tags, nodes: 0) == ["1:1: error: %TAG is not supported [RCN1107]"])
        let keys = (0..<160_000).map { "k\($0): 1\n" }.joined()
        #expect(lines(keys) == ["125000:10: error: more than 250000 values in one file [RCN1110]"])
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20)
        #expect(lines(long, nodes: 0) == ["1:1: error: file of 67108864 bytes; at most 16777216 are read [RCN1110]"])
        let key = String(repeating: "k", count: 1 << 20)
        #expect(
            lines(key + ": 1\n", nodes: 1)
                == ["1:1048577: error: a ':' is not allowed here; a key has 1024 characters at most [RCN1101]"])
        #expect(lines("? \(key)\n: 1\n", nodes: 2) == ["1:3: error: key longer than 1024 bytes [RCN1110]"])
        let duplicates = String(repeating: "k: 1\n", count: 10_000)
        #expect(lines(duplicates).count == 101)
        #expect(lines(duplicates).last?.hasPrefix("101:1: error: too many errors") == true)
    }

    static let duplicates: [(String, String, String)] = [
        ("plain", "a: 1\nb: 2\na: 3\n", "3:1: duplicate key 'a', first used at line 1, column 1; remove one of them"),
        ("quoted", "a: 1\n\"a\": 2\n", "2:1: duplicate key 'a', first used at line 1, column 1; remove one of them"),
        (
            "escaped", "a: 1\n\"\\x61\": 2\n",
            "2:1: duplicate key 'a', first used at line 1, column 1; remove one of them"
        ),
        (
            "nested", "x:\n  - {b: 1, 'b': 2}\n",
            "2:12: duplicate key 'b', first used at line 2, column 6; remove one of them"
        ),
        ("number", "1: a\n\"1\": b\n", "2:1: duplicate key '1', first used at line 1, column 1; remove one of them"),
        (
            "NFC and NFD", "\u{e9}: 1\ne\u{301}: 2\n",
            "2:1: duplicate key 'e\u{301}', first used at line 1, column 1; remove one of them"
        ),
        ("merged", "a: 1\n<<: {a: 2}\n", "2:1: merge keys are not supported; repeat the keys"),
    ]

    @Test("Y4: a key that comes twice is shown with both places", arguments: duplicates)
    func duplicateKeys(id: String, text: String, expected: String) {
        let diagnostics = YAML.parse(Array(text.utf8), file: "f").diagnostics
        #expect(
            diagnostics.map { "\($0.place?.line ?? 0):\($0.place?.column ?? 0): \($0.message)" } == [expected], "\(id)")
        #expect(diagnostics.allSatisfy { $0.code != "RCN1104" || $0.notes.first?.message == "first used here" })
    }

    static let breaks: [(String, String)] = [
        ("comment", "role: user # ok\u{2028}admin: true\n"), ("plain scalar", "role: user\u{2028}admin: true\n"),
        ("quoted", "role: \"user\u{2028}admin: true\"\n"), ("between documents", "---\n\u{2028}---\n"),
    ]

    @Test("Y6: a line break that Git and editors do not show is refused, wherever it stands", arguments: breaks)
    func hiddenLineBreaks(id: String, text: String) {
        for (scalar, name, why) in [
            ("\u{2028}", "U+2028", "a line break that Git and most editors do not show; remove it"),
            ("\u{2029}", "U+2029", "a line break that Git and most editors do not show; remove it"),
            ("\u{85}", "U+0085", "a line break that Git and most editors do not show; remove it"),
            ("\r", "U+000D", "a carriage return without a line feed; end lines with LF"),
        ] {
            var place = (line: 1, column: 1)
            for before in text.unicodeScalars.prefix(while: { $0 != "\u{2028}" }) {
                place = before == "\n" ? (place.line + 1, 1) : (place.line, place.column + 1)
            }
            let hidden = "x: é\n" + text.replacing("\u{2028}", with: scalar)
            #expect(
                lines(hidden) == ["\(place.line + 1):\(place.column): error: \(name) not allowed: \(why) [RCN1103]"])
        }
    }

    static let badBytes: [(String, [UInt8], String)] = [
        ("NUL", [0], "U+0000 not allowed: write it as an escape in double quotes [RCN1103]"),
        ("C0", [0x1b], "U+001B not allowed: write it as an escape in double quotes [RCN1103]"),
        ("C1", [0xc2, 0x9b], "U+009B not allowed: write it as an escape in double quotes [RCN1103]"),
        ("not UTF-8", [0xff], "byte 0xff is not UTF-8; save the file as UTF-8 [RCN1102]"),
        ("overlong", [0xc0, 0xaf], "byte 0xc0 is not UTF-8; save the file as UTF-8 [RCN1102]"),
        ("overlong, long", [0xe0, 0x80, 0xaf], "byte 0xe0 is not UTF-8; save the file as UTF-8 [RCN1102]"),
        ("surrogate", [0xed, 0xa0, 0x80], "byte 0xed is not UTF-8; save the file as UTF-8 [RCN1102]"),
        ("cut off", [0xe2, 0x80], "byte 0xe2 is not UTF-8; save the file as UTF-8 [RCN1102]"),
    ]

    @Test("Y7: a bad byte is shown at its line and column", arguments: badBytes)
    func badBytesAtTheirPlace(id: String, bad: [UInt8], message: String) {
        let before = Array((String(repeating: "# é\n", count: 2999) + "a: é").utf8)
        #expect(lines(before + bad) == ["3000:5: error: \(message)"], "\(id)")
        #expect(lines(before + bad + Array("x\nb: 1\n".utf8)) == ["3000:5: error: \(message)"], "\(id)")
    }

    static let encodings: [(String, [UInt8])] = [
        ("UTF-16", [0xff, 0xfe, 0x61, 0]), ("UTF-16", [0xfe, 0xff, 0, 0x61]), ("UTF-16", [0x61, 0, 0x3a, 0]),
        ("UTF-16", [0, 0x61, 0, 0x3a]), ("UTF-32", [0xff, 0xfe, 0, 0]), ("UTF-32", [0, 0, 0xfe, 0xff]),
        ("UTF-32", [0x61, 0, 0, 0]), ("UTF-32", [0, 0, 0, 0x61]),
    ]

    @Test("Y8: a byte order mark is taken at the start alone, other encodings are named")
    func encodingsAndMarks() {
        #expect(lines("\u{feff}a: 1\n") == [])
        #expect(lines("\u{feff}a: 1\n\tb: 2\n").first?.hasPrefix("2:1: ") == true)
        for text in ["a: 1\n\u{feff}b: 2\n", "a: 1\n\u{feff}", "\u{feff}a: 1\n\u{feff}\n"] {
            #expect(
                lines(text) == [
                    "2:1: error: U+FEFF not allowed: a byte order mark in the middle of the file; remove it [RCN1103]"
                ]
            )
        }
        for (name, bytes) in Self.encodings {
            #expect(lines(bytes) == ["1:1: error: the file is \(name); save it as UTF-8 [RCN1102]"])
        }
    }

    static let free = #"{id: "a\0", text: "\0 \e]52;c;eA== \u202e \x9b"}"#

    @Test("Y9: escapes make no name, and stand in free text without reaching a terminal")
    func escapedControls() throws {
        let schema = try JSONSchema(
            JSON.parse(
                #"{"properties": {"id": {"type": "string", "pattern": "^[a-z]+$"}, "text": {"type": "string"}}}"#))
        let node = try #require(YAML.parse(Array(Self.free.utf8), file: "f").document)
        let findings = schema.findings(in: node).map { $0.diagnostic(file: "f") }
        #expect(findings.map(\.line) == ["f:1:6: error: 'a\0' does not match '^[a-z]+$' [RCN1305]"])
        let shown = DiagnosticReport(findings) { _ in Array(Self.free.utf8) }.text()
        #expect(shown.hasPrefix(#"f:1:6: error: 'a\x00' does not match"#))
        #expect(node["text"]?.scalar?.text == "\0 \u{1b}]52;c;eA== \u{202e} \u{9b}")
        #expect(TerminalText.escaped(node["text"]?.scalar?.text ?? "") == #"\x00 \x1b]52;c;eA== \u{202e} \x9b"#)
        #expect(YAML.text(of: node.json).utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    }

    static let forms: [(String, String, String)] = [
        (
            "own tag", "a: !secret x\n",
            "1:4: error: tag '!secret' is not supported; remove it and write the value as plain text [RCN1107]"
        ),
        (
            "unsafe tag", "a: !!python/object/apply:os.system [id]\n",
            "1:4: error: tag 'tag:yaml.org,2002:python/object/apply:os.system' is not supported here; remove it [RCN1107]"
        ),
        (
            "include", "a: !include /etc/passwd\n",
            "1:4: error: tag '!include' is not supported; remove it and write the value as plain text [RCN1107]"
        ),
        (
            "binary", "a: !!binary aGk=\n",
            "1:4: error: tag 'tag:yaml.org,2002:binary' is not supported; remove it and write the value as plain text [RCN1107]"
        ),
        ("%TAG", "# x\n%TAG ! tag:x:\n---\na: 1\n", "2:1: error: %TAG is not supported [RCN1107]"),
        ("%YAML 2.0", "%YAML 2.0\n---\na: 1\n", "1:1: error: found incompatible YAML document [RCN1101]"),
        ("complex key", "? [a]\n: 1\n", "1:3: error: a key has to be a scalar, not a list or a map [RCN1108]"),
        (
            "two documents", "a: 1\n---\nb: 2\n",
            "3:1: error: a second document; this file holds one: move the other to a file of its own [RCN1109]"
        ),
        (
            "marker only", "---\n",
            "1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        (
            "empty", "",
            "1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        ("after the end", "a: 1\n...\nb: 2\n", "3:1: error: expected '---' before another document [RCN1101]"),
    ]

    @Test("Y10: tags, directives, complex keys and further documents are refused", arguments: forms)
    func foreignForms(id: String, text: String, expected: String) {
        #expect(lines(text) == [expected], "\(id)")
    }

    @Test(
        "Y11: aliases of every kind end the reading",
        arguments: ["a: *x\n", "a: &a [*a]\n", "a: &x 1\nb: &x 2\nc: *x\n", "&a a: *a\n", "*a : 1\n"])
    func aliases(text: String) {
        let found = lines(text, nodes: 3)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("repeat the value [RCN1106]") == true)
    }

    @Test("Y15: line ends, a missing last one, tabs and long lines keep the line numbers of `git blame`")
    func lineEnds() throws {
        let plain = "a:\n  b: 1   \n  c: |\n    x\n    y\nd: 'e  \n  f'\n"
        let wanted = try #require(YAML.parse(Array(plain.utf8), file: "f").document)
        let crlf = plain.replacing("\n", with: "\r\n")
        for text in [
            plain, String(plain.dropLast()), crlf, crlf.replacing("y\r\n", with: "y\n"), plain + "\n\n# \t x\n",
        ] {
            let node = try #require(YAML.parse(Array(text.utf8), file: "f").document)
            #expect(node.json == wanted.json)
            #expect(node["d"]?.mark == Mark(line: 6, column: 4))
        }
        #expect(lines("a:\n\tb: 1\n") == ["2:1: error: a tab is not allowed here; indent with spaces [RCN1101]"])
        #expect(lines("a: 1\t\nb:\t2\n") == [])
        let long = "a: " + String(repeating: "x", count: 1_000_000)
        #expect(lines(long + "\nb: [\n").map { $0.prefix(4) } == ["3:1:"])
    }
}
