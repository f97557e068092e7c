package import Formats

/// RFC 6902: `add`, `remove`, `replace`, `move`, `copy`, `test`.
package enum JSONPatch {
    package enum Problem: Error, Sendable, Hashable {
        case malformed(String)
        /// A place that is not there, or a test that failed.
        case refused(String)

        var status: APIStatus {
            switch self {
            case .malformed(let text): .badRequest(text)
            case .refused:
                APIStatus(
                    code: 422, reason: "Invalid",
                    message: "the server rejected our request due to an error in our request",
                    details: .init())
            }
        }
    }

    package static func apply(_ operations: JSON, to value: JSON) throws(Problem) -> JSON {
        guard let operations = operations.array else {
            throw .malformed(
                "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp")
        }
        var out = value
        for operation in operations { try apply(operation, to: &out) }
        return out
    }

    private static func apply(_ operation: JSON, to value: inout JSON) throws(Problem) {
        let path = try pointer("path", operation)
        switch operation["op"]?.string {
        case "add": value = try value.adding(try required("value", operation), at: path)
        case "remove": value = try value.removing(at: path)
        case "replace":
            let new = try required("value", operation)
            value = path.tokens.isEmpty ? new : try value.removing(at: path).adding(new, at: path)
        case "move":
            let from = try pointer("from", operation)
            let moved = try value.existing(at: from)
            value = try value.removing(at: from).adding(moved, at: path)
        case "copy": value = try value.adding(try value.existing(at: try pointer("from", operation)), at: path)
        case "test":
            guard (value[path] ?? .null) == (operation["value"] ?? .null) else {
                throw .refused("test failed at \(path)")
            }
        default: throw .malformed("unexpected kind of operation")
        }
    }

    private static func required(_ key: String, _ operation: JSON) throws(Problem) -> JSON {
        guard let value = operation[key] else { throw .malformed("an operation has no \(key)") }
        return value
    }

    private static func pointer(_ key: String, _ operation: JSON) throws(Problem) -> JSONPointer {
        let text = operation[key]?.string ?? ""
        guard let pointer = JSONPointer(parsing: text) else {
            throw .malformed("\(key) \(GoFormat.quoted(text)) is no JSON pointer")
        }
        return pointer
    }
}

extension JSON {
    fileprivate func existing(at pointer: JSONPointer) throws(JSONPatch.Problem) -> JSON {
        guard let value = self[pointer] else { throw Self.missing(pointer) }
        return value
    }

    fileprivate func adding(_ new: JSON, at pointer: JSONPointer) throws(JSONPatch.Problem) -> JSON {
        guard let last = pointer.tokens.last else { return new }
        return try changing(pointer.tokens.dropLast(), pointer) { (parent) throws(JSONPatch.Problem) in
            switch parent {
            case .object(var members):
                members[last] = new
                return .object(members)
            case .array(var elements):
                let place = last == "-" ? elements.count : JSONPointer.index(last)
                guard let place, place <= elements.count else { throw Self.missing(pointer) }
                elements.insert(new, at: place)
                return .array(elements)
            default: throw Self.missing(pointer)
            }
        }
    }

    fileprivate func removing(at pointer: JSONPointer) throws(JSONPatch.Problem) -> JSON {
        guard let last = pointer.tokens.last else { return .null }
        return try changing(pointer.tokens.dropLast(), pointer) { (parent) throws(JSONPatch.Problem) in
            switch parent {
            case .object(var members) where members[last] != nil:
                members[last] = nil
                return .object(members)
            case .array(var elements):
                guard let place = JSONPointer.index(last), place < elements.count else { throw Self.missing(pointer) }
                elements.remove(at: place)
                return .array(elements)
            default: throw Self.missing(pointer)
            }
        }
    }

    /// Changes the value that lies behind the tokens; the pointer is the whole one, for the message.
    private func changing(
        _ tokens: ArraySlice<String>, _ pointer: JSONPointer, _ body: (JSON) throws(JSONPatch.Problem) -> JSON
    ) throws(JSONPatch.Problem) -> JSON {
        guard let first = tokens.first else { return try body(self) }
        switch self {
        case .object(var members):
            guard let next = members[first] else { throw Self.missing(pointer) }
            members[first] = try next.changing(tokens.dropFirst(), pointer, body)
            return .object(members)
        case .array(var elements):
            guard let place = JSONPointer.index(first), place < elements.count else { throw Self.missing(pointer) }
            elements[place] = try elements[place].changing(tokens.dropFirst(), pointer, body)
            return .array(elements)
        default: throw Self.missing(pointer)
        }
    }

    private static func missing(_ pointer: JSONPointer) -> JSONPatch.Problem {
        .refused("there is nothing at \(pointer)")
    }
}
