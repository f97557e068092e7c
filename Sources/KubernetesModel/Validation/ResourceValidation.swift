import Formats

/// Names and amounts of resources.
enum ResourceValidation {
    /// What a container asks for and is held to; `claims` are the pod's.
    static func requirements(
        _ resources: JSON, _ path: String, claims: [String] = [], _ check: inout FieldCheck
    ) {
        amounts(resources, path, containerName, &check)
        ResourceClaimValidation.used(resources.list("claims"), of: claims, "\(path).claims", &check)
    }

    /// What a pod as a whole asks for and is held to.
    static func pod(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let resources = spec["resources"], resources.object != nil else { return }
        let path = "\(path).resources"
        if spec[path: "os", "name"] == "windows" {
            return check.add(.forbidden(path, "may not be set for a windows pod"))
        }
        if resources["claims"]?.array != nil {
            check.add(.forbidden("\(path).claims", "claims may not be set for Resources at pod-level"))
        }
        amounts(resources, path, podName, &check)
        let claims = spec.list("resourceClaims").map { $0.text("name") }
        ResourceClaimValidation.used(resources.list("claims"), of: claims, "\(path).claims", &check)
        PodTotals.check(spec, path, &check)
    }

    private static func amounts(
        _ resources: JSON, _ path: String, _ name: (String, String, inout FieldCheck) -> Void, _ check: inout FieldCheck
    ) {
        let (limits, requests) = (resources.members("limits"), resources.members("requests"))
        for limit in limits { amount(limit, "\(path).limits", name, &check) }
        for request in requests {
            amount(request, "\(path).requests", name, &check)
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
        let keys = (limits.map(\.key) + requests.map(\.key))
        if keys.contains(where: { $0.hasPrefix("hugepages-") }), !keys.contains("cpu"), !keys.contains("memory") {
            check.add(.forbidden(path, "HugePages require cpu or memory"))
        }
    }

    private static func amount(
        _ member: JSONObject.Member, _ path: String, _ name: (String, String, inout FieldCheck) -> Void,
        _ check: inout FieldCheck
    ) {
        let field = "\(path)[\(member.key)]"
        name(field, member.key, &check)
        amount(field, member.key, member.value, &check)
        guard member.key.hasPrefix("hugepages-"), let quantity = try? Quantity(member.value) else { return }
        if !quantity.isMultiple(ofPage: String(member.key.dropFirst(10))) {
            check.invalid(
                field, .string(quantity.text), ["\(quantity.text) is not positive integer multiple of \(member.key)"])
        }
    }

    private static func podName(_ field: String, _ name: String, _ check: inout FieldCheck) {
        let before = check.problems.count
        self.name(field, name, &check)
        guard check.problems.count == before, !["cpu", "memory"].contains(name), !name.hasPrefix("hugepages-") else {
            return
        }
        check.add(.notSupported(field, .string(name), ["cpu", "hugepages-", "memory"]))
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
        if !name.contains("/") {
            guard !["cpu", "memory", "ephemeral-storage"].contains(name), !name.hasPrefix("hugepages-") else { return }
            check.invalid(field, .string(name), ["must be a standard resource for containers"])
        } else if !name.contains("kubernetes.io/"), name.hasPrefix("requests.") {
            check.invalid(field, .string(name), ["doesn't follow extended resource name standard"])
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
