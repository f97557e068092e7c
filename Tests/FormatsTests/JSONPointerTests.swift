import Formats
import Testing

@Suite struct JSONPointerTests {
    /// The examples of RFC 6901.
    static let document: JSON = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    static let cases: [(String, JSON)] = [
        ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
        ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
    ]

    @Test(arguments: cases) func resolves(text: String, value: JSON) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(Self.document[pointer] == value)
        #expect(Node(Self.document)[pointer]?.json == value)
        #expect(pointer.description == text)
    }

    @Test func resolvesNothing() throws {
        #expect(Self.document[JSONPointer()] == Self.document)
        for text in ["/foo/2", "/foo/01", "/foo/-", "/foo/-1", "/bar", "/foo/0/x", "/foo/99999999999999999999"] {
            let pointer = try #require(JSONPointer(parsing: text))
            #expect(Self.document[pointer] == nil)
            #expect(Node(Self.document)[pointer] == nil)
        }
        for text in ["foo", "/~", "/~2", "#/a"] { #expect(JSONPointer(parsing: text) == nil) }
    }

    @Test func appends() {
        #expect(JSONPointer().appending("a/~b").appending(0).description == "/a~1~0b/0")
        // A mark that combines with the character before it does not hide that character.
        let marked = JSONPointer().appending("a/\u{301}~\u{301}")
        #expect(Array(marked.description.utf8) == Array("/a~1\u{301}~0\u{301}".utf8))
        #expect(JSONPointer(parsing: marked.description) == marked)
    }
}
