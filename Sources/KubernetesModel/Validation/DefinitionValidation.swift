import Formats

/// CustomResourceDefinitions.
enum DefinitionValidation {
    @Sendable static func check(_ object: JSON, _ live: JSON?, _ check: inout FieldCheck) {
        let spec = object["spec"] ?? [:]
        let (group, names) = (spec.text("group"), spec["names"] ?? [:])
        let wanted = "\(names.text("plural")).\(group)"
        if let name = object[path: "metadata", "name"]?.string, name != wanted {
            check.invalid("metadata.name", .string(name), ["must be spec.names.plural+\".\"+spec.group"])
        }
        if group.isEmpty {
            check.require("spec.group")
        } else {
            check.invalid("spec.group", .string(group), NameRules.subdomain(group))
            if !group.contains(".") {
                check.invalid("spec.group", .string(group), ["should be a domain with at least one dot"])
            }
        }
        check.choice("spec.scope", spec.text("scope"), ["Cluster", "Namespaced"])
        self.names(names, &check)
        versions(spec.list("versions"), &check)
    }

    private static func names(_ names: JSON, _ check: inout FieldCheck) {
        for key in ["plural", "singular", "kind", "listKind"] {
            let name = names.text(key)
            let isNeeded = key == "plural" || key == "kind"
            if name.isEmpty {
                if isNeeded { check.require("spec.names.\(key)") }
            } else {
                check.invalid("spec.names.\(key)", .string(name), NameRules.label1035(name.lowercased()))
            }
        }
        if !names.text("kind").isEmpty, names["kind"] == names["listKind"] {
            check.invalid("spec.names.listKind", names["listKind"] ?? .null, ["kind and listKind may not be the same"])
        }
    }

    private static func versions(_ versions: [JSON], _ check: inout FieldCheck) {
        if versions.isEmpty {
            check.require("spec.versions", "must have exactly one version marked as storage version")
        }
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let place = "spec.versions[\(index)]"
            check.name("\(place).name", version.text("name"), NameRules.label1035)
            if !seen.insert(version.text("name")).inserted {
                check.invalid("\(place).name", version["name"] ?? .null, ["must contain unique version names"])
            }
            let schema = version[path: "schema", "openAPIV3Schema"]
            guard let schema, schema.object != nil else {
                check.require("\(place).schema.openAPIV3Schema", "schemas are required")
                continue
            }
            root(schema, "\(place).schema.openAPIV3Schema", &check)
        }
        let count = versions.count { $0["storage"] == true }
        if !versions.isEmpty, count != 1 {
            check.add(
                .invalid("spec.versions", text: "", "must have exactly one version marked as storage version"))
        }
    }

    private static func root(_ schema: JSON, _ place: String, _ check: inout FieldCheck) {
        let type = schema.text("type")
        if type.isEmpty {
            check.require("\(place).type", "must not be empty at the root")
        } else if type != "object" {
            check.invalid("\(place).type", .string(type), ["must be object at the root"])
        }
        below(schema, place, &check)
    }

    /// > Each field in the object … must specify a type, unless it is `x-kubernetes-int-or-string` or
    /// > `x-kubernetes-preserve-unknown-fields`.
    ///
    /// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
    private static func structure(_ schema: JSON, _ place: String, _ what: String, _ check: inout FieldCheck) {
        let isFree =
            schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true
        if schema.text("type").isEmpty, !isFree {
            check.require("\(place).type", "must not be empty for specified \(what)")
        } else if !schema.text("type").isEmpty {
            check.supportedChoice(
                "\(place).type", schema.text("type"),
                ["array", "boolean", "integer", "number", "object", "string"])
        }
        below(schema, place, &check)
    }

    private static func below(_ schema: JSON, _ place: String, _ check: inout FieldCheck) {
        for member in schema.members("properties") {
            structure(member.value, "\(place).properties[\(member.key)]", "object fields", &check)
        }
        if let values = schema["additionalProperties"], values.object != nil {
            structure(values, "\(place).additionalProperties", "object fields", &check)
        }
        if let items = schema["items"], items.object != nil {
            structure(items, "\(place).items", "array items", &check)
        } else if schema["type"] == "array" {
            check.require("\(place).items", "must be specified")
        }
        if schema["x-kubernetes-list-type"] == "map", !schema.hasMembers("x-kubernetes-list-map-keys") {
            check.require("\(place).x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
        }
    }
}
