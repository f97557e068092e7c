import Expressions
import Formats

/// The JSON Schema that a blueprint has for its values.
struct ValuesSchema: Sendable {
    private let schema: JSONSchema
    private let known = KnownValues()
    /// What it tells of types, for expressions.
    let type: ValueType

    init(_ json: JSON) throws(JSONSchema.CompileError) {
        schema = try JSONSchema(json)
        type = ValueType(schema: json, root: json)
    }

    /// The values with the types that the schema asks for, and what it refuses, at the place of the layer that said so.
    func check(_ values: LayeredValue, of blueprint: BlueprintID) -> (LayeredValue, [Diagnostic]) {
        let content = ValuesContent(values)
        if let content, let known = known.outcome(of: content) { return (known.applied(to: values), []) }
        let (json, findings) = schema.read(values.node)
        guard !findings.isEmpty else {
            let outcome = KnownValues.Outcome(json, for: values)
            if let content { known.insert(content, outcome) }
            return (outcome.applied(to: values), [])
        }
        let diagnostics = findings.map { finding in
            let held = values.nearest(finding.pointer.tokens).found
            let path = finding.pointer.tokens.joined(separator: ".")
            let name = path.isEmpty ? "the values" : "'\(path)'"
            let isKey = finding.keyword == "additionalProperties"
            return DiagnosticCode.valueInvalid.at(
                isKey ? values.keyPlace(finding.pointer.tokens) ?? held.place : held.place,
                "\(name) of blueprint '\(blueprint.name)' (layer \(held.layer.rawValue)): \(finding.message)")
        }
        return (values, diagnostics)
    }
}

extension LayeredValue {
    /// What lies behind the path, or the last thing on the way to it, and the path to that.
    func nearest(_ path: some Sequence<String>) -> (found: LayeredValue, path: [String]) {
        var found = self
        var walked: [String] = []
        for key in path {
            guard let next = found[key] else { break }
            found = next
            walked.append(key)
        }
        return (found, walked)
    }

    /// Says who gave the value.
    func note(of path: [String]) -> Diagnostic.Note {
        Diagnostic.Note(
            "'\(path.joined(separator: "."))' is \(isEmptyList ? "empty" : "given") here (layer \(layer.rawValue))",
            at: place)
    }

    var isEmptyList: Bool {
        if case .list(let elements) = content { elements.isEmpty } else { false }
    }
}
