import Formats

/// Addresses and ports of a Service that the server hands out and keeps.
enum ServiceRules {
    static func allocate(_ object: inout JSON, _ address: String) {
        object.edit("spec") { spec in
            guard spec.text("type") != "ExternalName" else { return }
            if spec.text("clusterIP").isEmpty {
                spec["clusterIP"] = spec.list("clusterIPs").first ?? .string(address)
            }
            if !spec.hasMembers("clusterIPs") { spec["clusterIPs"] = .array([.string(spec.text("clusterIP"))]) }
            if !spec.hasMembers("ipFamilies") {
                spec["ipFamilies"] = spec.text("clusterIP").contains(":") ? ["IPv6"] : ["IPv4"]
            }
            spec.fillMissing("ipFamilyPolicy", "SingleStack")
        }
    }

    /// Takes over what was handed out before and is not given anew, and brings the first address and the list of all in line.
    static func keepAllocated(_ object: inout JSON, live: JSON) {
        guard let before = live["spec"] else { return }
        object.edit("spec") { spec in
            if spec.text("type") != "ExternalName", before.text("type") != "ExternalName" {
                if spec.text("clusterIP").isEmpty { spec["clusterIP"] = before["clusterIP"] }
                if !spec.hasMembers("clusterIPs") { spec["clusterIPs"] = before["clusterIPs"] }
            }
            align(&spec, before)
            guard spec.text("type") != "ExternalName" else { return }
            let isLoose = spec["clusterIP"] == "None" && !spec.hasMembers("selector")
            let usual: JSON = isLoose ? "RequireDualStack" : "SingleStack"
            spec.fillMissing("ipFamilyPolicy", before["ipFamilyPolicy"] ?? usual)
            if spec["ipFamilyPolicy"] == "SingleStack" {
                for key in ["clusterIPs", "ipFamilies"] where spec[key] == before[key] && spec.list(key).count > 1 {
                    spec[key] = .array(Array(spec.list(key).prefix(1)))
                }
            }
            if !spec.hasMembers("ipFamilies") { spec["ipFamilies"] = families(spec, before, isLoose: isLoose) }
        }
    }

    private static func align(_ spec: inout JSON, _ before: JSON) {
        let (old, new) = (before.text("clusterIP"), spec.text("clusterIP"))
        if !spec.hasMembers("clusterIPs"), old == new { spec["clusterIPs"] = before["clusterIPs"] }
        guard old != new, Semantic.areEqual(spec["clusterIPs"], before["clusterIPs"]) else { return }
        spec["clusterIPs"] = new.isEmpty ? nil : .array([.string(new)])
    }

    /// Those of the addresses. Without any, that of the cluster, which is taken for the one of before or else version 4; of
    /// Services that nobody says the pods of, both.
    private static func families(_ spec: JSON, _ before: JSON, isLoose: Bool) -> JSON {
        let addresses = spec.list("clusterIPs")
        if !addresses.isEmpty, addresses.first != "None" {
            return .array(addresses.map { $0.string?.contains(":") == true ? "IPv6" : "IPv4" })
        }
        let first = before.list("ipFamilies").first ?? "IPv4"
        guard isLoose, spec["ipFamilyPolicy"] != "SingleStack" else { return .array([first]) }
        return .array([first, first == "IPv4" ? "IPv6" : "IPv4"])
    }
}

extension ServiceRules {
    /// Ports of the nodes that were handed out stay; what the type has no use for any more goes, unless it is said anew.
    static func dropOfOtherTypes(_ object: inout JSON, live: JSON) {
        guard let before = live["spec"] else { return }
        object.edit("spec") { spec in
            if hasNodePorts(before) {
                if hasNodePorts(spec) {
                    keepNodePorts(&spec, before)
                } else if nodePorts(spec) == nodePorts(before) {
                    spec.editEach("ports") { $0["nodePort"] = nil }
                }
            }
            for (key, isUsed) in [
                ("healthCheckNodePort", hasHealthPort), ("externalTrafficPolicy", isExternal),
                ("allocateLoadBalancerNodePorts", isBalanced), ("loadBalancerClass", isBalanced),
                ("clusterIP", hasAddress), ("clusterIPs", hasAddress), ("ipFamilies", hasAddress),
                ("ipFamilyPolicy", hasAddress),
            ]
            where isUsed(before) && !isUsed(spec) && spec[key] == before[key] { spec[key] = nil }
            if hasHealthPort(before), hasHealthPort(spec) {
                spec.fill("healthCheckNodePort", before["healthCheckNodePort"] ?? .null)
                if spec["healthCheckNodePort"]?.isNull == true { spec["healthCheckNodePort"] = nil }
            }
        }
    }

    /// A name has no traffic to direct: what is said of it is looked at, and not answered.
    static func dropOfExternalNames(_ object: inout JSON) {
        guard object[path: "spec", "type"] == "ExternalName" else { return }
        object.edit("spec") { $0["internalTrafficPolicy"] = nil }
    }

    private static func keepNodePorts(_ spec: inout JSON, _ before: JSON) {
        var used = nodePorts(spec)
        let held = before.list("ports")
        spec.editEach("ports") { port in
            guard port.number("nodePort") ?? 0 == 0,
                let old = held.last(where: { $0.text("name") == port.text("name") })?.number("nodePort"), old != 0,
                used.insert(old).inserted
            else { return }
            port["nodePort"] = .int(old)
        }
    }

    private static func nodePorts(_ spec: JSON) -> Set<Int64> {
        Set(spec.list("ports").compactMap { $0.number("nodePort") }.filter { $0 != 0 })
    }

    static func hasNodePorts(_ spec: JSON) -> Bool {
        spec.text("type") == "NodePort"
            || spec.text("type") == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] != false
    }

    static func isExternal(_ spec: JSON) -> Bool {
        ["NodePort", "LoadBalancer"].contains(spec.text("type"))
            || spec.text("type") == "ClusterIP" && spec.hasMembers("externalIPs")
    }

    private static func isBalanced(_ spec: JSON) -> Bool { spec["type"] == "LoadBalancer" }

    private static func hasAddress(_ spec: JSON) -> Bool { spec["type"] != "ExternalName" }

    static func hasHealthPort(_ spec: JSON) -> Bool {
        spec.text("type") == "LoadBalancer" && spec.text("externalTrafficPolicy") == "Local"
    }
}

/// What the server adds to Jobs.
enum JobRules {
    /// Labels of the pods and the selector that finds them, unless the manifest brings its own.
    static func addSelector(_ object: inout JSON, uid: String) {
        let name = object[path: "metadata", "name"] ?? ""
        object.edit("spec") { spec in
            guard spec["manualSelector"] != true else { return }
            let labels: [(String, JSON)] = [
                ("batch.kubernetes.io/controller-uid", .string(uid)), ("batch.kubernetes.io/job-name", name),
                ("controller-uid", .string(uid)), ("job-name", name),
            ]
            spec.edit("template") { template in
                template.fillMissing("metadata", [:])
                template.edit("metadata") { metadata in
                    metadata.fillMissing("labels", [:])
                    for (key, value) in labels { metadata["labels"]?[key] = value }
                }
            }
            if spec["selector"] == nil || spec["selector"] == .null { spec["selector"] = [:] }
            spec.edit("selector") { selector in
                selector.fillMissing("matchLabels", [:])
                selector["matchLabels"]?["batch.kubernetes.io/controller-uid"] = .string(uid)
            }
        }
    }
}

/// How well a pod is served: by its requests and limits.
enum PodQuality {
    static func of(_ pod: JSON) -> String {
        let containers = (pod["spec"]?.list("containers") ?? []) + (pod["spec"]?.list("initContainers") ?? [])
        var hasAny = false
        var isGuaranteed = !containers.isEmpty
        for container in containers {
            let (limits, requests) = (
                container["resources"]?.members("limits"), container["resources"]?.members("requests")
            )
            for name in ["cpu", "memory"] {
                let (limit, request) = (quantity(limits?[name]), quantity(requests?[name]))
                if limit != nil || request != nil { hasAny = true }
                if limit == nil || (request ?? limit) != limit { isGuaranteed = false }
            }
        }
        return isGuaranteed ? "Guaranteed" : hasAny ? "Burstable" : "BestEffort"
    }

    private static func quantity(_ value: JSON?) -> Quantity? {
        value.flatMap { try? Quantity($0) }.flatMap { $0 == .zero ? nil : $0 }
    }
}
