import Formats

/// Ingress classes.
enum IngressClassValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let controller = spec.text("controller")
        if let live { check.immutable("spec.controller", spec["controller"], live[path: "spec", "controller"]) }
        if controller.isEmpty {
            check.require("spec.controller")
        } else if controller.utf8.count > 250 {
            check.add(.tooLong("spec.controller", 250))
        } else {
            self.controller(controller, &check)
        }
        if let parameters = spec["parameters"], parameters.object != nil { self.parameters(parameters, &check) }
    }

    /// A domain, a slash and a path.
    private static func controller(_ controller: String, _ check: inout FieldCheck) {
        let parts = controller.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            check.invalid(
                "spec.controller", .string(controller),
                ["must be a domain-prefixed path (such as \"acme.io/foo\")"])
            return
        }
        check.invalid("spec.controller", .string(parts[0]), NameRules.subdomain(parts[0]))
    }

    private static func parameters(_ parameters: JSON, _ check: inout FieldCheck) {
        let path = "spec.parameters"
        if parameters.text("kind").isEmpty { check.require("\(path).kind") }
        if parameters.text("name").isEmpty { check.require("\(path).name") }
        let group = parameters.text("apiGroup")
        if !group.isEmpty { check.invalid("\(path).apiGroup", .string(group), NameRules.subdomain(group)) }
        let namespace = parameters.text("namespace")
        switch parameters.text("scope") {
        case "": check.require("\(path).scope")
        case "Namespace":
            if namespace.isEmpty {
                check.require("\(path).namespace", "`parameters.scope` is set to 'Namespace'")
            } else {
                check.invalid("\(path).namespace", .string(namespace), NameRules.label(namespace))
            }
        case "Cluster":
            if !namespace.isEmpty {
                check.add(.forbidden("\(path).namespace", "`parameters.scope` is set to 'Cluster'"))
            }
        case let other: check.supportedChoice("\(path).scope", other, ["Cluster", "Namespace"])
        }
    }
}
