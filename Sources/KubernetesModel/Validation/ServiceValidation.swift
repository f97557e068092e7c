import Formats

/// Services.
enum ServiceValidation {
    /// What was handed out stays.
    @Sendable static func change(_ object: JSON, _ live: JSON, _ check: inout FieldCheck) {
        let (before, after) = (live["spec"] ?? [:], object["spec"] ?? [:])
        ServiceAddresses.change(before, after, &check)
        let key = "loadBalancerClass"
        if before["type"] == "LoadBalancer", after["type"] == "LoadBalancer", before[key] != after[key] {
            check.invalid("spec.\(key)", after[key] ?? .null, ["may not change once set"])
        }
        balancerClass(after, &check)
        if ServiceRules.hasHealthPort(before), ServiceRules.hasHealthPort(after),
            before["healthCheckNodePort"] != after["healthCheckNodePort"]
        {
            check.add(.forbidden("spec.healthCheckNodePort", "field is immutable"))
        }
    }

    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let (ports, type) = (spec.list("ports"), spec.text("type"))
        let isHeadless = ServiceAddresses.isHeadless(spec)
        if ports.isEmpty, !isHeadless, type != "ExternalName" { check.require("spec.ports") }
        if isHeadless, type == "LoadBalancer" || type == "NodePort" {
            check.invalid("spec.clusterIPs[0]", "None", ["may not be set to 'None' for \(type) services"])
        }
        if type == "ExternalName" { externalName(spec, &check) }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            self.port(port, "spec.ports[\(index)]", isNamed: ports.count > 1, &names, &check)
        }
        MetadataValidation.labels("spec.selector", spec["selector"], &check)
        affinity(spec, &check)
        ServiceAddresses.check(spec, live, &check)
        externalAddresses(spec, live, &check)
        check.choice("spec.type", type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
        nodePorts(ports, type, &check)
        duplicates(ports, &check)
        sources(spec, &check)
        traffic(spec, &check)
    }

    private static func affinity(_ spec: JSON, _ check: inout FieldCheck) {
        check.choice("spec.sessionAffinity", spec.text("sessionAffinity"), ["ClientIP", "None"])
        guard spec["sessionAffinity"] == "ClientIP",
            let seconds = spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"]?.int,
            !(1...86_400).contains(seconds)
        else { return }
        check.invalid(
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds", .int(seconds),
            ["must be greater than 0 and less than 86400"])
    }

    private static func externalAddresses(_ spec: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        for (index, address) in spec.list("externalIPs").enumerated() {
            let (field, text) = ("spec.externalIPs[\(index)]", address.string ?? "")
            let before = check.problems.count
            check.address(field, text, known: live?["spec"]?.list("externalIPs") ?? [])
            guard before == check.problems.count, let fault = IPAddress(text)?.specialUse(text) else { continue }
            check.invalid(field, .string(text), [fault])
        }
    }

    /// From where a load balancer lets somebody in.
    private static func sources(_ spec: JSON, _ check: inout FieldCheck) {
        guard spec.hasMembers("loadBalancerSourceRanges") else { return }
        let field = "spec.LoadBalancerSourceRanges"
        if spec["type"] != "LoadBalancer" {
            check.add(.forbidden(field, "may only be used when `type` is 'LoadBalancer'"))
        }
        for (index, range) in spec.list("loadBalancerSourceRanges").enumerated() {
            let text = (range.string ?? "").split(separator: " ").joined(separator: " ")
            guard IPAddress.Block(text) == nil else { continue }
            check.invalid(
                "\(field)[\(index)]", .string(text),
                ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"])
        }
    }

    /// Fields that only some types have a use for, and what they may say.
    private static func traffic(_ spec: JSON, _ check: inout FieldCheck) {
        let type = spec.text("type")
        if spec["allocateLoadBalancerNodePorts"]?.bool != nil, type != "LoadBalancer" {
            check.add(
                .forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"))
        }
        balancerClass(spec, &check)
        outside(spec, &check)
        if let policy = spec["internalTrafficPolicy"]?.string {
            check.supportedChoice("spec.internalTrafficPolicy", policy, ["Cluster", "Local"])
        }
        if let way = spec["trafficDistribution"]?.string {
            check.supportedChoice(
                "spec.trafficDistribution", way, ["PreferClose", "PreferSameZone", "PreferSameNode"])
        }
    }

    private static func balancerClass(_ spec: JSON, _ check: inout FieldCheck) {
        guard let name = spec["loadBalancerClass"]?.string else { return }
        if spec["type"] == "LoadBalancer" {
            check.invalid("spec.loadBalancerClass", .string(name), NameRules.qualified(name))
        } else {
            check.add(.forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"))
        }
    }

    private static func outside(_ spec: JSON, _ check: inout FieldCheck) {
        let policy = spec.text("externalTrafficPolicy")
        if !policy.isEmpty, !ServiceRules.isExternal(spec) {
            check.invalid(
                "spec.externalTrafficPolicy", .string(policy), ["may only be set for externally-accessible services"])
        } else if !policy.isEmpty {
            check.supportedChoice("spec.externalTrafficPolicy", policy, ["Cluster", "Local"])
        }
        if let port = spec.number("healthCheckNodePort"), port != 0, !ServiceRules.hasHealthPort(spec) {
            check.invalid(
                "spec.healthCheckNodePort", .int(port),
                ["may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"])
        }
    }

    private static func externalName(_ spec: JSON, _ check: inout FieldCheck) {
        if spec.hasMembers("clusterIPs") {
            check.add(.forbidden("spec.clusterIPs", "may not be set for ExternalName services"))
        }
        if spec.hasMembers("ipFamilies") {
            check.add(.forbidden("spec.ipFamilies", "may not be set for ExternalName services"))
        }
        if spec["ipFamilyPolicy"]?.string != nil {
            check.add(.forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services"))
        }
        var name = spec.text("externalName")
        if name.hasSuffix(".") { name.removeLast() }
        check.name("spec.externalName", name, NameRules.subdomain)
    }

    private static func port(
        _ port: JSON, _ path: String, isNamed: Bool, _ names: inout Set<String>, _ check: inout FieldCheck
    ) {
        let name = port.text("name")
        if name.isEmpty {
            if isNamed { check.require("\(path).name") }
        } else {
            check.invalid("\(path).name", .string(name), NameRules.label(name))
            if !names.insert(name).inserted { check.add(.duplicate("\(path).name", .string(name))) }
        }
        let number = port.number("port") ?? 0
        check.invalid("\(path).port", .int(number), NameRules.portNumber(number))
        check.choice("\(path).protocol", port.text("protocol"), ["SCTP", "TCP", "UDP"])
        check.port("\(path).targetPort", port["targetPort"])
        if let words = port["appProtocol"]?.string {
            check.invalid("\(path).appProtocol", .string(words), NameRules.qualified(words))
        }
    }

    private static func nodePorts(_ ports: [JSON], _ type: String, _ check: inout FieldCheck) {
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() {
            guard let number = port.number("nodePort"), number != 0 else { continue }
            let field = "spec.ports[\(index)].nodePort"
            if type == "ClusterIP" { check.add(.forbidden(field, "may not be used when `type` is 'ClusterIP'")) }
            if !seen.insert("\(port.text("protocol"))/\(number)").inserted {
                check.add(.duplicate(field, .int(number)))
            }
        }
    }

    /// The port as the server holds it while it compares: by number and protocol alone.
    private static func internalForm(_ port: JSON) -> String {
        "{\"Name\":\"\",\"Protocol\":\((port["protocol"] ?? "").text),\"AppProtocol\":null,"
            + "\"Port\":\(port.number("port") ?? 0),\"TargetPort\":0,\"NodePort\":0}"
    }

    private static func duplicates(_ ports: [JSON], _ check: inout FieldCheck) {
        var seen: Set<JSON> = []
        for (index, port) in ports.enumerated() {
            let shown: JSON = ["protocol": port["protocol"] ?? "", "port": port["port"] ?? 0]
            if !seen.insert(shown).inserted {
                check.add(.duplicate("spec.ports[\(index)]", text: internalForm(port)))
            }
        }
    }
}
