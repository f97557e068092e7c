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

    /// Takes over what was handed out before and is not given anew.
    static func keepAllocated(_ object: inout JSON, live: JSON) {
        guard let before = live["spec"] else { return }
        object.edit("spec") { spec in
            guard spec.text("type") != "ExternalName", before.text("type") != "ExternalName" else { return }
            if spec.text("clusterIP").isEmpty, !spec.hasMembers("clusterIPs") {
                spec["clusterIP"] = before["clusterIP"]
                spec["clusterIPs"] = before["clusterIPs"]
            } else if spec["clusterIP"] != before["clusterIP"], spec["clusterIPs"] == before["clusterIPs"],
                !spec.text("clusterIP").isEmpty
            {
                spec["clusterIPs"] = .array([.string(spec.text("clusterIP"))])
            } else if !spec.hasMembers("clusterIPs") {
                spec["clusterIPs"] = .array([.string(spec.text("clusterIP"))])
            } else if spec.text("clusterIP").isEmpty {
                spec["clusterIP"] = spec.list("clusterIPs").first
            }
            for key in ["ipFamilies", "ipFamilyPolicy"] where spec[key] == nil { spec[key] = before[key] }
        }
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
