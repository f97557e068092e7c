import Formats

/// A value that cannot be read into the type of its place.
package struct DecodingProblem: Error, Sendable, Hashable {
    /// What is wrong with a value of the right kind, as in `illegal base64 data at input byte 4`; empty where the kind is wrong.
    let message: String
    /// What there is instead, where the value's kind is wrong.
    private let found: Found?
    /// The innermost type around the value, such as `DeploymentSpec`.
    private var owner = ""
    /// The fields that lead to it, and the parts of types that hold them.
    private var fields: [String] = []
    /// The innermost field.
    private var field = ""

    private struct Found: Sendable, Hashable {
        let value: JSON
        /// The name of the type that was expected.
        let expected: String
        let shape: Shape

        var isInteger: Bool { expected.hasPrefix("int") }
    }

    private enum Shape: Sendable, Hashable {
        case object, map, list, scalar
        /// Scalars that read themselves, so that nobody knows where.
        case intOrString, time
    }

    init(_ message: String) {
        self.message = message
        found = nil
    }

    /// A value of another kind than its place is for.
    init(_ value: JSON, for schema: FieldSchema) {
        message = ""
        let shape: Shape =
            switch schema.shape {
            case .object: .object
            case .map: .map
            case .list: .list
            case .intOrString: .intOrString
            case .time, .microTime: .time
            default: .scalar
            }
        found = Found(value: value, expected: ServerTypes.name(of: schema), shape: shape)
    }

    func within(_ field: String, of type: ObjectType) -> DecodingProblem {
        var problem = self
        let name = type.name.split(separator: ".").last.map(String.init) ?? type.name
        if owner.isEmpty { (problem.owner, problem.field) = (name, field) }
        problem.fields.insert(field, at: 0)
        if let part = ServerTypes.part(of: name, holding: field) { problem.fields.insert(part, at: 0) }
        return problem
    }

    /// As a client is told who sent the object itself, or who patched its JSON.
    package var text: String {
        guard let found else { return message }
        var expected = found.expected
        if let name = ServerTypes.name(ofField: field, of: owner) {
            expected = (expected.hasPrefix("[]") ? "[]" : "") + name
        }
        return
            "json: cannot unmarshal \(kind(of: found)) into Go struct field \(owner).\(fields.joined(separator: ".")) "
            + "of type \(expected)"
    }

    /// The number as it was most likely written.
    private static func literal(_ number: Double) -> String {
        UInt64(exactly: number).flatMap { $0 > UInt64(Int64.max) ? "\($0)" : nil } ?? "\(number)"
    }

    private func kind(of found: Found) -> String {
        switch found.value {
        case .string: "string"
        case .bool: "bool"
        case .array: "array"
        case .object: "object"
        case .int(let number): found.isInteger ? "number \(number)" : "number"
        case .double(let number): found.isInteger ? "number \(Self.literal(number))" : "number"
        case .null: "null"
        }
    }

    /// As a client is told who applied the object, or patched it strategically: the server converts values then that it has read
    /// already.
    package var textOfConversion: String {
        guard let found else {
            return message.hasPrefix("illegal base64") ? "error decoding from json: \(message)" : message
        }
        let kind =
            switch found.value {
            case .string: "string"
            case .bool: "bool"
            case .array: "slice"
            case .object: "map"
            case .int: "int64"
            case .double: "float64"
            case .null: "nil"
            }
        let base = ServerTypes.name(ofField: field, of: owner) ?? found.expected
        switch (found.shape, found.value) {
        case (.object, _): return "cannot restore struct from: \(kind)"
        case (.map, _): return "cannot restore map from \(kind)"
        case (.list, _): return "cannot restore slice from \(kind)"
        case (.intOrString, _): return "json: cannot unmarshal \(self.kind(of: found)) into Go value of type int32"
        case (.time, _): return "json: cannot unmarshal \(self.kind(of: found)) into Go value of type string"
        case (.scalar, .int) where found.expected == "string", (.scalar, .double) where found.isInteger:
            return "cannot convert \(kind) to \(base)"
        default: return "unrecognized type: \(found.expected)"
        }
    }
}
