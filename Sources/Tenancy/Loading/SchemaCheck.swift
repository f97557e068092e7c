import Formats

/// Holds a file against the schema of its kind.
enum SchemaCheck {
    /// What the codes of such findings begin with.
    static let codes = "RCN13"

    /// True for a finding about a name or a shape; a wrong text, number or choice hides nothing else.
    static func hidesSomething(_ diagnostic: Diagnostic) -> Bool {
        ["RCN1301", "RCN1302", "RCN1303", "RCN1307"].contains(diagnostic.code)
    }

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
