import Formats

/// How a pod finds names, and under which names others find it.
enum DNSValidation {
    static func check(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let field = "\(path).dnsConfig"
        let servers = spec["dnsConfig"]?.list("nameservers") ?? []
        if spec.text("dnsPolicy") == "None" {
            if spec["dnsConfig"] == nil {
                return check.require(field, "must provide `dnsConfig` when `dnsPolicy` is None")
            }
            if servers.isEmpty {
                return check.require(
                    "\(field).nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
            }
        }
        guard let config = spec["dnsConfig"] else { return }
        if servers.count > 3 {
            check.invalid("\(field).nameservers", .array(servers), ["must not have more than 3 nameservers"])
        }
        for (index, server) in servers.enumerated() {
            check.address("\(field).nameservers[\(index)]", server.string ?? "")
        }
        searches(config.list("searches"), "\(field).searches", &check)
        for (index, option) in config.list("options").enumerated() where option.text("name").isEmpty {
            check.require("\(field).options[\(index)]", "must not be empty")
        }
    }

    private static func searches(_ searches: [JSON], _ field: String, _ check: inout FieldCheck) {
        if searches.count > 32 {
            check.invalid(field, .array(searches), ["must not have more than 32 search paths"])
        }
        let length = searches.reduce(searches.count - 1) { $0 + ($1.string ?? "").utf8.count }
        if length > 2048 {
            check.invalid(
                field, .array(searches),
                ["must not have more than 2048 characters (including spaces) in the search list"])
        }
        for (index, search) in searches.enumerated() where search != "." {
            var name = search.string ?? ""
            if name.hasSuffix(".") { name.removeLast() }
            check.invalid("\(field)[\(index)]", .string(name), NameRules.underscoredSubdomain(name))
        }
    }

    /// Lines of a pod's file of hosts.
    static func aliases(_ aliases: [JSON], _ path: String, _ check: inout FieldCheck) {
        for (index, alias) in aliases.enumerated() {
            check.address("\(path)[\(index)].ip", alias.text("ip"))
            for (number, host) in alias.list("hostnames").enumerated() {
                let name = host.string ?? ""
                check.invalid("\(path)[\(index)].hostnames[\(number)]", .string(name), NameRules.subdomain(name))
            }
        }
    }

    static func hostName(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        guard let name = spec["hostnameOverride"]?.string else { return }
        let field = "\(path).hostnameOverride"
        if spec["setHostnameAsFQDN"] == true {
            check.add(.forbidden(field, "may not be specified when setHostnameAsFQDN is true"))
        }
        if spec["hostNetwork"] == true {
            check.add(.forbidden(field, "may not be specified when hostNetwork is true"))
        }
        if name.utf8.count > 64 { check.add(.tooLong(field, 64)) }
        check.invalid(field, .string(name), NameRules.subdomain(name))
    }
}
