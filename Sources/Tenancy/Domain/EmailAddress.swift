/// E-mail addresses in one canonical form.
enum EmailAddress {
    /// The address in lower case, or why it is none. Only ASCII: letters of other scripts look like those of ours, and two spellings of
    /// one address would be two accounts.
    static func canonical(_ text: String) -> Result<String, Problem> {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return .failure(Problem("an e-mail address is missing")) }
        guard let stray = text.unicodeScalars.first(where: { $0.value < 0x21 || $0.value > 0x7e }) else {
            return checked(bytes)
        }
        let name = "U+" + String(String(stray.value + 0x10000, radix: 16, uppercase: true).dropFirst())
        let advice = stray.value > 0x7e ? "; an international domain is written as xn--…" : ""
        return .failure(Problem("\(name) is not allowed in an e-mail address\(advice)"))
    }

    struct Problem: Error, Hashable {
        let message: String
        init(_ message: String) { self.message = message }
    }

    private static func checked(_ bytes: [UInt8]) -> Result<String, Problem> {
        func refuse(_ why: String) -> Result<String, Problem> {
            .failure(Problem("'\(String(decoding: bytes.prefix(80), as: UTF8.self))' is no e-mail address: \(why)"))
        }
        guard bytes.count <= 254 else { return refuse("it has more than 254 characters") }
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return refuse(parts.count < 2 ? "'@' is missing" : "'@' occurs twice") }
        let (local, domain) = (parts[0], parts[1])
        guard (1...64).contains(local.count) else { return refuse("before '@' stand 1 to 64 characters") }
        let dot = UInt8(ascii: ".")
        let atoms = local.split(separator: dot, omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAtom) }) else {
            return refuse("before '@' stand letters, digits, single dots and !#$%&'*+-/=?^_`{|}~")
        }
        let labels = domain.split(separator: dot, omittingEmptySubsequences: false)
        let lowered = labels.map { String(decoding: $0, as: UTF8.self).lowercased() }
        guard labels.count > 1, lowered.allSatisfy(Names.isLabel),
            lowered.last?.utf8.contains(where: { $0 > 0x39 }) == true
        else {
            return refuse("after '@' stands a domain, as in acme.example")
        }
        return .success(String(decoding: bytes, as: UTF8.self).lowercased())
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }
}
