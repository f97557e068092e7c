import Cryptography
import Formats
import KubernetesModel

/// The object that a request brings.
enum RequestBody {
    static let json: Set<String> = ["application/json", ""]
    static let yaml = "application/yaml"

    /// An object, from JSON or YAML. Nothing is known yet of its kind.
    static func parse(_ request: APIRequest, expecting kind: String) throws(APIFailure) -> JSON {
        if request.contentType == yaml { return try parseYAML(request.body) }
        guard json.contains(request.contentType) else {
            let offered = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
            throw APIFailure(
                415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: \(offered)",
                details: [:])
        }
        do {
            return try JSON.parse(request.body)
        } catch {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; "
                    + "json parse error: \(GoJSON.mistake(in: request.body)) (\(summary(of: request.body)))")
        }
    }

    /// An object of that kind; what it does not say about its kind is filled in.
    static func object(_ request: APIRequest, of resource: ResourceType) throws(APIFailure) -> JSON {
        var value = try parse(request, expecting: resource.kind)
        guard value.object != nil else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(resource.kind)): couldn't get version/kind; "
                    + "json parse error: \(noObject(value)) (\(summary(of: request.body)))")
        }
        let kind = value["kind"]?.string ?? ""
        let version = value["apiVersion"]?.string ?? ""
        guard (version.isEmpty || version == resource.apiVersion) && (kind.isEmpty || kind == resource.kind) else {
            try checkKind(kind, version, resource)
            throw .badRequest(
                "the API version in the data (\(version)) does not match the expected API version "
                    + "(\(resource.apiVersion))")
        }
        value["kind"] = .string(resource.kind)
        value["apiVersion"] = .string(resource.apiVersion)
        return value
    }

    /// What is said of a value where an object has to be.
    static func noObject(_ value: JSON) -> String {
        "json: cannot unmarshal \(value.goType) into Go value of type struct { APIVersion string "
            + "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"
    }

    /// An object of another kind, or of one that nobody knows.
    private static func checkKind(_ kind: String, _ apiVersion: String, _ resource: ResourceType) throws(APIFailure) {
        let (kind, apiVersion) = (
            kind.isEmpty ? resource.kind : kind, apiVersion.isEmpty ? resource.apiVersion : apiVersion
        )
        let type = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        let problem =
            "\(kind) in version \"\(type.version)\" cannot be handled as a \(resource.kind): "
        guard resource.isCustom || ObjectSchema.builtin(type) != nil else {
            throw .badRequest(
                "\(problem)no kind \"\(kind)\" is registered for version \"\(apiVersion)\" in scheme "
                    + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"")
        }
        guard kind == resource.kind else {
            let package = resource.group.isEmpty ? "core" : resource.group.prefix { $0 != "." }
            throw .badRequest(
                "\(problem)converting (\(type.version).\(kind)) to (\(package).\(resource.kind)): unknown conversion")
        }
    }

    /// The beginning of a body, as messages quote it.
    private static func summary(of body: [UInt8]) -> String {
        guard let first = body.first else { return "<empty>" }
        let isObject = first == UInt8(ascii: "{")
        let head = Array(body.prefix(30))
        let text = isObject ? String(decoding: head, as: UTF8.self) : Hex.encode(head)
        return body.count > 30 ? "\(text) ..." : text
    }

    /// YAML, of which JSON is a part: what most clients send is JSON and quickly read as that.
    static func parseYAML(_ bytes: [UInt8]) throws(APIFailure) -> JSON {
        if let value = try? JSON.parse(bytes), value.object != nil { return value }
        let parsed = YAML.parse(bytes, file: "body")
        guard let document = parsed.document else {
            let why = parsed.diagnostics.first.map { "yaml: line \($0.place?.line ?? 1): \($0.message)" } ?? "EOF"
            throw .badRequest("error decoding YAML: error converting YAML to JSON: \(why)")
        }
        let value = document.json
        guard value.object != nil || value.isNull else {
            throw .badRequest(
                "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(value.goType) "
                    + "into Go value of type map[string]interface {}")
        }
        return value
    }
}

extension JSON {
    /// What the real server's language calls the value's type.
    var goType: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
