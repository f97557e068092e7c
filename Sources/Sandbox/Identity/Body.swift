import Formats
import HTTPServer

/// The members that a representation may have in a request, and of which type.
///
/// The server's JSON library turns scalars into each other where it can, and refuses what it does not know.
struct Shape {
    enum Kind {
        case string, bool
        /// Whole numbers of 32 and of 64 bits.
        case number, long
        /// Booleans by name.
        case flags
        /// Lists and objects whose elements are not looked at here.
        case list, object
        case strings
        /// Text by name; scalars are taken as they are written.
        case texts
        /// Lists of text by name; a single text is a list of one. Anything but an object is no attribute at all.
        case lists
        /// The same without leniency.
        case strictLists
        case any
    }

    /// As the server calls it in its errors.
    let name: String
    private let members: [String: Kind]

    init(_ name: String, _ members: [Kind: [String]]) {
        self.name = name
        self.members = members.reduce(into: [:]) { all, entry in
            for member in entry.value { all[member] = entry.key }
        }
    }

    func conform(_ object: JSONObject, text: [UInt8]) throws(Refusal) -> JSON {
        var conformed = JSONObject()
        for member in object {
            guard let kind = members[member.key] else {
                let column = Self.column(of: member.key, in: text)
                throw .error(
                    400,
                    "Invalid json representation for \(name). Unrecognized field \"\(member.key)\" "
                        + "at line \(column.line) column \(column.column).")
            }
            guard !member.value.isNull, let value = try Self.conform(member.value, kind) else { continue }
            conformed[member.key] = value
        }
        return .object(conformed)
    }

    /// The value as its kind has it; nil where it is as good as none.
    private static func conform(_ value: JSON, _ kind: Kind) throws(Refusal) -> JSON? {
        switch kind {
        case .any: return value
        case .string:
            guard let text = value.scalarText else { throw .wrongType }
            return .string(text)
        case .bool: return try flag(value)
        case .number: return try number(value, within: Int64(Int32.min)...Int64(Int32.max))
        case .long: return try number(value, within: .min ... .max)
        case .flags:
            guard let object = value.object else { throw .wrongType }
            var flags = JSONObject()
            for member in object where !member.value.isNull { flags[member.key] = try flag(member.value) }
            return .object(flags)
        case .list:
            guard value.array != nil else { throw .wrongType }
            return value
        case .object:
            guard value.object != nil else { throw .wrongType }
            return value
        case .strings:
            guard let elements = value.array else { throw .wrongType }
            return .strings(try texts(elements))
        case .texts:
            guard let object = value.object else { throw .wrongType }
            var texts = JSONObject()
            for member in object where !member.value.isNull {
                guard let text = member.value.scalarText else { throw .wrongType }
                texts[member.key] = .string(text)
            }
            return .object(texts)
        case .lists:
            var lists = JSONObject()
            for member in value.object ?? JSONObject() {
                // What is no scalar is passed over.
                lists[member.key] = .strings((member.value.array ?? [member.value]).compactMap(\.scalarText))
            }
            return .object(lists)
        case .strictLists:
            guard let object = value.object else { throw .wrongType }
            var lists = JSONObject()
            for member in object where !member.value.isNull {
                guard let elements = member.value.array else { throw .wrongType }
                lists[member.key] = .strings(try texts(elements))
            }
            return .object(lists)
        }
    }

    private static func flag(_ value: JSON) throws(Refusal) -> JSON? {
        switch value {
        case .bool: return value
        case .int(let number): return .bool(number != 0)
        case .string(let text):
            switch text.trimmed {
            case "true", "True", "TRUE": return true
            case "false", "False", "FALSE", "": return false
            case "null": return nil
            default: throw .wrongType
            }
        default: throw .wrongType
        }
    }

    /// A whole number, what a fraction has before its point, or text that is one.
    private static func number(_ value: JSON, within range: ClosedRange<Int64>) throws(Refusal) -> JSON? {
        let number: Int64
        switch value {
        case .int(let whole): number = whole
        case .double(let real):
            guard let whole = Int64(exactly: real.rounded(.towardZero)) else { throw .outOfRange }
            number = whole
        case .string(let text):
            let text = text.trimmed
            guard !text.isEmpty, text != "null" else { return nil }
            guard let whole = Int64(text) else { throw .wrongType }
            number = whole
        default: throw .wrongType
        }
        guard range.contains(number) else { throw .outOfRange }
        return .int(number)
    }

    private static func texts(_ elements: [JSON]) throws(Refusal) -> [String] {
        var texts: [String] = []
        for element in elements where !element.isNull {
            guard let text = element.scalarText else { throw .wrongType }
            texts.append(text)
        }
        return texts
    }

    /// Where the value of a member ends, about: where the server's parser stands when it finds the name unknown.
    private static func column(of member: String, in text: [UInt8]) -> (line: Int, column: Int) {
        let name = Array(JSON.string(member).text.utf8)
        var (line, start, index) = (1, 0, 0)
        while index + name.count <= text.count {
            if text[index] == 0x0A { (line, start) = (line + 1, index + 1) }
            if text[index...].starts(with: name) { break }
            index += 1
        }
        index = min(index + name.count, text.count)
        while index < text.count, text[index] == 0x3A || text[index] == 0x20 { index += 1 }
        return (line, index - start + 2)
    }
}

extension Call {
    /// The body as a value, or nil where there is none: an empty body, or `null`.
    func json() throws(Refusal) -> JSON? {
        let body = request.body
        guard body.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return nil }
        let type = request.header("Content-Type").map { $0.prefix { $0 != ";" }.lowercased() }
        guard type == nil || type == "application/json" || type == "*/*" else {
            throw .error(415, "The content-type header value did not match the value in @Consumes")
        }
        let text = JSONText.first(in: body)
        do {
            let value = try JSON.parse(text)
            return value.isNull ? nil : value
        } catch {
            throw JSONText.isOutOfRange(text) ? Refusal.outOfRange : .malformed
        }
    }

    /// The body as a representation, or nil where there is none.
    func representation(_ shape: Shape) throws(Refusal) -> JSON? {
        guard let value = try json() else { return nil }
        guard let object = value.object else { throw .wrongType }
        return try shape.conform(object, text: request.body)
    }
}
