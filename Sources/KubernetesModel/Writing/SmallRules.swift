import Formats

/// What the server adds to pods of nobody.
enum PodRules {
    /// A node that is not ready or not reachable is borne for five minutes, unless the pod says otherwise.
    static func tolerateLostNodes(_ object: inout JSON) {
        object.edit("spec") { spec in
            for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
                let isSaid = spec.list("tolerations").contains {
                    ["", key].contains($0.text("key")) && ["", "NoExecute"].contains($0.text("effect"))
                }
                guard !isSaid else { continue }
                let toleration: JSON = [
                    "effect": "NoExecute", "key": .string(key), "operator": "Exists", "tolerationSeconds": 300,
                ]
                spec["tolerations"] = .array(spec.list("tolerations") + [toleration])
            }
        }
    }
}

/// What the server takes out of claims.
enum ClaimRules {
    /// A source other than a claim or a snapshot, unless there is one already.
    static func dropSources(_ object: inout JSON, live: JSON) {
        guard let source = object[path: "spec", "dataSource"], live[path: "spec", "dataSource"] == nil else { return }
        let place = "\(source.text("apiGroup"))/\(source.text("kind"))"
        guard !["/PersistentVolumeClaim", "snapshot.storage.k8s.io/VolumeSnapshot"].contains(place) else { return }
        object.edit("spec") { $0["dataSource"] = nil }
    }
}

/// What the server takes out of service accounts.
enum AccountRules {
    /// Of the Secrets nothing but their names.
    static func keepNames(_ object: inout JSON) {
        object.editEach("secrets") { secret in
            let name = secret.text("name")
            secret = name.isEmpty ? [:] : ["name": .string(name)]
        }
    }
}

/// What the server counts of daemon sets.
enum DaemonSetRules {
    private static let annotation = "deprecated.daemonset.template.generation"

    /// How many templates there were, in an annotation that nobody else can write.
    static func countTemplates(_ object: inout JSON, live: JSON?) {
        var count: Int64 = 1
        if let live {
            let held = live[path: "metadata", "annotations", annotation]?.string.flatMap { Int64($0) } ?? 0
            let isSame = Semantic.areEqual(object[path: "spec", "template"], live[path: "spec", "template"])
            count = isSame ? held : held &+ 1
        }
        object.edit("metadata") { metadata in
            metadata.fillMissing("annotations", [:])
            metadata["annotations"]?[annotation] = .string("\(count)")
        }
    }
}

/// What the server takes out of leases.
enum LeaseRules {
    /// Fields of a feature that is off unless asked for stay only where they are already.
    static func dropUnserved(_ object: inout JSON, live: JSON?) {
        let held = live?["spec"]
        guard held?["strategy"] == nil, held?["preferredHolder"] == nil else { return }
        object.edit("spec") { spec in
            spec["strategy"] = nil
            spec["preferredHolder"] = nil
        }
    }
}
