/// Where bytes stop being UTF-8.
package enum UTF8Check {
    /// The number of bytes before the first that is not UTF-8; the count when all are.
    package static func validPrefix(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
        do {
            _ = try UTF8Span(validating: Span(_unsafeElements: bytes))
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// The bytes of the character that begins there with a byte above 0x7f, 2 to 4; nil where they are not UTF-8.
    ///
    /// > Unicode, table 3-7: well-formed UTF-8 byte sequences
    static func length(ofSequenceAt index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let lead = bytes[index]
        let length: Int
        let second: ClosedRange<UInt8>
        switch lead {
        case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        default: return nil
        }
        guard length <= bytes.count - index, second.contains(bytes[index + 1]) else { return nil }
        for further in index + 2..<max(index + 2, index + length) where bytes[further] & 0xc0 != 0x80 { return nil }
        return length
    }
}
