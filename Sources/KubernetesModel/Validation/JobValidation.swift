import Formats

/// Jobs, and CronJobs with their templates.
enum JobValidation {
    @Sendable static func job(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        generatedSelector(object, live, &check)
        self.spec(spec, "spec", &check)
        selector(spec, &check)
        podNames(object, spec, &check)
        guard let before = live?["spec"] else { return }
        // As on the server, the second look at the spec finds the same once more.
        self.spec(spec, "spec", &check)
        selector(spec, &check)
        completions(spec, before, &check)
        if !Semantic.areEqual(spec["selector"], before["selector"]) {
            check.add(.invalid("spec.selector", text: SelectorValidation.text(spec["selector"]), "field is immutable"))
        }
        JobTemplateChange.check(spec, before, live?["status"] ?? [:], &check)
        for key in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
            check.immutable("spec.\(key)", spec[key], before[key])
        }
    }

    /// Pods of an indexed Job are named for it and their number.
    private static func podNames(_ object: JSON, _ spec: JSON, _ check: inout FieldCheck) {
        guard spec["completionMode"] == "Indexed", let count = spec.number("completions"), count > 0 else { return }
        let name = object[path: "metadata", "name"]?.string ?? ""
        let last = "\(name)-\(count - 1)"
        guard !NameRules.label(last).isEmpty else { return }
        check.invalid(
            "metadata.name", .string(name), ["will not able to create pod with invalid DNS label: \(last)"])
    }

    private static func completions(_ spec: JSON, _ before: JSON, _ check: inout FieldCheck) {
        let (new, old) = (spec["completions"], before["completions"])
        guard spec["completionMode"] == "Indexed" else { return check.immutable("spec.completions", new, old) }
        guard let new, new != old, new != spec["parallelism"] else { return }
        check.invalid("spec.completions", new, ["can only be modified in tandem with spec.parallelism"])
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
        if let zone = spec["timeZone"]?.string, live == nil || live?[path: "spec", "timeZone"] != .string(zone) {
            if let fault = TimeZones.fault(in: zone) { check.invalid("spec.timeZone", .string(zone), [fault]) }
        }
        check.choice("spec.concurrencyPolicy", spec.text("concurrencyPolicy"), ["Allow", "Forbid", "Replace"])
        let job = spec[path: "jobTemplate", "spec"] ?? [:]
        self.spec(job, "spec.jobTemplate.spec", &check)
        if let selector = job["selector"], selector.object != nil {
            check.add(
                .invalid(
                    "spec.jobTemplate.spec.selector", text: SelectorValidation.text(selector),
                    "`selector` will be auto-generated"))
        }
        if job["manualSelector"] == true {
            check.add(.notSupported("spec.jobTemplate.spec.manualSelector", true, ["nil", "false"]))
        }
        for key in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
            check.notNegative("spec.\(key)", spec[key])
        }
    }

    private static func spec(_ spec: JSON, _ path: String, _ check: inout FieldCheck) {
        for key in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
            "backoffLimitPerIndex", "maxFailedIndexes",
        ] {
            check.notNegative("\(path).\(key)", spec[key])
        }
        if spec["maxFailedIndexes"]?.int != nil, spec["backoffLimitPerIndex"]?.int == nil {
            check.require("\(path).backoffLimitPerIndex", "when maxFailedIndexes is specified")
        }
        if let manager = spec["managedBy"]?.string {
            check.invalid("\(path).managedBy", .string(manager), NameRules.domainPath(manager))
            if manager.utf8.count > 63 { check.add(.tooLong("\(path).managedBy", 63)) }
        }
        IndexedJobValidation.check(spec, path, &check)
        if let policy = spec["podFailurePolicy"] {
            FailurePolicyValidation.check(policy, spec, "\(path).podFailurePolicy", &check)
        }
        IndexedJobValidation.success(spec, "\(path).successPolicy", &check)
        if let policy = spec["podReplacementPolicy"]?.string {
            let known = spec["podFailurePolicy"] == nil ? ["Failed", "TerminatingOrFailed"] : ["Failed"]
            check.supportedChoice("\(path).podReplacementPolicy", policy, known)
        }
        PodValidation.template(spec["template"] ?? [:], "\(path).template", &check)
        let policy = spec[path: "template", "spec", "restartPolicy"]?.string ?? ""
        let field = "\(path).template.spec.restartPolicy"
        if policy.isEmpty || policy == "Always" {
            check.require(field, "valid values: \"OnFailure\", \"Never\"")
        } else if policy == "OnFailure", spec["podFailurePolicy"] != nil {
            check.invalid(
                field, .string(policy), ["only \"Never\" is supported when podFailurePolicy is specified"])
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
