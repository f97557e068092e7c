import Formats

/// What becomes of a Job when its pods fail.
enum FailurePolicyValidation {
    static func check(_ policy: JSON, _ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let rules = policy.list("rules")
        if rules.count > 20 { check.add(.tooMany("\(path).rules", rules.count, 20)) }
        let pod = spec[path: "template", "spec"] ?? [:]
        let containers = (pod.list("containers") + pod.list("initContainers")).map { $0.text("name") }
        for (index, rule) in rules.enumerated() {
            let place = "\(path).rules[\(index)]"
            action(rule.text("action"), spec, "\(place).action", &check)
            let (codes, conditions) = (rule["onExitCodes"], rule.list("onPodConditions"))
            if let codes { self.codes(codes, containers, "\(place).onExitCodes", &check) }
            if !conditions.isEmpty { self.conditions(conditions, "\(place).onPodConditions", &check) }
            guard (codes != nil) != conditions.isEmpty else { continue }
            let words = codes != nil ? "both OnExitCodes and" : "one of OnExitCodes and"
            let end = codes != nil ? "is not supported" : "is required"
            check.add(.invalid(place, text: "", "specifying \(words) OnPodConditions \(end)"))
        }
    }

    private static func action(_ action: String, _ spec: JSON, _ field: String, _ check: inout FieldCheck) {
        let known = ["Count", "FailIndex", "FailJob", "Ignore"]
        if action.isEmpty {
            check.require(field, "valid values: \(GoFormat.list(known))")
        } else if action == "FailIndex" {
            if spec["backoffLimitPerIndex"]?.int == nil {
                check.invalid(field, .string(action), ["requires the backoffLimitPerIndex to be set"])
            }
        } else {
            check.supportedChoice(field, action, known)
        }
    }

    private static func codes(_ codes: JSON, _ containers: [String], _ path: String, _ check: inout FieldCheck) {
        let (relation, values) = (codes.text("operator"), codes.list("values"))
        if relation.isEmpty {
            check.require("\(path).operator", "valid values: \(GoFormat.list(["In", "NotIn"]))")
        } else {
            check.supportedChoice("\(path).operator", relation, ["In", "NotIn"])
        }
        if let name = codes["containerName"]?.string, !containers.contains(name) {
            check.invalid(
                "\(path).containerName", .string(name),
                ["must be one of the container or initContainer names in the pod template"])
        }
        let field = "\(path).values"
        if values.isEmpty { check.invalid(field, .array(values), ["at least one value is required"]) }
        if values.count > 255 { check.add(.tooMany(field, values.count, 255)) }
        var seen: Set<JSON> = []
        for (index, value) in values.enumerated() {
            if relation == "In", value == 0 {
                check.invalid("\(field)[\(index)]", value, ["must not be 0 for the In operator"])
            }
            if !seen.insert(value).inserted { check.add(.duplicate("\(field)[\(index)]", value)) }
        }
        let numbers = values.compactMap(\.int)
        if numbers != numbers.sorted() { check.invalid(field, .array(values), ["must be ordered"]) }
    }

    private static func conditions(_ conditions: [JSON], _ path: String, _ check: inout FieldCheck) {
        if conditions.count > 20 { check.add(.tooMany(path, conditions.count, 20)) }
        for (index, condition) in conditions.enumerated() {
            let (type, status) = (condition.text("type"), condition.text("status"))
            check.invalid("\(path)[\(index)].type", .string(type), NameRules.qualified(type))
            let known = ["False", "True", "Unknown"]
            if status.isEmpty {
                check.require("\(path)[\(index)].status", "valid values: \(GoFormat.list(known))")
            } else {
                check.supportedChoice("\(path)[\(index)].status", status, known)
            }
        }
    }
}
