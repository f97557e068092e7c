import Formats

/// What a pod as a whole asks for, against what its containers do.
enum PodTotals {
    static func check(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let (resources, containers) = (spec["resources"] ?? [:], spec.list("containers"))
        for member in resources.members("requests") {
            guard let asked = try? Quantity(member.value), let sum = requests(spec, member.key), sum > asked else {
                continue
            }
            check.invalid(
                "\(path).requests[\(member.key)]", .string(asked.text),
                ["must be greater than or equal to aggregate container requests of \(sum.text)"])
        }
        for (index, container) in containers.enumerated() {
            for limit in container["resources"]?.members("limits") ?? JSONObject() {
                guard let most = amount(resources, "limits", limit.key), let own = try? Quantity(limit.value),
                    own > most
                else { continue }
                check.invalid(
                    "\(path).containers[\(index)][\(limit.key)].limits", .string(own.text),
                    ["must be less than or equal to pod limits of \(most.text)"])
            }
        }
    }

    private static func amount(_ resources: JSON?, _ kind: String, _ name: String) -> Quantity? {
        resources?[kind]?[name].flatMap { try? Quantity($0) }
    }

    /// Of those that run side by side the sum, unless one of those that run before asks for more.
    private static func requests(_ spec: JSON, _ name: String) -> Quantity? {
        let asked = { (container: JSON) in amount(container["resources"], "requests", name) }
        var total = Quantity.zero
        var isAsked = false
        for request in spec.list("containers").compactMap(asked) {
            total = total + request
            isAsked = true
        }
        var (most, beside) = (Quantity.zero, Quantity.zero)
        for container in spec.list("initContainers") {
            guard let request = asked(container) else { continue }
            isAsked = true
            if container["restartPolicy"] == "Always" {
                beside = beside + request
                most = max(most, beside)
            } else {
                most = max(most, request + beside)
            }
        }
        return isAsked ? max(total + beside, most) : nil
    }
}
