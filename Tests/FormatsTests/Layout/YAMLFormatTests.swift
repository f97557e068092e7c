import Formats
import Foundation
import TestSupport
import Testing

@Suite struct YAMLFormatTests {
    private func formatted(_ text: String) -> String? {
        YAML.formatted(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    static let cases: [(id: String, text: String, made: String)] = [
        ("spaces", "a:   1\nb :  x  y   \n", "a: 1\nb: x  y\n"),
        ("line-ends", "\u{feff}a: 1\r\nb: 2", "a: 1\nb: 2\n"),
        ("blank-lines", "\n\na: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
        ("indentation", "a:\n    b:\n        c: 1\n    d: 2\n", "a:\n  b:\n    c: 1\n  d: 2\n"),
        ("lists-below-keys", "a:\n- 1\n-   2\nb:\n    - 3\n", "a:\n  - 1\n  - 2\nb:\n  - 3\n"),
        (
            "lists-of-maps", "a:\n-   name: x\n    ports:\n    - 1\n    - 2\n-   name: y\n",
            "a:\n  - name: x\n    ports:\n      - 1\n      - 2\n  - name: y\n"
        ),
        ("lists-of-lists", "- - 1\n  - 2\n-   - 3\n", "- - 1\n  - 2\n- - 3\n"),
        ("dash-alone", "-\n   a: 1\n-   # c\n   b: 2\n", "-\n  a: 1\n-   # c\n  b: 2\n"),
        (
            "comments", "# head\n\na:\n    # of b\n    b: 1   # one\n    # end of a\n# of c\nc: 2\n# last\n",
            "# head\n\na:\n  # of b\n  b: 1   # one\n  # end of a\n# of c\nc: 2\n# last\n"
        ),
        ("comment-behind-key", "a:   # x\n    b: 1\n", "a:   # x\n  b: 1\n"),
        (
            "comments-in-lists", "a:\n# one\n- 1\n# two\n- 2\n# b\nb: 3\n",
            "a:\n  # one\n  - 1\n  # two\n  - 2\n# b\nb: 3\n"
        ),
        ("flow", "a: { b: 1,c:  [ 1,2 , 3 ] }   # x\n", "a: {b: 1, c: [1, 2, 3]}   # x\n"),
        (
            "flow-over-lines", "a: [\n      1,\n   2, # two\n ]\nb: {c: 1,\n    d: 2}\n",
            "a: [\n  1,\n  2, # two\n]\nb: {c: 1,\n  d: 2}\n"
        ),
        ("flow-in-a-list", "x:\n- { a: 'it''s', b: \"x, {y}\" }\n", "x:\n  - {a: 'it''s', b: \"x, {y}\"}\n"),
        ("quotes-inside-flow-words", "[it's, a  b]\n", "[it's, a  b]\n"),
        (
            "block-scalars", "a:\n    b: |\n          x\n            y  \n\n          z\n\n\n    c: >-\n        w\n",
            "a:\n  b: |\n    x\n      y  \n\n    z\n\n  c: >-\n    w\n"
        ),
        ("block-with-digit", "a:\n    b: |2\n         x\n      y\n", "a:\n  b: |2\n       x\n    y\n"),
        ("block-in-a-list", "- |\n    x\n-   >\n  y\n", "- |\n  x\n- >\n  y\n"),
        (
            "block-with-comment-behind", "a: | # c\n    x\n    # text\n# comment\nb: 1\n",
            "a: | # c\n  x\n  # text\n# comment\nb: 1\n"
        ),
        (
            "long-plain", "a:\n    b: one\n           two\n\n       three\n    c: 1\n",
            "a:\n  b: one\n    two\n\n    three\n  c: 1\n"
        ),
        ("plain-below", "a:\n      one\n      two\nb: 1\n", "a:\n  one\n  two\nb: 1\n"),
        (
            "long-quoted", "a:\n    b: \"one\n       two\n\n      three\" # x\n    c: 1\n",
            "a:\n  b: \"one\n    two\n\n    three\" # x\n  c: 1\n"
        ),
        ("quoted-keys", "\"a: b\"  :  1\n'c':   2\n", "\"a: b\": 1\n'c': 2\n"),
        ("documents", "---\na:  1\n---   # two\nb:  2\n...\n", "---\na: 1\n---   # two\nb: 2\n...\n"),
        (
            "expressions", "a:   ${values.x}\nb:   \"${has(x.y) ? x.y : 'n'}\"\n",
            "a: ${values.x}\nb: \"${has(x.y) ? x.y : 'n'}\"\n"
        ),
        ("urls-and-times", "a: http://x.example:80/#y\nb: 12:30\n", "a: http://x.example:80/#y\nb: 12:30\n"),
        ("nothing", "", ""), ("comments-alone", "\n# a\n\n", "# a\n"), ("one-scalar", "  text  \n", "text\n"),
        (
            "deeper-list-after-map", "spec:\n   ports:\n   - name: http\n     port: 80\n   selector:\n      app: x\n",
            "spec:\n  ports:\n    - name: http\n      port: 80\n  selector:\n    app: x\n"
        ),
    ]

    @Test(arguments: cases.indices) func laysOut(_ index: Int) throws {
        let (id, text, made) = Self.cases[index]
        let found = try #require(formatted(text), "\(id)")
        #expect(found == made, "\(id)")
        #expect(formatted(found) == found, "\(id): a second time changes nothing")
    }

    @Test(arguments: ["a: [", "a: *x\n", "a: 1\na: 2\n", "a:\n\t- 1\n", "a: \u{1b}\n"])
    func leavesAloneWhatIsNoYAML(_ text: String) {
        #expect(formatted(text) == nil)
    }

    /// Every file that the parser accepts keeps what it says, and a second time changes nothing.
    @Test func anyFileKeepsItsMeaning() throws {
        var (count, left) = (0, 0)
        for folder in ["examples", "Tests/Fixtures/fleets", "Tests/Fixtures/conformance", "state"] {
            let root = Fixture.root.appending(path: folder)
            for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where name.hasSuffix(".yaml") {
                guard let data = try? Data(contentsOf: root.appending(path: name)) else { continue }
                let bytes = [UInt8](data)
                guard YAML.parse(bytes, file: name, stream: .many).diagnostics.isEmpty else { continue }
                count += 1
                guard let made = YAML.formatted(bytes) else {
                    left += 1
                    continue
                }
                #expect(YAML.formatted(made) == made, "\(folder)/\(name)")
            }
        }
        #expect(count > 50)
        #expect(left * 20 < count, "\(left) of \(count) files are left as they are")
    }

    @Test func ourOwnFilesAreLaidOut() throws {
        for folder in ["examples"] {
            let root = Fixture.root.appending(path: folder)
            for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where name.hasSuffix(".yaml") {
                let bytes = [UInt8](try Data(contentsOf: root.appending(path: name)))
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(YAML.formatted(bytes).map { String(decoding: $0, as: UTF8.self) } == text, "\(name)")
            }
        }
    }
}

@Suite struct CSVFormatTests {
    static let cases: [(text: String, made: String?)] = [
        ("a,b\r\n\"1\",2\r\n", "a,b\n1,2\n"), ("\u{feff}a,b\n1,\"x, y\"", "a,b\n1,\"x, y\"\n"),
        ("a\n\"say \"\"hi\"\"\"\n", "a\n\"say \"\"hi\"\"\"\n"), ("a\n", "a\n"), ("a,b\n=1+1, x \n", "a,b\n=1+1, x \n"),
        ("", nil), ("a,b\n1\n", nil), ("a\n\"x", nil),
    ]

    @Test(arguments: cases.indices) func laysOut(_ index: Int) {
        let (text, made) = Self.cases[index]
        let found = CSV.formatted(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(found == made)
        if let made { #expect(CSV.formatted(Array(made.utf8)) == Array(made.utf8)) }
    }
}
