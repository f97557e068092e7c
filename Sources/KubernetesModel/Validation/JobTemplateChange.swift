import Formats

/// What of the template of a Job that is there may be changed.
enum JobTemplateChange {
    /// Pods are made from the template as it was. Only of a Job that is suspended, and has no pods, may what they ask for
    /// and where they go be changed.
    static func check(_ spec: JSON, _ before: JSON, _ status: JSON, _ check: inout FieldCheck) {
        let (new, old) = (spec["template"] ?? [:], before["template"] ?? [:])
        guard before["suspend"] == true, isIdle(status) else {
            if !Semantic.areEqual(new, old) {
                check.add(.invalid("spec.template", text: InternalForm.template(new), "field is immutable"))
            }
            return
        }
        let (wanted, had) = (new["spec"] ?? [:], old["spec"] ?? [:])
        guard !Semantic.areEqual(wanted, adapted(had, to: wanted)) else { return }
        check.add(.invalid("spec.template.spec", text: InternalForm.podSpec(wanted), "field is immutable"))
    }

    private static func isIdle(_ status: JSON) -> Bool {
        let isSuspended = status.list("conditions").contains {
            $0["type"] == "Suspended" && $0["status"] == "True"
        }
        return (status["startTime"] == nil || isSuspended) && status.number("active") ?? 0 == 0
    }

    /// The old pods with what of the new ones may differ.
    private static func adapted(_ old: JSON, to new: JSON) -> JSON {
        var old = old
        for key in ["nodeSelector", "tolerations", "schedulingGates"] { old[key] = new[key] }
        var affinity = old["affinity"] ?? [:]
        affinity["nodeAffinity"] = new[path: "affinity", "nodeAffinity"]
        old["affinity"] = affinity == [:] && new["affinity"] == nil ? nil : affinity
        for key in ["containers", "initContainers"] {
            let wanted = new.list(key)
            guard wanted.count == old.list(key).count else { continue }
            var index = 0
            old.editEach(key) { container in
                if container["name"] == wanted[index]["name"] { container["resources"] = wanted[index]["resources"] }
                index += 1
            }
        }
        return old
    }
}
