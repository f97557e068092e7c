/// What a name server said of a host name: the aliases on the way, and the addresses at the end.
package struct DNSAnswer: Sendable, Hashable {
    /// The names that the host name is an alias of (CNAME), one behind the other, in lower case.
    package private(set) var aliases: [String] = []
    /// Each of 4 or 16 bytes.
    package private(set) var addresses: [[UInt8]] = []

    init() {}

    /// Reads an answer as it came over the wire (RFC 1035); nil where it is none.
    package init?(_ message: [UInt8], for host: String) {
        var reader = MessageReader(bytes: message)
        guard let records = reader.records() else { return nil }
        var owner = host.lowercased()
        var seen: Set<String> = [owner]
        while let alias = records.first(where: { $0.owner == owner })?.alias, seen.insert(alias).inserted {
            aliases.append(alias)
            owner = alias
        }
        addresses = records.filter { $0.owner == owner }.compactMap(\.address)
    }

    /// Two answers about one name, of addresses of version 4 and 6.
    func joined(with other: DNSAnswer) -> DNSAnswer {
        var answer = self
        if answer.aliases.count < other.aliases.count { answer.aliases = other.aliases }
        answer.addresses += other.addresses
        return answer
    }
}

/// One record of an answer, as far as it matters here.
private struct Record {
    let owner: String
    let alias: String?
    let address: [UInt8]?
}

/// Reads a message of the DNS, whose bytes come from anywhere: every step is held to their end.
private struct MessageReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func records() -> [Record]? {
        guard bytes.count >= 12 else { return nil }
        let (questions, answers) = (Int(bytes[4]) << 8 | Int(bytes[5]), Int(bytes[6]) << 8 | Int(bytes[7]))
        position = 12
        for _ in 0..<questions {
            guard name() != nil, skip(4) else { return nil }
        }
        var records: [Record] = []
        for _ in 0..<answers {
            guard let record = record() else { return nil }
            records.append(record)
        }
        return records
    }

    private mutating func record() -> Record? {
        guard let owner = name(), let type = number(), let family = number(), skip(4), let length = number(),
            position + length <= bytes.count
        else { return nil }
        let end = position + length
        defer { position = end }
        let isInternet = family == 1
        switch type {
        case 1 where isInternet && length == 4, 28 where isInternet && length == 16:
            return Record(owner: owner, alias: nil, address: Array(bytes[position..<end]))
        case 5 where isInternet: return name().map { Record(owner: owner, alias: $0, address: nil) }
        default: return Record(owner: owner, alias: nil, address: nil)
        }
    }

    private mutating func number() -> Int? {
        guard position + 2 <= bytes.count else { return nil }
        defer { position += 2 }
        return Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }

    private mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= bytes.count
    }

    /// A name, which may go on elsewhere in the message, but only ever further to the front.
    private mutating func name() -> String? {
        var labels: [String] = []
        var (place, end) = (position, nil as Int?)
        var (limit, length) = (bytes.count, 0)
        while place < bytes.count {
            let count = Int(bytes[place])
            switch count {
            case 0:
                position = end ?? place + 1
                return labels.joined(separator: ".")
            case 1...63:
                guard place + 1 + count <= bytes.count, length + count + 1 <= 254 else { return nil }
                length += count + 1
                labels.append(Self.text(bytes[(place + 1)..<(place + 1 + count)]))
                place += 1 + count
            case 0xc0...:
                guard place + 1 < bytes.count else { return nil }
                let target = (count & 0x3f) << 8 | Int(bytes[place + 1])
                guard target < min(limit, place) else { return nil }
                end = end ?? place + 2
                (place, limit) = (target, target)
            default: return nil
            }
        }
        return nil
    }

    /// A label in lower case; what no host name has is written out as in zone files, `\046`.
    private static func text(_ label: ArraySlice<UInt8>) -> String {
        label.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): return String(UnicodeScalar(byte + 32))
            case UInt8(ascii: "."), UInt8(ascii: "\\"), ...0x20, 0x7f...:
                let digits = String(byte)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            default: return String(UnicodeScalar(byte))
            }
        }.joined()
    }
}
