import Formats

/// Holds a file against the schema of its kind.
enum SchemaCheck {
    static func check(_ node: Node, kind: FleetKind, file: String) -> [Diagnostic] {
        []
    }
}
