import DNS
import Testing

/// Answers of name servers, byte by byte: they come from anywhere.
@Suite struct DNSAnswerTests {
    /// A message with one question and records whose owner and data are given as bytes.
    private static func message(_ records: [(owner: [UInt8], type: UInt8, data: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += name("www.acme.example") + [0, 1, 0, 1]
        for record in records {
            bytes += record.owner + [0, record.type, 0, 1, 0, 0, 0, 60, 0, UInt8(record.data.count)] + record.data
        }
        return bytes
    }

    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// Where the question's name begins, as a pointer.
    private static let asked: [UInt8] = [0xc0, 12]

    @Test func followsAliasesInWhateverOrderTheyCome() throws {
        let bytes = Self.message([
            (Self.name("edge.host.example"), 1, [192, 0, 2, 7]),
            (Self.name("KNOWTON.app"), 5, Self.name("edge.host.example")),
            (Self.asked, 5, Self.name("Knowton.App")), (Self.name("other.example"), 1, [192, 0, 2, 8]),
        ])
        let answer = try #require(DNSAnswer(bytes, for: "WWW.acme.example"))
        #expect(answer.aliases == ["knowton.app", "edge.host.example"])
        #expect(answer.addresses == [[192, 0, 2, 7]])
    }

    @Test func endsWhereAliasesGoInACircle() throws {
        let bytes = Self.message([
            (Self.asked, 5, Self.name("a.example")), (Self.name("a.example"), 5, Self.name("www.acme.example")),
        ])
        #expect(try #require(DNSAnswer(bytes, for: "www.acme.example")).aliases == ["a.example"])
    }

    @Test func takesAddressesOfBothVersions() throws {
        let six = [UInt8](repeating: 1, count: 16)
        let bytes = Self.message([(Self.asked, 28, six), (Self.asked, 1, [192, 0, 2, 7]), (Self.asked, 16, [0])])
        #expect(try #require(DNSAnswer(bytes, for: "www.acme.example")).addresses == [six, [192, 0, 2, 7]])
    }

    private static let broken: [(id: String, owner: [UInt8], type: UInt8, data: [UInt8])] = [
        ("a pointer to itself", [0xc0, 34], 1, [0, 0, 0, 0]),
        ("a pointer further back", [0xc0, 60], 1, [0, 0, 0, 0]),
        ("a label beyond the end", [63, 1], 5, []),
        ("a label of a kind that is not used", [0x80, 1, 0], 1, [0, 0, 0, 0]),
    ]

    @Test(arguments: broken.indices) func refuses(_ index: Int) {
        let it = Self.broken[index]
        let message = Self.message([(it.owner, it.type, it.data)])
        #expect(DNSAnswer(message, for: "www.acme.example") == nil, "\(it.id)")
    }

    @Test func takesNoCutMessageForAnAnswer() {
        let whole = Self.message([
            (Self.asked, 5, Self.name("a.example")), (Self.name("a.example"), 1, [192, 0, 2, 7]),
        ])
        for count in whole.indices {
            #expect(DNSAnswer(Array(whole.prefix(count)), for: "www.acme.example") == nil, "\(count) bytes")
        }
        #expect(DNSAnswer(whole, for: "www.acme.example") != nil)
    }

    @Test func writesOutWhatNoHostNameHas() throws {
        let bytes = Self.message([(Self.asked, 5, [5, 0x61, 0x2e, 0x1b, 0xff, 0x5c, 0])])
        #expect(try #require(DNSAnswer(bytes, for: "www.acme.example")).aliases == ["a\\046\\027\\255\\092"])
    }
}
