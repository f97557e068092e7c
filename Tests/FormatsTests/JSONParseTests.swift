import Formats
import TestSupport
import Testing

/// The public JSON parsing suite: `y_` has to be taken, `n_` refused, `i_` is free.
private enum ParsingSuite {
    static let folder = "conformance/json-test-suite/test_parsing"

    static func names(_ prefix: String) -> [String] {
        ((try? Fixture.names(in: folder, ending: ".json")) ?? []).filter { $0.hasPrefix(prefix) }
    }
}

@Suite struct JSONParseTests {
    @Test func suiteIsComplete() {
        #expect(ParsingSuite.names("y_").count == 95)
        #expect(ParsingSuite.names("n_").count == 188)
        #expect(ParsingSuite.names("i_").count == 35)
    }

    @Test(arguments: ParsingSuite.names("y_")) func accepts(name: String) throws {
        let value = try JSON.parse(Fixture.bytes("\(ParsingSuite.folder)/\(name)"))
        #expect(try JSON.parse(value.encoded()) == value)
        #expect(try JSON.parse(value.encoded(pretty: true)) == value)
    }

    @Test(arguments: ParsingSuite.names("n_")) func refuses(name: String) throws {
        let bytes = try Fixture.bytes("\(ParsingSuite.folder)/\(name)")
        #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    }

    /// Where the standard leaves the choice: what is taken, and what is refused.
    @Test func decidesOpenCases() throws {
        var taken: [String] = []
        for name in ParsingSuite.names("i_") {
            if (try? JSON.parse(Fixture.bytes("\(ParsingSuite.folder)/\(name)"))) != nil { taken.append(name) }
        }
        #expect(
            taken == [
                "i_number_double_huge_neg_exp.json", "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
                "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
                "i_object_key_lone_2nd_surrogate.json", "i_string_1st_surrogate_but_2nd_missing.json",
                "i_string_1st_valid_surrogate_2nd_invalid.json",
                "i_string_incomplete_surrogate_and_escape_valid.json", "i_string_incomplete_surrogate_pair.json",
                "i_string_incomplete_surrogates_escape_valid.json", "i_string_invalid_lonely_surrogate.json",
                "i_string_invalid_surrogate.json", "i_string_inverted_surrogates_U+1D11E.json",
                "i_string_lone_second_surrogate.json", "i_structure_500_nested_arrays.json",
            ])
    }

    static let values: [(String, JSON)] = [
        ("0", 0), ("-0", 0), ("-0.0", .double(-0.0)), ("7", 7), ("9223372036854775807", .int(.max)),
        ("-9223372036854775808", .int(.min)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .double(-9_223_372_036_854_775_808)), ("1.0", .double(1)), ("1e2", .double(100)),
        ("0.1", .double(0.1)), ("5e-324", .double(.leastNonzeroMagnitude)), ("1e-400", .double(0)), ("[]", []),
        ("{}", [:]),
        (#""a\u0000\n\"\\\/b""#, .string("a\0\n\"\\/b")), (#""\ud83d\ude00""#, "😀"), (#""\ud83dx""#, "\u{fffd}x"),
        (#""\ud83d\u0041""#, "\u{fffd}A"),
        (
            #""long enough to take several steps of eight bytes""#,
            "long enough to take several steps of eight bytes"
        ),
        (#"{"b":1,"a":2,"b":3}"#, ["a": 2, "b": 3]), (#"{"a\u0062":1,"aa":2}"#, ["aa": 2, "ab": 1]),
        (" [ 1 , { \"a\" : [ ] } ] \n", [1, ["a": []]]),
    ]

    @Test(arguments: values) func reads(text: String, value: JSON) throws {
        let parsed = try JSON.parse(text)
        #expect(parsed == value)
        #expect(parsed.text == value.text)
    }

    static let errors: [(String, String)] = [
        ("", "expected a value, found the end of the input at line 1, column 1"),
        ("{\"a\": 1,\n  \"é\" 2}", "expected ':', found '2' at line 2, column 7"),
        ("[1, 2", "expected ',' or ']', found the end of the input at line 1, column 6"),
        ("[01]", "number with a leading zero at line 1, column 2"),
        ("1e400", "number out of range at line 1, column 1"),
        ("[\"a\nb\"]", "control character in a string at line 1, column 4"),
        ("\"abcdefghijklmnop", "unclosed string at line 1, column 18"),
        ("\"\\x\"", "unknown escape in a string at line 1, column 2"),
        ("\"\\u12g4\"", "expected four hexadecimal digits after \\u at line 1, column 2"),
        ("<html>", "expected a value, found '<' at line 1, column 1"),
        ("\u{feff}{}", "expected a value, found byte 0xef at line 1, column 1"),
        ("{} x", "expected the end of the input, found 'x' at line 1, column 4"),
        ("{\"a\":1,}", "expected a key in double quotes, found '}' at line 1, column 8"),
    ]

    @Test(arguments: errors) func explains(text: String, message: String) {
        do throws(JSONError) {
            let value = try JSON.parse(text)
            Issue.record("parsed as \(value.text)")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func placesBadBytes() {
        let bytes: [UInt8] = Array("{\n \"k\": \"ab".utf8) + [0xff] + Array("c\"}".utf8)
        #expect(throws: JSONError("bytes that are not UTF-8", offset: 11, mark: Mark(line: 2, column: 10))) {
            try JSON.parse(bytes)
        }
    }

    /// Keys in any order, few and many, written with and without escapes, come out sorted, of equal ones the last.
    @Test func sortsKeys() throws {
        for count in [1, 2, 5, 31, 32, 33, 100, 3_000] {
            let keys = (0..<count).map { "k\($0 * 7919 % count)" }
            for escaped in [-1, 0, count / 2] {
                let members = keys.enumerated().map { index, key in
                    (index == escaped ? "\"\\u006b\(key.dropFirst())\"" : "\"\(key)\"") + ":{\"b\":\(index),\"a\":0}"
                }
                let text = "{" + (members + members.prefix(2)).joined(separator: ",") + "}"
                let object = try #require(JSON.parse(text).object)
                let sorted = Set(keys).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
                #expect(object.keys == sorted)
                for (index, key) in keys.enumerated() { #expect(object[key]?["b"]?.int == Int64(index)) }
            }
        }
    }

    @Test func limitsDepth() throws {
        func nested(_ count: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: count) + Array(repeating: UInt8(ascii: "]"), count: count)
        }
        #expect(try JSON.parse(nested(512)).array?.count == 1)
        #expect(throws: JSONError.self) { try JSON.parse(nested(513)) }
        #expect(throws: JSONError.self) { try JSON.parse(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) }
    }

    /// Whatever is cut from or changed in a document, the parser answers with a value or an error.
    @Test func survivesDamage() throws {
        let whole = Array(
            #"{"metadata":{"labels":{"app.kubernetes.io/name":"é😀\u00e9"}},"n":[1,-2.5e3,true,null]}"#.utf8)
        var refused = 0
        for index in whole.indices {
            if (try? JSON.parse(Array(whole[..<index]))) == nil { refused += 1 }
            for byte in [0, 0x22, 0x5c, 0x7b, 0x80, 0xff] as [UInt8] {
                var changed = whole
                changed[index] = byte
                if let value = try? JSON.parse(changed) { #expect(try JSON.parse(value.encoded()) == value) }
            }
        }
        #expect(refused == whole.count)
    }

    @Test func readsRecordedServers() throws {
        for name in try Fixture.names(in: "kubernetes/openapi", ending: ".json") {
            let value = try JSON.parse(Fixture.bytes("kubernetes/openapi/\(name)"))
            #expect(value["components"] != nil)
            #expect(try JSON.parse(value.encoded(pretty: true)) == value)
        }
    }
}
