import Formats

/// Roles and their bindings.
enum AccessValidation {
    private static let group = "rbac.authorization.k8s.io"

    @Sendable static func role(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        rules(object, isNamespaced: true, &check)
    }

    @Sendable static func clusterRole(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        rules(object, isNamespaced: false, &check)
        guard let aggregation = object["aggregationRule"], aggregation.object != nil else { return }
        if !aggregation.hasMembers("clusterRoleSelectors") {
            check.require(
                "aggregationRule.clusterRoleSelectors",
                "at least one clusterRoleSelector required if aggregationRule is non-nil")
        }
        for (index, selector) in aggregation.list("clusterRoleSelectors").enumerated() {
            SelectorValidation.check("aggregationRule.clusterRoleSelectors[\(index)]", selector, &check)
        }
    }

    private static func rules(_ object: JSON, isNamespaced: Bool, _ check: inout FieldCheck) {
        for (index, rule) in object.list("rules").enumerated() {
            let path = "rules[\(index)]"
            if !rule.hasMembers("verbs") { check.require("\(path).verbs", "verbs must contain at least one value") }
            if rule.hasMembers("nonResourceURLs") {
                let urls = rule["nonResourceURLs"] ?? .null
                if isNamespaced {
                    check.invalid(
                        "\(path).nonResourceURLs", urls, ["namespaced rules cannot apply to non-resource URLs"])
                }
                if ["apiGroups", "resources", "resourceNames"].contains(where: rule.hasMembers) {
                    check.invalid(
                        "\(path).nonResourceURLs", urls,
                        ["rules cannot apply to both regular resources and non-resource URLs"])
                }
                continue
            }
            if !rule.hasMembers("apiGroups") {
                check.require("\(path).apiGroups", "resource rules must supply at least one api group")
            }
            if !rule.hasMembers("resources") {
                check.require("\(path).resources", "resource rules must supply at least one resource")
            }
        }
    }

    @Sendable static func binding(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        binding(object, live, isNamespaced: true, &check)
    }

    @Sendable static func clusterBinding(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        binding(object, live, isNamespaced: false, &check)
    }

    private static func binding(_ object: JSON, _ live: JSON?, isNamespaced: Bool, _ check: inout FieldCheck) {
        let reference = object["roleRef"] ?? [:]
        check.supportedChoice("roleRef.apiGroup", reference.text("apiGroup"), [group])
        check.supportedChoice(
            "roleRef.kind", reference.text("kind"), isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"])
        check.name("roleRef.name", reference.text("name"), NameRules.pathSegment)
        for (index, subject) in object.list("subjects").enumerated() {
            self.subject(subject, "subjects[\(index)]", isNamespaced: isNamespaced, &check)
        }
        guard let before = live?["roleRef"], before != reference else { return }
        let (kind, name) = (GoFormat.quoted(reference.text("kind")), GoFormat.quoted(reference.text("name")))
        check.add(
            .invalid(
                "roleRef",
                text: "{\"APIGroup\":\(GoFormat.quoted(reference.text("apiGroup"))),\"Kind\":\(kind),\"Name\":\(name)}",
                "cannot change roleRef"))
    }

    private static func subject(_ subject: JSON, _ path: String, isNamespaced: Bool, _ check: inout FieldCheck) {
        let (kind, name) = (subject.text("kind"), subject.text("name"))
        if name.isEmpty { check.require("\(path).name") }
        switch kind {
        case "ServiceAccount":
            if !name.isEmpty { check.invalid("\(path).name", .string(name), NameRules.subdomain(name)) }
            if !subject.text("apiGroup").isEmpty {
                check.supportedChoice("\(path).apiGroup", subject.text("apiGroup"), [""])
            }
            if !isNamespaced, subject.text("namespace").isEmpty { check.require("\(path).namespace") }
        case "User", "Group": check.supportedChoice("\(path).apiGroup", subject.text("apiGroup"), [group])
        default: check.add(.notSupported("\(path).kind", .string(kind), ["ServiceAccount", "User", "Group"]))
        }
    }
}
