import Formats

/// Fields of features that a server has switched off unless it is told otherwise: it takes them out, except where the object
/// has them already.
enum UnservedFields {
    /// Where the spec of the pods lies that a kind has or makes.
    private static let podSpecs: [String: [String]] = [
        "/Pod": ["spec"], "/ReplicationController": ["spec", "template", "spec"],
        "/PodTemplate": ["template", "spec"], "apps/Deployment": ["spec", "template", "spec"],
        "apps/StatefulSet": ["spec", "template", "spec"], "apps/DaemonSet": ["spec", "template", "spec"],
        "apps/ReplicaSet": ["spec", "template", "spec"], "batch/Job": ["spec", "template", "spec"],
        "batch/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
    ]

    static func drop(from object: inout JSON, _ kind: ResourceKind, live: JSON?) {
        let key = "\(kind.group)/\(kind.kind)"
        if key == "apps/StatefulSet" {
            let held = live?[path: "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"]
            if held == nil {
                object.edit(path: ["spec", "updateStrategy", "rollingUpdate"]) { $0["maxUnavailable"] = nil }
            }
        }
        guard let path = podSpecs[key] else { return }
        let held = path.reduce(live) { $0?[$1] }
        object.edit(path: path) { dropOfPods(&$0, held) }
    }

    private static func dropOfPods(_ spec: inout JSON, _ live: JSON?) {
        if !holds(live, where: { $0[path: "lifecycle", "stopSignal"] != nil }) {
            for key in ["containers", "initContainers", "ephemeralContainers"] {
                spec.editEach(key) { container in
                    guard container[path: "lifecycle", "stopSignal"] != nil else { return }
                    container.edit("lifecycle") { $0["stopSignal"] = nil }
                    if container["lifecycle"] == [:] { container["lifecycle"] = nil }
                }
            }
        }
        let bundles = ["clusterTrustBundle", "podCertificate"]
        for key in bundles where !sources(live).contains(where: { $0[key] != nil }) {
            spec.editEach("volumes") { volume in
                volume.edit("projected") { $0.editEach("sources") { $0[key] = nil } }
            }
        }
    }

    private static func holds(_ spec: JSON?, where isHeld: (JSON) -> Bool) -> Bool {
        ["containers", "initContainers", "ephemeralContainers"].contains {
            spec?.list($0).contains(where: isHeld) ?? false
        }
    }

    private static func sources(_ spec: JSON?) -> [JSON] {
        (spec?.list("volumes") ?? []).flatMap { $0["projected"]?.list("sources") ?? [] }
    }
}
