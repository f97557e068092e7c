import Formats

/// What of a pod that is there may be changed.
enum PodChange {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        PodValidation.pod(object, live, &check)
        guard let before = live?["spec"] else { return }
        let spec = object["spec"] ?? [:]
        for key in ["containers", "initContainers"] {
            if before.list(key).count != spec.list(key).count {
                return check.add(.forbidden("spec.\(key)", "pod updates may not add or remove containers"))
            }
            // As on the server, a second time.
            PodValidation.images(spec, key, &check)
        }
        guard deadline(spec, before, &check) else { return }
        let added = spec.list("tolerations")
        if before.list("tolerations").allSatisfy({ old in added.contains { isSame(old, $0) } }) {
            TolerationValidation.check(added, "spec.tolerations", &check)
        } else {
            check.add(
                .forbidden(
                    "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"))
        }
        let kept = spec.keeping(before)
        guard
            !Semantic.areEqual(kept, before) || kept["resources"] == nil && before["resources"] != nil
                || kept["resources"] != nil && before["resources"] == nil
        else { return }
        check.add(
            .forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,"
                    + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                    + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
                    + "to 1 if it was previously negative)\n"
                    + UnifiedDiff.text(InternalForm.podSpecLines(before), InternalForm.podSpecLines(kept))))
    }

    /// False where nothing else is looked at.
    private static func deadline(_ spec: JSON, _ before: JSON, _ check: inout FieldCheck) -> Bool {
        let (field, held) = ("spec.activeDeadlineSeconds", before.number("activeDeadlineSeconds"))
        guard let seconds = spec.number("activeDeadlineSeconds") else {
            if held != nil {
                check.invalid(field, .null, ["must not update from a positive integer to nil value"])
            }
            return true
        }
        if !(0...2_147_483_647).contains(seconds) {
            check.invalid(field, .int(seconds), ["must be between 0 and 2147483647, inclusive"])
            return false
        }
        guard let held, seconds > held else { return true }
        check.invalid(field, .int(seconds), ["must be less than or equal to previous value"])
        return false
    }

    private static func isSame(_ old: JSON, _ new: JSON) -> Bool {
        var (old, new) = (old, new)
        old["tolerationSeconds"] = nil
        new["tolerationSeconds"] = nil
        return Semantic.areEqual(old, new)
    }
}

extension JSON {
    /// The spec of a pod with what may change as it was before.
    fileprivate func keeping(_ before: JSON) -> JSON {
        var spec = self
        for key in ["activeDeadlineSeconds", "tolerations"] { spec[key] = before[key] }
        for key in ["initContainers", "containers"] {
            let images = before.list(key).map { $0["image"] }
            var index = 0
            spec.editEach(key) { container in
                container["image"] = images[index]
                index += 1
            }
        }
        return spec
    }
}
