import Formats

/// What of a pod that is there may be changed.
enum PodChange {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        PodValidation.pod(object, live, &check)
        guard let before = live?["spec"] else { return }
        let spec = object["spec"] ?? [:]
        for key in ["initContainers", "containers"] where before.list(key).count != spec.list(key).count {
            check.add(.forbidden("spec.\(key)", "pod updates may not add or remove containers"))
            return
        }
        if let seconds = before.number("activeDeadlineSeconds"),
            (spec.number("activeDeadlineSeconds") ?? .max) > seconds
        {
            check.invalid(
                "spec.activeDeadlineSeconds", spec["activeDeadlineSeconds"] ?? .null,
                ["must be less than or equal to previous value"])
        }
        let added = spec.list("tolerations")
        if !before.list("tolerations").allSatisfy({ old in added.contains { isSame(old, $0) } }) {
            check.add(
                .forbidden(
                    "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"))
        }
        if !Semantic.areEqual(fixed(spec), fixed(before)) {
            check.add(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                        + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
                        + "to 1 if it was previously negative)"))
        }
    }

    private static func isSame(_ old: JSON, _ new: JSON) -> Bool {
        var (old, new) = (old, new)
        old["tolerationSeconds"] = nil
        new["tolerationSeconds"] = nil
        return Semantic.areEqual(old, new)
    }

    /// What may not be changed at all.
    private static func fixed(_ spec: JSON) -> JSON {
        var spec = spec
        for key in ["activeDeadlineSeconds", "tolerations"] { spec[key] = nil }
        for key in ["initContainers", "containers"] { spec.editEach(key) { $0["image"] = nil } }
        return spec
    }
}
