import Formats
import HTTPServer

/// The members that a representation may have in a request, and of which type.
///
/// The server's JSON library turns scalars into each other where it can, and refuses what it does not know.
struct Shape {
    enum Kind {
        case string, bool, number
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
            guard !member.value.isNull else { continue }
            conformed[member.key] = try Self.conform(member.value, kind)
        }
        return .object(conformed)
    }

    private static func conform(_ value: JSON, _ kind: Kind) throws(Refusal) -> JSON {
        switch kind {
        case .any: return value
        case .string:
            guard let text = value.scalarText else { throw .wrongType }
            return .string(text)
        case .bool:
            switch value {
            case .bool: return value
            case .int(let number): return .bool(number != 0)
            case .string(let text) where ["true", "True", "TRUE"].contains(text): return true
            case .string(let text) where ["false", "False", "FALSE", ""].contains(text): return false
            default: throw .wrongType
            }
        case .number:
            if let number = value.int { return .int(number) }
            guard let number = value.string.flatMap({ Int64($0) }) else { throw .wrongType }
            return .int(number)
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
                lists[member.key] = .strings(try texts(member.value.array ?? [member.value]))
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
        if let type = request.header("Content-Type"), !type.lowercased().contains("json") {
            throw .error(415, "The content-type header value did not match the value in @Consumes")
        }
        do {
            let value = try JSON.parse(body)
            return value.isNull ? nil : value
        } catch {
            throw Refusal.malformed
        }
    }

    /// The body as a representation, or nil where there is none.
    func representation(_ shape: Shape) throws(Refusal) -> JSON? {
        guard let value = try json() else { return nil }
        guard let object = value.object else { throw .wrongType }
        return try shape.conform(object, text: request.body)
    }
}
