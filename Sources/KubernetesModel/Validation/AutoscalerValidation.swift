import Formats

/// HorizontalPodAutoscalers.
enum AutoscalerValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let (least, most) = (spec.number("minReplicas"), spec.number("maxReplicas") ?? 0)
        if let least, least < 1 {
            check.invalid("spec.minReplicas", .int(least), ["must be greater than or equal to 1"])
        }
        if most < 1 { check.require("spec.maxReplicas", "must be set and greater than 0") }
        if let least, most < least {
            check.invalid("spec.maxReplicas", .int(most), ["must be greater than or equal to `minReplicas`"])
        }
        let (target, before) = (spec["scaleTargetRef"] ?? [:], live?[path: "spec", "scaleTargetRef"])
        reference(target, "spec.scaleTargetRef", &check)
        if before?["apiVersion"] != target["apiVersion"] || before?["kind"] != target["kind"] {
            version(target, "spec.scaleTargetRef", needsGroup: target["kind"] != "ReplicationController", &check)
        }
        for (index, metric) in spec.list("metrics").enumerated() {
            self.metric(metric, "spec.metrics[\(index)]", &check)
        }
        for direction in ["scaleUp", "scaleDown"] {
            guard let rules = spec[path: "behavior", direction] else { continue }
            behavior(rules, "spec.behavior.\(direction)", &check)
        }
    }

    private static func behavior(_ rules: JSON, _ path: String, _ check: inout FieldCheck) {
        func range(_ field: String, _ value: Int64?, _ least: Int64, _ most: Int64) {
            guard let value else { return }
            let words = least == 0 ? "greater than or equal to zero" : "greater than zero"
            if value < least { check.invalid(field, .int(value), ["must be \(words)"]) }
            if value > most { check.invalid(field, .int(value), ["must be less than or equal to \(most)"]) }
        }
        range("\(path).stabilizationWindowSeconds", rules.number("stabilizationWindowSeconds"), 0, 3_600)
        if let policy = rules["selectPolicy"]?.string {
            check.supportedChoice("\(path).selectPolicy", policy, ["Disabled", "Max", "Min"])
        }
        let policies = rules.list("policies")
        if policies.isEmpty { check.require("\(path).policies", "must specify at least one Policy") }
        for (index, policy) in policies.enumerated() {
            let place = "\(path).policies[\(index)]"
            check.supportedChoice("\(place).type", policy.text("type"), ["Percent", "Pods"])
            range("\(place).value", policy.number("value") ?? 0, 1, .max)
            range("\(place).periodSeconds", policy.number("periodSeconds") ?? 0, 1, 1_800)
        }
    }

    private static func reference(_ reference: JSON, _ path: String, _ check: inout FieldCheck) {
        check.name("\(path).kind", reference.text("kind"), NameRules.pathSegment)
        check.name("\(path).name", reference.text("name"), NameRules.pathSegment)
    }

    private static func version(_ reference: JSON, _ path: String, needsGroup: Bool, _ check: inout FieldCheck) {
        let text = reference.text("apiVersion")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 2 {
            check.invalid("\(path).apiVersion", .string(text), ["unexpected GroupVersion string: \(text)"])
        } else if needsGroup, parts.count < 2 || parts[0].isEmpty {
            check.invalid("\(path).apiVersion", .string(text), ["apiVersion must specify API group"])
        }
    }

    private static let sources = [
        "ContainerResource": "containerResource", "External": "external", "Object": "object", "Pods": "pods",
        "Resource": "resource",
    ]

    private static func metric(_ metric: JSON, _ path: String, _ check: inout FieldCheck) {
        let type = metric.text("type")
        let types = sources.keys.sorted()
        if type.isEmpty { check.require("\(path).type", "must specify a metric source type") }
        check.supportedChoice("\(path).type", type, types)
        let given = ["object", "pods", "resource", "containerResource", "external"].filter { metric[$0] != nil }
        if let first = given.first { source(metric[first] ?? [:], first, "\(path).\(first)", &check) }
        guard let expected = sources[type] else { return check.supportedChoice("\(path).type", type, types) }
        if metric[expected] == nil {
            check.require("\(path).\(expected)", "must populate information for the given metric source")
        }
        if given.count > 1 {
            for other in given where other != expected {
                check.add(.forbidden("\(path).\(other)", "must populate the given metric source only"))
            }
        }
    }

    private static func source(_ source: JSON, _ kind: String, _ path: String, _ check: inout FieldCheck) {
        let target = source["target"] ?? [:]
        switch kind {
        case "resource", "containerResource":
            if source.text("name").isEmpty { check.require("\(path).name", "must specify a resource name") }
            if kind == "containerResource", source.text("container").isEmpty {
                check.require("\(path).container", "must specify a container")
            }
            self.target(target, "\(path).target", &check)
            let (utilization, value) = (target["averageUtilization"] != nil, target["averageValue"] != nil)
            if !utilization, !value {
                check.require(
                    "\(path).target.averageUtilization", "must set either a target raw value or a target utilization")
            }
            if utilization, value {
                check.add(
                    .forbidden(
                        "\(path).target.averageValue", "may not set both a target raw value and a target utilization"))
            }
        default:
            if kind == "object" { reference(source["describedObject"] ?? [:], "\(path).describedObject", &check) }
            check.name("\(path).metric.name", source["metric"]?.text("name") ?? "", NameRules.pathSegment)
            self.target(target, "\(path).target", &check)
            if kind == "pods" {
                if target["averageValue"] == nil {
                    check.require("\(path).target.averageValue", "must specify a positive target averageValue")
                }
            } else if target["value"] == nil, target["averageValue"] == nil {
                check.require(
                    "\(path).target.averageValue", "must set either a target value or averageValue")
            }
        }
    }

    private static func target(_ target: JSON, _ path: String, _ check: inout FieldCheck) {
        let type = target.text("type")
        if type.isEmpty { check.require("\(path).type", "must specify a metric target type") }
        if !["Utilization", "Value", "AverageValue"].contains(type) {
            check.invalid("\(path).type", .string(type), ["must be either Utilization, Value, or AverageValue"])
        }
        for key in ["value", "averageValue"] {
            guard let value = target[key], let quantity = try? Quantity(value), quantity <= .zero else { continue }
            check.invalid("\(path).\(key)", value, ["must be positive"])
        }
        if let utilization = target.number("averageUtilization"), utilization < 1 {
            check.invalid("\(path).averageUtilization", .int(utilization), ["must be greater than 0"])
        }
    }
}

/// PodDisruptionBudgets.
enum DisruptionBudgetValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
            check.invalid("spec", spec, ["minAvailable and maxUnavailable cannot be both set"])
        }
        for key in ["minAvailable", "maxUnavailable"] {
            check.countOrPercent("spec.\(key)", spec[key], isAtMostAll: true)
        }
        SelectorValidation.check("spec.selector", spec["selector"], &check)
        if let policy = spec["unhealthyPodEvictionPolicy"]?.string {
            check.supportedChoice("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"])
        }
    }
}

/// Leases.
enum LeaseValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        if let seconds = object[path: "spec", "leaseDurationSeconds"]?.int, seconds <= 0 {
            check.invalid("spec.leaseDurationSeconds", .int(seconds), ["must be greater than 0"])
        }
        if let count = object[path: "spec", "leaseTransitions"]?.int, count < 0 {
            check.invalid("spec.leaseTransitions", .int(count), ["must be greater than or equal to 0"])
        }
    }
}
