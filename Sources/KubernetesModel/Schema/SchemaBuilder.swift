import Formats

/// Makes a library from type expressions, each type once.
struct SchemaBuilder: Sendable {
    private var shapes: [FieldSchema.Shape] = []
    private var elements: [Int?] = []
    private var known: [String: Int] = [:]
    private var granular: [(index: Int, of: Int)] = []

    /// The index of the type that the expression stands for; see `scripts/kubernetes_model.py` for its grammar.
    mutating func index(of expression: Substring) -> Int {
        if let found = known[String(expression)] { return found }
        let index = shapes.count
        known[String(expression)] = index
        shapes.append(.any)
        elements.append(nil)
        let rest = expression.dropFirst()
        switch expression.first {
        case "[":
            let (kind, element) = Self.list(rest)
            shapes[index] = .list(kind)
            elements[index] = self.index(of: element)
        case "{":
            shapes[index] = .map(isAtomic: rest.first == "a")
            elements[index] = self.index(of: rest.first == "a" ? rest.dropFirst() : rest)
        case "g": granular.append((index, self.index(of: rest)))
        default: shapes[index] = Self.scalars[expression] ?? .any
        }
        return index
    }

    mutating func define(_ type: ObjectType) {
        shapes[index(of: "@\(type.name)")] = .object(type)
    }

    /// The library, with every type that was named so far.
    func library() -> SchemaLibrary {
        var shapes = shapes
        for (index, original) in granular {
            guard case .object(let type) = shapes[original] else { continue }
            shapes[index] = .object(
                ObjectType(
                    name: type.name, isAtomic: false, fields: type.fields, undeclaredIndex: type.undeclaredIndex))
        }
        var named: [String: Int] = [:]
        for (expression, index) in known where expression.hasPrefix("@") {
            named[String(expression.dropFirst())] = index
        }
        return SchemaLibrary(shapes: shapes, elements: elements, named: named)
    }

    private static let scalars: [Substring: FieldSchema.Shape] = [
        "s": .string, "i": .integer(bits: 32), "l": .integer(bits: 64), "n": .number, "b": .boolean, "y": .bytes,
        "t": .time, "u": .microTime,
        "q": .quantity, "x": .intOrString,
    ]

    private static func list(_ rest: Substring) -> (FieldSchema.ListKind, Substring) {
        switch rest.first {
        case "s": return (.set, rest.dropFirst())
        case "m":
            let end = rest.firstIndex(of: ")") ?? rest.endIndex
            let keys = rest[..<end].dropFirst(2).split(separator: ",").map(String.init)
            return (.map(keys: keys), rest[end...].dropFirst())
        default: return (.atomic, rest.dropFirst())
        }
    }
}
