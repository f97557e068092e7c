import Formats

/// The columns of every kind: its own, or name and time of creation.
enum TableColumns {
    static func columns(of resource: ResourceType) -> [TableColumn] {
        if let custom = resource.custom {
            return custom.columns.isEmpty ? [name, age] : [name] + custom.columns.map(\.column)
        }
        return own[resource.qualifiedName].map { [name] + $0 } ?? [name, createdAt]
    }

    private static let own: [String: [TableColumn]] = core.merging(workloads) { $1 }.merging(policies) { $1 }

    static let meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

    private static let name = TableColumn(
        name: "Name", format: "name", description: SchemaText.field(meta, "name")
    ) { $0["metadata", "name"] ?? "" }

    static let age = TableColumn(name: "Age", description: SchemaText.field(meta, "creationTimestamp")) {
        .string($0.age())
    }

    private static let createdAt = TableColumn(
        name: "Created At", type: "date", description: SchemaText.field(meta, "creationTimestamp")
    ) { $0["metadata", "creationTimestamp"] ?? .null }

    /// A column whose text is at the path; absent means `fallback`.
    static func text(
        _ name: String, _ description: String, at path: [String], or fallback: String = "", priority: Int64 = 0
    ) -> TableColumn {
        TableColumn(name: name, priority: priority, description: description) { row in
            .string(row.object[path: path]?.string ?? fallback)
        }
    }

    /// A column whose number is at the path; absent means 0.
    static func number(
        _ name: String, _ description: String, at path: [String], type: String = "string"
    ) -> TableColumn {
        TableColumn(name: name, type: type, description: description) { .int($0.object[path: path]?.int ?? 0) }
    }

    /// `app=web,tier in (a,b)`
    static func selector(_ value: JSON?) -> String {
        let labels = (value?["matchLabels"]?.object ?? [:]).map { "\($0.key)=\($0.value.string ?? "")" }
        let expressions = (value?["matchExpressions"]?.array ?? []).map { expression in
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string).sorted().joined(separator: ",")
            return switch expression["operator"]?.string {
            case "In": "\(key) in (\(values))"
            case "NotIn": "\(key) notin (\(values))"
            case "Exists": key
            default: "!\(key)"
            }
        }
        let parts = (labels + expressions).sorted()
        return parts.isEmpty ? "<none>" : parts.joined(separator: ",")
    }

    /// Names and images of the containers of a pod template, shown only when asked for more.
    static func containers(at path: [String]) -> [TableColumn] {
        let columns = [
            ("Containers", "Names of each container in the template.", "name"),
            ("Images", "Images referenced by each container in the template.", "image"),
        ]
        return columns.map { name, description, key in
            TableColumn(name: name, priority: 1, description: description) { row in
                let containers = row.object[path: path]?["spec"]?["containers"]?.array ?? []
                return .string(containers.compactMap { $0[key]?.string }.joined(separator: ","))
            }
        }
    }
}
