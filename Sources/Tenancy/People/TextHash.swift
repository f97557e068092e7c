/// Hashes of texts, with keys that are new in each run: nobody can write a file whose texts all share one.
///
/// Sums of products of keyed words, for texts of up to 256 bytes. Any two of those share the sum with a chance of 2^-64, whoever
/// wrote them; the standard library's hash promises less and takes five times as long, which a million rows feel.
struct TextHash: Sendable {
    static let seeded = TextHash()

    /// Two for each 16 bytes, two for those at the end, and two for the sum.
    private let keys: [UInt64]

    private init() {
        // The standard library seeds its hashes anew for each process.
        keys = (0..<36).map { index in
            var hasher = Hasher()
            hasher.combine(index)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    /// Never 0.
    func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard bytes.count <= 256, let address = bytes.baseAddress else { return Self.standard(bytes) }
        let raw = UnsafeRawPointer(address)
        var sum: (high: UInt64, low: UInt64) = (0, UInt64(bytes.count))
        var key = 0
        func add(_ one: UInt64, _ other: UInt64) {
            let product = (one &+ keys[key]).multipliedFullWidth(by: other &+ keys[key &+ 1])
            let (low, carries) = sum.low.addingReportingOverflow(product.low)
            sum = (sum.high &+ product.high &+ (carries ? 1 : 0), low)
            key &+= 2
        }
        func word(_ offset: Int) -> UInt64 { raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        var offset = 0
        while offset &+ 16 < bytes.count {
            add(word(offset), word(offset &+ 8))
            offset &+= 16
        }
        // The end, from its own end on: with the length that is the same as what is left.
        switch bytes.count {
        case 16...: add(word(bytes.count &- 16), word(bytes.count &- 8))
        case 8...: add(word(0), word(bytes.count &- 8))
        case 4...:
            let first = raw.loadUnaligned(as: UInt32.self)
            add(UInt64(first), UInt64(raw.loadUnaligned(fromByteOffset: bytes.count &- 4, as: UInt32.self)))
        case 1...:
            add(UInt64(bytes[0]), UInt64(bytes[bytes.count / 2]) << 8 | UInt64(bytes[bytes.count &- 1]))
        default: break
        }
        let hash = (sum.high ^ keys[34]).multipliedFullWidth(by: sum.low ^ keys[35])
        return max(1, hash.high ^ hash.low)
    }

    private static func standard(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
    }

    /// The hash of the bytes with ASCII letters in lower case.
    func lowercased(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard bytes.contains(where: { (0x41...0x5a).contains($0) }) else { return of(bytes) }
        return bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }.withUnsafeBufferPointer(of)
    }
}
