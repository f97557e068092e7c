import CLibGit2

/// The name of an object in a repository: SHA-1 of its type, size and bytes.
package struct GitID: Sendable, Hashable {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// From 40 hexadecimal digits; nil for anything else.
    package init?(_ hex: some StringProtocol) {
        let digits = hex.utf8
        guard digits.count == 40 else { return nil }
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for (index, digit) in digits.enumerated() {
            guard let value = Self.value(of: digit) else { return nil }
            switch index {
            case 0..<16: words.0 = words.0 << 4 | UInt64(value)
            case 16..<32: words.1 = words.1 << 4 | UInt64(value)
            default: words.2 = words.2 << 4 | UInt32(value)
            }
        }
        (high, middle, low) = words
    }

    /// The id that a file of these bytes has in every repository.
    package init(ofFile bytes: [UInt8]) {
        Library.start
        var oid = git_oid()
        git_odb_hash(&oid, bytes, bytes.count, GIT_OBJECT_BLOB)
        self.init(oid)
    }

    /// From 20 bytes.
    init(bytes: ArraySlice<UInt8>) {
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for byte in bytes.prefix(8) { words.0 = words.0 << 8 | UInt64(byte) }
        for byte in bytes.dropFirst(8).prefix(8) { words.1 = words.1 << 8 | UInt64(byte) }
        for byte in bytes.dropFirst(16) { words.2 = words.2 << 8 | UInt32(byte) }
        (high, middle, low) = words
    }

    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid) { GitID(bytes: Array($0)[...]) }
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return oid
    }

    /// The first seven digits, as people write them.
    package var short: String { String(description.prefix(7)) }

    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}

extension GitID: CustomStringConvertible, Comparable {
    /// 40 lower-case hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(40)
        for shift in stride(from: 60, through: 0, by: -4) { text.append(digits[Int(high >> UInt64(shift) & 15)]) }
        for shift in stride(from: 60, through: 0, by: -4) { text.append(digits[Int(middle >> UInt64(shift) & 15)]) }
        for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int(low >> UInt32(shift) & 15)]) }
        return String(decoding: text, as: UTF8.self)
    }

    package static func < (left: GitID, right: GitID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}
