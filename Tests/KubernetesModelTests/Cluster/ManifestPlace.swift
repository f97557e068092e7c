import Formats
import KubernetesModel

/// A value in a manifest and what the kind's schema says about it.
struct ManifestPlace {
    let pointer: JSONPointer
    let value: JSON
    /// Nil where the schema knows nothing of it.
    let schema: FieldSchema?
    /// The declaration of the field that holds the value; nil for elements and values of maps.
    let field: ObjectType.Field?

    var name: String { pointer.tokens.last ?? "" }

    var isScalar: Bool { value.array == nil && value.object == nil }

    /// All places below an object's root but those that say which object it is.
    static func all(in manifest: JSON, _ schema: FieldSchema) -> [ManifestPlace] {
        var places: [ManifestPlace] = []
        collect(ManifestPlace(pointer: JSONPointer(), value: manifest, schema: schema, field: nil), &places)
        return places.filter { !identity.contains($0.pointer.description) }
    }

    private static let identity: Set<String> = [
        "", "/apiVersion", "/kind", "/metadata", "/metadata/name", "/metadata/namespace",
    ]

    private static func collect(_ place: ManifestPlace, _ places: inout [ManifestPlace]) {
        places.append(place)
        switch place.value {
        case .object(let members):
            for member in members {
                var field: ObjectType.Field?
                if case .object(let type)? = place.schema?.shape { field = type.field(member.key) }
                collect(
                    ManifestPlace(
                        pointer: place.pointer.appending(member.key), value: member.value,
                        schema: place.schema?.member(member.key), field: field), &places)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                collect(
                    ManifestPlace(
                        pointer: place.pointer.appending(index), value: element, schema: place.schema?.element,
                        field: nil), &places)
            }
        default: break
        }
    }
}

extension JSON {
    /// The value with another one, or none, at the place.
    func replacing(_ pointer: JSONPointer, with value: JSON?) -> JSON { replacing(pointer.tokens[...], with: value) }

    private func replacing(_ tokens: ArraySlice<String>, with value: JSON?) -> JSON {
        guard let first = tokens.first else { return value ?? .null }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var members):
            members[first] = rest.isEmpty ? value : (members[first] ?? [:]).replacing(rest, with: value)
            return .object(members)
        case .array(var elements):
            guard let index = Int(first), index < elements.count else { return self }
            if rest.isEmpty, value == nil {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].replacing(rest, with: value)
            }
            return .array(elements)
        default: return self
        }
    }
}
