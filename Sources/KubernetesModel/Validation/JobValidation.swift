import Formats

/// Jobs, and CronJobs with their templates.
enum JobValidation {
    @Sendable static func job(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        generatedSelector(object, live, &check)
        self.spec(spec, "spec", &check)
        selector(spec, &check)
        guard let before = live?["spec"] else { return }
        // As on the server, the second look at the spec finds the same once more.
        self.spec(spec, "spec", &check)
        selector(spec, &check)
        let isElastic = spec["completionMode"] == "Indexed" && spec["completions"] == spec["parallelism"]
        if !isElastic { check.immutable("spec.completions", spec["completions"], before["completions"]) }
        if !Semantic.areEqual(spec["selector"], before["selector"]) {
            check.add(.invalid("spec.selector", text: SelectorValidation.text(spec["selector"]), "field is immutable"))
        }
        templateChange(spec, before, live?["status"], &check)
        for key in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
            check.immutable("spec.\(key)", spec[key], before[key])
        }
    }

    /// Pods of a Job are made from the template as it was; only of one that never ran may where they go be changed.
    private static func templateChange(_ spec: JSON, _ before: JSON, _ status: JSON?, _ check: inout FieldCheck) {
        var old = before["template"] ?? [:]
        let new = spec["template"] ?? [:]
        if before["suspend"] == true, status?["startTime"] == nil {
            for key in ["nodeSelector", "affinity", "tolerations", "schedulingGates"] {
                old["spec"]?[key] = new[path: "spec", key]
            }
            for key in ["annotations", "labels"] { old["metadata"]?[key] = new[path: "metadata", key] }
        }
        guard !Semantic.areEqual(new, old) else { return }
        check.add(.invalid("spec.template", text: InternalForm.template(new), "field is immutable"))
    }

    @Sendable static func cronJob(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let schedule = spec.text("schedule")
        if schedule.isEmpty {
            check.require("spec.schedule")
        } else if let fault = CronSchedule.fault(in: schedule) {
            check.invalid("spec.schedule", .string(schedule), [fault])
        }
        check.notNegative("spec.startingDeadlineSeconds", spec["startingDeadlineSeconds"])
        check.choice("spec.concurrencyPolicy", spec.text("concurrencyPolicy"), ["Allow", "Forbid", "Replace"])
        self.spec(spec[path: "jobTemplate", "spec"] ?? [:], "spec.jobTemplate.spec", &check)
        for key in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
            check.notNegative("spec.\(key)", spec[key])
        }
    }

    private static func spec(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
            "backoffLimitPerIndex",
        ] {
            check.notNegative("\(path).\(key)", spec[key])
        }
        if let policy = spec["podReplacementPolicy"]?.string {
            check.supportedChoice("\(path).podReplacementPolicy", policy, ["Failed", "TerminatingOrFailed"])
        }
        if let mode = spec["completionMode"]?.string {
            check.supportedChoice("\(path).completionMode", mode, ["Indexed", "NonIndexed"])
            if mode == "Indexed", spec["completions"] == nil {
                check.require("\(path).completions", "when completion mode is Indexed")
            }
        }
        PodValidation.template(spec["template"] ?? [:], "\(path).template", &check)
        let policy = spec[path: "template", "spec", "restartPolicy"]?.string ?? ""
        let field = "\(path).template.spec.restartPolicy"
        if policy.isEmpty || policy == "Always" {
            check.require(field, "valid values: \"OnFailure\", \"Never\"")
        } else {
            check.supportedChoice(field, policy, ["OnFailure", "Never"])
        }
    }

    private static func selector(_ spec: JSON, _ check: inout FieldCheck) {
        if spec["selector"] == nil || spec["selector"]?.isNull == true { check.require("spec.selector") }
        SelectorValidation.check("spec.selector", spec["selector"], &check)
        let labels = spec[path: "template", "metadata", "labels"]
        if !SelectorValidation.matches(spec["selector"], labels) {
            check.invalid(
                "spec.template.metadata.labels", labels ?? .null, ["`selector` does not match template `labels`"])
        }
    }

    /// The labels that the server gave the pods have to stay.
    private static func generatedSelector(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let uidLabel = "batch.kubernetes.io/controller-uid"
        guard spec["manualSelector"] != true, spec["selector"] != nil, spec["selector"]?.isNull != true else { return }
        let uid =
            live?[path: "spec", "selector", "matchLabels", uidLabel]?.string ?? object[path: "metadata", "uid"]?.string
            ?? ""
        let name = object[path: "metadata", "name"]?.string ?? ""
        let labels = spec[path: "template", "metadata", "labels"]
        let expected = [
            ("controller-uid", uid), ("job-name", name), (uidLabel, uid),
            ("batch.kubernetes.io/job-name", name),
        ]
        for (key, value) in expected {
            let field = "spec.template.metadata.labels[\(key)]"
            if labels?[key] == nil {
                check.require(field, "must be '\(value)'")
            } else if labels?[key] != .string(value) {
                check.invalid(field, labels ?? .null, ["must be '\(value)'"])
            }
        }
        let generated = JSON.object(JSONObject(expected.map { .init(key: $0.0, value: .string($0.1)) }))
        if !SelectorValidation.matches(spec["selector"], generated) {
            check.add(
                .invalid(
                    "spec.selector", text: SelectorValidation.text(spec["selector"]), "`selector` not auto-generated"))
        }
    }
}
