import Formats
import Testing

/// Files that are refused: each with its one line.
@Suite struct YAMLRefusalTests {
    static let lines2999 = String(repeating: "# é\n", count: 2999)

    static let texts: [(String, String, String)] = [
        ("alias", "a: 1\nb: *x\n", "2:4: error: aliases are not supported; repeat the value [RCN1106]"),
        ("alias as key", "*x : 1\n", "1:1: error: aliases are not supported; repeat the value [RCN1106]"),
        ("anchor", "a: &x 1\n", "1:4: error: anchors and aliases are not supported; repeat the value [RCN1106]"),
        (
            "anchor on list", "a: &x [*x]\n",
            "1:4: error: anchors and aliases are not supported; repeat the value [RCN1106]"
        ),
        ("merge key", "a:\n  <<: {b: 1}\n", "2:3: error: merge keys are not supported; repeat the keys [RCN1106]"),
        (
            "duplicate NFC NFD", "\u{e9}: 1\ne\u{301}: 2\n",
            "2:1: error: duplicate key 'e\u{301}', first used at line 1, column 1; remove one of them [RCN1104]"
        ),
        ("complex key", "? [a]\n: 1\n", "1:3: error: a key has to be a scalar, not a list or a map [RCN1108]"),
        ("flow key", "{a: 1}: 2\n", "1:1: error: a key has to be a scalar, not a list or a map [RCN1108]"),
        ("no key, explicit", "? \n: 1\n", "1:2: error: expected a key before ':' [RCN1108]"),
        ("no key", ": 1\n", "1:1: error: expected a key at this indentation [RCN1101]"),
        (
            "own tag", "a: !secret x\n",
            "1:4: error: tag '!secret' is not supported; remove it and write the value as plain text [RCN1107]"
        ),
        (
            "binary", "a: !!binary aGk=\n",
            "1:4: error: tag 'tag:yaml.org,2002:binary' is not supported; remove it and write the value as plain text [RCN1107]"
        ),
        ("wrong core tag", "a: !!int x\n", "1:4: error: 'x' is not of type !!int [RCN1107]"),
        (
            "tag on map", "a: !!set {b: }\n",
            "1:4: error: tag 'tag:yaml.org,2002:set' is not supported here; remove it [RCN1107]"
        ),
        ("%TAG", "%TAG ! tag:x:\n---\na: 1\n", "1:1: error: %TAG is not supported [RCN1107]"),
        ("%YAML 2.0", "%YAML 2.0\n---\na: 1\n", "1:1: error: found incompatible YAML document [RCN1101]"),
        (
            "%YAML in a document", "a: 1\n%YAML 1.2\n---\nb: 2\n",
            "2:1: error: %YAML is expected at the beginning of a document, as '%YAML 1.2' [RCN1101]"
        ),
        (
            "%YAML with more", "%YAML 1.2#x\n---\na: 1\n",
            "1:1: error: %YAML is expected at the beginning of a document, as '%YAML 1.2' [RCN1101]"
        ),
        ("dash in brackets", "a: [-]\n", "1:5: error: a '-' alone begins no value here; quote the text [RCN1101]"),
        (
            "list too far left", "a: [b,\nc]\n",
            "2:1: error: this line belongs to the value that begins at line 1; indent it deeper than its key [RCN1101]"
        ),
        (
            "text too far left", "a:\n  - b: \"c\n    d\n   e\"\n",
            "3:5: error: this line belongs to the value that begins at line 2; indent it deeper than its key [RCN1101]"
        ),
        (
            "tab for indentation", "a: {b: 1,\n\tc: 2}\n",
            "2:1: error: this line belongs to the value that begins at line 1; indent it deeper than its key [RCN1101]"
        ),
        (
            "two documents", "a: 1\n---\nb: 2\n",
            "3:1: error: a second document; this file holds one: move the other to a file of its own [RCN1109]"
        ),
        (
            "empty", "",
            "1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        (
            "comment only", "# x\n",
            "1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        (
            "marker only", "---\n",
            "1:1: error: the file has no content; it begins with apiVersion, kind, metadata and spec [RCN1109]"
        ),
        ("after the end", "a: 1\n...\nb: 2\n", "3:1: error: expected '---' before another document [RCN1101]"),
        ("tab", "a:\n\tb: 1\n", "2:1: error: a tab is not allowed here; indent with spaces [RCN1101]"),
        ("reserved", "a: @b\n", "1:4: error: this character cannot begin a value; quote the text [RCN1101]"),
        (
            "two colons", "a: b: c\n",
            "1:5: error: a ':' is not allowed here; indent the line like its neighbours, or quote the text [RCN1101]"
        ),
        ("no colon", "a: 1\nb\n", "3:1: error: expected ':' after the key [RCN1101]"),
        ("unclosed", "a: [1,\n", "2:1: error: expected a value [RCN1101]"),
        (
            "merge conflict", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n",
            "2:1: error: unresolved merge conflict; keep one side, and remove the markers [RCN1101]"
        ),
        (
            "lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
            "1:1: error: this is a Git LFS pointer, not the file itself; take its path out of .gitattributes and commit the file itself [RCN1102]"
        ),
        (
            "U+2028 in comment", "role: user # ok\u{2028}admin: true\n",
            "1:16: error: U+2028 not allowed: a line break that Git and most editors do not show; remove it [RCN1103]"
        ),
        (
            "U+0085 in scalar", "a: é\u{85}b: 1\n",
            "1:5: error: U+0085 not allowed: a line break that Git and most editors do not show; remove it [RCN1103]"
        ),
        (
            "U+2029 between documents", "---\n\u{2029}",
            "2:1: error: U+2029 not allowed: a line break that Git and most editors do not show; remove it [RCN1103]"
        ),
        (
            "CR", "a: 1\rb: 2\n",
            "1:5: error: U+000D not allowed: a carriage return without a line feed; end lines with LF [RCN1103]"
        ),
        (
            "NUL", lines2999 + "a: x\0\n",
            "3000:5: error: U+0000 not allowed: write it as an escape in double quotes [RCN1103]"
        ),
        (
            "ESC", lines2999 + "a: \u{1b}[m\n",
            "3000:4: error: U+001B not allowed: write it as an escape in double quotes [RCN1103]"
        ),
        (
            "C1", lines2999 + "a: é\u{9b}\n",
            "3000:5: error: U+009B not allowed: write it as an escape in double quotes [RCN1103]"
        ),
        ("DEL", "\u{7f}", "1:1: error: U+007F not allowed: write it as an escape in double quotes [RCN1103]"),
        ("U+FFFF", "a: \u{ffff}", "1:4: error: U+FFFF not allowed: write it as an escape in double quotes [RCN1103]"),
        (
            "BOM inside", "a: 1\n\u{feff}b: 2\n",
            "2:1: error: U+FEFF not allowed: a byte order mark in the middle of the file; remove it [RCN1103]"
        ),
    ]

    @Test(arguments: texts) func refuses(id: String, text: String, line: String) {
        let parsed = YAML.parse(Array(text.utf8), file: "f", stream: .one)
        #expect(parsed.diagnostics.map(\.line) == ["f:" + line], "\(id)")
        #expect(parsed.document == nil)
    }

    /// Lines that go on may be blank, comments, or the bracket alone; within brackets and at the top they stand anywhere.
    @Test(arguments: [
        "a: [\n  b,\n# c\n\n  d,\n]\ne: {\n  f: [\n 1,\n 2],\n}\n", "- \"b\n  c\"\n- ['d\n\n e']\n", "[a,\nb]\n",
        "\"a\nb\"\n",
        "a: !!seq\n - \"x\n  y\"\n", "a:\n- b: \"c\n   d\"\n  e: [1,\n   2]\n", "%YAML 1.2\n---\na: 1\n",
    ])
    func takesLinesThatGoOn(text: String) {
        #expect(YAML.parse(Array(text.utf8), file: "f").diagnostics == [])
    }

    static let bytes: [(String, [UInt8], String)] = [
        ("0xff", [0xff], "byte 0xff is not UTF-8; save the file as UTF-8"),
        ("overlong", [0xc0, 0xaf], "byte 0xc0 is not UTF-8; save the file as UTF-8"),
        ("surrogate", [0xed, 0xa0, 0x80], "byte 0xed is not UTF-8; save the file as UTF-8"),
        ("cut off", [0xe2, 0x80], "byte 0xe2 is not UTF-8; save the file as UTF-8"),
        ("too large", [0xf5, 0x80, 0x80, 0x80], "byte 0xf5 is not UTF-8; save the file as UTF-8"),
    ]

    @Test(arguments: bytes) func refusesBytes(id: String, bad: [UInt8], message: String) {
        let parsed = YAML.parse(Array((Self.lines2999 + "a: é").utf8) + bad, file: "f", stream: .many)
        #expect(parsed.diagnostics.map(\.line) == ["f:3000:5: error: \(message) [RCN1102]"], "\(id)")
    }

    static let encodings: [(String, [UInt8])] = [
        ("UTF-16", [0xff, 0xfe, 0x61, 0]), ("UTF-16", [0xfe, 0xff, 0, 0x61]), ("UTF-16", [0x61, 0, 0x3a, 0]),
        ("UTF-16", [0, 0x61, 0, 0x3a]), ("UTF-32", [0xff, 0xfe, 0, 0]), ("UTF-32", [0, 0, 0xfe, 0xff]),
        ("UTF-32", [0x61, 0, 0, 0]), ("UTF-32", [0, 0, 0, 0x61]),
    ]

    @Test(arguments: encodings) func namesEncodings(name: String, bytes: [UInt8]) {
        let parsed = YAML.parse(bytes, file: "f")
        #expect(parsed.diagnostics.map(\.line) == ["f:1:1: error: the file is \(name); save it as UTF-8 [RCN1102]"])
    }

    static let expressions = [
        "a: {b: ${x}}\n", "- ${ {a: 1} }\n", "a: ${x ? \"b\" : \"c\"}\n", "a: [${x}, ${y}]\n", "a: \"${x[\"y\"]}\"\n",
    ]

    @Test(arguments: expressions) func hintsAtExpressions(text: String) {
        let messages = YAML.parse(Array(text.utf8), file: "f").diagnostics.map(\.message)
        #expect(messages.count == 1)
        #expect(messages.first?.contains("put the whole value in double quotes") == true)
    }

    @Test(arguments: ["a: ${x}\n", "a: ${x.y[0]}/z\n", "a: \"${ {'b': 1} }\"\n"])
    func takesExpressions(text: String) {
        #expect(YAML.parse(Array(text.utf8), file: "f").diagnostics == [])
    }

    /// Whatever is cut from or changed in a file, the parser answers with a tree or a diagnostic.
    @Test func survivesDamage() {
        let whole = Array("# é\na: [1, 'x', {b: \"\\u00e9\"}]\nc: |\n  t\n? d\n: - 0x1\n  - ~\n".utf8)
        for index in whole.indices {
            _ = YAML.parse(Array(whole[..<index]), file: "f", stream: .many)
            for byte in [0x09, 0x0a, 0x22, 0x26, 0x2a, 0x3a, 0x5b, 0x7d, 0x80, 0xff] as [UInt8] {
                var changed = whole
                changed[index] = byte
                let parsed = YAML.parse(changed, file: "f")
                #expect(parsed.document != nil || !parsed.diagnostics.isEmpty)
            }
        }
    }
}
