/// E-mail addresses in one canonical form: lower case, and only ASCII. Letters of other scripts look like those of ours, and two
/// spellings of one address would be two accounts.
enum EmailAddress {
    struct Problem: Error {
        let message: String
        /// The character at fault, counted from 0; 0 where it is the whole.
        var offset = 0
    }

    /// What is wrong with the address, or nil where it can be used.
    static func problem(in bytes: UnsafeBufferPointer<UInt8>) -> Problem? {
        guard !bytes.isEmpty else { return Problem(message: "an e-mail address is missing") }
        var at: Int?
        for (index, byte) in bytes.enumerated() {
            guard (0x21...0x7e).contains(byte) else { return stray(bytes) }
            guard byte == UInt8(ascii: "@") else { continue }
            guard at == nil else { return refusal(bytes, "'@' occurs twice") }
            at = index
        }
        guard bytes.count <= 254 else { return refusal(bytes, "it has more than 254 characters") }
        guard let at else { return refusal(bytes, "'@' is missing") }
        guard (1...64).contains(at) else { return refusal(bytes, "before '@' stand 1 to 64 characters") }
        guard isLocal(bytes[..<at]) else {
            return refusal(bytes, "before '@' stand letters, digits, single dots and !#$%&'*+-/=?^_`{|}~")
        }
        guard isDomain(bytes[(at + 1)...]) else {
            return refusal(bytes, "after '@' stands a domain, as in acme.example")
        }
        return nil
    }

    /// True for addresses as nearly all are written, which are right and canonical: lower-case letters, digits, `.`, `-`, `_` and `+`.
    /// False says nothing.
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= 254 else { return false }
        var previous = UInt8(ascii: ".")
        var at = 0
        while at < bytes.count, bytes[at] != UInt8(ascii: "@") {
            switch bytes[at] {
            case 0x61...0x7a, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"): break
            case UInt8(ascii: ".") where previous != UInt8(ascii: "."): break
            default: return false
            }
            previous = bytes[at]
            at &+= 1
        }
        return (1...64).contains(at) && previous != UInt8(ascii: ".") && isPlainDomain(bytes, from: at &+ 1)
    }

    private static func isPlainDomain(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        var label = start
        var hasLetter = false
        var previous = UInt8(ascii: ".")
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x61...0x7a: hasLetter = true
            case 0x30...0x39: break
            case UInt8(ascii: "-") where previous != UInt8(ascii: "."): break
            case UInt8(ascii: ".") where previous != UInt8(ascii: ".") && previous != UInt8(ascii: "-"):
                guard index &- label <= 63 else { return false }
                label = index &+ 1
                hasLetter = false
            default: return false
            }
            previous = byte
            index &+= 1
        }
        return label > start && hasLetter && previous != UInt8(ascii: "-") && bytes.count &- label <= 63
    }

    /// The address in lower case, which is the same address.
    static func canonical(_ text: String) -> String { text.lowercased() }

    private static func refusal(_ bytes: UnsafeBufferPointer<UInt8>, _ why: String) -> Problem {
        Problem(message: "'\(String(decoding: bytes.prefix(80), as: UTF8.self))' is no e-mail address: \(why)")
    }

    private static func stray(_ bytes: UnsafeBufferPointer<UInt8>) -> Problem {
        let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        let index = scalars.firstIndex { $0.value < 0x21 || $0.value > 0x7e } ?? 0
        let stray = scalars[index]
        let image = MixedScripts.image(of: stray).map { "; it looks like '\($0)': type that" } ?? ""
        let isInDomain = stray.value > 0x7e && scalars[..<index].contains("@")
        let domain = isInDomain ? "; an international domain is written as xn--…" : ""
        return Problem(
            message: "\(stray.codePoint) is not allowed in an e-mail address\(image)\(domain)", offset: index)
    }

    /// Atoms with single dots between them.
    private static func isLocal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var previous = UInt8(ascii: ".")
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                if previous == UInt8(ascii: ".") { return false }
            } else if !isAtom(byte) {
                return false
            }
            previous = byte
        }
        return previous != UInt8(ascii: ".")
    }

    /// Two labels or more, the last of them not a number: an address of a machine is no domain.
    private static func isDomain(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var length = 0
        var labels = 1
        var hasLetter = false
        var previous = UInt8(ascii: ".")
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "."):
                guard length > 0, previous != UInt8(ascii: "-") else { return false }
                labels += 1
                length = 0
                hasLetter = false
                previous = byte
                continue
            case UInt8(ascii: "-"):
                guard length > 0 else { return false }
            case 0x30...0x39: break
            case 0x41...0x5a, 0x61...0x7a: hasLetter = true
            default: return false
            }
            length += 1
            guard length <= 63 else { return false }
            previous = byte
        }
        return labels > 1 && length > 0 && hasLetter && previous != UInt8(ascii: "-")
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// `U+0430`
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
