import Formats

/// Where pods may go: affinity, and how they are spread.
enum SchedulingValidation {
    static func check(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        if let affinity = spec["affinity"] { self.affinity(affinity, "\(path).affinity", &check) }
        spread(spec.list("topologySpreadConstraints"), "\(path).topologySpreadConstraints", &check)
    }

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

    private static func affinity(_ affinity: JSON, _ path: String, _ check: inout FieldCheck) {
        if let nodes = affinity["nodeAffinity"] { self.nodes(nodes, "\(path).nodeAffinity", &check) }
        for key in ["podAffinity", "podAntiAffinity"] {
            guard let pods = affinity[key] else { continue }
            for (index, term) in pods.list(required).enumerated() {
                self.term(term, "\(path).\(key).\(required)[\(index)]", &check)
            }
            for (index, weighted) in pods.list(preferred).enumerated() {
                let place = "\(path).\(key).\(preferred)[\(index)]"
                weight(weighted, place, &check)
                term(weighted["podAffinityTerm"] ?? [:], "\(place).podAffinityTerm", &check)
            }
        }
    }

    private static func nodes(_ nodes: JSON, _ path: String, _ check: inout FieldCheck) {
        if let selector = nodes[required] {
            let place = "\(path).\(required).nodeSelectorTerms"
            let terms = selector.list("nodeSelectorTerms")
            if terms.isEmpty { check.require(place, "must have at least one node selector term") }
            for (index, term) in terms.enumerated() { nodeTerm(term, "\(place)[\(index)]", &check) }
        }
        for (index, weighted) in nodes.list(preferred).enumerated() {
            let place = "\(path).\(preferred)[\(index)]"
            weight(weighted, place, &check)
            nodeTerm(weighted["preference"] ?? [:], "\(place).preference", &check)
        }
    }

    private static func weight(_ weighted: JSON, _ path: String, _ check: inout FieldCheck) {
        let weight = weighted.number("weight") ?? 0
        if !(1...100).contains(weight) {
            check.invalid("\(path).weight", .int(weight), ["must be in the range 1-100"])
        }
    }

    private static func nodeTerm(_ term: JSON, _ path: String, _ check: inout FieldCheck) {
        for (index, expression) in term.list("matchExpressions").enumerated() {
            SelectorValidation.requirement(
                expression, "\(path).matchExpressions[\(index)]", ofNodes: true, &check)
        }
    }

    private static func term(_ term: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["labelSelector", "namespaceSelector"] {
            SelectorValidation.check("\(path).\(key)", term[key], &check)
        }
        for namespace in term.list("namespaces") {
            check.invalid("\(path).namespace", namespace, NameRules.label(namespace.string ?? ""))
        }
        topologyKey(term, path, &check)
    }

    private static func topologyKey(_ holder: JSON, _ path: String, _ check: inout FieldCheck) {
        let key = holder.text("topologyKey")
        if key.isEmpty { return check.require("\(path).topologyKey", "can not be empty") }
        check.invalid("\(path).topologyKey", .string(key), NameRules.qualified(key))
    }

    private static func spread(_ constraints: [JSON], _ path: String, _ check: inout FieldCheck) {
        for (index, constraint) in constraints.enumerated() {
            let place = "\(path)[\(index)]"
            let skew = constraint.number("maxSkew") ?? 0
            if skew <= 0 { check.invalid("\(place).maxSkew", .int(skew), ["must be greater than zero"]) }
            topologyKey(constraint, place, &check)
            check.supportedChoice(
                "\(place).whenUnsatisfiable", constraint.text("whenUnsatisfiable"), ["DoNotSchedule", "ScheduleAnyway"])
            SelectorValidation.check("\(place).labelSelector", constraint["labelSelector"], &check)
        }
    }
}

/// Fields of a pod that its containers can read.
enum DownwardValidation {
    private static let known: Set<String> = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
        "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs", "spec.host",
    ]
    private static let forVariables = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ]
    private static let resources = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory",
    ]

    static func field(_ reference: JSON, _ path: String, _ check: inout FieldCheck) {
        let field = reference.text("fieldPath")
        let place = "\(path).fieldPath"
        if field.isEmpty { return check.require(place) }
        // `metadata.labels['app']`
        if field.hasSuffix("']"), let open = field.firstRange(of: "['") {
            let holder = String(field[..<open.lowerBound])
            if !["metadata.annotations", "metadata.labels"].contains(holder) {
                check.invalid(
                    place, .string(field),
                    ["error converting fieldPath: field label does not support subscript: \(field)"])
            }
            return
        }
        guard known.contains(field) else {
            return check.invalid(
                place, .string(field), ["error converting fieldPath: field label not supported: \(field)"])
        }
        if field != "spec.host" { check.supportedChoice(place, field, forVariables) }
    }

    static func resource(_ reference: JSON, _ path: String, _ check: inout FieldCheck) {
        let name = reference.text("resource")
        if name.isEmpty { return check.require("\(path).resource") }
        if !name.contains("hugepages-") { check.supportedChoice("\(path).resource", name, resources) }
    }
}
