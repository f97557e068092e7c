/// One field of a row, as offsets into the file.
struct CSVField {
    /// Without the quotes.
    let start: Int
    let end: Int
    let isQuoted: Bool
    /// Whether there are doubled quotes or CRLF to be replaced.
    let isEscaped: Bool

    func text(in text: UnsafeBufferPointer<UInt8>) -> String {
        guard !isEscaped else { return String(decoding: unescaped(in: text), as: UTF8.self) }
        return String(decoding: UnsafeBufferPointer(rebasing: text[start..<end]), as: UTF8.self)
    }

    func unescaped(in text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        var index = start
        while index < end {
            if text[index] == 0x0d {
                index += 1  // only before LF: any other was refused before
                continue
            }
            bytes.append(text[index])
            index += text[index] == UInt8(ascii: "\"") ? 2 : 1
        }
        return bytes
    }
}

/// Cuts the bytes of a file into records. All characters were checked before; a CR stands only before LF.
struct CSVScanner {
    enum Record {
        case row
        case blank
        case malformed(Problem)
        case end
    }

    struct Problem {
        let message: String
        let offset: Int
        /// A second place that explains the first.
        var cause: (message: String, offset: Int)?
    }

    let text: UnsafeBufferPointer<UInt8>
    private(set) var fields: [CSVField] = []
    /// Where the record of the last call begins.
    private(set) var start = 0
    private(set) var line = 1
    private var index = 0
    private var nextLine = 1

    init(_ text: UnsafeBufferPointer<UInt8>, from start: Int = 0, line: Int = 1) {
        self.text = text
        index = start
        nextLine = line
    }

    mutating func next() -> Record {
        fields.removeAll(keepingCapacity: true)
        start = index
        line = nextLine
        guard index < text.count else { return .end }
        if skipLineEnd() { return .blank }
        while true {
            let problem = text[index, or: 0] == UInt8(ascii: "\"") ? quotedField() : plainField()
            if let problem {
                skipLine()
                return .malformed(problem)
            }
            guard index < text.count else { return .row }
            if text[index] == UInt8(ascii: ",") {
                index &+= 1
            } else {
                _ = skipLineEnd()
                return .row
            }
        }
    }

    /// Cuts a row without quotes that has as many fields as there is room for. False at any other record, which is left to `next`.
    ///
    /// Nearly all rows are such: eight bytes are looked at together, and nothing is allocated.
    mutating func plainRow(_ room: UnsafeMutableBufferPointer<CSVField>) -> Bool {
        guard let address = text.baseAddress else { return false }
        let raw = UnsafeRawPointer(address)
        var position = index
        var begin = index
        var number = 0
        while position &+ 8 <= text.count {
            var marks = Self.separators(
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            while marks != 0 {
                let end = position &+ marks.trailingZeroBitCount >> 3
                marks &= marks &- 1
                let byte = text[end]
                if byte == 0x09 { continue }
                guard byte != UInt8(ascii: "\""), number < room.count else { return false }
                room[number] = CSVField(start: begin, end: end, isQuoted: false, isEscaped: false)
                number &+= 1
                begin = end &+ 1
                if byte == UInt8(ascii: ",") { continue }
                // A line that ends where it begins is blank.
                guard number == room.count, end > index else { return false }
                (start, line) = (index, nextLine)
                index = byte == 0x0d ? end &+ 2 : end &+ 1
                nextLine &+= 1
                return true
            }
            position &+= 8
        }
        return false
    }

    /// The highest bit of every byte that is a comma, a quote or below 0x20. No sum carries from one byte into the next.
    @inline(__always)
    private static func separators(_ word: UInt64) -> UInt64 {
        let sevens: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
        let (comma, quote) = (word ^ 0x2c2c_2c2c_2c2c_2c2c, word ^ 0x2222_2222_2222_2222)
        let isText = (word & sevens) &+ 0x6060_6060_6060_6060 | word
        let isNoComma = (comma & sevens) &+ sevens | comma
        let isNoQuote = (quote & sevens) &+ sevens | quote
        return ~(isText & isNoComma & isNoQuote) & 0x8080_8080_8080_8080
    }

    private mutating func plainField() -> Problem? {
        let begin = index
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: ","), 0x0a, 0x0d:
                fields.append(CSVField(start: begin, end: index, isQuoted: false, isEscaped: false))
                return nil
            case UInt8(ascii: "\""):
                let message =
                    "a quote inside an unquoted field; put the whole field in quotes and double the inner ones"
                return Problem(message: message, offset: index)
            default: index &+= 1
            }
        }
        fields.append(CSVField(start: begin, end: index, isQuoted: false, isEscaped: false))
        return nil
    }

    private mutating func quotedField() -> Problem? {
        let begin = index + 1
        var isEscaped = false
        index = begin
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                if text[index + 1, or: 0] == UInt8(ascii: "\"") {
                    isEscaped = true
                    index &+= 2
                    continue
                }
                fields.append(CSVField(start: begin, end: index, isQuoted: true, isEscaped: isEscaped))
                index &+= 1
                return afterQuote()
            case 0x0d: isEscaped = true
            case 0x0a: nextLine &+= 1
            default: break
            }
            index &+= 1
        }
        return Problem(
            message:
                "this row has a quote that is never closed; close it, or, where it belongs to the text, put the whole "
                + "field in quotes and double it",
            offset: start, cause: ("opened here", begin - 1))
    }

    private func afterQuote() -> Problem? {
        switch text[index, or: 0x0a] {
        case UInt8(ascii: ","), 0x0a, 0x0d: nil
        default:
            Problem(message: "text behind a closing quote; double the quotes that belong to the field", offset: index)
        }
    }

    private mutating func skipLineEnd() -> Bool {
        if text[index] == 0x0d { index &+= 1 }
        guard text[index, or: 0] == 0x0a else { return false }
        index &+= 1
        nextLine &+= 1
        return true
    }

    private mutating func skipLine() {
        while index < text.count {
            if skipLineEnd() { return }
            index &+= 1
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate subscript(index: Int, or missing: UInt8) -> UInt8 { index < count ? self[index] : missing }
}
