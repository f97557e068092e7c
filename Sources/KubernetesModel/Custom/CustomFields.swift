import Formats

/// Turns a structural schema into what decides about merging and ownership.
struct CustomFields {
    private var shapes: [FieldSchema.Shape]
    private var elements: [Int?]
    private let metadata: Int?
    private var anything = 0

    /// Begins with the types of the built-in kinds, since every object has their metadata.
    init(_ library: SchemaLibrary) {
        shapes = library.shapes
        elements = library.elements
        metadata = library.index(named: "meta.v1.ObjectMeta")
        anything = add(.any)
    }

    /// The schema of a whole object.
    static func root(of schema: CustomSchema, in library: SchemaLibrary) -> FieldSchema {
        var fields = CustomFields(library)
        let index = fields.object(schema, keepsUnknown: schema.preservesUnknown, isWhole: true)
        return FieldSchema(SchemaLibrary(shapes: fields.shapes, elements: fields.elements, named: [:]), index)
    }

    private mutating func add(_ shape: FieldSchema.Shape, element: Int? = nil) -> Int {
        shapes.append(shape)
        elements.append(element)
        return shapes.count - 1
    }

    /// What is kept without being known is kept all the way down.
    private mutating func index(of schema: CustomSchema, keepsUnknown: Bool) -> Int {
        let keepsUnknown = keepsUnknown || schema.preservesUnknown
        if schema.isIntOrString { return add(.intOrString) }
        switch schema.type {
        case "string": return add(.string)
        case "integer": return add(.integer(bits: 64))
        case "number": return add(.number)
        case "boolean": return add(.boolean)
        case "array":
            let element = schema.items.map { index(of: $0, keepsUnknown: keepsUnknown) } ?? anything
            return add(.list(schema.listType.kind), element: element)
        case "object": return object(schema, keepsUnknown: keepsUnknown, isWhole: schema.isEmbedded)
        default: return anything
        }
    }

    private mutating func object(_ schema: CustomSchema, keepsUnknown: Bool, isWhole: Bool) -> Int {
        if schema.properties.isEmpty, !isWhole {
            guard let additional = schema.additional else {
                return schema.isAtomicMap ? add(.map(isAtomic: true), element: anything) : anything
            }
            let element = index(of: additional, keepsUnknown: keepsUnknown)
            return add(.map(isAtomic: schema.isAtomicMap), element: element)
        }
        var fields = schema.properties.filter { !(isWhole && $0.name == "metadata") }.map { name, below in
            field(name, index(of: below, keepsUnknown: keepsUnknown), default: below.defaultValue)
        }
        if isWhole {
            for name in ["apiVersion", "kind"] where schema.property(name) == nil {
                fields.append(field(name, add(.string)))
            }
            fields.append(field("metadata", metadata ?? anything))
        }
        let undeclared =
            schema.additional.map { index(of: $0, keepsUnknown: keepsUnknown) }
            ?? (keepsUnknown || schema.allowsAdditional ? anything : nil)
        return add(
            .object(
                ObjectType(
                    name: "", isAtomic: schema.isAtomicMap,
                    fields: fields.sorted { ByteOrder.precedes($0.name, $1.name) }, undeclaredIndex: undeclared)))
    }

    private func field(_ name: String, _ index: Int, default value: JSON? = nil) -> ObjectType.Field {
        ObjectType.Field(
            name: name, flags: [], typeIndex: index, zeroDefault: nil, defaultValue: value, values: [], patchKey: nil)
    }
}

extension CustomSchema.ListType {
    var kind: FieldSchema.ListKind {
        switch self {
        case .atomic: .atomic
        case .set: .set
        case .map(let keys): .map(keys: keys)
        }
    }
}
