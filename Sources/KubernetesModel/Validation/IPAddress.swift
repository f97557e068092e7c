/// An address of IP version 4 or 6, and blocks of them.
struct IPAddress: Equatable {
    /// 4 or 16.
    let bytes: [UInt8]

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.six(text) : Self.four(text[...]) else { return nil }
        self.bytes = bytes
    }

    private static func four(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var out: [UInt8] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part) else {
                return nil
            }
            out.append(byte)
        }
        return out
    }

    private static func six(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let left = groups(halves[0]), let right = halves.count == 2 ? groups(halves[1]) : [] else { return nil }
        let missing = 16 - left.count - right.count
        guard halves.count == 2 ? missing >= 2 : missing == 0 else { return nil }
        return left + [UInt8](repeating: 0, count: missing) + right
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var out: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let bytes = four(part) else { return nil }
                out += bytes
            } else {
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16), part.first != "+" else {
                    return nil
                }
                out += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        return out
    }

    /// `10.0.0.0/8`
    struct Block: Equatable {
        let address: IPAddress
        let length: Int

        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = IPAddress(String(parts[0])),
                !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]),
                length <= address.bytes.count * 8
            else { return nil }
            self.address = address
            self.length = length
        }

        /// Whether the other block is a part of this one, and not all of it.
        func strictlyContains(_ other: Block) -> Bool {
            guard address.bytes.count == other.address.bytes.count, length < other.length else { return false }
            return (0..<length).allSatisfy { bit in
                let mask = UInt8(128) >> UInt8(bit % 8)
                return address.bytes[bit / 8] & mask == other.address.bytes[bit / 8] & mask
            }
        }
    }
}
