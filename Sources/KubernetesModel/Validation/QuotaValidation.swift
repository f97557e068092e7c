import Formats

/// ResourceQuotas.
enum ResourceQuotaValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        for member in spec.members("hard") {
            let field = "spec.hard[\(member.key)]"
            ResourceValidation.name(field, member.key, &check)
            if !member.key.contains("/"), !ResourceValidation.isForQuota(member.key) {
                check.invalid(field, .string(member.key), ["must be a standard resource for quota"])
            }
            ResourceValidation.amount(field, member.key, member.value, &check)
        }
        scopes(spec, &check)
        selector(spec, &check)
        if let before = live?["spec"], Set(spec.list("scopes")) != Set(before.list("scopes")) {
            check.invalid("spec.scopes", spec["scopes"] ?? .null, ["field is immutable"])
        }
    }

    private static func scopes(_ spec: JSON, _ check: inout FieldCheck) {
        let scopes = spec.list("scopes").map { $0.string ?? "" }
        for scope in scopes {
            if !known.contains(scope) { check.invalid("spec.scopes", spec["scopes"] ?? .null, ["unsupported scope"]) }
            for _ in misfits(spec, scope) {
                check.invalid("spec.scopes", spec["scopes"] ?? .null, ["unsupported scope applied to resource"])
            }
        }
        for pair in opposites where pair.allSatisfy(scopes.contains) {
            check.invalid("spec.scopes", spec["scopes"] ?? .null, ["conflicting scopes"])
        }
    }

    private static func selector(_ spec: JSON, _ check: inout FieldCheck) {
        let path = "spec.scopeSelector.matchExpressions"
        let terms = spec["scopeSelector"]?.list("matchExpressions") ?? []
        for term in terms {
            let scope = term.text("scopeName")
            if !known.contains(scope) { check.invalid("\(path).scopeName", .string(scope), ["unsupported scope"]) }
            for _ in misfits(spec, scope) {
                check.invalid(path, spec["scopeSelector"] ?? .null, ["unsupported scope applied to resource"])
            }
            self.relation(term, path, &check)
        }
        let scopes = terms.map { $0.text("scopeName") }
        for pair in opposites where pair.allSatisfy(scopes.contains) {
            check.invalid("spec.scopeSelector", spec["scopeSelector"] ?? .null, ["conflicting scopes"])
        }
    }

    /// The operator of one term, and the values that go with it.
    private static func relation(_ term: JSON, _ path: String, _ check: inout FieldCheck) {
        let relation = term.text("operator")
        if plain.contains(term.text("scopeName")), relation != "Exists" {
            check.invalid(
                "\(path).operator", .string(relation),
                [
                    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
                        + "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
                        + "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
                ])
        }
        switch relation {
        case "In", "NotIn":
            if !term.hasMembers("values") {
                check.require(
                    "\(path).values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                )
            }
        case "Exists", "DoesNotExist":
            if term.hasMembers("values") {
                check.invalid(
                    "\(path).values", term["values"] ?? .null,
                    ["must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector"])
            }
        default: check.invalid("\(path).operator", .string(relation), ["not a valid selector operator"])
        }
    }

    private static let known: Set<String> = [
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
        "VolumeAttributesClass",
    ]
    /// They are there or not, and have no values.
    private static let plain: Set<String> = [
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "CrossNamespacePodAffinity",
    ]
    private static let opposites = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]]
    private static let ofPods: Set<String> = [
        "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory",
    ]
    private static let standard: Set<String> = ofPods.union([
        "pods", "ephemeral-storage", "requests.storage", "requests.ephemeral-storage", "limits.ephemeral-storage",
        "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps",
        "services.nodeports", "services.loadbalancers",
    ])

    /// The limited resources that cannot be counted within a scope.
    private static func misfits(_ spec: JSON, _ scope: String) -> [String] {
        let fitting: Set<String> =
            switch scope {
            case "BestEffort": ["pods"]
            case "VolumeAttributesClass": ["persistentvolumeclaims", "requests.storage"]
            case let other: known.contains(other) ? ofPods.union(["pods"]) : standard
            }
        return spec.members("hard").map(\.key).filter { standard.contains($0) && !fitting.contains($0) }
    }
}
