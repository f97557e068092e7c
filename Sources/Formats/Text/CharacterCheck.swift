/// The search for what may not stand in a text file: bytes that are not UTF-8, control characters, and line breaks that Git does not know.
enum CharacterCheck {
    struct Finding {
        enum Kind {
            case notUTF8(UInt8)
            case character(UInt32)
        }

        let kind: Kind
        let offset: Int

        /// `U+2028 not allowed: …` or `byte 0xff is not UTF-8; …`
        func message(controlAdvice: String) -> String {
            switch kind {
            case .notUTF8(let byte): "byte 0x\(String(byte, radix: 16)) is not UTF-8; save the file as UTF-8"
            case .character(let code): "\(Self.name(code)) not allowed: \(Self.reason(code) ?? controlAdvice)"
            }
        }

        private static func name(_ code: UInt32) -> String {
            let hex = String(code, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        }

        private static func reason(_ code: UInt32) -> String? {
            switch code {
            case 0x0d: "a carriage return without a line feed; end lines with LF"
            case 0x85, 0x2028, 0x2029: "a line break that Git and most editors do not show; remove it"
            case 0xfeff: "a byte order mark in the middle of the file; remove it"
            default: nil
            }
        }
    }

    /// The first of them. Allowed below U+0020 are tab, LF, and CR before LF.
    static func first(in text: UnsafeBufferPointer<UInt8>) -> Finding? {
        guard let start = text.baseAddress else { return nil }
        let raw = UnsafeRawPointer(start)
        var index = 0
        while index < text.count {
            var block = index &+ 32
            if block <= text.count {
                if isPlain(raw + index) {
                    index = block
                    continue
                }
            } else {
                block = text.count
            }
            while index < block {
                let byte = text[index]
                switch byte {
                case 0x20..<0x7f, 0x09, 0x0a: index &+= 1
                case 0x0d where index + 1 < text.count && text[index + 1] == 0x0a: index &+= 2
                case 0..<0x80: return Finding(kind: .character(UInt32(byte)), offset: index)
                default:
                    guard let length = UTF8Check.length(ofSequenceAt: index, in: text) else {
                        return Finding(kind: .notUTF8(byte), offset: index)
                    }
                    if let code = forbidden(text, at: index) { return Finding(kind: .character(code), offset: index) }
                    index &+= length
                }
            }
        }
        return nil
    }

    /// True where 32 bytes are nothing but LF and what is in 0x20…0x7e: nearly everything that people write.
    private static func isPlain(_ block: UnsafeRawPointer) -> Bool {
        var hits: UInt64 = 0
        for word in 0..<4 { hits |= strange(block.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)) }
        return hits == 0
    }

    /// The highest bit of every byte that is something else. No sum carries from one byte into the next.
    @inline(__always)
    private static func strange(_ word: UInt64) -> UInt64 {
        let low = word & 0x7f7f_7f7f_7f7f_7f7f
        let isPrintable = (low &+ 0x6060_6060_6060_6060) & ~(low &+ 0x0101_0101_0101_0101)
        let feed = word ^ 0x0a0a_0a0a_0a0a_0a0a
        let isOther = ((feed & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7f7f_7f7f_7f7f_7f7f) | feed
        return (~isPrintable | word) & isOther & 0x8080_8080_8080_8080
    }

    /// The code of a character of two or three bytes that may not stand in a file.
    private static func forbidden(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        switch (text[index], text[index + 1]) {
        case (0xc2, 0x80...0x9f): UInt32(text[index + 1])
        case (0xe2, 0x80) where text[index + 2] & 0xfe == 0xa8: 0x2000 | UInt32(text[index + 2] & 0x3f)
        case (0xef, 0xbb) where text[index + 2] == 0xbf: 0xfeff
        case (0xef, 0xbf) where text[index + 2] >= 0xbe: 0xffc0 | UInt32(text[index + 2] & 0x3f)
        default: nil
        }
    }
}
