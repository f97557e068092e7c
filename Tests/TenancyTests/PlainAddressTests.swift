import Testing

@testable import Tenancy

/// The short ways for what nearly every row has say the same as the long ones.
@Suite struct PlainAddressTests {
    @Test func plainAddressesAreRightAndCanonical() {
        let label = String(repeating: "a", count: 63)
        let locals = [
            "a", "ada.l", ".a", "a.", "a..b", "a_b", "a+b", "-", "", label + "a", label + "ab", "A", "a b", "a@b", "é",
        ]
        let domains = [
            "x.io", "x", "", ".x.io", "x..io", "x.io.", "-x.io", "x-.io", "x.io-", "x-y.io", "x_y.io", "1.2", "x.1a",
            "x.1", "\(label).io", "\(label)a.io", "x.\(label)", "x.\(label)a", "X.io", "\(label).\(label).\(label).io",
        ]
        var plain = 0
        for address in locals.flatMap({ local in domains.map { "\(local)@\($0)" } }) + ["", "x.io", "@"] {
            let bytes = Array(address.utf8)
            let problem = bytes.withUnsafeBufferPointer(EmailAddress.problem)
            let isPlain = bytes.withUnsafeBufferPointer(EmailAddress.isPlain)
            let isLower = EmailAddress.canonical(address) == address
            #expect(isPlain == (problem == nil && isLower), "\(address)")
            if isPlain { plain += 1 }
        }
        #expect(plain > 30)
    }

    /// A word that the sum leaves out would make two of these equal.
    @Test func everyByteOfATextCountsInItsHash() {
        var hashes: Set<UInt64> = []
        var count = 0
        for length in 1...270 {
            for changed in -1..<length {
                var bytes = [UInt8](repeating: 0x61, count: length)
                if changed >= 0 { bytes[changed] = 0x62 }
                hashes.insert(bytes.withUnsafeBufferPointer(TextHash.seeded.of))
                count += 1
            }
        }
        #expect(hashes.count == count)
    }

    @Test func capitalsHashAsSmallLetters() {
        func hash(_ text: String) -> UInt64 {
            Array(text.utf8).withUnsafeBufferPointer(TextHash.seeded.lowercased)
        }
        #expect(hash("Ada@ACME.example") == hash("ada@acme.example"))
        #expect(hash("[@{`") != hash("{`[@"))
    }
}
