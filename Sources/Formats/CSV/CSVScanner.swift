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
