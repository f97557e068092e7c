import Formats
import KubernetesModel

/// Finds fields that the kind does not have.
struct FieldCheck: Sendable {
    private let resource: ResourceType
    private let schema: ObjectSchema?

    init(_ resource: ResourceType, _ catalog: APICatalog) {
        self.resource = resource
        schema = resource.schema ?? ObjectSchema.builtin(resource.model.gvk)
    }

    /// What the client is warned of; throws where it wants to be strict.
    ///
    /// - Parameter text: the JSON that the client sent, in which a field may stand twice; empty where it sent none.
    func check(
        _ object: JSON, _ validation: FieldValidation, text: [UInt8] = []
    ) throws(APIFailure) -> [String] {
        guard validation != .ignore, let schema else { return [] }
        var unknown = DuplicateFields(in: text).paths.map { "duplicate field \"\($0)\"" }
        if let custom = schema.custom {
            unknown += custom.unknownFields(in: object).map { "unknown field \"\($0)\"" }
        } else {
            walk(object, schema.root, "", &unknown)
        }
        guard validation == .strict, !unknown.isEmpty else { return unknown }
        let kind = resource.kind
        throw .badRequest(
            "\(kind) in version \"\(resource.version)\" cannot be handled as a \(kind): strict decoding error: "
                + unknown.joined(separator: ", "))
    }

    private func walk(_ value: JSON, _ schema: FieldSchema, _ path: String, _ unknown: inout [String]) {
        switch value {
        case .object(let members):
            for member in members {
                let place = path.isEmpty ? member.key : "\(path).\(member.key)"
                // What the server itself wrote needs no check.
                guard place != "metadata.managedFields" else { continue }
                guard let below = schema.member(member.key) else {
                    if case .object = schema.shape { unknown.append("unknown field \"\(place)\"") }
                    continue
                }
                walk(member.value, below, place, &unknown)
            }
        case .array(let elements):
            guard let below = schema.element else { return }
            for (index, element) in elements.enumerated() { walk(element, below, "\(path)[\(index)]", &unknown) }
        default: break
        }
    }
}
