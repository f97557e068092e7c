import Formats

/// Names and amounts of resources.
enum ResourceValidation {
    /// What a container asks for and is held to.
    static func requirements(_ resources: JSON, _ path: String, _ check: inout FieldCheck) {
        let limits = resources.members("limits")
        for limit in limits {
            containerName("\(path).limits[\(limit.key)]", limit.key, &check)
            amount("\(path).limits[\(limit.key)]", limit.key, limit.value, &check)
        }
        for request in resources.members("requests") {
            containerName("\(path).requests[\(request.key)]", request.key, &check)
            amount("\(path).requests[\(request.key)]", request.key, request.value, &check)
            guard let asked = try? Quantity(request.value) else { continue }
            let field = "\(path).requests"
            if let limit = limits[request.key].flatMap({ try? Quantity($0) }) {
                if !mayExceed(request.key), asked != limit {
                    check.invalid(
                        field, .string(asked.text), ["must be equal to \(request.key) limit of \(limit.text)"])
                } else if asked > limit {
                    check.invalid(
                        field, .string(asked.text),
                        ["must be less than or equal to \(request.key) limit of \(limit.text)"])
                }
            } else if !mayExceed(request.key) {
                check.require("\(path).limits", "Limit must be set for non overcommitable resources")
            }
        }
    }

    /// An amount that is not negative, and whole where the resource is counted.
    static func amount(_ field: String, _ name: String, _ value: JSON, _ check: inout FieldCheck) {
        guard let quantity = try? Quantity(value) else { return }
        if quantity.isNegative {
            check.invalid(field, .string(quantity.text), ["must be greater than or equal to 0"])
        }
        if isCounted(name), !quantity.isWhole { check.invalid(field, .string(quantity.text), ["must be an integer"]) }
    }

    /// A resource's name: one that the server knows, or one with a domain.
    static func name(_ field: String, _ name: String, _ check: inout FieldCheck) {
        let faults = NameRules.qualified(name)
        check.invalid(field, .string(name), faults)
        if faults.isEmpty, !name.contains("/"), !isStandard(name) {
            check.invalid(field, .string(name), ["must be a standard resource type or fully qualified"])
        }
    }

    static func containerName(_ field: String, _ name: String, _ check: inout FieldCheck) {
        self.name(field, name, &check)
        guard NameRules.qualified(name).isEmpty else { return }
        if !name.contains("/"), !["cpu", "memory", "ephemeral-storage"].contains(name), !name.hasPrefix("hugepages-") {
            check.invalid(field, .string(name), ["must be a standard resource for containers"])
        }
    }

    private static let standard: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers",
        "secrets",
        "configmaps", "persistentvolumeclaims", "storage", "requests.storage", "services.nodeports",
        "services.loadbalancers",
    ]

    static func isStandard(_ name: String) -> Bool {
        standard.contains(name) || name.hasPrefix("hugepages-") || name.hasPrefix("requests.hugepages-")
    }

    /// Standard names that a quota cannot limit.
    static func isForQuota(_ name: String) -> Bool { isStandard(name) && name != "storage" }

    private static func isCounted(_ name: String) -> Bool {
        let whole: Set<String> = [
            "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
            "persistentvolumeclaims",
            "services.nodeports", "services.loadbalancers",
        ]
        return whole.contains(name) || name.hasPrefix("count/")
            || name.contains("/") && !name.hasPrefix("requests.") && !name.contains("kubernetes.io/")
                && !name.contains("storageclass.storage.k8s.io")
    }

    private static func mayExceed(_ name: String) -> Bool {
        !name.contains("/") && !name.hasPrefix("hugepages-") || name.contains("kubernetes.io/")
    }
}
