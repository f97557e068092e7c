import Formats

/// Holds a file against the schema of its kind.
enum SchemaCheck {
    static func check(_ node: Node, kind: FleetKind, file: String) -> [Diagnostic] {
        guard let schema = Schemas.compiled[kind.schema] else { return [] }
        return schema.findings(in: node).map { $0.diagnostic(file: file) }
    }
}

extension Schemas {
    /// The schemas, ready to be asked. That each compiles is held by a test.
    static let compiled: [String: JSONSchema] = Dictionary(
        uniqueKeysWithValues: FleetKind.allCases.compactMap { kind in
            documents[kind.schema].flatMap { try? JSONSchema($0) }.map { (kind.schema, $0) }
        })
}
