import Formats

/// The guess at what was meant by a field that a kind does not have there.
struct FieldSuggestion {
    private let root: FieldSchema

    init(_ root: FieldSchema) { self.root = root }

    /// `; did you mean 'replicas'?`, or where a field of that name belongs.
    func phrase(for name: String, of type: ObjectType, at place: JSONPointer) -> String {
        let near = Suggestion.phrase(for: name, among: type.fields.map(\.name))
        if !near.isEmpty { return near }
        guard let elsewhere = nearestPlace(of: name, to: place) else { return "" }
        return "; '\(name)' is a field of \(elsewhere)"
    }

    /// The nearest place that has a field of that name: around the place first, then below the root.
    private func nearestPlace(of name: String, to place: JSONPointer) -> String? {
        for depth in place.tokens.indices.reversed() {
            let around = JSONPointer(Array(place.tokens[..<depth]))
            if let schema = schema(at: around), declares(schema, name) { return words(around) }
        }
        var level: [(place: JSONPointer, schema: FieldSchema)] = [(JSONPointer(), root)]
        for _ in 0..<7 {
            level = level.flatMap { children(of: $0) }
            if let found = level.first(where: { declares($0.schema, name) }) { return words(found.place) }
            // Types refer to each other in circles, and what is that deep is no near guess.
            if level.count > 2_000 { return nil }
        }
        return nil
    }

    private func words(_ place: JSONPointer) -> String {
        place.tokens.isEmpty ? "the object itself" : "'\(place.display.replacing("[0]", with: "[]"))'"
    }

    private func declares(_ schema: FieldSchema, _ name: String) -> Bool {
        if case .object(let type) = schema.shape { type.field(name) != nil } else { false }
    }

    private func schema(at place: JSONPointer) -> FieldSchema? {
        place.tokens.reduce(Optional(root)) { schema, token in
            if case .list? = schema?.shape { schema?.element } else { schema?.member(token) }
        }
    }

    private func children(of parent: (place: JSONPointer, schema: FieldSchema)) -> [(JSONPointer, FieldSchema)] {
        guard case .object(let type) = parent.schema.shape else { return [] }
        return type.fields.compactMap { field in
            // What controllers write is nobody's to set.
            if parent.place.tokens.isEmpty, ["status", "metadata"].contains(field.name) { return nil }
            let (place, below) = (parent.place.appending(field.name), parent.schema.schema(of: field))
            switch below.shape {
            case .object: return (place, below)
            case .list: return below.element.map { (place.appending(0), $0) }
            default: return nil
            }
        }
    }
}
