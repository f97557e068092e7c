import Formats

// What containers lack. A manifest is looked at as it is rendered, and found once, however many tenants have it.
extension Lint {
    /// Kinds that run containers, with the path to their pod's specification, and whether they serve until they are ended.
    private static let workloads: [String: (path: [String], serves: Bool)] = [
        "Deployment": (["spec", "template", "spec"], true), "StatefulSet": (["spec", "template", "spec"], true),
        "DaemonSet": (["spec", "template", "spec"], true), "Job": (["spec", "template", "spec"], false),
        "CronJob": (["spec", "jobTemplate", "spec", "template", "spec"], false),
        "Pod": (["spec"], true),
    ]

    mutating func lookAtWorkloads() {
        for state in states {
            look(at: state.objects)
            for tenant in state.tenants { look(at: tenant.objects) }
        }
    }

    private mutating func look(at objects: [DesiredObject]) {
        let namespaces = Set(objects.filter(\.givesDefaultLimits).map(\.id.namespace))
        for object in objects {
            guard let (path, serves) = Self.workloads[object.id.kind] else { continue }
            let hasDefaults = namespaces.contains(object.id.namespace)
            for list in ["containers", "initContainers"] {
                let containers = path.reduce(object.object as JSON?) { $0?[$1] }?[list]?.array ?? []
                let nodes = path.reduce(object.manifest) { $0?[$1] }?[list]?.sequence ?? []
                for (index, container) in containers.enumerated() {
                    let mark = index < nodes.count ? nodes[index].mark : object.source.mark
                    let place = Place(file: object.source.file, mark: mark)
                    look(at: container, of: object.id.kind, at: place, hasDefaults: hasDefaults)
                    if serves, list == "containers" { lookForProbes(container, of: object.id.kind, at: place) }
                }
            }
        }
    }

    private mutating func look(at container: JSON, of kind: String, at place: Place, hasDefaults: Bool) {
        let name = container["name"]?.string ?? ""
        if !hasDefaults, container["resources"]?["limits"]?["memory"] == nil {
            warn(.noResources, at: place, "container '\(name)' of the \(kind) has no memory limit")
        }
        guard let image = container["image"]?.string, !image.contains("@") else { return }
        let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().last
        if tag == nil {
            warn(.movingImage, at: place, "image '\(image)' has no tag, which means latest; name a version")
        } else if tag == "latest" {
            warn(.movingImage, at: place, "image '\(image)' is another one tomorrow; name a version")
        }
    }

    private mutating func lookForProbes(_ container: JSON, of kind: String, at place: Place) {
        guard container["readinessProbe"] == nil else { return }
        let name = container["name"]?.string ?? ""
        warn(.noProbe, at: place, "container '\(name)' of the \(kind) has no readinessProbe")
    }
}

extension DesiredObject {
    /// A LimitRange that gives containers a memory limit where they name none.
    fileprivate var givesDefaultLimits: Bool {
        id.kind == "LimitRange"
            && (object["spec"]?["limits"]?.array ?? []).contains {
                $0["type"] == "Container" && $0["default"]?["memory"] != nil
            }
    }
}
