import Formats

/// What of nodes a pod bears.
enum TolerationValidation {
    static func check(_ tolerations: [JSON], _ path: String, _ check: inout FieldCheck) {
        for (index, toleration) in tolerations.enumerated() {
            let place = "\(path)[\(index)]"
            let (key, relation) = (toleration.text("key"), toleration.text("operator"))
            let effect = toleration.text("effect")
            if !key.isEmpty { check.invalid("\(place).key", .string(key), NameRules.qualified(key)) }
            if key.isEmpty, relation != "Exists" {
                check.invalid(
                    "\(place).operator", .string(relation),
                    ["operator must be Exists when `key` is empty, which means \"match all values and all keys\""])
            }
            if toleration["tolerationSeconds"] != nil, effect != "NoExecute" {
                check.invalid(
                    "\(place).effect", .string(effect),
                    ["effect must be 'NoExecute' when `tolerationSeconds` is set"])
            }
            value(toleration.text("value"), relation, "\(place).operator", &check)
            if !effect.isEmpty {
                check.supportedChoice("\(place).effect", effect, ["NoSchedule", "PreferNoSchedule", "NoExecute"])
            }
        }
    }

    private static func value(_ value: String, _ relation: String, _ field: String, _ check: inout FieldCheck) {
        switch relation {
        case "Equal", "":
            let faults = NameRules.labelValue(value)
            if !faults.isEmpty { check.invalid(field, .string(value), [faults.joined(separator: ";")]) }
        case "Exists":
            if !value.isEmpty {
                check.invalid(field, .string(value), ["value must be empty when `operator` is 'Exists'"])
            }
        case "Lt", "Gt": check.add(.notSupported(field, .string(relation), ["Equal", "Exists", "Lt", "Gt"]))
        default: check.add(.notSupported(field, .string(relation), ["Equal", "Exists"]))
        }
    }
}
