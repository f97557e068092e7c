import Formats
import KubernetesModel

/// What the server offers, as clients ask for it before anything else.
struct Discovery: Sendable {
    let resources: [ResourceType]

    /// `/api`
    static let versions: JSON = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:0"]],
    ]

    static let version: JSON = [
        "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
        "minCompatibilityMinor": "35", "gitVersion": "v1.36.2", "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z", "goVersion": "none", "compiler": "gc",
        "platform": "linux/amd64",
    ]

    /// The groups with a name, in order, each with its versions, the preferred one first.
    private var groups: [(name: String, versions: [String])] {
        var groups: [(name: String, versions: [String])] = []
        for resource in resources where !resource.group.isEmpty {
            if let index = groups.firstIndex(where: { $0.name == resource.group }) {
                if !groups[index].versions.contains(resource.version) {
                    groups[index].versions.append(resource.version)
                }
            } else {
                groups.append((resource.group, [resource.version]))
            }
        }
        return groups
    }

    /// `/apis`
    var groupList: JSON {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(Self.group))]
    }

    /// `/apis/GROUP`
    func group(_ name: String) -> JSON? {
        guard let found = groups.first(where: { $0.name == name }) else { return nil }
        var group = Self.group(found)
        group["kind"] = "APIGroup"
        group["apiVersion"] = "v1"
        return group
    }

    private static func group(_ group: (name: String, versions: [String])) -> JSON {
        let versions: [JSON] = group.versions.map {
            ["groupVersion": .string("\(group.name)/\($0)"), "version": .string($0)]
        }
        return ["name": .string(group.name), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    /// `/api/v1` and `/apis/GROUP/VERSION`
    func resourceList(group: String, version: String) -> JSON? {
        let offered = resources.filter { $0.group == group && $0.version == version }
        guard let first = offered.first else { return nil }
        var list: JSONObject = ["kind": "APIResourceList", "groupVersion": .string(first.apiVersion)]
        // The oldest group is the only one that leaves its version out.
        if !group.isEmpty { list["apiVersion"] = "v1" }
        list["resources"] = .array(offered.flatMap { [Self.entry($0)] + $0.subresources.map(Self.entry(under: $0)) })
        return .object(list)
    }

    private static func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

    private static func entry(_ resource: ResourceType) -> JSON {
        var entry: JSONObject = [
            "name": .string(resource.plural), "singularName": .string(resource.singular),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": texts(resource.verbs),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = texts(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = texts(resource.categories) }
        if resource.verbs.contains("watch") { entry["storageVersionHash"] = .string(resource.storageVersionHash) }
        return .object(entry)
    }

    private static func entry(under resource: ResourceType) -> (ResourceType.Subresource) -> JSON {
        { subresource in
            let kind = subresource.kind
            var entry: JSONObject = [
                "name": .string("\(resource.plural)/\(subresource.name)"), "singularName": "",
                "namespaced": .bool(resource.isNamespaced), "kind": .string(kind.kind),
                "verbs": texts(subresource.verbs),
            ]
            if kind.apiVersion != resource.apiVersion {
                entry["group"] = .string(kind.group)
                entry["version"] = .string(kind.version)
            }
            return .object(entry)
        }
    }
}

/// Discovery of all groups in one answer.
extension Discovery {
    static let aggregatedContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    /// Of the group without a name, or of all others.
    func aggregated(core: Bool) -> JSON {
        let items: [JSON] =
            core
            ? [["metadata": [:], "versions": [versionEntry(group: "", "v1")]]]
            : groups.map { group in
                [
                    "metadata": ["name": .string(group.name)],
                    "versions": .array(group.versions.map { versionEntry(group: group.name, $0) }),
                ]
            }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
            "items": .array(items),
        ]
    }

    private func versionEntry(group: String, _ version: String) -> JSON {
        let offered = resources.filter { $0.group == group && $0.version == version }
        return [
            "version": .string(version), "freshness": "Current", "resources": .array(offered.map(Self.aggregatedEntry)),
        ]
    }

    private static func kind(_ kind: GroupVersionKind, of resource: ResourceType) -> JSON {
        // Built-in kinds leave their own group and version to the place they stand in.
        let isImplied = kind.apiVersion == resource.apiVersion && !resource.isCustom
        return [
            "group": .string(isImplied ? "" : kind.group), "version": .string(isImplied ? "" : kind.version),
            "kind": .string(kind.kind),
        ]
    }

    private static func aggregatedEntry(_ resource: ResourceType) -> JSON {
        var entry: JSONObject = [
            "resource": .string(resource.plural), "responseKind": kind(resource.model.gvk, of: resource),
            "scope": resource.isNamespaced ? "Namespaced" : "Cluster", "singularResource": .string(resource.singular),
            "verbs": texts(resource.verbs),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = texts(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = texts(resource.categories) }
        if !resource.subresources.isEmpty {
            entry["subresources"] = .array(
                resource.subresources.map { subresource in
                    [
                        "subresource": .string(subresource.name), "responseKind": kind(subresource.kind, of: resource),
                        "verbs": texts(subresource.verbs),
                    ]
                })
        }
        return .object(entry)
    }
}
