import Formats
import KubernetesModel
import Synchronization

/// The resources that CustomResourceDefinitions make.
enum CustomResources {
    /// One for each served version, the preferred one first.
    static func types(of definition: JSON) -> [ResourceType] {
        guard let spec = definition["spec"], let group = spec["group"]?.string else { return [] }
        // Names that were not accepted are not served.
        let names = definition["status"]?["acceptedNames"] ?? spec["names"] ?? [:]
        guard let plural = names["plural"]?.string, let kind = names["kind"]?.string else { return [] }
        let stored = (spec["versions"]?.array ?? []).first { $0["storage"]?.bool == true }?["name"]?.string ?? ""
        let served = (spec["versions"]?.array ?? []).filter { $0["served"]?.bool == true }
        return served.sorted { VersionOrder.precedes($0["name"]?.string ?? "", $1["name"]?.string ?? "") }.map {
            version in
            let gvk = GroupVersionKind(group: group, version: version["name"]?.string ?? "", kind: kind)
            let model = ResourceKind(
                gvk: gvk, plural: plural, singular: names["singular"]?.string ?? kind.lowercased(),
                shortNames: texts(names["shortNames"]), categories: texts(names["categories"]),
                isNamespaced: spec["scope"]?.string == "Namespaced", verbs: verbs,
                subresources: subresources(of: version, gvk))
            return ResourceType(
                model, listKind: names["listKind"]?.string,
                custom: CustomKind(version, gvk, storedVersion: "\(group)/\(stored)"))
        }
    }

    /// In the order in which the real server lists them for custom resources.
    private static let verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]

    private static func texts(_ value: JSON?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    private static func subresources(of version: JSON, _ gvk: GroupVersionKind) -> [ResourceType.Subresource] {
        let verbs = ["get", "patch", "update"]
        var found: [ResourceType.Subresource] = []
        if version["subresources"]?["status"] != nil { found.append(.init(name: "status", kind: gvk, verbs: verbs)) }
        if version["subresources"]?["scale"] != nil {
            let scale = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")
            found.append(.init(name: "scale", kind: scale, verbs: verbs))
        }
        return found
    }
}

/// The resources of definitions, read again only when a definition has changed.
final class CustomCatalog: Sendable {
    private let known = Mutex<[ObjectKey: (version: Int64, types: [ResourceType])]>([:])

    func types(of definition: StoredObject) -> [ResourceType] {
        if let entry = known.withLock({ $0[definition.key] }), entry.version == definition.version {
            return entry.types
        }
        let types = CustomResources.types(of: definition.value)
        known.withLock { $0[definition.key] = (definition.version, types) }
        return types
    }
}

/// The order of versions in discovery: `v2`, `v1`, `v2beta1`, `v1alpha3`, and then all others by name.
enum VersionOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        switch (Rank(left), Rank(right)) {
        case (let one?, let other?): one.values.lexicographicallyPrecedes(other.values, by: >)
        case (nil, nil): ByteOrder.precedes(left, right)
        case (let one, _): one != nil
        }
    }

    /// How far a version has come: stable before beta before alpha, the highest number first.
    private struct Rank {
        let values: [Int]

        init?(_ text: String) {
            guard text.first == "v" else { return nil }
            let digits = text.dropFirst().prefix(while: \.isNumber)
            guard let major = Int(digits) else { return nil }
            let rest = text.dropFirst(1 + digits.count)
            guard !rest.isEmpty else {
                values = [3, major, 0]
                return
            }
            let stage = rest.hasPrefix("beta") ? 2 : rest.hasPrefix("alpha") ? 1 : 0
            guard stage > 0, let minor = Int(rest.dropFirst(stage == 2 ? 4 : 5)) else { return nil }
            values = [stage, major, minor]
        }
    }
}
