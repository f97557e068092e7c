import Formats

/// What the server fills into the kinds that run pods.
enum WorkloadDefaults {
    @Sendable static func deployment(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fillMissing("replicas", 1)
            spec.fillMissing("strategy", [:])
            spec.edit("strategy") { strategy in
                strategy.fill("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.fillMissing("rollingUpdate", [:])
                strategy.edit("rollingUpdate") { rolling in
                    rolling.fillMissing("maxUnavailable", "25%")
                    rolling.fillMissing("maxSurge", "25%")
                }
            }
            spec.fillMissing("revisionHistoryLimit", 10)
            spec.fillMissing("progressDeadlineSeconds", 600)
            spec.edit("template", PodDefaults.fillTemplate)
        }
    }

    @Sendable static func statefulSet(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fill("podManagementPolicy", "OrderedReady")
            spec.fillMissing("updateStrategy", [:])
            spec.edit("updateStrategy") { strategy in
                // Where the type is said, nothing is filled in that is not there.
                if strategy.text("type").isEmpty { strategy.fillMissing("rollingUpdate", [:]) }
                strategy.fill("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.edit("rollingUpdate") { $0.fillMissing("partition", 0) }
            }
            spec.fillMissing("persistentVolumeClaimRetentionPolicy", [:])
            spec.edit("persistentVolumeClaimRetentionPolicy") { policy in
                policy.fill("whenDeleted", "Retain")
                policy.fill("whenScaled", "Retain")
            }
            spec.fillMissing("replicas", 1)
            spec.fillMissing("revisionHistoryLimit", 10)
            spec.edit("template", PodDefaults.fillTemplate)
            spec.editEach("volumeClaimTemplates") { claim in
                claim["apiVersion"] = "v1"
                claim["kind"] = "PersistentVolumeClaim"
                Defaults.claim(&claim)
            }
        }
    }

    @Sendable static func daemonSet(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fillMissing("updateStrategy", [:])
            spec.edit("updateStrategy") { strategy in
                strategy.fill("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.fillMissing("rollingUpdate", [:])
                strategy.edit("rollingUpdate") { rolling in
                    rolling.fillMissing("maxUnavailable", 1)
                    rolling.fillMissing("maxSurge", 0)
                }
            }
            spec.fillMissing("revisionHistoryLimit", 10)
            spec.edit("template", PodDefaults.fillTemplate)
        }
    }

    @Sendable static func replicaSet(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fillMissing("replicas", 1)
            spec.edit("template", PodDefaults.fillTemplate)
        }
    }

    @Sendable static func job(_ object: inout JSON) {
        let labels = object[path: "spec", "template", "metadata", "labels"]
        object.edit("spec") { spec in
            if spec.number("completions") == nil, spec.number("parallelism") == nil { spec["completions"] = 1 }
            spec.fillMissing("parallelism", 1)
            spec.fillMissing("backoffLimit", spec.number("backoffLimitPerIndex") == nil ? 6 : 2_147_483_647)
            spec.fillMissing("completionMode", "NonIndexed")
            spec.fillMissing("suspend", false)
            spec.edit("podFailurePolicy") { policy in
                policy.editEach("rules") { $0.editEach("onPodConditions") { $0.fill("status", "True") } }
            }
            spec.fillMissing("podReplacementPolicy", spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed")
            spec.fillMissing("manualSelector", false)
            spec.edit("template", PodDefaults.fillTemplate)
        }
        if let labels, labels.object?.isEmpty == false {
            object.edit("metadata") { if !$0.hasMembers("labels") { $0["labels"] = labels } }
        }
    }

    @Sendable static func cronJob(_ object: inout JSON) {
        object.edit("spec") { spec in
            spec.fill("concurrencyPolicy", "Allow")
            spec.fillMissing("suspend", false)
            spec.fillMissing("successfulJobsHistoryLimit", 3)
            spec.fillMissing("failedJobsHistoryLimit", 1)
            spec.edit("jobTemplate") { $0.edit("spec") { $0.edit("template", PodDefaults.fillTemplate) } }
        }
    }
}
