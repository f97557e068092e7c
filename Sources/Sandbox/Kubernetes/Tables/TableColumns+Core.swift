import Formats

extension TableColumns {
    private static let api = "io.k8s.api.core.v1"

    static let core: [String: [TableColumn]] = [
        "configmaps": [count("data", SchemaText.field("\(api).ConfigMap", "data"), and: "binaryData"), age],
        "secrets": [
            text("Type", SchemaText.field("\(api).Secret", "type"), at: ["type"]),
            count("data", SchemaText.field("\(api).Secret", "data")), age,
        ],
        "serviceaccounts": [age],
        "namespaces": [text("Status", "The status of the namespace", at: ["status", "phase"]), age],
        "resourcequotas": quotas,
        "services": services,
        "endpoints": [endpoints, age],
        "persistentvolumeclaims": claims,
        "persistentvolumes": volumes,
        "pods": pods,
        "events": events,
    ]

    private static func count(_ key: String, _ description: String, and other: String? = nil) -> TableColumn {
        TableColumn(name: "Data", description: description) { row in
            let others = other.flatMap { row.object[$0]?.object?.count } ?? 0
            return .int(Int64((row.object[key]?.object?.count ?? 0) + others))
        }
    }

    private static let quotas: [TableColumn] = [
        quota(
            "Request", "Request represents a minimum amount of cpu/memory that a container may consume.",
            limits: false),
        quota(
            "Limit",
            "Limits control the maximum amount of cpu/memory that a container may use independent of contention on "
                + "the node.",
            limits: true),
        age,
    ]

    /// What is used of what is allowed: `pods: 1/50, requests.cpu: 0/8`.
    private static func quota(_ name: String, _ description: String, limits: Bool) -> TableColumn {
        TableColumn(name: name, description: description) { row in
            let hard = row["status", "hard"]?.object ?? [:]
            let lines = hard.filter { $0.key.hasPrefix("limits.") == limits }.map { member in
                let used = row["status", "used", member.key]?.string ?? "0"
                return "\(member.key): \(used)/\(member.value.string ?? "")"
            }
            return .string(lines.joined(separator: ", "))
        }
    }

    private static let endpoints = TableColumn(
        name: "Endpoints", description: SchemaText.field("\(api).Endpoints", "subsets")
    ) { row in
        let addresses = row.list("subsets").flatMap { subset in
            let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.int }
            return (subset["addresses"]?.array ?? []).compactMap { $0["ip"]?.string }.flatMap { address in
                ports.isEmpty ? [address] : ports.map { "\(address):\($0)" }
            }
        }
        return .string(addresses.isEmpty ? "<none>" : addresses.joined(separator: ","))
    }

    private static let services: [TableColumn] = [
        text("Type", SchemaText.field("\(api).ServiceSpec", "type"), at: ["spec", "type"]),
        text(
            "Cluster-IP", SchemaText.field("\(api).ServiceSpec", "clusterIP"), at: ["spec", "clusterIP"], or: "<none>"),
        TableColumn(name: "External-IP", description: SchemaText.field("\(api).ServiceSpec", "externalIPs")) { row in
            let given = row.list("spec", "externalIPs").compactMap(\.string)
            let balancers = row.list("status", "loadBalancer", "ingress").compactMap {
                $0["ip"]?.string ?? $0["hostname"]?.string
            }
            switch row.text("spec", "type") {
            case "ExternalName": return row["spec", "externalName"] ?? ""
            case "LoadBalancer":
                let all = balancers + given
                return .string(all.isEmpty ? "<pending>" : all.joined(separator: ","))
            default: return .string(given.isEmpty ? "<none>" : given.joined(separator: ","))
            }
        },
        TableColumn(name: "Port(s)", description: SchemaText.field("\(api).ServiceSpec", "ports")) { row in
            let ports = row.list("spec", "ports").map { port in
                let node = port["nodePort"]?.int.map { ":\($0)" } ?? ""
                return "\(port["port"]?.int ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
            }
            return .string(ports.isEmpty ? "<none>" : ports.joined(separator: ","))
        },
        age,
        TableColumn(
            name: "Selector", priority: 1, description: SchemaText.field("\(api).ServiceSpec", "selector")
        ) { row in
            let labels = (row["spec", "selector"]?.object ?? [:]).map { "\($0.key)=\($0.value.string ?? "")" }
            return .string(labels.isEmpty ? "<none>" : labels.joined(separator: ","))
        },
    ]
}
