/// Types that refer to each other by index.
final class SchemaLibrary: Sendable {
    let shapes: [FieldSchema.Shape]
    /// For lists and maps, the type of what is in them.
    let elements: [Int?]
    /// Types with a name.
    private let named: [String: Int]

    init(shapes: [FieldSchema.Shape], elements: [Int?], named: [String: Int]) {
        self.shapes = shapes
        self.elements = elements
        self.named = named
    }

    static let untypedName = "untyped"

    func index(named name: String) -> Int? { named[name] }

    func schema(named name: String) -> FieldSchema? { named[name].map { FieldSchema(self, $0) } }
}
