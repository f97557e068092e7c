extension JSON {
    /// The value as JSON in UTF-8, members in the order of their keys' bytes, so that equal values give equal bytes.
    ///
    /// Pretty means two spaces for each level and one member or element a line. There is no newline at the end.
    package func encoded(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isPretty: pretty)
        writer.write(self)
        return writer.bytes
    }

    /// The value as JSON on one line.
    package var text: String { String(decoding: encoded(), as: UTF8.self) }

    /// The value as JSON over several lines, with a newline at the end; nothing in it is obeyed by a terminal or a CI log.
    package var prettyText: String {
        TerminalText.escapedJSON(String(decoding: encoded(pretty: true), as: UTF8.self)) + "\n"
    }
}

struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0

    init(isPretty: Bool) { self.isPretty = isPretty }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): write(value)
        // A Double's description is the shortest text that reads back as the same value, and is valid JSON.
        case .double(let value): value.isFinite ? bytes.append(contentsOf: value.description.utf8) : append("null")
        case .string(let value): write(value)
        case .array(let elements):
            list("[", "]", count: elements.count) { writer, index in writer.write(elements[index]) }
        case .object(let object):
            let members = object.members
            list("{", "}", count: members.count) { writer, index in
                writer.write(members[index].key)
                writer.append(writer.isPretty ? ": " : ":")
                writer.write(members[index].value)
            }
        }
    }

    private mutating func list(
        _ open: StaticString, _ close: StaticString, count: Int, _ writeElement: (inout JSONWriter, Int) -> Void
    ) {
        append(open)
        depth += 1
        for index in 0..<count {
            if index > 0 { append(",") }
            newline()
            writeElement(&self, index)
        }
        depth -= 1
        if count > 0 { newline() }
        append(close)
    }

    private mutating func newline() {
        guard isPretty else { return }
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func write(_ value: Int64) {
        if 0..<10 ~= value {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ write($0) }) == nil {
            [UInt8](text.utf8).withUnsafeBufferPointer { write($0) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0a: append("\\n")
        case 0x0d: append("\\r")
        case 0x09: append("\\t")
        case 0x08: append("\\b")
        case 0x0c: append("\\f")
        default:
            append(byte < 0x10 ? "\\u000" : "\\u00")
            bytes.append(contentsOf: String(byte, radix: 16).utf8)
        }
    }
}
