import Glibc

/// One pass over the bytes of a JSON document, by recursive descent.
struct JSONScanner {
    let base: UnsafePointer<UInt8>
    let end: Int
    var index = 0
    private var depth = 0
    private var keys = KeyCache()
    /// Where the keys of the objects around the index stand; an empty range for one that is written with escapes.
    private var keyRanges: [Range<Int>] = []
    /// Bytes behind this offset are not UTF-8.
    let validEnd: Int

    init(_ base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        end = count
        validEnd = UTF8Check.validPrefix(of: UnsafeBufferPointer(start: base, count: count))
    }

    mutating func document() throws(JSONError) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard index == end else { throw unexpected("the end of the input") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        guard index < end else { throw unexpected("a value") }
        switch base[index] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let length = text.utf8CodeUnitCount
        guard end - index >= length, memcmp(base + index, text.utf8Start, length) == 0 else {
            throw unexpected("a value")
        }
        index += length
        return value
    }

    private mutating func array() throws(JSONError) -> [JSON] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSON] = []
        if skip(UInt8(ascii: "]")) { return elements }
        while true {
            skipSpace()
            elements.append(try value())
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
            return elements
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        if skip(UInt8(ascii: "}")) { return JSONObject() }
        var members: [JSONObject.Member] = []
        var isSorted = true
        let first = keyRanges.count
        defer { keyRanges.removeSubrange(first...) }
        while true {
            skipSpace()
            let (key, range) = try key()
            guard skip(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipSpace()
            let member = JSONObject.Member(key: key, value: try value())
            isSorted = isSorted && insert(member, range, into: &members, first: first)
            if !isSorted { members.append(member) }
            if skip(UInt8(ascii: ",")) { continue }
            guard skip(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
            return isSorted ? JSONObject(ascending: members) : JSONObject(members)
        }
    }

    /// How far from the end a member is put in its place; a longer way is left to sorting all of them once.
    private static let insertionDistance = 32

    /// Puts the member in its place among those before it, or replaces the one with its key; false where that cannot be
    /// told from the bytes or would take long.
    private mutating func insert(
        _ member: JSONObject.Member, _ range: Range<Int>?, into members: inout [JSONObject.Member], first: Int
    ) -> Bool {
        guard let range else { return false }
        var position = members.count
        while position > 0 {
            guard members.count - position < Self.insertionDistance else { return false }
            let order = ByteOrder.compare(slice(keyRanges[first + position - 1]), slice(range))
            if order == 0 {
                members[position - 1] = member
                return true
            }
            if order < 0 { break }
            position -= 1
        }
        if position == members.count {
            members.append(member)
            keyRanges.append(range)
        } else {
            members.insert(member, at: position)
            keyRanges.insert(range, at: first + position)
        }
        return true
    }

    /// The key and the place of its bytes, which is nil when it is written with escapes.
    private mutating func key() throws(JSONError) -> (String, Range<Int>?) {
        guard index < end, base[index] == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
        let start = index + 1
        let stop = try plainEnd(from: start)
        guard base[stop] == UInt8(ascii: "\"") else { return (try string(), nil) }
        index = stop + 1
        if let known = keys.find(base, start..<stop) { return (known, start..<stop) }
        let text = try text(start..<stop)
        keys.insert(text, base, start..<stop)
        return (text, start..<stop)
    }

    private mutating func enter() throws(JSONError) {
        guard depth < JSON.depthLimit else { throw error("nested deeper than \(JSON.depthLimit) levels", at: index) }
        depth += 1
        index += 1
    }

    // MARK: Bytes

    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    private mutating func skipSpace() {
        while index < end {
            switch base[index] {
            case 0x20, 0x0a, 0x0d, 0x09: index &+= 1
            default: return
            }
        }
    }

    /// Skips white space and then that byte; false where something else stands.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < end, base[index] == byte else { return false }
        index &+= 1
        return true
    }

    // MARK: Errors

    func error(_ reason: String, at offset: Int) -> JSONError {
        JSONError(
            reason, offset: offset, mark: Mark(atOffset: offset, of: UnsafeBufferPointer(start: base, count: end)))
    }

    func unexpected(_ wanted: String) -> JSONError {
        guard index < end else { return error("expected \(wanted), found the end of the input", at: end) }
        let byte = base[index]
        let found = (0x21...0x7e).contains(byte) ? "'\(UnicodeScalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
        return error("expected \(wanted), found \(found)", at: index)
    }
}

/// Keys that came before, so that equal ones share their storage: a list of objects repeats a few keys for ever.
private struct KeyCache {
    private struct Entry {
        var key = ""
        var start = 0
        var length = -1
    }

    private static let slots = 512
    /// Shorter keys are stored inside the String value and cost no allocation.
    private static let shortest = 16
    private var entries: [Entry] = []

    func find(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) -> String? {
        guard range.count >= Self.shortest, !entries.isEmpty else { return nil }
        let slot = Self.slot(base, range)
        guard entries[slot].length == range.count,
            memcmp(base + entries[slot].start, base + range.lowerBound, range.count) == 0
        else { return nil }
        return entries[slot].key
    }

    mutating func insert(_ key: String, _ base: UnsafePointer<UInt8>, _ range: Range<Int>) {
        guard range.count >= Self.shortest else { return }
        if entries.isEmpty { entries = Array(repeating: Entry(), count: Self.slots) }
        entries[Self.slot(base, range)] = Entry(key: key, start: range.lowerBound, length: range.count)
    }

    /// From the length, the first and the last eight bytes.
    private static func slot(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int {
        let raw = UnsafeRawPointer(base)
        let head = raw.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
        let tail = raw.loadUnaligned(fromByteOffset: range.upperBound - 8, as: UInt64.self)
        let mixed = (head ^ (tail &* 0x9e37_79b9_7f4a_7c15) ^ UInt64(range.count)) &* 0xff51_afd7_ed55_8ccd
        return Int(truncatingIfNeeded: mixed >> 40) & (slots - 1)
    }
}
