import Cryptography
import Formats
import KubernetesModel

/// The schemas of what is offered, one document for each group and version, as `kubectl apply` and `explain` read them.
struct ServedSchemas: Sendable {
    let resources: [ResourceType]
    /// The CustomResourceDefinitions.
    let definitions: [JSON]

    /// `/openapi/v3`
    var index: JSON {
        var paths: JSONObject = [:]
        for name in Set(resources.map(Self.name)).sorted() {
            let hash = Hex.encode(SHA256.digest(of: (document(name) ?? .null).text).prefix(16)).uppercased()
            paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)?hash=\(hash)")]
        }
        return ["paths": .object(paths)]
    }

    /// `api/v1`, `apis/apps/v1`
    private static func name(_ resource: ResourceType) -> String {
        resource.group.isEmpty ? "api/\(resource.version)" : "apis/\(resource.group)/\(resource.version)"
    }

    func document(_ name: String) -> JSON? {
        let offered = resources.filter { Self.name($0) == name }
        guard !offered.isEmpty else { return nil }
        var document =
            OpenAPIDocuments.document(path: name)
            ?? [
                "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "1.36"], "components": ["schemas": [:]],
            ]
        var paths: JSONObject = [:]
        for resource in offered {
            for path in self.paths(of: resource) { paths[path.path] = path.operations }
            if resource.isCustom {
                document["components"]?["schemas"]?[Self.schemaName(resource)] = schema(of: resource)
            }
        }
        document["paths"] = .object(paths)
        return document
    }

    private func paths(of resource: ResourceType) -> [(path: String, operations: JSON)] {
        let root = resource.group.isEmpty ? "/api/v1" : "/apis/\(resource.apiVersion)"
        let place = resource.isNamespaced ? "\(root)/namespaces/{namespace}" : root
        let collection = Self.operations(resource, ["list", "create", "deletecollection"])
        var found = [
            ("\(place)/\(resource.plural)", collection),
            ("\(place)/\(resource.plural)/{name}", Self.operations(resource, ["get", "update", "patch", "delete"])),
        ]
        if resource.isNamespaced { found.append(("\(root)/\(resource.plural)", Self.operations(resource, ["list"]))) }
        return found
    }

    private static let methods = [
        "list": "get", "get": "get", "create": "post", "update": "put", "patch": "patch", "delete": "delete",
        "deletecollection": "delete",
    ]

    private static func operations(_ resource: ResourceType, _ verbs: [String]) -> JSON {
        var operations: JSONObject = [:]
        for verb in verbs where resource.verbs.contains(verb) {
            guard let method = methods[verb] else { continue }
            let writes = ["create", "update", "patch"].contains(verb)
            let names = writes ? ["dryRun", "fieldManager", "fieldValidation"] : []
            let action = verb == "update" ? "put" : verb == "create" ? "post" : verb
            operations[method] = [
                "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind(resource),
                "parameters": .array(
                    names.map {
                        ["name": .string($0), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
                    }
                ),
                "responses": [:],
            ]
        }
        return .object(operations)
    }

    private static func kind(_ resource: ResourceType) -> JSON {
        [
            "group": .string(resource.group), "version": .string(resource.version), "kind": .string(resource.kind),
        ]
    }

    /// `dev.example.postgresql.v1.Cluster`
    private static func schemaName(_ resource: ResourceType) -> String {
        let group = resource.group.split(separator: ".").reversed().joined(separator: ".")
        return "\(group).\(resource.version).\(resource.kind)"
    }

    private func schema(of resource: ResourceType) -> JSON {
        let definition = definitions.first {
            $0["spec"]?["group"]?.string == resource.group && $0["spec"]?["names"]?["plural"]?.string == resource.plural
        }
        let version = (definition?["spec"]?["versions"]?.array ?? []).first {
            $0["name"]?.string == resource.version
        }
        var schema = version?["schema"]?["openAPIV3Schema"] ?? ["type": "object"]
        var properties = schema["properties"]?.object ?? [:]
        properties["apiVersion"] = ["type": "string"]
        properties["kind"] = ["type": "string"]
        properties["metadata"] = properties["metadata"] ?? ["type": "object"]
        schema["properties"] = .object(properties)
        schema["x-kubernetes-group-version-kind"] = [Self.kind(resource)]
        return schema
    }
}

/// The descriptions in the embedded schemas.
enum SchemaText {
    private static let schemas: [String: JSON] = {
        let documents = OpenAPIDocuments.paths.compactMap(OpenAPIDocuments.document)
        let all = documents.flatMap { $0["components"]?["schemas"]?.object?.members ?? [] }
        return Dictionary(all.map { ($0.key, $0.value) }) { first, _ in first }
    }()

    /// What a schema says about one of its fields, without the list of values that generated documents append.
    static func field(_ schema: String, _ property: String) -> String {
        guard let text = schemas[schema]?["properties"]?[property]?["description"]?.string else { return "" }
        return text.firstRange(of: "\n\nPossible enum values").map { String(text[..<$0.lowerBound]) } ?? text
    }
}
