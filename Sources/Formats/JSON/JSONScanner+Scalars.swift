extension JSONScanner {
    // MARK: Strings

    /// The string whose opening quote stands at the index.
    mutating func string() throws(JSONError) -> String {
        let start = index + 1
        let stop = try plainEnd(from: start)
        if base[stop] == UInt8(ascii: "\"") {
            index = stop + 1
            return try text(start..<stop)
        }
        return try escapedString(from: start, firstEscape: stop)
    }

    /// The first quote or backslash at or after the offset. Eight bytes a step: of each byte the highest bit tells
    /// whether it is a quote, a backslash or below 0x20; the lowest such bit is exact.
    func plainEnd(from start: Int) throws(JSONError) -> Int {
        var i = start
        let raw = UnsafeRawPointer(base)
        while i &+ 8 <= end {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
            let quote = word ^ 0x2222_2222_2222_2222
            let slash = word ^ 0x5c5c_5c5c_5c5c_5c5c
            let hits =
                ((quote &- 0x0101_0101_0101_0101) & ~quote | (slash &- 0x0101_0101_0101_0101) & ~slash
                    | (word &- 0x2020_2020_2020_2020) & ~word) & 0x8080_8080_8080_8080
            if hits == 0 {
                i &+= 8
                continue
            }
            i &+= hits.trailingZeroBitCount >> 3
            return try stop(at: i)
        }
        while i < end, base[i] >= 0x20, base[i] != UInt8(ascii: "\""), base[i] != UInt8(ascii: "\\") { i &+= 1 }
        return try stop(at: i)
    }

    private func stop(at offset: Int) throws(JSONError) -> Int {
        guard offset < end else { throw error("unclosed string", at: end) }
        guard base[offset] >= 0x20 else { throw error("control character in a string", at: offset) }
        return offset
    }

    func text(_ range: Range<Int>) throws(JSONError) -> String {
        guard range.upperBound <= validEnd else { throw error("bytes that are not UTF-8", at: validEnd) }
        return String(copying: UTF8Span(unchecked: Span(_unsafeElements: slice(range))))
    }

    private mutating func escapedString(from start: Int, firstEscape: Int) throws(JSONError) -> String {
        var result = try text(start..<firstEscape)
        index = firstEscape
        while base[index] == UInt8(ascii: "\\") {
            result.unicodeScalars.append(try escape())
            let stop = try plainEnd(from: index)
            if stop > index { result += try text(index..<stop) }
            index = stop
        }
        index += 1
        return result
    }

    /// The character of the escape that begins at the index.
    private mutating func escape() throws(JSONError) -> UnicodeScalar {
        guard index + 1 < end else { throw error("unclosed string", at: end) }
        let letter = base[index + 1]
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        let scalar: UnicodeScalar
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = UnicodeScalar(letter)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{c}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        default: throw error("unknown escape in a string", at: index)
        }
        index += 2
        return scalar
    }

    private mutating func unicodeEscape() throws(JSONError) -> UnicodeScalar {
        let first = try codeUnit(at: index)
        index += 6
        if let scalar = UnicodeScalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), index + 1 < end, base[index] == UInt8(ascii: "\\"),
            base[index + 1] == UInt8(ascii: "u")
        else { return "\u{fffd}" }
        let second = try codeUnit(at: index)
        guard UTF16.isTrailSurrogate(second) else { return "\u{fffd}" }
        index += 6
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private func codeUnit(at offset: Int) throws(JSONError) -> UInt16 {
        guard offset + 6 <= end else { throw error("unclosed string", at: end) }
        var unit: UInt16 = 0
        for position in offset + 2..<offset + 6 {
            guard let digit = Character(UnicodeScalar(base[position])).hexDigitValue, base[position] < 0x80 else {
                throw error("expected four hexadecimal digits after \\u", at: offset)
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    // MARK: Numbers

    mutating func number() throws(JSONError) -> JSON {
        let start = index
        if base[index] == UInt8(ascii: "-") { index += 1 }
        let isNegative = index > start
        let first = index
        guard let magnitude = try digits("a digit"), magnitude <= UInt64(Int64.max) else {
            try checkLeadingZero(first)
            try skipFractionAndExponent()
            return try double(start)
        }
        try checkLeadingZero(first)
        if try skipFractionAndExponent() { return try double(start) }
        return .int(isNegative ? -Int64(magnitude) : Int64(magnitude))
    }

    /// Skips digits and returns their value, nil where it does not fit.
    private mutating func digits(_ wanted: String) throws(JSONError) -> UInt64? {
        let start = index
        var value: UInt64? = 0
        while index < end {
            let digit = base[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            if let known = value { value = Self.appending(digit, to: known) }
            index &+= 1
        }
        guard index > start else { throw unexpected(wanted) }
        return value
    }

    private static func appending(_ digit: UInt8, to value: UInt64) -> UInt64? {
        let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
        return overflow || carry ? nil : sum
    }

    private func checkLeadingZero(_ first: Int) throws(JSONError) {
        if base[first] == UInt8(ascii: "0"), index > first + 1 { throw error("number with a leading zero", at: first) }
    }

    /// True when there was one of the two.
    @discardableResult
    private mutating func skipFractionAndExponent() throws(JSONError) -> Bool {
        let start = index
        if index < end, base[index] == UInt8(ascii: ".") {
            index += 1
            _ = try digits("a digit after the decimal point")
        }
        if index < end, base[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < end, base[index] == UInt8(ascii: "+") || base[index] == UInt8(ascii: "-") { index += 1 }
            _ = try digits("a digit of the exponent")
        }
        return index > start
    }

    private func double(_ start: Int) throws(JSONError) -> JSON {
        let text = String(decoding: slice(start..<index), as: UTF8.self)
        if text == "-9223372036854775808" { return .int(.min) }
        guard let value = Double(text), value.isFinite else { throw error("number out of range", at: start) }
        return .double(value)
    }
}
