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
