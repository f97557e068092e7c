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
                "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        }
        var out = value
        for operation in operations { try apply(operation, to: &out) }
        return out
    }

    private static func apply(_ operation: JSON, to value: inout JSON) throws(Problem) {
        let path = try JSONPointer(operation["path"]?.string ?? "", "path")
        switch operation["op"]?.string {
        case "add": value = try path.adding(try required("value", operation), to: value)
        case "remove": value = try path.removing(from: value)
        case "replace":
            let new = try required("value", operation)
            if path.isRoot { value = new } else { value = try path.adding(new, to: try path.removing(from: value)) }
        case "move":
            let from = try JSONPointer(operation["from"]?.string ?? "", "from")
            let moved = try from.value(in: value)
            value = try path.adding(moved, to: try from.removing(from: value))
        case "copy":
            let from = try JSONPointer(operation["from"]?.string ?? "", "from")
            value = try path.adding(try from.value(in: value), to: value)
        case "test":
            let found = try? path.value(in: value)
            guard (found ?? .null) == (operation["value"] ?? .null) else { throw .refused("test failed at \(path)") }
        default: throw .malformed("unexpected kind of operation")
        }
    }

    private static func required(_ key: String, _ operation: JSON) throws(Problem) -> JSON {
        guard let value = operation[key] else { throw .malformed("an operation has no \(key)") }
        return value
    }
}

/// RFC 6901: a place in a JSON value.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    package let tokens: [String]

    package init(_ tokens: [String]) {
        self.tokens = tokens
    }

    init(_ text: String, _ name: String) throws(JSONPatch.Problem) {
        guard text.isEmpty || text.hasPrefix("/") else {
            throw .malformed("\(name) \(GoFormat.quoted(text)) is no JSON pointer")
        }
        tokens = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.unescaped)
    }

    package var isRoot: Bool { tokens.isEmpty }

    /// `/metadata/labels/app.kubernetes.io~1managed-by`
    package var description: String { tokens.map { "/" + Self.escaped($0) }.joined() }

    package func value(in value: JSON) throws(JSONPatch.Problem) -> JSON {
        var found = value
        for token in tokens {
            switch found {
            case .object(let members):
                guard let next = members[token] else { throw missing }
                found = next
            case .array(let elements): found = elements[try index(token, below: elements.count)]
            default: throw missing
            }
        }
        return found
    }

    fileprivate func adding(_ new: JSON, to value: JSON) throws(JSONPatch.Problem) -> JSON {
        try changing(value) { (parent, token) throws(JSONPatch.Problem) in
            switch parent {
            case .object(var members):
                members[token] = new
                return .object(members)
            case .array(var elements):
                let place = token == "-" ? elements.count : try index(token, below: elements.count + 1)
                elements.insert(new, at: place)
                return .array(elements)
            default: throw missing
            }
        } ?? new
    }

    fileprivate func removing(from value: JSON) throws(JSONPatch.Problem) -> JSON {
        try changing(value) { (parent, token) throws(JSONPatch.Problem) in
            switch parent {
            case .object(var members):
                guard members[token] != nil else { throw missing }
                members[token] = nil
                return .object(members)
            case .array(var elements):
                elements.remove(at: try index(token, below: elements.count))
                return .array(elements)
            default: throw missing
            }
        } ?? .null
    }

    /// Changes what holds the place, or gives nil where the place is the whole value.
    private func changing(
        _ value: JSON, _ body: (JSON, String) throws(JSONPatch.Problem) -> JSON
    ) throws(JSONPatch.Problem) -> JSON? {
        guard let first = tokens.first else { return nil }
        let rest = JSONPointer(Array(tokens.dropFirst()))
        if rest.isRoot { return try body(value, first) }
        switch value {
        case .object(var members):
            guard let next = members[first], let changed = try rest.changing(next, body) else { throw missing }
            members[first] = changed
            return .object(members)
        case .array(var elements):
            let place = try index(first, below: elements.count)
            guard let changed = try rest.changing(elements[place], body) else { throw missing }
            elements[place] = changed
            return .array(elements)
        default: throw missing
        }
    }

    private var missing: JSONPatch.Problem { .refused("there is nothing at \(self)") }

    private func index(_ token: String, below count: Int) throws(JSONPatch.Problem) -> Int {
        guard let index = Int(token), index >= 0, index < count else { throw missing }
        return index
    }

    private static func unescaped(_ token: Substring) -> String {
        var out = ""
        var rest = token
        while let character = rest.popFirst() {
            if character == "~", let next = rest.first, next == "0" || next == "1" {
                out.append(next == "0" ? "~" : "/")
                rest.removeFirst()
            } else {
                out.append(character)
            }
        }
        return out
    }

    private static func escaped(_ token: String) -> String {
        token.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }
}
