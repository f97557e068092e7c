import Formats
import KubernetesModel

/// The resources that a CustomResourceDefinition makes.
enum CustomResources {
    /// One for each served version.
    static func types(of definition: JSON) -> [ResourceType] {
        guard let spec = definition["spec"], let names = spec["names"], let group = spec["group"]?.string,
            let plural = names["plural"]?.string, let kind = names["kind"]?.string
        else { return [] }
        return (spec["versions"]?.array ?? []).compactMap { version in
            guard version["served"]?.bool == true, let name = version["name"]?.string else { return nil }
            let gvk = GroupVersionKind(group: group, version: name, kind: kind)
            let model = ResourceKind(
                gvk: gvk, plural: plural, singular: names["singular"]?.string ?? kind.lowercased(),
                shortNames: texts(names["shortNames"]), categories: texts(names["categories"]),
                isNamespaced: spec["scope"]?.string == "Namespaced", verbs: verbs,
                subresources: subresources(of: version, gvk))
            return ResourceType(model, listKind: names["listKind"]?.string, isCustom: true)
        }
    }

    /// In the order in which the real server lists them for custom resources.
    private static let verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]

    private static func texts(_ value: JSON?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    private static func subresources(of version: JSON, _ gvk: GroupVersionKind) -> [ResourceType.Subresource] {
        let verbs = ["get", "patch", "update"]
        var found: [ResourceType.Subresource] = []
        if version["subresources"]?["scale"] != nil {
            let scale = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")
            found.append(.init(name: "scale", kind: scale, verbs: verbs))
        }
        if version["subresources"]?["status"] != nil { found.append(.init(name: "status", kind: gvk, verbs: verbs)) }
        return found
    }
}
