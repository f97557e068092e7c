import Formats
import HTTP

/// One request to the API, as the rest of the target speaks of it.
struct Call: Sendable {
    /// In words, for messages: `list deployments.apps`, `apply ConfigMap tenant-acme/branding`
    let attempt: String
    let method: HTTPRequest.Method
    /// From `/api` or `/apis`, its parts percent-encoded.
    let path: String
    var query: [(name: String, value: String)] = []
    var body: JSON?
    var contentType = MediaType.json
    var accept = MediaType.json
    /// See `HTTPRequest`: true for what has the same effect when done twice.
    var isRepeatable: Bool?
    /// Seconds; nil is the client's default.
    var timeout: Double?
    /// Whether the server's words about a refusal may quote values that nobody may see.
    var holdsSecrets = false

    /// See `HTTPRequest`.
    var isOfLock = false

    func request(base: String) -> HTTPRequest {
        let encoded = query.map { "\(Percent.encode($0.name))=\(Percent.encode($0.value))" }
        var headers = [(name: "Accept", value: accept)]
        if body != nil { headers.append(("Content-Type", contentType)) }
        var request = HTTPRequest(
            method, base + path + (encoded.isEmpty ? "" : "?" + encoded.joined(separator: "&")), headers: headers,
            body: body?.encoded(), timeout: timeout, isRepeatable: isRepeatable)
        request.isOfLock = isOfLock
        return request
    }
}

enum MediaType {
    static let json = "application/json"
    /// JSON is YAML.
    static let apply = "application/apply-patch+yaml"
    static let jsonPatch = "application/json-patch+json"
    /// Without a fallback: a server that does not know it refuses, rather than to show values of Secrets.
    static let metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
    static let metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    /// Of a Secret its name, type and age, and how many keys it has.
    static let table = "application/json;as=Table;g=meta.k8s.io;v=v1"
    static let discovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
}

enum Percent {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Everything but RFC 3986's unreserved characters.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
