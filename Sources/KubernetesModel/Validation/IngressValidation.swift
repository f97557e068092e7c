import Formats

/// Ingresses.
enum IngressValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let rules = spec.list("rules")
        if rules.isEmpty, spec["defaultBackend"] == nil {
            check.invalid("spec", spec["rules"] ?? .null, ["either `defaultBackend` or `rules` must be specified"])
        }
        if let backend = spec["defaultBackend"] { self.backend(backend, "spec.defaultBackend", &check) }
        for (index, rule) in rules.enumerated() { self.rule(rule, "spec.rules[\(index)]", &check) }
        for (index, entry) in spec.list("tls").enumerated() { tls(entry, "spec.tls[\(index)]", &check) }
        if let name = spec["ingressClassName"]?.string {
            check.invalid("spec.ingressClassName", .string(name), NameRules.subdomain(name))
        }
    }

    private static func rule(_ rule: JSON, _ path: String, _ check: inout FieldCheck) {
        let host = rule.text("host")
        if !host.isEmpty {
            if isAddress(host) {
                check.invalid("\(path).host", .string(host), ["must be a DNS name, not an IP address"])
            }
            self.host("\(path).host", host, &check)
        }
        guard let http = rule["http"] else { return }
        let paths = http.list("paths")
        if paths.isEmpty { check.require("\(path).http.paths") }
        for (index, entry) in paths.enumerated() { self.path(entry, "\(path).http.paths[\(index)]", &check) }
    }

    private static func host(_ field: String, _ host: String, _ check: inout FieldCheck) {
        let faults = host.contains("*") ? NameRules.wildcardSubdomain(host) : NameRules.subdomain(host)
        check.invalid(field, .string(host), faults)
    }

    private static func path(_ entry: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let type = entry["pathType"]?.string else {
            return check.require("\(path).pathType", "pathType must be specified")
        }
        let text = entry.text("path")
        let field = "\(path).path"
        switch type {
        case "Exact", "Prefix":
            if !text.hasPrefix("/") { check.invalid(field, .string(text), ["must be an absolute path"]) }
            for part in ["//", "/./", "/../", "%2f", "%2F"] where text.contains(part) {
                check.invalid(field, .string(text), ["must not contain '\(part)'"])
            }
            for end in ["/..", "/."] where text.hasSuffix(end) {
                check.invalid(field, .string(text), ["cannot end with '\(end)'"])
            }
        case "ImplementationSpecific":
            if !text.isEmpty, !text.hasPrefix("/") { check.invalid(field, .string(text), ["must be an absolute path"]) }
        default:
            check.add(
                .notSupported("\(path).pathType", .string(type), ["Exact", "ImplementationSpecific", "Prefix"]))
        }
        backend(entry["backend"] ?? [:], "\(path).backend", &check)
    }

    private static func backend(_ backend: JSON, _ path: String, _ check: inout FieldCheck) {
        switch (backend["service"], backend["resource"]) {
        case (.some, .some): check.invalid(path, "", ["cannot set both resource and service backends"])
        case (.none, .none): check.invalid(path, "", ["resource or service backend is required"])
        case (.none, .some(let resource)):
            for key in ["kind", "name"] where resource.text(key).isEmpty { check.require("\(path).resource.\(key)") }
        case (.some(let service), .none):
            check.name("\(path).service.name", service.text("name"), NameRules.label)
            let (name, number) = (service["port"]?.text("name") ?? "", service["port"]?.number("number") ?? 0)
            if !name.isEmpty, number != 0 {
                check.invalid(path, "", ["cannot set both port name & port number"])
            } else if !name.isEmpty {
                check.invalid("\(path).service.port.name", .string(name), NameRules.portName(name))
            } else if number != 0 {
                check.invalid("\(path).service.port.number", .int(number), NameRules.portNumber(number))
            } else {
                check.require(path, "port name or number is required")
            }
        }
    }

    private static func tls(_ entry: JSON, _ path: String, _ check: inout FieldCheck) {
        for (index, host) in entry.list("hosts").enumerated() {
            self.host("\(path).hosts[\(index)]", host.string ?? "", &check)
        }
        let name = entry.text("secretName")
        if !name.isEmpty { check.invalid("\(path).secretName", .string(name), NameRules.subdomain(name)) }
    }

    private static func isAddress(_ host: String) -> Bool { IPAddress(host) != nil }
}
