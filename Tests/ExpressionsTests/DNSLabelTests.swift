import Expressions
import Testing

@Suite struct DNSLabelTests {
    @Test(arguments: ["a", "acme", "a-1", "0x", String(repeating: "a", count: 63)])
    func aLabelStaysAsItIs(_ text: String) {
        #expect(dnsLabel(text) == text)
    }

    @Test(arguments: [
        "", "-", "A", "Acme", "ada@acme.example", "-a", "a-", "über", "a b", "a\n", String(repeating: "a", count: 64),
        String(repeating: "-", count: 70), "日本",
    ])
    func whatLosesSomethingGetsASuffix(_ text: String) {
        let label = dnsLabel(text)
        #expect(label != text)
        #expect((1...63).contains(label.utf8.count))
        #expect(label.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil, "\(label)")
    }

    @Test func differentTextsKeepDifferentLabels() {
        let texts = ["acme", "Acme", "ACME", "a.cme", "a-cme", "a_cme", "a cme"]
        #expect(Set(texts.map { dnsLabel($0) }).count == texts.count)
        #expect(dnsLabel("ada@acme.example") == dnsLabel("ada@acme.example"))
        #expect(dnsLabel("ada@acme.example").hasPrefix("ada-acme-example-"))
    }
}
