import Formats

/// Kinds that keep pods running.
enum WorkloadValidation {
    @Sendable static func deployment(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        check.notNegative("spec.replicas", spec["replicas"])
        template(spec, isMatched: selector(spec["selector"], "deployment", &check), &check)
        strategy(spec["strategy"] ?? [:], &check)
        for key in ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"] {
            check.notNegative("spec.\(key)", spec[key])
        }
        if let deadline = spec.number("progressDeadlineSeconds"), deadline <= spec.number("minReadySeconds") ?? 0 {
            check.invalid("spec.progressDeadlineSeconds", .int(deadline), ["must be greater than minReadySeconds"])
        }
        selectorChange(spec["selector"], live, &check)
    }

    @Sendable static func replicaSet(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        check.notNegative("spec.replicas", spec["replicas"])
        check.notNegative("spec.minReadySeconds", spec["minReadySeconds"])
        template(spec, isMatched: selector(spec["selector"], "replicaset", &check), &check)
        selectorChange(spec["selector"], live, &check)
    }

    @Sendable static func daemonSet(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        if spec["selector"] == nil || spec["selector"]?.isNull == true { check.require("spec.selector") }
        SelectorValidation.check("spec.selector", spec["selector"], &check)
        matching(spec, &check)
        if SelectorValidation.isEmpty(spec["selector"]) {
            check.add(
                .invalid(
                    "spec.selector", text: SelectorValidation.text(spec["selector"]),
                    "empty selector is invalid for daemonset"))
        }
        PodValidation.template(spec["template"] ?? [:], "spec.template", &check)
        restartPolicy(spec, &check)
        let type = spec["updateStrategy"]?.text("type") ?? ""
        if type == "RollingUpdate" {
            rolling(spec[path: "updateStrategy", "rollingUpdate"], &check)
        } else if type != "OnDelete" {
            check.add(
                .notSupported("spec.updateStrategy", spec["updateStrategy"] ?? [:], ["RollingUpdate", "OnDelete"]))
        }
        check.notNegative("spec.minReadySeconds", spec["minReadySeconds"])
        check.notNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
        selectorChange(spec["selector"], live, &check)
    }

    /// Pods of nodes are replaced after they have gone or before: one of the two.
    private static func rolling(_ update: JSON?, _ check: inout FieldCheck) {
        let path = "spec.updateStrategy.rollingUpdate"
        guard let update else { return check.require(path) }
        let (gone, more) = (update["maxUnavailable"], update["maxSurge"])
        check.countOrPercent("\(path).maxUnavailable", gone)
        check.countOrPercent("\(path).maxSurge", more)
        for (key, value) in [("maxUnavailable", gone), ("maxSurge", more)] {
            if let text = value?.string, text.hasSuffix("%"), (Int64(text.dropLast()) ?? 0) > 100 {
                check.invalid("\(path).\(key)", .string(text), ["must not be greater than 100%"])
            }
        }
        switch (count(gone) != 0, count(more) != 0) {
        case (true, true):
            check.invalid(
                "\(path).maxSurge", more ?? .null, ["may not be set when maxUnavailable is non-zero"])
        case (false, false): check.require("\(path).maxUnavailable", "cannot be 0 when maxSurge is 0")
        default: break
        }
    }

    /// A number, or that of a percentage.
    private static func count(_ value: JSON?) -> Int64 {
        guard let text = value?.string else { return value?.int ?? 0 }
        return Int64(text.hasSuffix("%") ? text.dropLast() : text[...]) ?? 0
    }

    @Sendable static func statefulSet(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        switch spec.text("podManagementPolicy") {
        case "OrderedReady", "Parallel": break
        case "": check.require("spec.podManagementPolicy")
        case let other:
            check.invalid("spec.podManagementPolicy", .string(other), ["must be 'OrderedReady' or 'Parallel'"])
        }
        let claims = spec.list("volumeClaimTemplates")
        // Neither the claims nor the service of one that is there can change.
        for (index, claim) in claims.enumerated() where live == nil {
            ClaimValidation.spec(claim["spec"] ?? [:], "spec.volumeClaimTemplates[\(index)].spec", &check)
        }
        updateStrategy(spec["updateStrategy"] ?? [:], &check)
        for key in ["whenDeleted", "whenScaled"] {
            check.supportedChoice(
                "spec.persistentVolumeClaimRetentionPolicy.\(key)",
                spec["persistentVolumeClaimRetentionPolicy"]?.text(key) ?? "", ["Delete", "Retain"])
        }
        for key in ["replicas", "minReadySeconds"] { check.notNegative("spec.\(key)", spec[key]) }
        check.notNegative("spec.ordinals.start", spec[path: "ordinals", "start"])
        let service = spec.text("serviceName")
        if live == nil, !service.isEmpty {
            check.invalid("spec.serviceName", .string(service), NameRules.label(service))
        }
        if selector(spec["selector"], "statefulset", &check) { matching(spec, &check) }
        PodValidation.template(spec["template"] ?? [:], "spec.template", claims: claims, &check)
        restartPolicy(spec, &check)
        statefulSetChange(spec, live, &check)
    }

    private static let changeable = [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ]

    private static func statefulSetChange(_ spec: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        guard var before = live?["spec"] else { return }
        var after = spec
        for key in changeable {
            before[key] = nil
            after[key] = nil
        }
        guard !Semantic.areEqual(before, after) else { return }
        check.add(
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                    + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
            ))
    }

    private static func updateStrategy(_ strategy: JSON, _ check: inout FieldCheck) {
        switch strategy.text("type") {
        case "RollingUpdate":
            check.notNegative(
                "spec.updateStrategy.rollingUpdate.partition", strategy[path: "rollingUpdate", "partition"])
            check.countOrPercent(
                "spec.updateStrategy.rollingUpdate.maxUnavailable", strategy[path: "rollingUpdate", "maxUnavailable"],
                isAtMostAll: true)
        case "OnDelete":
            if let rolling = strategy["rollingUpdate"] {
                check.invalid(
                    "spec.updateStrategy.rollingUpdate", rolling, ["only allowed for updateStrategy 'RollingUpdate'"])
            }
        case "": check.require("spec.updateStrategy")
        default: check.invalid("spec.updateStrategy", strategy, ["must be 'RollingUpdate' or 'OnDelete'"])
        }
    }

    /// Whether it can be compared with labels.
    private static func selector(_ selector: JSON?, _ kind: String, _ check: inout FieldCheck) -> Bool {
        guard let selector, !selector.isNull else {
            check.require("spec.selector")
            return true
        }
        let count = check.problems.count
        SelectorValidation.check("spec.selector", selector, &check)
        guard check.problems.count == count else {
            let detail = kind == "statefulset" ? "" : "invalid label selector"
            check.add(.invalid("spec.selector", text: SelectorValidation.text(selector), detail))
            return false
        }
        if SelectorValidation.isEmpty(selector) {
            check.add(
                .invalid(
                    "spec.selector", text: SelectorValidation.text(selector), "empty selector is invalid for \(kind)"))
        }
        return true
    }

    /// Whether the selector finds the pods that the template makes.
    private static func matching(_ spec: JSON, _ check: inout FieldCheck) {
        let labels = spec[path: "template", "metadata", "labels"]
        guard !SelectorValidation.isEmpty(spec["selector"]), !SelectorValidation.matches(spec["selector"], labels)
        else {
            return
        }
        check.invalid(
            "spec.template.metadata.labels", labels ?? .null, ["`selector` does not match template `labels`"])
    }

    private static func template(_ spec: JSON, isMatched: Bool, _ check: inout FieldCheck) {
        if isMatched { matching(spec, &check) }
        PodValidation.template(spec["template"] ?? [:], "spec.template", &check)
        restartPolicy(spec, &check)
    }

    private static func restartPolicy(_ spec: JSON, _ check: inout FieldCheck) {
        let policy = spec[path: "template", "spec", "restartPolicy"]?.string ?? ""
        check.supportedChoice("spec.template.spec.restartPolicy", policy, ["Always"])
        if spec[path: "template", "spec", "activeDeadlineSeconds"] != nil {
            check.add(
                .forbidden(
                    "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported"))
        }
    }

    private static func selectorChange(_ selector: JSON?, _ live: JSON?, _ check: inout FieldCheck) {
        guard let live, !Semantic.areEqual(selector, live[path: "spec", "selector"]) else { return }
        check.add(.invalid("spec.selector", text: SelectorValidation.text(selector), "field is immutable"))
    }

    private static func strategy(_ strategy: JSON, _ check: inout FieldCheck) {
        let rolling = strategy["rollingUpdate"]
        switch strategy.text("type") {
        case "Recreate":
            if rolling != nil {
                check.add(
                    .forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
                )
            }
        case "RollingUpdate":
            let path = "spec.strategy.rollingUpdate"
            check.countOrPercent("\(path).maxUnavailable", rolling?["maxUnavailable"])
            check.countOrPercent("\(path).maxSurge", rolling?["maxSurge"])
            if isZero(rolling?["maxUnavailable"]), isZero(rolling?["maxSurge"]) {
                check.invalid(
                    "\(path).maxUnavailable", rolling?["maxUnavailable"] ?? 0, ["may not be 0 when `maxSurge` is 0"])
            }
            if let text = rolling?["maxUnavailable"]?.string, (Int64(text.dropLast()) ?? 0) > 100 {
                check.invalid("\(path).maxUnavailable", .string(text), ["must not be greater than 100%"])
            }
        default: check.add(.notSupported("spec.strategy", strategy, ["Recreate", "RollingUpdate"]))
        }
    }

    private static func isZero(_ value: JSON?) -> Bool { value == 0 || value == "0%" }
}
