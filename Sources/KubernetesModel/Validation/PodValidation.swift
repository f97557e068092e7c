import Formats

/// Pods and the templates of pods.
enum PodValidation {
    @Sendable static func pod(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        spec(object["spec"] ?? [:], "spec", &check)
    }

    /// A template, with the volumes that its owner adds for claims of its own.
    static func template(_ template: JSON, _ path: String, claims: [JSON] = [], _ check: inout FieldCheck) {
        MetadataValidation.labels("\(path).labels", template[path: "metadata", "labels"], &check)
        MetadataValidation.annotations("\(path).annotations", template[path: "metadata", "annotations"], &check)
        var spec = template["spec"] ?? [:]
        let volumes = spec.list("volumes")
        var names = volumes.compactMap { $0["name"] }
        for claim in claims {
            let name = claim[path: "metadata", "name"] ?? ""
            guard !names.contains(name) else { continue }
            names.append(name)
            let volume: JSON = ["name": name, "persistentVolumeClaim": ["claimName": name]]
            spec["volumes"] = .array(spec.list("volumes") + [volume])
        }
        self.spec(spec, "\(path).spec", &check)
    }

    static func spec(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        let volumes = VolumeValidation.check(spec.list("volumes"), "\(path).volumes", &check)
        ContainerValidation.check(spec, "\(path)", volumes, &check)
        check.choice("\(path).restartPolicy", spec.text("restartPolicy"), ["Always", "OnFailure", "Never"])
        check.choice(
            "\(path).dnsPolicy", spec.text("dnsPolicy"), ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
        MetadataValidation.labels("\(path).nodeSelector", spec["nodeSelector"], &check)
        let account = spec.text("serviceAccountName")
        if !account.isEmpty {
            check.invalid("\(path).serviceAccountName", .string(account), NameRules.subdomain(account))
        }
        if let seconds = spec.number("activeDeadlineSeconds"), !(1...2_147_483_647).contains(seconds) {
            check.invalid(
                "\(path).activeDeadlineSeconds", .int(seconds), ["must be between 1 and 2147483647, inclusive"])
        }
        for key in ["hostname", "subdomain"] where !spec.text(key).isEmpty {
            check.invalid("\(path).\(key)", .string(spec.text(key)), NameRules.label(spec.text(key)))
        }
        SchedulingValidation.check(spec, path, &check)
        tolerations(spec.list("tolerations"), "\(path).tolerations", &check)
        let priority = spec.text("priorityClassName")
        if !priority.isEmpty {
            check.invalid("\(path).priorityClassName", .string(priority), NameRules.subdomain(priority))
        }
        check.notNegative("\(path).terminationGracePeriodSeconds", spec["terminationGracePeriodSeconds"])
    }

    private static func tolerations(_ tolerations: [JSON], _ path: String, _ check: inout FieldCheck) {
        for (index, toleration) in tolerations.enumerated() {
            let place = "\(path)[\(index)]"
            let key = toleration.text("key")
            if !key.isEmpty { check.invalid("\(place).key", .string(key), NameRules.qualified(key)) }
            if key.isEmpty, toleration.text("operator") != "Exists" {
                check.invalid(
                    "\(place).operator", .string(toleration.text("operator")),
                    ["operator must be Exists when `key` is empty, which means \"match all values and all keys\""])
            }
            if toleration["tolerationSeconds"] != nil, toleration.text("effect") != "NoExecute" {
                check.invalid(
                    "\(place).effect", .string(toleration.text("effect")),
                    ["effect must be 'NoExecute' when `tolerationSeconds` is set"])
            }
            check.supportedChoice("\(place).operator", toleration["operator"]?.string ?? "Equal", ["Equal", "Exists"])
            check.supportedChoice(
                "\(place).effect", toleration["effect"]?.string ?? "NoSchedule",
                ["NoSchedule", "PreferNoSchedule", "NoExecute"])
        }
    }
}
