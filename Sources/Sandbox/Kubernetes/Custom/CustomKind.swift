import Formats
import KubernetesModel

/// What a definition says about one version of its objects, beside what they are called.
final class CustomKind: Sendable, Hashable {
    let schema: ObjectSchema
    /// The version that objects are kept in: `example.dev/v1`.
    let storedVersion: String
    let columns: [PrinterColumn]
    /// Where the numbers of the `scale` subresource lie; nil where there is none.
    let scale: ScalePaths?

    init(_ version: JSON, _ gvk: GroupVersionKind, storedVersion: String) {
        self.storedVersion = storedVersion
        let schema = CustomSchema(version["schema"]?["openAPIV3Schema"] ?? ["type": "object"])
        self.schema = ObjectSchema(gvk: gvk, custom: schema, evaluate: CustomRules.evaluate)
        columns = (version["additionalPrinterColumns"]?.array ?? []).map(PrinterColumn.init)
        scale = version["subresources"]?["scale"].map(ScalePaths.init)
    }

    static func == (left: CustomKind, right: CustomKind) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Where an object keeps how many of it are wanted, how many there are, and which they are.
struct ScalePaths: Sendable, Hashable {
    let wanted: [String]
    let present: [String]
    /// Nil for workloads, whose selector is an object.
    let selector: [String]?

    static let workload = ScalePaths(
        wanted: ["spec", "replicas"], present: ["status", "replicas"], selector: nil)

    init(wanted: [String], present: [String], selector: [String]?) {
        self.wanted = wanted
        self.present = present
        self.selector = selector
    }

    init(_ json: JSON) {
        func path(_ name: String) -> [String] {
            (json[name]?.string ?? "").split(separator: ".").map(String.init)
        }
        self.init(
            wanted: path("specReplicasPath"), present: path("statusReplicasPath"), selector: path("labelSelectorPath"))
    }
}
