import Formats
import Testing

@Suite struct JSONEncodeTests {
    static let cases: [(JSON, String)] = [
        (.null, "null"), (true, "true"), (-12, "-12"), (.int(.min), "-9223372036854775808"), (0.1, "0.1"), (3.0, "3.0"),
        (1e21, "1e+21"), (.double(.infinity), "null"), ("", "\"\""),
        ("a\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}é/", #""a\"\\\n\r\t\b\f\u0001\u001fé/""#),
        (["b": 1, "a": [.null, [:], []]], #"{"a":[null,{},[]],"b":1}"#),
    ]

    @Test(arguments: cases) func writes(value: JSON, text: String) {
        #expect(value.text == text)
    }

    @Test func writesLines() {
        let value: JSON = ["b": [1, 2], "a": [:], "c": ["d": []]]
        #expect(
            value.prettyText == """
                {
                  "a": {},
                  "b": [
                    1,
                    2
                  ],
                  "c": {
                    "d": []
                  }
                }

                """)
    }

    @Test func tellsSpellingsApart() {
        #expect(JSON.string("\u{e9}") != JSON.string("e\u{301}"))
        let object: JSON = ["\u{e9}": 1, "e\u{301}": 2]
        #expect(object.object?.count == 2)
        #expect(object["e\u{301}"] == 2)
    }
}
