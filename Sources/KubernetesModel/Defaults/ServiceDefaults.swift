import Formats

/// What the server fills into a Service; the addresses come later, from whoever hands them out.
enum ServiceDefaults {
    @Sendable static func fill(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fill("sessionAffinity", "None")
            if spec["sessionAffinity"] == "None" { spec["sessionAffinityConfig"] = nil }
            if spec["sessionAffinity"] == "ClientIP",
                spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] == nil
            {
                spec["sessionAffinityConfig"] = ["clientIP": ["timeoutSeconds": 10800]]
            }
            spec.fill("type", "ClusterIP")
            spec.editEach("ports") { port in
                port.fill("protocol", "TCP")
                if port["targetPort"] == nil || port["targetPort"] == 0 || port["targetPort"] == "" {
                    port["targetPort"] = port["port"]
                }
            }
            let type = spec.text("type")
            if type == "NodePort" || type == "LoadBalancer" { spec.fill("externalTrafficPolicy", "Cluster") }
            if type != "ExternalName" { spec.fillMissing("internalTrafficPolicy", "Cluster") }
            if type == "LoadBalancer" { spec.fillMissing("allocateLoadBalancerNodePorts", true) }
        }
    }
}

/// What the server fills into the limits of containers.
enum LimitRangeDefaults {
    @Sendable static func fill(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.editEach("limits") { item in
                for key in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
                    Defaults.roundResources(&item, key)
                }
                guard item["type"] == "Container" else { return }
                lay(item["max"], under: "default", of: &item)
                lay(item["default"], under: "defaultRequest", of: &item)
                lay(item["min"], under: "defaultRequest", of: &item)
            }
        }
    }

    private static func lay(_ values: JSON?, under key: String, of item: inout JSON) {
        guard let values = values?.object, !values.isEmpty else { return }
        item.fillMissing(key, [:])
        item.edit(key) { target in for member in values { target.fillMissing(member.key, member.value) } }
    }
}

/// What the server fills into a HorizontalPodAutoscaler.
enum AutoscalerDefaults {
    @Sendable static func fill(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fillMissing("minReplicas", 1)
            if !spec.hasMembers("metrics") {
                spec["metrics"] = [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
                    ]
                ]
            }
            spec.edit("behavior") { behavior in
                fill(&behavior, "scaleUp", window: 0, policies: [pods, percent])
                fill(&behavior, "scaleDown", window: nil, policies: [percent])
            }
        }
    }

    private static let pods: JSON = ["type": "Pods", "value": 4, "periodSeconds": 15]
    private static let percent: JSON = ["type": "Percent", "value": 100, "periodSeconds": 15]

    private static func fill(_ behavior: inout JSON, _ key: String, window: JSON?, policies: [JSON]) {
        behavior.fillMissing(key, [:])
        behavior.edit(key) { rules in
            if let window { rules.fillMissing("stabilizationWindowSeconds", window) }
            rules.fillMissing("selectPolicy", "Max")
            if rules["policies"] == nil { rules["policies"] = .array(policies) }
        }
    }
}
