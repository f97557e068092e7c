import Formats
import Testing

/// Scalars that readers of YAML take for different things.
@Suite struct YAMLScalarHazardTests {
    private func schema() throws -> JSONSchema {
        try JSONSchema(
            JSON.parse(
                #"{"type": "object", "properties": {"text": {"type": "string"}, "count": {"type": "integer"}, "on": {"type": "boolean"}, "size": {"type": ["string", "integer"], "pattern": "^[0-9]+(Ki|Mi|Gi|m)?$"}}}"#
            ))
    }

    /// The message for the scalar in that field, or the value that it is taken for.
    private func outcome(_ field: String, _ text: String) throws -> String {
        let bytes = Array("\(field): \(text)\n".utf8)
        let (value, findings) = try schema().read(try #require(YAML.parse(bytes, file: "f").document))
        return findings.first?.message ?? value[field]?.text ?? "nothing"
    }

    /// The scalar, and what it comes to where an integer, a boolean and a quantity are asked for.
    static let scalars: [(text: String, count: String, on: String, size: String)] = [
        (
            "NO", "expected an integer, found the string 'NO'",
            "expected true or false, found the string 'NO'; YAML 1.2 knows only true and false",
            "'NO' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "on", "expected an integer, found the string 'on'",
            "expected true or false, found the string 'on'; YAML 1.2 knows only true and false",
            "'on' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "012",
            "'012' is no clear number: it can be read as 12 or, in octal, as 10; write 12 or 10",
            "expected true or false, found 012", #""012""#
        ),
        (
            "0o7", "'0o7' is no clear number: write 7", "expected true or false, found 0o7",
            "'0o7' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "1e3", "expected an integer, found 1e3; write 1000", "expected true or false, found 1e3",
            "'1e3' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "1.10", "expected an integer, found 1.10", "expected true or false, found 1.10",
            "'1.10' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "12:30:45", "expected an integer, found the string '12:30:45'",
            "expected true or false, found the string '12:30:45'",
            "'12:30:45' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "~", "expected an integer, found ~", "expected true or false, found ~",
            "'~' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "", "expected an integer, found nothing", "expected true or false, found nothing",
            "'' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            ".inf", "'.inf' is no clear number: JSON has no infinity", "expected true or false, found .inf",
            "'.inf' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "0x10", "'0x10' is no clear number: write 16", "expected true or false, found 0x10",
            "'0x10' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        (
            "2027-01-31", "expected an integer, found the string '2027-01-31'",
            "expected true or false, found the string '2027-01-31'",
            "'2027-01-31' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"
        ),
        ("10", "10", "expected true or false, found 10", "10"),
        ("true", "expected an integer, found true", "true", "'true' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'"),
        (
            "10Gi", "expected an integer, found the string '10Gi'", "expected true or false, found the string '10Gi'",
            #""10Gi""#
        ),
    ]

    @Test("Y5: a field of strings keeps the text, any other says what it expects", arguments: scalars.indices)
    func fieldsOfEachType(index: Int) throws {
        let (text, count, on, size) = Self.scalars[index]
        #expect(try outcome("text", text) == JSON.string(text).text)
        #expect(try outcome("count", text) == count)
        #expect(try outcome("on", text) == on)
        #expect(try outcome("size", text) == size)
        // As a string it is written so that every reader takes it for the same string again.
        let written = YAML.text(of: ["text": .string(text)])
        #expect(YAML.parse(Array(written.utf8), file: "f").document?.json == ["text": .string(text)])
        let isPlain = ["10Gi"].contains(text)
        #expect(written.contains("\"") != isPlain, "\(written)")
    }

    static let numbers: [(text: String, count: String)] = [
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "'9223372036854775808' is no clear number: it is beyond 64 bits"),
        ("-9223372036854775809", "'-9223372036854775809' is no clear number: it is beyond 64 bits"),
        ("1e400", "'1e400' is no clear number: it is out of range"),
        ("-1e400", "'-1e400' is no clear number: it is out of range"),
        ("1e-400", "expected an integer, found 1e-400; write 0"),
        ("nan", "expected an integer, found the string 'nan'"),
        (".nan", "'.nan' is no clear number: JSON has no such number"),
        ("0x1p3", "expected an integer, found the string '0x1p3'"),
        ("+5", "'+5' is no clear number: write 5"),
        ("١٢", "expected an integer, found the string '١٢'"), ("-0", "'-0' is no clear number: write 0"),
        ("-", "expected an integer, found the string '-'"), ("1_000", "expected an integer, found the string '1_000'"),
        ("1Gi1", "expected an integer, found the string '1Gi1'"),
        (
            String(repeating: "9", count: 5_000),
            "'\(String(repeating: "9", count: 5_000))' is no clear number: it is beyond 64 bits"
        ),
    ]

    @Test("Y13: numbers at and beyond every edge are a number or an explanation", arguments: numbers.indices)
    func edgesOfNumbers(index: Int) throws {
        let (text, count) = Self.numbers[index]
        #expect(try outcome("count", text == "-" ? "\"-\"" : text) == count)
        #expect(try outcome("text", text == "-" ? "\"-\"" : text) == JSON.string(text).text)
    }

    @Test("Y13: a quantity with text behind its unit is refused")
    func quantities() throws {
        #expect(try outcome("size", "1Gi1") == "'1Gi1' does not match '^[0-9]+(Ki|Mi|Gi|m)?$'")
        #expect(try outcome("size", "1Gi") == #""1Gi""#)
    }
}
