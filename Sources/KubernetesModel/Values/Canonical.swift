package import Formats

/// A value that cannot be read into the type of its place.
package struct DecodingProblem: Error, Sendable, Hashable {
    /// What is wrong, as in `illegal base64 data at input byte 4` or `json: cannot unmarshal string into Go`.
    let message: String
    /// The type that was expected, where the JSON's type is wrong; empty otherwise.
    let expected: String
    /// The innermost type around the value, such as `DeploymentSpec`.
    private var owner = ""
    /// The fields that lead to it.
    private var fields: [String] = []

    init(_ message: String, expected: String = "") {
        self.message = message
        self.expected = expected
    }

    func within(_ field: String, of type: String) -> DecodingProblem {
        var problem = self
        if owner.isEmpty { problem.owner = type.split(separator: ".").last.map(String.init) ?? type }
        problem.fields.insert(field, at: 0)
        return problem
    }

    /// As a client is told who sent the object itself.
    package var text: String {
        guard !expected.isEmpty else { return message }
        return "\(message) struct field \(owner).\(fields.joined(separator: ".")) of type \(expected)"
    }

    /// As a client is told whose patch led to the object.
    package var textOfPatch: String { expected.isEmpty ? message : "\(message) value of type \(expected)" }
}

extension FieldSchema {
    /// The value as the server keeps and answers it: quantities, times and base64 in their one spelling, empty optional
    /// fields left out, required ones filled in with nothing, undeclared ones dropped.
    package func canonical(_ value: JSON) throws(DecodingProblem) -> JSON {
        try canonical(value, isElement: true) ?? .null
    }

    /// Nil where there is nothing to write. Elements of lists and maps are always written.
    private func canonical(_ value: JSON?, isElement: Bool) throws(DecodingProblem) -> JSON? {
        switch shape {
        case .any: return value
        case .list: return try canonicalList(value)
        case .map: return try canonicalMap(value)
        case .object(let type): return try canonicalObject(value, type)
        default:
            guard let value, !value.isNull else { return isElement ? zero : nil }
            return try canonicalScalar(value)
        }
    }

    /// What an absent scalar is read as where something has to be there.
    private var zero: JSON {
        switch shape {
        case .integer, .number, .intOrString: 0
        case .boolean: false
        case .quantity: "0"
        case .time, .microTime: .null
        default: ""
        }
    }

    private func canonicalScalar(_ value: JSON) throws(DecodingProblem) -> JSON {
        switch (shape, value) {
        case (.string, .string), (.integer, .int), (.number, .int), (.number, .double), (.boolean, .bool),
            (.intOrString, .int), (.intOrString, .string):
            return value
        case (.integer, .double(let number)), (.intOrString, .double(let number)):
            guard let whole = Int64(exactly: number) else { throw Self.mismatch(value, "int32") }
            return .int(whole)
        case (.quantity, _):
            do throws(Quantity.Problem) { return .string(try Quantity(value).text) } catch {
                throw DecodingProblem(error.message)
            }
        case (.bytes, .string(let text)):
            do throws(Base64.Problem) { return .string(Base64.encode(try Base64.decode(text))) } catch {
                throw DecodingProblem("illegal base64 data at input byte \(error.offset)")
            }
        case (.time, .string(let text)): return .string(try Self.time(text).text)
        case (.microTime, .string(let text)): return .string(try Self.time(text).textWithMicroseconds)
        default: throw Self.mismatch(value, Self.names[scalarName] ?? scalarName)
        }
    }

    private static func time(_ text: String) throws(DecodingProblem) -> Timestamp {
        guard let time = Timestamp(text) else {
            throw DecodingProblem(
                "parsing time \(GoFormat.quoted(text)) as \"2006-01-02T15:04:05Z07:00\": cannot parse")
        }
        return time
    }

    private var scalarName: String {
        switch shape {
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .intOrString: "intOrString"
        default: "string"
        }
    }

    private static let names = ["integer": "int32", "number": "float64", "boolean": "bool", "intOrString": "int32"]

    static func mismatch(_ value: JSON, _ type: String) -> DecodingProblem {
        let kind =
            switch value {
            case .string: "string"
            case .bool: "bool"
            case .array: "array"
            case .object: "object"
            case .double(let number): "number \(GoFormat.number(number))"
            default: "number"
            }
        return DecodingProblem("json: cannot unmarshal \(kind) into Go", expected: type)
    }

    private func canonicalList(_ value: JSON?) throws(DecodingProblem) -> JSON? {
        guard let value, !value.isNull else { return nil }
        guard let elements = value.array else { throw Self.mismatch(value, "[]") }
        let below = elementOrAny
        var out: [JSON] = []
        out.reserveCapacity(elements.count)
        for element in elements { out.append(try below.canonical(element, isElement: true) ?? .null) }
        return .array(out)
    }

    private func canonicalMap(_ value: JSON?) throws(DecodingProblem) -> JSON? {
        guard let value, !value.isNull else { return nil }
        guard let members = value.object else { throw Self.mismatch(value, "map") }
        let below = elementOrAny
        var out: [JSONObject.Member] = []
        out.reserveCapacity(members.count)
        for member in members {
            out.append(.init(key: member.key, value: try below.canonical(member.value, isElement: true) ?? .null))
        }
        return .object(JSONObject(out))
    }

    private func canonicalObject(_ value: JSON?, _ type: ObjectType) throws(DecodingProblem) -> JSON? {
        guard let value else { return nil }
        let members: JSONObject
        switch value {
        case .object(let given): members = given
        case .null: members = JSONObject()
        default: throw Self.mismatch(value, type.name)
        }
        var out: [JSONObject.Member] = []
        for field in type.fields {
            do throws(DecodingProblem) {
                if let written = try schema(of: field).written(members[field.name], as: field) {
                    out.append(.init(key: field.name, value: written))
                }
            } catch {
                throw error.within(field.name, of: type.name)
            }
        }
        if type.undeclaredIndex != nil { out += members.filter { type.field($0.key) == nil } }
        return .object(JSONObject(out))
    }

    /// The field's value as it is written, or nil where it is left out.
    private func written(_ value: JSON?, as field: ObjectType.Field) throws(DecodingProblem) -> JSON? {
        let flags = field.flags
        if value == nil || value?.isNull == true {
            if flags.contains(.isInPlace) { return try canonical([:], isElement: true) }
            guard flags.contains(.isAlwaysWritten) else { return nil }
            if let zero = field.zeroDefault { return zero }
            if case .quantity = shape { return "0" }
            if case .intOrString = shape { return 0 }
            return .null
        }
        guard let written = try canonical(value, isElement: false) else { return nil }
        guard !flags.contains(.isAlwaysWritten), !flags.contains(.keepsZero) else { return written }
        switch (shape, written) {
        case (.list, .array(let elements)) where elements.isEmpty: return nil
        case (.map, .object(let members)) where members.isEmpty: return nil
        case (.string, ""), (.integer, 0), (.number, 0), (.boolean, false), (.bytes, ""): return nil
        default: return written
        }
    }

    /// The canonical value as it comes back from the store, which does not tell an empty list or map from none.
    package func stored(_ value: JSON) -> JSON {
        switch (shape, value) {
        case (.list, .array(let elements)):
            guard !elements.isEmpty else { return .null }
            let below = elementOrAny
            return .array(elements.map(below.stored))
        case (.map, .object(let members)):
            guard !members.isEmpty else { return .null }
            if let below = element, below.isScalar { return value }
            return .object(JSONObject(members.map { .init(key: $0.key, value: elementOrAny.stored($0.value)) }))
        case (.object(let type), .object(let members)):
            let out = members.map { member in
                JSONObject.Member(
                    key: member.key,
                    value: type.field(member.key).map { schema(of: $0).stored(member.value) } ?? member.value)
            }
            return .object(JSONObject(out))
        default: return value
        }
    }

    /// The value with its amounts, times and base64 spelt as the server spells them, and nothing else touched. A manifest
    /// applied so meets no conflict over a field that somebody else owns and that only looks different.
    package func respelt(_ value: JSON) -> JSON {
        switch (shape, value) {
        case (.quantity, _), (.time, .string), (.microTime, .string), (.bytes, .string):
            value.isNull ? value : (try? canonicalScalar(value)) ?? value
        case (.list, .array(let elements)): .array(elements.map(elementOrAny.respelt))
        case (.map, .object(let members)), (.object, .object(let members)):
            .object(
                JSONObject(members.map { .init(key: $0.key, value: member($0.key)?.respelt($0.value) ?? $0.value) }))
        default: value
        }
    }

    private var isScalar: Bool {
        switch shape {
        case .list, .map, .object, .any: false
        default: true
        }
    }
}
