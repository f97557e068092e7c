import Formats

extension TableColumns {
    private static let networking = "io.k8s.api.networking.v1"
    private static let autoscaling = "io.k8s.api.autoscaling.v2"

    static let policies: [String: [TableColumn]] = [
        "rolebindings.rbac.authorization.k8s.io": binding(
            "roleBinding", "can reference a Role in the current namespace or a ClusterRole in the global namespace"),
        "clusterrolebindings.rbac.authorization.k8s.io": binding(
            "clusterRoleBinding", "can only reference a ClusterRole in the global namespace"),
        "networkpolicies.networking.k8s.io": [
            TableColumn(
                name: "Pod-Selector", description: SchemaText.field("\(networking).NetworkPolicySpec", "podSelector")
            ) { .string(selector($0["spec", "podSelector"])) },
            age,
        ],
        "ingresses.networking.k8s.io": ingresses,
        "ingressclasses.networking.k8s.io": [
            text("Controller", "Controller that is responsible for handling this class", at: ["spec", "controller"]),
            TableColumn(name: "Parameters", description: "A reference to a resource with additional parameters") {
                row in
                guard let reference = row["spec", "parameters"] else { return "<none>" }
                let group = reference["apiGroup"]?.string.map { ".\($0)" } ?? ""
                return .string("\(reference["kind"]?.string ?? "")\(group)/\(reference["name"]?.string ?? "")")
            },
            age,
        ],
        "horizontalpodautoscalers.autoscaling": autoscalers,
        "poddisruptionbudgets.policy": [
            budget("Min Available", "The minimum number of pods that must be available.", "minAvailable"),
            budget("Max Unavailable", "The maximum number of pods that may be unavailable.", "maxUnavailable"),
            number(
                "Allowed Disruptions", "Calculated number of pods that may be disrupted at this time.",
                at: ["status", "disruptionsAllowed"], type: "integer"),
            age,
        ],
        "leases.coordination.k8s.io": [
            text(
                "Holder", SchemaText.field("io.k8s.api.coordination.v1.LeaseSpec", "holderIdentity"),
                at: ["spec", "holderIdentity"]),
            age,
        ],
    ]

    private static func binding(_ kind: String, _ reach: String) -> [TableColumn] {
        let reference =
            "RoleRef \(reach). If the RoleRef cannot be resolved, the Authorizer must return an error."
        let role = TableColumn(name: "Role", description: reference) { row in
            .string("\(row.text("roleRef", "kind"))/\(row.text("roleRef", "name"))")
        }
        let subjects = [("Users", "User"), ("Groups", "Group"), ("ServiceAccounts", "ServiceAccount")].map { column in
            TableColumn(name: column.0, priority: 1, description: "\(column.0) in the \(kind)") { row in
                let names = row.list("subjects").filter { $0["kind"]?.string == column.1 }.map { subject in
                    let namespace = subject["namespace"]?.string.map { "\($0)/" } ?? ""
                    return namespace + (subject["name"]?.string ?? "")
                }
                return .string(names.joined(separator: ", "))
            }
        }
        return [role, age] + subjects
    }

    private static func budget(_ name: String, _ description: String, _ key: String) -> TableColumn {
        TableColumn(name: name, description: description) { row in
            switch row["spec", key] {
            case .string(let text): .string(text)
            case .int(let number): .string(String(number))
            default: "N/A"
            }
        }
    }

    private static let ingresses: [TableColumn] = [
        text(
            "Class", "The name of the IngressClass resource that should be used for additional configuration",
            at: ["spec", "ingressClassName"], or: "<none>"),
        TableColumn(
            name: "Hosts", description: "Hosts that incoming requests are matched against before the ingress rule"
        ) { row in
            let hosts = row.list("spec", "rules").compactMap { $0["host"]?.string }.filter { !$0.isEmpty }
            let more = hosts.count > 3 ? " + \(hosts.count - 3) more..." : ""
            return .string(hosts.isEmpty ? "*" : hosts.prefix(3).joined(separator: ",") + more)
        },
        TableColumn(
            name: "Address", description: "Address is a list containing ingress points for the load-balancer"
        ) { row in
            let points = row.list("status", "loadBalancer", "ingress")
            return .string(points.compactMap { $0["ip"]?.string ?? $0["hostname"]?.string }.joined(separator: ","))
        },
        TableColumn(name: "Ports", description: "Ports of TLS configurations that open") { row in
            row.list("spec", "tls").isEmpty ? "80" : "80, 443"
        },
        age,
    ]

    private static let autoscalers: [TableColumn] = [
        TableColumn(
            name: "Reference",
            description: SchemaText.field("\(autoscaling).HorizontalPodAutoscalerSpec", "scaleTargetRef")
        ) { row in
            .string("\(row.text("spec", "scaleTargetRef", "kind"))/\(row.text("spec", "scaleTargetRef", "name"))")
        },
        TableColumn(
            name: "Targets", description: SchemaText.field("\(autoscaling).HorizontalPodAutoscalerSpec", "metrics")
        ) { row in
            let current = row.list("status", "currentMetrics")
            let targets = row.list("spec", "metrics").map { target(of: $0, among: current) }
            let more = targets.count > 2 ? " + \(targets.count - 2) more..." : ""
            return .string(targets.isEmpty ? "<none>" : targets.prefix(2).joined(separator: ", ") + more)
        },
        TableColumn(
            name: "MinPods", description: SchemaText.field("\(autoscaling).HorizontalPodAutoscalerSpec", "minReplicas")
        ) { row in .string(row["spec", "minReplicas"]?.int.map { String($0) } ?? "<unset>") },
        number(
            "MaxPods", SchemaText.field("\(autoscaling).HorizontalPodAutoscalerSpec", "maxReplicas"),
            at: ["spec", "maxReplicas"]),
        number(
            "Replicas", SchemaText.field("\(autoscaling).HorizontalPodAutoscalerStatus", "currentReplicas"),
            at: ["status", "currentReplicas"]),
        age,
    ]

    /// `cpu: 12%/70%`
    private static func target(of metric: JSON, among current: [JSON]) -> String {
        guard let resource = metric["resource"], let name = resource["name"]?.string else { return "<unknown>/<auto>" }
        let known = current.first { $0["resource"]?["name"]?.string == name }?["resource"]?["current"]
        if let wanted = resource["target"]?["averageUtilization"]?.int {
            let now = known?["averageUtilization"]?.int.map { "\($0)%" } ?? "<unknown>"
            return "\(name): \(now)/\(wanted)%"
        }
        let wanted = resource["target"]?["averageValue"]?.string ?? "<auto>"
        return "\(name): \(known?["averageValue"]?.string ?? "<unknown>")/\(wanted)"
    }
}
