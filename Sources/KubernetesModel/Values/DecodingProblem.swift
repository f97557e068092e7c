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
