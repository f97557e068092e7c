import Formats

/// Where pods may go: affinity, and how they are spread.
enum SchedulingValidation {
    static func affinity(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        if let affinity = spec["affinity"] { self.affinities(affinity, "\(path).affinity", &check) }
    }

    static func spread(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        spread(spec.list("topologySpreadConstraints"), "\(path).topologySpreadConstraints", &check)
    }

    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

    private static func affinities(_ affinity: JSON, _ path: String, _ check: inout FieldCheck) {
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
            for (index, term) in terms.enumerated() {
                nodeTerm(term, "\(place)[\(index)]", isRequired: true, &check)
            }
        }
        for (index, weighted) in nodes.list(preferred).enumerated() {
            let place = "\(path).\(preferred)[\(index)]"
            weight(weighted, place, &check)
            nodeTerm(weighted["preference"] ?? [:], "\(place).preference", isRequired: false, &check)
        }
    }

    private static func weight(_ weighted: JSON, _ path: String, _ check: inout FieldCheck) {
        let weight = weighted.number("weight") ?? 0
        if !(1...100).contains(weight) {
            check.invalid("\(path).weight", .int(weight), ["must be in the range 1-100"])
        }
    }

    private static func nodeTerm(_ term: JSON, _ path: String, isRequired: Bool, _ check: inout FieldCheck) {
        for (index, expression) in term.list("matchExpressions").enumerated() {
            let place = "\(path).matchExpressions[\(index)]"
            SelectorValidation.requirement(expression, place, ofNodes: true, &check)
            guard isRequired else { continue }
            for (number, value) in expression.list("values").enumerated() {
                check.invalid("\(place).values[\(number)]", value, NameRules.labelValue(value.string ?? ""))
            }
        }
        for (index, expression) in term.list("matchFields").enumerated() {
            nodeField(expression, "\(path).matchFields[\(index)]", &check)
        }
    }

    /// Of a node's fields only the name can be asked for.
    private static func nodeField(_ expression: JSON, _ path: String, _ check: inout FieldCheck) {
        let (relation, key, values) = (expression.text("operator"), expression.text("key"), expression.list("values"))
        if !["In", "NotIn"].contains(relation) {
            check.invalid("\(path).operator", .string(relation), ["not a valid selector operator"])
        } else if values.count != 1 {
            check.require(
                "\(path).values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
        }
        guard key == "metadata.name" else {
            return check.invalid("\(path).key", .string(key), ["not a valid field selector key"])
        }
        for (index, value) in values.enumerated() {
            check.invalid("\(path).values[\(index)]", value, NameRules.subdomain(value.string ?? ""))
        }
    }

    private static func term(_ term: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in ["labelSelector", "namespaceSelector"] {
            SelectorValidation.check("\(path).\(key)", term[key], &check)
        }
        for namespace in term.list("namespaces") {
            check.invalid("\(path).namespace", namespace, NameRules.label(namespace.string ?? ""))
        }
        labelKeys(term, path, &check)
        let key = term.text("topologyKey")
        if key.isEmpty { check.require("\(path).topologyKey", "can not be empty") }
        check.invalid("\(path).topologyKey", .string(key), NameRules.qualified(key))
    }

    /// Labels whose values are those of the pod itself.
    private static func labelKeys(_ holder: JSON, _ path: String, _ check: inout FieldCheck) {
        let selector = holder["labelSelector"]
        for list in ["matchLabelKeys", "mismatchLabelKeys"] where holder.hasMembers(list) {
            guard let selector, !selector.isNull else {
                check.add(.forbidden("\(path).\(list)", "must not be specified when labelSelector is not set"))
                continue
            }
            for (index, key) in holder.list(list).enumerated() {
                check.invalid("\(path).\(list)[\(index)]", key, NameRules.qualified(key.string ?? ""))
            }
        }
        let keys = holder.list("matchLabelKeys")
        var seen = Set(selector?.members("matchLabels").map(\.key) ?? [])
        for expression in selector?.list("matchExpressions") ?? [] {
            let key = expression.text("key")
            if let index = keys.lastIndex(of: .string(key)), seen.contains(key) {
                check.invalid(
                    "\(path)[\(index)]", .string(key), ["exists in both matchLabelKeys and labelSelector"])
            }
            seen.insert(key)
        }
        for (index, key) in keys.enumerated() where holder.list("mismatchLabelKeys").contains(key) {
            check.invalid(
                "\(path).matchLabelKeys[\(index)]", key, ["exists in both matchLabelKeys and mismatchLabelKeys"])
        }
    }

    private static func spread(_ constraints: [JSON], _ path: String, _ check: inout FieldCheck) {
        for (index, constraint) in constraints.enumerated() {
            let place = "\(path)[\(index)]"
            let (skew, key) = (constraint.number("maxSkew") ?? 0, constraint.text("topologyKey"))
            let action = constraint.text("whenUnsatisfiable")
            if skew <= 0 { check.invalid("\(place).maxSkew", .int(skew), ["must be greater than zero"]) }
            if key.isEmpty { check.require("\(place).topologyKey", "can not be empty") }
            check.supportedChoice("\(place).whenUnsatisfiable", action, ["DoNotSchedule", "ScheduleAnyway"])
            let isRepeated = constraints[(index + 1)...].contains {
                $0.text("topologyKey") == key && $0.text("whenUnsatisfiable") == action
            }
            if isRepeated {
                check.add(
                    .duplicate("\(place).{topologyKey, whenUnsatisfiable}", .string("{\(key), \(action)}")))
            }
            domains(constraint, place, action, &check)
            labelKeys(constraint, place, &check)
            SelectorValidation.check("\(place).labelSelector", constraint["labelSelector"], &check)
        }
    }

    private static func domains(
        _ constraint: JSON, _ path: String, _ action: String, _ check: inout FieldCheck
    ) {
        if let least = constraint.number("minDomains") {
            if least <= 0 { check.invalid("\(path).minDomains", .int(least), ["must be greater than zero"]) }
            if action != "DoNotSchedule" {
                check.invalid(
                    "\(path).minDomains", .int(least),
                    ["can only use minDomains if whenUnsatisfiable=DoNotSchedule, not \(action)"])
            }
        }
        for key in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            guard let policy = constraint[key]?.string else { continue }
            check.supportedChoice("\(path).\(key)", policy, ["Honor", "Ignore"])
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
    static let forFiles = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
    ]
    static let forVariables = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ]
    private static let resources = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory",
    ]

    /// `usable` are the fields that can be read in that way.
    static func field(_ reference: JSON, _ path: String, _ usable: [String], _ check: inout FieldCheck) {
        let field = reference.text("fieldPath")
        let place = "\(path).fieldPath"
        if field.isEmpty { return check.require(place) }
        // `metadata.labels['app']`
        if field.hasSuffix("']"), let open = field.firstRange(of: "['") {
            let key = String(field[open.upperBound...].dropLast(2))
            switch field[..<open.lowerBound] {
            case "metadata.annotations":
                check.invalid(path, .string(key.lowercased()), NameRules.qualified(key.lowercased()))
            case "metadata.labels": check.invalid(path, .string(key), NameRules.qualified(key))
            default:
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
        check.supportedChoice(place, field == "spec.host" ? "spec.nodeName" : field, usable)
    }

    static func resource(
        _ reference: JSON, _ path: String, isInFile: Bool = false, _ check: inout FieldCheck
    ) {
        let name = reference.text("resource")
        let isHuge = name.hasPrefix("requests.hugepages-") || name.hasPrefix("limits.hugepages-")
        if isInFile, reference.text("containerName").isEmpty {
            check.require("\(path).containerName")
        } else if name.isEmpty {
            check.require("\(path).resource")
        } else if !isHuge {
            check.supportedChoice("\(path).resource", name, resources)
        }
        guard let divisor = reference["divisor"].flatMap({ try? Quantity($0) }), divisor != .zero else { return }
        let isProcessor = name.hasSuffix(".cpu")
        let kind =
            isProcessor
            ? "cpu" : name.hasSuffix(".memory") ? "memory" : isHuge ? "hugepages" : "local ephemeral storage"
        guard isHuge || resources.contains(name), !(isProcessor ? ["1m", "1"] : divisors).contains(divisor.text)
        else { return }
        let known = isProcessor ? "1m and 1" : divisors.joined(separator: ", ")
        check.invalid(
            "\(path).divisor", .string(name),
            ["only divisor's values \(known) are supported with the \(kind) resource"])
    }

    private static let divisors = [
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    ]
}
