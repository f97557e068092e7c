package import Formats

/// One field of a rendered object, and who gave its value.
package struct ExplainedField: Sendable, Hashable {
    /// A JSON Pointer: `/spec/replicas`.
    package let pointer: String
    package let value: JSON
    /// The layers that gave it, `manifest` where it stands in the manifest as it is, `reconcile` where it was filled in.
    package let origins: [Origin]
}

extension DesiredObject {
    /// Every leaf of the object, in the order of its pointers, with where it came from.
    package var explained: [ExplainedField] {
        let given = Dictionary(grouping: origins, by: \.pointer)
        var fields: [ExplainedField] = []
        collect(object, "", manifest, given, &fields)
        return fields
    }

    private func collect(
        _ value: JSON, _ pointer: String, _ node: Node?, _ given: [String: [Origin]], _ fields: inout [ExplainedField]
    ) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for member in members {
                collect(
                    member.value, "\(pointer)/\(JSONPointer.escaped(member.key))", node?[member.key], given, &fields)
            }
        case .array(let elements) where !elements.isEmpty:
            let nodes = node?.sequence
            for (index, element) in elements.enumerated() {
                let inner = nodes.flatMap { index < $0.count ? $0[index] : nil }
                collect(element, "\(pointer)/\(index)", inner, given, &fields)
            }
        default:
            let own =
                node.map { Origin(pointer: pointer, layer: "manifest", place: Place(file: source.file, mark: $0.mark)) }
                ?? Origin(pointer: pointer, layer: "reconcile", place: source)
            fields.append(ExplainedField(pointer: pointer, value: value, origins: given[pointer] ?? [own]))
        }
    }
}
