/// The header with which a server says how long to stay away.
enum RetryAfter {
    /// Seconds from now, never negative, or nil where the header is absent or cannot be read: `-1`, `1e9` and words are neither
    /// seconds nor a date.
    static func seconds(_ value: String?, now: Int) -> Double? {
        guard let value else { return nil }
        let text = Array(value.utf8)
        if !text.isEmpty, text.count <= 18, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            return Int(value).map { Double($0) }
        }
        return HTTPDate.seconds(value).map { Double(max(0, $0 - now)) }
    }
}
