import Glibc

extension Mark {
    /// The place of the byte at that offset. Lines end at LF alone; the column counts Unicode scalars, which are
    /// told by their first byte, so that a stray continuation byte counts for nothing.
    init(atOffset offset: Int, of bytes: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The offset of the first such byte at or behind `start`.
    func firstOffset(of byte: UInt8, from start: Int) -> Int? {
        guard start < count, let base = baseAddress else { return nil }
        return memchr(base + start, Int32(byte), count - start).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
    }

    /// Where that line begins, counted from 1; nil where there is none.
    func offset(ofLine number: Int) -> Int? {
        var start = 0
        for _ in 1..<Swift.max(1, number) {
            guard let end = firstOffset(of: 0x0a, from: start) else { return nil }
            start = end + 1
        }
        return start
    }

    /// The bytes of that line, counted from 1, without its line feed; empty where there is none.
    func line(_ number: Int) -> UnsafeBufferPointer<UInt8> {
        guard let start = offset(ofLine: number) else { return UnsafeBufferPointer(rebasing: self[count...]) }
        return UnsafeBufferPointer(rebasing: self[start..<(firstOffset(of: 0x0a, from: start) ?? count)])
    }
}
