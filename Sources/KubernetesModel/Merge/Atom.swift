import Formats

/// How a value is walked: as one, element by element, or member by member.
enum Atom: Equatable {
    case scalar
    case list(FieldSchema.ListKind)
    case map(isAtomic: Bool)
}

extension FieldSchema {
    /// The way to walk the value; where the schema allows anything, as the value is.
    func atom(of value: JSON?) -> Atom {
        switch shape {
        case .list(let kind): .list(kind)
        case .map(let isAtomic): .map(isAtomic: isAtomic)
        case .object(let type): .map(isAtomic: type.isAtomic)
        case .any:
            switch value {
            case .array: .list(.atomic)
            case .object, .null, nil: .map(isAtomic: false)
            default: .scalar
            }
        default: .scalar
        }
    }

    /// The schema of a list's element, also where anything is allowed.
    var elementOrAny: FieldSchema { element ?? self }

    /// Whether the object declares the field, so that owning it says nothing about who added it.
    func declares(_ name: String) -> Bool {
        if case .object(let type) = shape { type.field(name) != nil } else { false }
    }

    /// What tells the element apart from the list's others; throws where nothing can.
    func element(_ value: JSON, of kind: ListKind) throws(SchemaProblem) -> PathElement {
        switch kind {
        case .atomic: throw SchemaProblem("invalid indexing of non-associative list")
        case .set: return try Self.setElement(value)
        case .map(let keys): return try keyedElement(value, keys)
        }
    }

    private static func setElement(_ value: JSON) throws(SchemaProblem) -> PathElement {
        switch value {
        case .object: throw SchemaProblem("associative list without keys has an element that's a map type")
        case .array: throw SchemaProblem("not supported: associative list with lists as elements")
        case .null: throw SchemaProblem("associative list without keys has an element that's an explicit null")
        default: return .value(value)
        }
    }

    private func keyedElement(_ value: JSON, _ keys: [String]) throws(SchemaProblem) -> PathElement {
        if value.isNull { throw SchemaProblem("associative list with keys may not have a null element") }
        guard let members = value.object else {
            throw SchemaProblem("associative list with keys may not have non-map elements")
        }
        var key = JSONObject()
        for name in keys {
            if let value = members[name] {
                key[name] = value
            } else if case .object(let type) = element?.shape, let value = type.field(name)?.keyDefault {
                key[name] = value
            }
        }
        if key.isEmpty {
            let names = keys.map { GoFormat.quoted($0) }.joined(separator: " ")
            throw SchemaProblem(
                "associative list with keys has an element that omits all key fields [\(names)] "
                    + "(and doesn't have default values for any key fields)")
        }
        return .key(key)
    }
}

extension ObjectType.Field {
    /// What stands in for a missing key: the declared default, or the zero of a field that is always written.
    fileprivate var keyDefault: JSON? { defaultValue ?? zeroDefault }
}

/// A value that does not fit its schema.
package struct SchemaProblem: Error, Sendable, Hashable {
    /// `.spec.replicas`
    package let path: String
    package let message: String

    init(_ message: String, at path: String = "") {
        self.path = path
        self.message = message
    }

    func within(_ prefix: String) -> SchemaProblem { SchemaProblem(message, at: prefix + path) }

    /// `.spec.replicas: expected numeric (int or float), got string`
    package var line: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension [SchemaProblem] {
    /// One problem on its own, several below a heading.
    package var text: String {
        if let only = first, count == 1 { return only.line }
        return (["errors:"] + map { "  \($0.line)" }).joined(separator: "\n")
    }
}
