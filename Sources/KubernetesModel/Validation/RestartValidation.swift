import Formats

/// When a container is started again, where that is not as the pod says.
enum RestartValidation {
    static func check(_ container: JSON, _ path: String, _ check: inout FieldCheck) {
        let rules = container.list("restartPolicyRules")
        if let policy = container["restartPolicy"]?.string {
            check.supportedChoice("\(path).restartPolicy", policy, ["Always", "Never", "OnFailure"])
        } else if !rules.isEmpty {
            check.require("\(path).restartPolicy", "must specify restartPolicy when restart rules are used")
        }
        if rules.count > 20 { check.add(.tooMany("\(path).restartPolicyRules", rules.count, 20)) }
        for (index, rule) in rules.enumerated() {
            let place = "\(path).restartPolicyRules[\(index)]"
            check.supportedChoice("\(place).action", rule.text("action"), ["Restart", "RestartAllContainers"])
            guard let codes = rule["exitCodes"] else {
                check.require("\(place).exitCodes", "must be specified")
                continue
            }
            check.supportedChoice("\(place).exitCodes.operator", codes.text("operator"), ["In", "NotIn"])
            let values = codes.list("values")
            if values.count > 255 { check.add(.tooMany("\(place).exitCodes.values", values.count, 255)) }
        }
    }
}
