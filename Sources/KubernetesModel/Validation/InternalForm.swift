import Formats

/// Specs as the server shows them in messages: by the names and in the order of its own types.
enum InternalForm {
    indirect enum Form {
        case object([(String, Form)])
        case list([Form])
        case value(JSON)
    }

    /// A claim's spec as lines of JSON, indented by one space.
    static func claimSpec(_ spec: JSON) -> [String] { lines(form(spec, of: "PersistentVolumeClaimSpec")) }

    /// A pod template on one line.
    static func template(_ template: JSON) -> String {
        let metadata = template["metadata"] ?? [:]
        var members: [(String, Form)] = []
        for key in ["name", "generateName", "namespace"] where !metadata.text(key).isEmpty {
            members.append((key, .value(metadata[key] ?? .null)))
        }
        for key in ["labels", "annotations"] where metadata.hasMembers(key) {
            members.append((key, .value(metadata[key] ?? .null)))
        }
        return line(.object(members + [("Spec", form(template["spec"] ?? [:], of: "PodSpec"))]))
    }

    /// A pod's spec on one line.
    static func podSpec(_ spec: JSON) -> String { line(form(spec, of: "PodSpec")) }

    /// A pod's spec as lines of JSON, indented by one space.
    static func podSpecLines(_ spec: JSON) -> [String] { lines(form(spec, of: "PodSpec")) }

    private static func form(_ value: JSON, of type: String) -> Form {
        guard let fields = InternalTypes.fields[type] else { return capitalised(value) }
        return .object(fields.map { ($0.name, field(value, $0, in: type)) })
    }

    private static func field(_ value: JSON, _ field: InternalTypes.Field, in type: String) -> Form {
        // What the API keeps beside the security context, the server keeps in it.
        if type == "PodSpec", field.key == "securityContext" {
            var context = value["securityContext"] ?? [:]
            for key in InternalTypes.hoisted { context[key] = value[key] }
            return form(context, of: "PodSecurityContext")
        }
        let inner = value[field.key] ?? .null
        switch field.kind {
        case .plain(let zero): return .value(inner.isNull ? zero : inner)
        case .object(let name):
            if inner.isNull { return field.isInPlace ? form([:], of: name) : .value(.null) }
            return form(inner, of: name)
        case .list(let name):
            guard let elements = inner.array else { return .value(.null) }
            return .list(elements.map { form($0, of: name) })
        }
    }

    /// Types of which only what is set is known.
    private static func capitalised(_ value: JSON) -> Form {
        switch value {
        case .object(let members):
            .object(members.map { ($0.key.prefix(1).uppercased() + $0.key.dropFirst(), capitalised($0.value)) })
        case .array(let elements): .list(elements.map(capitalised))
        default: .value(value)
        }
    }

    private static func line(_ form: Form) -> String {
        switch form {
        case .object(let members):
            "{\(members.map { "\(GoFormat.quoted($0.0)):\(line($0.1))" }.joined(separator: ","))}"
        case .list(let elements): "[\(elements.map(line).joined(separator: ","))]"
        case .value(let value): value.text
        }
    }

    private static func lines(_ form: Form) -> [String] {
        switch form {
        case .object(let members): block("{", members.map { (key: Optional($0.0), lines: lines($0.1)) }, "}")
        case .list(let elements): block("[", elements.map { (key: nil, lines: lines($0)) }, "]")
        case .value(.object(let members)) where !members.isEmpty:
            block("{", members.map { (key: Optional($0.key), lines: lines(.value($0.value))) }, "}")
        case .value(.array(let elements)) where !elements.isEmpty:
            block("[", elements.map { (key: nil, lines: lines(.value($0))) }, "]")
        case .value(let value): [value.text]
        }
    }

    private static func block(_ open: String, _ parts: [(key: String?, lines: [String])], _ close: String) -> [String] {
        if parts.isEmpty { return [open + close] }
        var out = [open]
        for (index, part) in parts.enumerated() {
            var lines = part.lines
            if let key = part.key { lines[0] = "\(GoFormat.quoted(key)): \(lines[0])" }
            if index < parts.count - 1 { lines[lines.count - 1] += "," }
            out += lines.map { " " + $0 }
        }
        return out + [close]
    }
}
