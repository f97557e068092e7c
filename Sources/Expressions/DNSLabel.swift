/// A text as a DNS label: 63 bytes at most, of `a-z 0-9 -`, neither beginning nor ending with `-`.
///
/// Letters become lower case, anything else that may not stand there `-`. Where that loses something, or the text is
/// too long, eight characters that depend on the whole text follow, so that different texts keep different labels.
///
/// - Parameter limit: fewer bytes leave room for what others put in front.
package func dnsLabel(_ text: String, limit: Int = 63) -> String {
    var label: [UInt8] = []
    var isLossless = true
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): label.append(byte)
        case UInt8(ascii: "-"): label.append(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            label.append(byte | 0x20)
            isLossless = false
        default:
            isLossless = false
            if label.last != UInt8(ascii: "-") { label.append(UInt8(ascii: "-")) }
        }
    }
    let hyphen = UInt8(ascii: "-")
    if label.isEmpty || label.first == hyphen || label.last == hyphen || label.count > limit { isLossless = false }
    guard !isLossless else { return text }
    label = Array(label.drop { $0 == hyphen }.prefix(limit - 9))
    while label.last == hyphen { label.removeLast() }
    let parts = label.isEmpty ? [digest(text)] : [String(decoding: label, as: UTF8.self), digest(text)]
    return parts.joined(separator: "-")
}

/// Eight characters of `a-z 2-7`, from the FNV-1a hash of the text's bytes. It tells names apart; it protects nothing.
private func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // FNV's low bits are its worst, and short texts hardly reach the high ones.
    hash ^= hash >> 32
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    var characters: [UInt8] = []
    for index in 0..<8 { characters.append(alphabet[Int((hash >> (UInt64(index) * 5)) & 31)]) }
    return String(decoding: characters, as: UTF8.self)
}
