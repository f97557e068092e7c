package import Formats

/// The OpenAPI v3 documents of the API server, as they were answered: one for each group version.
package enum OpenAPIDocuments {
    /// `api/v1`, `apis/apps/v1`, sorted.
    package static var paths: [String] { all.keys.map(path) }

    /// The document of `apis/apps/v1`.
    package static func document(path: String) -> JSON? {
        all[String(path.map { $0 == "/" ? "_" : $0 })]
    }

    /// 1.3 MB of JSON, parsed when first asked for.
    private static let all = (try? JSON.parse(Embedded.openAPI()))?.object ?? JSONObject()

    private static func path(_ key: String) -> String { String(key.map { $0 == "_" ? "/" : $0 }) }
}
