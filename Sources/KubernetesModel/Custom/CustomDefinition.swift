package import Formats

/// A CustomResourceDefinition, read for what its own objects are held to.
package struct CustomDefinition: Sendable {
    /// One version that the API server offers.
    package struct Version: Sendable {
        package let kind: ResourceKind
        package let schema: ObjectSchema
        /// What the schema says about values, beside names and types; nil where it says nothing that can be checked here.
        let values: JSONSchema?
    }

    package let group: String
    package let kind: String
    /// By name.
    package let versions: [String: Version]

    /// Nil where the object is not one that could make a kind.
    package init?(_ definition: JSON) {
        let (spec, names) = (definition["spec"], definition[path: "spec", "names"])
        guard definition["kind"] == "CustomResourceDefinition", let group = spec?["group"]?.string,
            let plural = names?["plural"]?.string, let kind = names?["kind"]?.string
        else { return nil }
        self.group = group
        self.kind = kind
        var versions: [String: Version] = [:]
        for version in spec?["versions"]?.array ?? [] where version["served"] != false {
            guard let name = version["name"]?.string else { continue }
            let gvk = GroupVersionKind(group: group, version: name, kind: kind)
            let hasStatus = version[path: "subresources", "status"] != nil
            let status = ResourceKind.Subresource(name: "status", kind: gvk, verbs: ["get", "patch", "update"])
            let resource = ResourceKind(
                gvk: gvk, plural: plural, singular: names?["singular"]?.string ?? kind.lowercased(),
                isNamespaced: spec?["scope"] != "Cluster", subresources: hasStatus ? [status] : [])
            let document = version[path: "schema", "openAPIV3Schema"] ?? ["type": "object"]
            guard let schema = StructuralSchema(document).objectSchema(gvk) else { continue }
            versions[name] = Version(
                kind: resource, schema: schema, values: ValueSchema.compile(document))
        }
        self.versions = versions
    }
}

/// The kinds that a set of definitions makes.
package struct CustomKinds: Sendable {
    private var versions: [GroupVersionKind: CustomDefinition.Version] = [:]
    private var byGroup: [String: [GroupVersionKind]] = [:]

    package init() {}

    /// Of two definitions of one version the later holds.
    package init(_ definitions: some Sequence<CustomDefinition>) {
        for definition in definitions {
            for version in definition.versions.values { versions[version.kind.gvk] = version }
        }
        byGroup = Dictionary(grouping: versions.keys, by: \.group).mapValues { kinds in
            kinds.sorted { ($0.kind, $0.version) < ($1.kind, $1.version) }
        }
    }

    package subscript(gvk: GroupVersionKind) -> CustomDefinition.Version? { versions[gvk] }

    /// Every kind of the group, by kind and version.
    package func kinds(of group: String) -> [GroupVersionKind] { byGroup[group] ?? [] }
}
