import Formats

/// Services.
enum ServiceValidation {
    /// What was handed out stays.
    @Sendable static func change(_ object: JSON, _ live: JSON, _ check: inout FieldCheck) {
        let (before, after) = (live["spec"] ?? [:], object["spec"] ?? [:])
        guard before.text("type") != "ExternalName", after.text("type") != "ExternalName" else { return }
        let (old, new) = (before.list("clusterIPs"), after.list("clusterIPs"))
        if let first = old.first, let changed = new.first, first != changed {
            check.invalid("spec.clusterIPs[0]", .array(new), ["may not change once set"])
        }
        if let first = before.list("ipFamilies").first, let changed = after.list("ipFamilies").first, first != changed {
            check.invalid("spec.ipFamilies[0]", .array(after.list("ipFamilies")), ["may not change once set"])
        }
    }

    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let (ports, type) = (spec.list("ports"), spec.text("type"))
        let isHeadless = spec["clusterIP"] == "None"
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
        check.choice("spec.sessionAffinity", spec.text("sessionAffinity"), ["ClientIP", "None"])
        check.choice("spec.type", type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
        nodePorts(ports, type, &check)
        traffic(spec, &check)
        balancer(spec, &check)
        duplicates(ports, &check)
    }

    /// Fields that only some types have a use for, and what they may say.
    private static func traffic(_ spec: JSON, _ check: inout FieldCheck) {
        if spec["internalTrafficPolicy"]?.string != nil {
            check.choice("spec.internalTrafficPolicy", spec.text("internalTrafficPolicy"), ["Cluster", "Local"])
        }
        if spec["ipFamilyPolicy"]?.string != nil, spec.text("type") != "ExternalName" {
            check.supportedChoice(
                "spec.ipFamilyPolicy", spec.text("ipFamilyPolicy"),
                ["PreferDualStack", "RequireDualStack", "SingleStack"])
        }
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
        if let way = spec["trafficDistribution"]?.string {
            check.supportedChoice(
                "spec.trafficDistribution", way, ["PreferClose", "PreferSameZone", "PreferSameNode"])
        }
        for (index, address) in spec.list("externalIPs").enumerated() where IPAddress(address.string ?? "") == nil {
            check.invalid(
                "spec.externalIPs[\(index)]", .string(address.string ?? ""),
                ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"])
        }
    }

    /// Fields that only a load balancer has a use for.
    private static func balancer(_ spec: JSON, _ check: inout FieldCheck) {
        guard spec.text("type") != "LoadBalancer" else { return }
        let others = "may only be used when `type` is 'LoadBalancer'"
        if spec["allocateLoadBalancerNodePorts"]?.bool != nil {
            check.add(.forbidden("spec.allocateLoadBalancerNodePorts", others))
        }
        if spec["loadBalancerClass"]?.string != nil { check.add(.forbidden("spec.loadBalancerClass", others)) }
        if spec.hasMembers("loadBalancerSourceRanges") {
            check.add(.forbidden("spec.LoadBalancerSourceRanges", others))
        }
    }

    private static func externalName(_ spec: JSON, _ check: inout FieldCheck) {
        if spec.hasMembers("clusterIPs") {
            check.add(.forbidden("spec.clusterIPs", "may not be set for ExternalName services"))
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
    }

    private static func nodePorts(_ ports: [JSON], _ type: String, _ check: inout FieldCheck) {
        guard type == "ClusterIP" else { return }
        for (index, port) in ports.enumerated() where port.number("nodePort") ?? 0 != 0 {
            check.add(
                .forbidden("spec.ports[\(index)].nodePort", "may not be used when `type` is 'ClusterIP'"))
        }
    }

    private static func duplicates(_ ports: [JSON], _ check: inout FieldCheck) {
        var seen: [(JSON?, JSON?)] = []
        for (index, port) in ports.enumerated() {
            if seen.contains(where: { $0.0 == port["protocol"] && $0.1 == port["port"] }) {
                let shown: JSON = ["protocol": port["protocol"] ?? "", "port": port["port"] ?? 0]
                check.add(.duplicate("spec.ports[\(index)]", shown))
            }
            seen.append((port["protocol"], port["port"]))
        }
    }
}
