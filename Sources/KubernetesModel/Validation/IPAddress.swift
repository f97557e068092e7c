/// An address of IP version 4 or 6, and blocks of them.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    package let bytes: [UInt8]

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameter bytes: 4 or 16 of them, the highest first.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package init?(_ text: String) {
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
    package struct Block: Sendable, Hashable {
        package let address: IPAddress
        package let length: Int

        package init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = IPAddress(String(parts[0])),
                !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]),
                length <= address.bytes.count * 8
            else { return nil }
            self.address = address
            self.length = length
        }

        /// Whether the other block is a part of this one, and not all of it.
        package func strictlyContains(_ other: Block) -> Bool { length < other.length && contains(other.address) }

        package func contains(_ other: IPAddress) -> Bool {
            guard address.bytes.count == other.bytes.count else { return false }
            return (0..<length).allSatisfy { bit in
                let mask = UInt8(128) >> UInt8(bit % 8)
                return address.bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
            }
        }
    }
}

extension IPAddress {
    /// The address of version 4 that one of version 6 stands for: `::ffff:10.0.0.1`, and `64:ff9b::10.0.0.1` of a translator.
    package var embedded: IPAddress? {
        let heads: [[UInt8]] = [
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
        guard bytes.count == 16, heads.contains(Array(bytes.prefix(12))) else { return nil }
        return IPAddress(bytes: Array(bytes.suffix(4)))
    }

    /// As RFC 5952 writes it, but for the form of addresses that hold one of version 4.
    package var description: String {
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var (longest, start) = (0..<0, 0)
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !longest.isEmpty else { return text(groups[...]) }
        return "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
    }
}

extension IPAddress {
    /// Why an address cannot stand for something outside, in the server's words; nil where it can.
    func specialUse(_ text: String) -> String? {
        let isFour = bytes.count == 4
        if bytes.allSatisfy({ $0 == 0 }) { return "may not be unspecified (\(text))" }
        if isFour ? bytes[0] == 127 : bytes.dropLast().allSatisfy({ $0 == 0 }) && bytes.last == 1 {
            return "may not be in the loopback range (127.0.0.0/8, ::1/128)"
        }
        if isFour ? bytes.starts(with: [169, 254]) : bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 {
            return "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
        }
        if isFour ? bytes.starts(with: [224, 0, 0]) : bytes[0] == 0xff && bytes[1] & 0x0f == 2 {
            return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
        }
        return nil
    }
}
