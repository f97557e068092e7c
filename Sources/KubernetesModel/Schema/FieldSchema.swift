package import Formats

/// What a place in an object may hold, and how several writers share it.
///
/// A light reference into a library of types: types refer to each other, also in circles.
package struct FieldSchema: Sendable {
    let library: SchemaLibrary
    let index: Int

    init(_ library: SchemaLibrary, _ index: Int) {
        self.library = library
        self.index = index
    }

    package enum Shape: Sendable {
        case string, number, boolean
        case integer(bits: Int)
        /// A string of base64.
        case bytes
        /// A time to the second, and one to the microsecond.
        case time, microTime
        /// An amount such as `500m` or `1Gi`, written as a string or a number.
        case quantity
        case intOrString
        /// Whatever JSON there is, kept as it is: lists in it are atomic, maps are not.
        case any
        case list(ListKind)
        /// Any keys, values of one type. An atomic map has one owner as a whole.
        case map(isAtomic: Bool)
        case object(ObjectType)
    }

    /// How the elements of a list are told apart.
    package enum ListKind: Sendable, Hashable {
        /// Not at all: the list is one value.
        case atomic
        /// Scalars, each owned by itself.
        case set
        /// Objects, by the values of these fields.
        case map(keys: [String])
    }

    package var shape: Shape { library.shapes[index] }

    /// The schema of a list's elements or of a map's values.
    package var element: FieldSchema? { library.elements[index].map { FieldSchema(library, $0) } }

    /// The schema of an object's field.
    package func schema(of field: ObjectType.Field) -> FieldSchema { FieldSchema(library, field.typeIndex) }

    /// The schema behind a member of an object or a map; nil where it is not declared.
    package func member(_ name: String) -> FieldSchema? {
        switch shape {
        case .object(let type):
            type.field(name).map(schema(of:)) ?? type.undeclaredIndex.map { FieldSchema(library, $0) }
        case .map: element
        case .any: self
        default: nil
        }
    }

    /// Whether one writer owns the whole value.
    package var isAtomic: Bool {
        switch shape {
        case .list(let kind): kind == .atomic
        case .map(let isAtomic): isAtomic
        case .object(let type): type.isAtomic
        case .any: false
        default: true
        }
    }
}

/// An object with declared fields.
package final class ObjectType: Sendable {
    package struct Field: Sendable {
        package let name: String
        package let flags: Flags
        let typeIndex: Int
        /// The zero that the server writes for a scalar that is always written; nil for anything else.
        package let zeroDefault: JSON?
        /// The default that the schema itself declares, which also stands in for a missing key of a list of objects.
        package let defaultValue: JSON?
        /// The values that are allowed; empty where there is no such list.
        package let values: [String]
        /// The field that tells elements apart in a strategic merge patch.
        package let patchKey: String?
    }

    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let isRequired = Flags(rawValue: 1)
        /// The server writes the field also when it is empty.
        package static let isAlwaysWritten = Flags(rawValue: 2)
        /// The server tells zero from absent.
        package static let keepsZero = Flags(rawValue: 4)
        /// In a strategic merge patch the list is merged, by `patchKey` or as a set.
        package static let patchMerges = Flags(rawValue: 8)
        /// In a strategic merge patch the value is replaced as a whole.
        package static let patchReplaces = Flags(rawValue: 16)
        /// In a strategic merge patch what the patch's `$retainKeys` does not name goes.
        package static let patchRetainsKeys = Flags(rawValue: 32)
        /// An object that is part of its parent rather than referred to: when absent, it is written with nothing in it.
        package static let isInPlace = Flags(rawValue: 64)
    }

    /// `core.v1.PodSpec`
    package let name: String
    package let isAtomic: Bool
    /// By name.
    package let fields: [Field]
    /// The names of fields that have to be there.
    let required: [String]
    /// The type of fields that are not declared; nil where there must be none.
    let undeclaredIndex: Int?
    private let places: [String: Int]

    init(name: String, isAtomic: Bool, fields: [Field], undeclaredIndex: Int? = nil) {
        self.name = name
        self.isAtomic = isAtomic
        self.fields = fields
        self.undeclaredIndex = undeclaredIndex
        required = fields.filter { $0.flags.contains(.isRequired) }.map(\.name)
        places = Dictionary(fields.indices.map { (fields[$0].name, $0) }) { first, _ in first }
    }

    package func field(_ name: String) -> Field? { places[name].map { fields[$0] } }
}
